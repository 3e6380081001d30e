"""The map of the house: who may import whom, what things may be called, and what never comes in at all."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "archiver"

# Arrows go one way. A room that is not drawn here may not be built.
MAP: dict[str, set[str]] = {
    "model": set(),
    "columns": {"model"},
    "errors": set(),
    "settings": {"model", "errors"},
    "reading": {"columns", "model", "errors"},
    "matching": {"columns", "model", "errors"},
    "record": {"columns", "model", "errors"},
    "untying": {"matching", "record", "model", "errors"},
    "recognising": {"untying", "reading", "matching", "record", "columns", "model", "errors"},
    "recording": {"recognising", "reading", "record", "model", "errors"},
    "pipeline": {"recording", "reading", "record", "model", "errors"},
    "rebuilding": {"recording", "reading", "record", "model", "errors"},
    "cluster": {"columns", "reading", "record", "model", "errors"},
    "previewing": {"pipeline", "reading", "model", "errors"},
    "evidence": {"reading", "record", "model", "errors"},
    "finding": {"record", "model", "errors"},
    "publishing": {"finding", "record", "columns", "model", "errors"},
    "browse": {"finding", "evidence", "record", "model", "errors"},
    "release": {"finding", "record", "model", "errors"},
    "__main__": {"cli"},
}
MAP["cli"] = set(MAP)

# Loopback is served by Datasette's own server; nothing of ours opens a connection, but for what a person names.
ON_DEMAND = {"cluster": {"dask", "distributed"}, "publishing": {"psycopg"}}
OUTWARD = {
    "aiohttp",
    "dask",
    "distributed",
    "ftplib",
    "http.client",
    "httpx",
    "imaplib",
    "poplib",
    "psycopg",
    "requests",
    "smtplib",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "xmlrpc",
}

DRAWERS = re.compile(r"(^|_)(util|helper|common|manager|handler)s?(_|$)")

HEAVY = (
    "dask",
    "datasette",
    "distributed",
    "PIL",
    "pytesseract",
    "sqlite_utils",
    "numpy",
    "rapidfuzz",
    "magic",
    "rich",
)


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, root: Path, modules: set[str]) -> set[str]:
    """Every module that a file imports, by its full name, also inside functions and for types only."""
    here = module_name(path, root)
    package = here if path.name == "__init__.py" else here.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [node.module])])
            whole = {f"{base}.{alias.name}" for alias in node.names}
            # `from archiver import model` imports a module; `from archiver.model import Member` a name in one.
            found |= {name if name in modules or name in OUTWARD else base for name in whole}
    return found


def read_house(root: Path) -> dict[str, set[str]]:
    """Each module of the package with the modules it imports."""
    files = {module_name(path, root): path for path in sorted((root / "archiver").rglob("*.py"))}
    return {name: imports(path, root, set(files)) for name, path in files.items()}


def room(module: str) -> str:
    """The hall, or the module on the ground floor; empty for the package itself, which anything may import."""
    return [*module.split("."), ""][1]


def ours(names: set[str]) -> set[str]:
    return {name for name in names if name.split(".")[0] == "archiver"}


def wrong_arrows(house: dict[str, set[str]]) -> list[str]:
    return [
        f"{module} imports {name}"
        for module, names in house.items()
        for name in sorted(ours(names))
        if room(name) not in {room(module), ""} | MAP.get(room(module), set())
    ]


def circle(house: dict[str, set[str]]) -> list[str]:
    try:
        graphlib.TopologicalSorter({name: ours(names) for name, names in house.items()}).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


@pytest.fixture(scope="module")
def house() -> dict[str, set[str]]:
    return read_house(ROOT)


def test_every_room_is_on_the_map(house: dict[str, set[str]]) -> None:
    """A new hall is drawn before it is built."""
    assert {room(name) for name in house} - {""} <= set(MAP)


def test_arrows_go_one_way(house: dict[str, set[str]]) -> None:
    """Reading and record never meet but in the pipeline; nobody imports upwards."""
    assert wrong_arrows(house) == []


def test_no_circles(house: dict[str, set[str]]) -> None:
    """Within a hall too, a module never imports, by any way round, one that imports it."""
    assert circle(house) == []


def test_the_package_itself_imports_nothing(house: dict[str, set[str]]) -> None:
    """Whatever imports any part of the package pays for this file first."""
    assert house["archiver"] <= {"__future__"}


def test_nothing_opens_an_outward_connection(house: dict[str, set[str]]) -> None:
    """The tool is offline: no module imports what could reach another machine."""
    banned = [
        f"{module} imports {name}"
        for module, names in house.items()
        for name in sorted(names)
        if any(name == word or name.startswith(word + ".") for word in OUTWARD - ON_DEMAND.get(room(module), set()))
    ]
    assert banned == []


def test_no_drawers_for_odds_and_ends(house: dict[str, set[str]]) -> None:
    """A module is named after its stage or its thing; a function lies beside what it serves."""
    assert [name for name in house if any(DRAWERS.search(part) for part in name.split("."))] == []


def test_odd_characters_are_written_by_name() -> None:
    r"""An invisible character in the source cannot be reviewed: it is written ``\N{...}``."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {unicodedata.name(character, hex(ord(character)))}"
        for path in sorted(HOUSE.rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        for character in line
        if character != " " and unicodedata.category(character) in {"Cc", "Cf", "Co", "Zs", "Zl", "Zp"}
    ]
    assert found == []


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"reading/dates.py": "def f():\n    from archiver.record import store\n"}, "archiver.record.store"),
        ({"reading/dates.py": "from ..record import store\n"}, "archiver.record.store"),
        ({"reading/dates.py": "from archiver import record\n"}, "archiver.record"),
        ({"reading/dates.py": "import archiver.record.store as held\n"}, "archiver.record.store"),
        ({"reading/dates.py": "from archiver.record.store import Store\n"}, "archiver.record.store"),
        ({"model.py": "from . import errors\n"}, "archiver.errors"),
    ],
    ids=["in-function", "relative", "hall", "plain", "name", "ground-floor"],
)
def test_the_map_sees_a_wrong_arrow(tmp_path: Path, files: dict[str, str], fault: str) -> None:
    """However it is spelt, and wherever it stands."""
    build(tmp_path, files)
    assert [line.split(" imports ")[1] for line in wrong_arrows(read_house(tmp_path))] == [fault]


def test_the_map_sees_a_circle(tmp_path: Path) -> None:
    """Two modules of one hall that import each other, one of them late."""
    build(tmp_path, {"reading/a.py": "from . import b\n", "reading/b.py": "def f():\n    from .a import g\n"})
    assert set(circle(read_house(tmp_path))) == {"archiver.reading.a", "archiver.reading.b"}


def build(root: Path, files: dict[str, str]) -> None:
    empty = ["__init__.py", "errors.py", "reading/__init__.py", "record/__init__.py", "record/store.py"]
    for name, text in {**dict.fromkeys(empty, ""), **files}.items():
        path = root / "archiver" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_help_imports_nothing_heavy() -> None:
    """A command answers at once: what is slow to import is imported by the command that needs it."""
    program = f"import sys, archiver.cli; print(*sorted(set(sys.modules) & set({HEAVY})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
