"""What the archive costs, each figure beside a floor taken in the same minute: ``just bench``.

    python benchmarks/bench.py [ROW …] [--messages 1000000] [--pairs 5] [--sizes 10000,100000,1000000] [--work DIR]
                               [--out FILE]

Rows, all where none is named:

    ingest   one export into a new archive, everything on   ÷ rows ready in memory into a bare database (floor_ingest)
    same     the same bytes again                            ÷ their SHA-256 and a start that finds little to do
    grown    the export with a thousandth of new messages    ÷ a bare merge with sightings, and ÷ a known prefix
    start    --help, and a search of a small archive          − ``python -c pass``, in milliseconds
    growth   CPU and memory by size of the export

A floor and the archive take turns, and the median of the quotients counts: on a busy machine nothing else means much.
Seconds are user and system time of the process and its children. Prints and writes JSON. The texts are made by the
generator of ``benchmarks/dedup`` once, in DIR.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
FLOORS, GENERATOR = HERE / "floors", HERE / "dedup" / "generate.py"
PYTHON = sys.executable
ARCHIVE = [PYTHON, "-m", "archiver"]
NAME = "WhatsApp Chat with Winter Planning.txt"
_EXPECTED = (0, 3)
"""A person may be needed for a finding: that is no failure."""
_HASH = """
import hashlib, json, sys, time
cpu, wall = time.process_time(), time.perf_counter()
digest = hashlib.sha256()
with open(sys.argv[1], "rb", buffering=0) as source:
    while block := source.read(1 << 20):
        digest.update(block)
print(json.dumps({"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}))
"""

Figures = dict[str, float]


def timed(command: list[str]) -> Figures:
    """CPU and wall seconds and peak MiB of a command with its children."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=HERE.parent) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in _EXPECTED:
        raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}")
    return {
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.perf_counter() - began,
        "peak_mib": used.ru_maxrss / 1024,
    }


def told(command: list[str]) -> dict[str, object]:
    """What a floor says of itself."""
    done = subprocess.run(command, capture_output=True, check=True, cwd=HERE.parent)
    return dict(json.loads(done.stdout))


def corpus(work: Path, views: str, messages: int) -> Path:
    """The folder of a made corpus: ``solo`` is one Android export, ``grown`` an old and a new one."""
    folder = work / f"{views}-{messages}"
    if not (folder / "made").exists():
        shutil.rmtree(folder, ignore_errors=True)
        command = [PYTHON, str(GENERATOR), "--messages", str(messages), "--seed", "7", "--views", views, "--no-truth"]
        command += ["--out", str(folder), *(("--rate", "late=0") if views == "grown" else ())]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for name in ("solo", "old", "new"):
            if (folder / f"{name}.txt").exists():
                (folder / name).mkdir()
                (folder / f"{name}.txt").rename(folder / name / NAME)
        (folder / "made").touch()
    return folder


def ingest(archive: Path, text: Path) -> list[str]:
    """The command that takes one text."""
    return [*ARCHIVE, "ingest", "--archive", str(archive), "--custodian", "Alex Black (MOJ)", str(text)]


def fresh(path: Path, copy_of: Path | None = None) -> Path:
    """A path where nothing lies, or a copy of an archive; what was written is on disk before a clock starts."""
    shutil.rmtree(path, ignore_errors=True)
    if copy_of is not None:
        shutil.copytree(copy_of, path)
    os.sync()
    return path


def median(values: list[float]) -> float:
    return round(statistics.median(values), 4)


def quotients(pairs: list[tuple[Figures, Figures]]) -> dict[str, object]:
    """Medians over pairs of (ours, floor), and the spread of what they come to."""
    found: dict[str, object] = {"pairs": len(pairs)}
    for name in ("cpu_s", "wall_s"):
        ratios = [ours[name] / max(floor[name], 1e-9) for ours, floor in pairs]
        found[f"ratio_{name[:-2]}"] = median(ratios)
        found[f"ratio_{name[:-2]}_from_to"] = [round(min(ratios), 3), round(max(ratios), 3)]
        found[f"ours_{name}"] = median([ours[name] for ours, _ in pairs])
        found[f"floor_{name}"] = median([floor[name] for _, floor in pairs])
    return found


def row_ingest(work: Path, messages: int, pairs: int, _: list[int]) -> dict[str, object]:
    text, archive, floor_db = corpus(work, "solo", messages) / "solo" / NAME, work / "archive", work / "floor.db"
    command = [PYTHON, str(FLOORS / "floor_ingest.py"), "--file", str(text), "--db", str(floor_db)]
    command += ["--layout", "record", "--repeat", "1"]
    taken, sizes = [], []
    for _ in range(pairs):
        floor = told(command)
        fresh(archive)
        taken.append((timed(ingest(archive, text)), floor))
        sizes.append((archive / "archive.db").stat().st_size)
    return quotients(taken) | {
        "peak_mib": median([ours["peak_mib"] for ours, _ in taken]),
        "database_bytes": sizes[-1],
        "ratio_size": round(sizes[-1] / floor["db_bytes"], 3),
        "bar": "CPU and wall 1.5, size 1.6, 200 MiB at 1,000,000",
    }


def row_same(work: Path, messages: int, pairs: int, _: list[int]) -> dict[str, object]:
    text = corpus(work, "solo", messages) / "solo" / NAME
    little = corpus(work, "solo", 100) / "solo" / NAME
    archive = fresh(work / "archive")
    for one in (text, little):
        timed(ingest(archive, one))
    taken = []
    for _ in range(pairs):
        floor = told([PYTHON, "-c", _HASH, str(text)])
        start, whole = timed(ingest(archive, little)), timed(ingest(archive, text))
        taken.append((whole, {name: floor[name] + start[name] for name in ("cpu_s", "wall_s")}))
    return quotients(taken) | {"bar": "1.2"}


def row_grown(work: Path, messages: int, pairs: int, _: list[int]) -> dict[str, object]:
    made = corpus(work, "grown", messages + max(messages // 1000, 1))
    old, new = made / "old" / NAME, made / "new" / NAME
    before, archive = fresh(work / "before"), work / "archive"
    timed(ingest(before, old))
    command = [PYTHON, str(FLOORS / "floor_reingest.py"), "--old", str(old), "--new", str(new)]
    command += ["--db", str(work / "re.db"), "--repeat", "1"]
    taken = []
    for _ in range(pairs):
        floor = told(command)
        fresh(archive, before)
        taken.append((timed(ingest(archive, new)), floor))
    return {
        "merge_sight": quotients([(ours, floor["merge_sight"]) for ours, floor in taken]) | {"bar": "1.4"},
        "prefix": quotients([(ours, floor["prefix"]) for ours, floor in taken]) | {"bar": "2"},
        "peak_mib": median([ours["peak_mib"] for ours, _ in taken]),
    }


def row_start(work: Path, _: int, pairs: int, __: list[int]) -> dict[str, object]:
    archive = fresh(work / "small")
    timed(ingest(archive, corpus(work, "solo", 100) / "solo" / NAME))
    commands = {
        "help": ([*ARCHIVE, "--help"], "+150 ms"),
        "search": ([*ARCHIVE, "search", "--archive", str(archive), "the"], "+200 ms"),
    }
    found: dict[str, object] = {}
    for name, (command, bar) in commands.items():
        taken = [(timed([PYTHON, "-c", "pass"]), timed(command)) for _ in range(3 * pairs)]
        found[name] = {
            "more_wall_ms": median([1000 * (ours["wall_s"] - floor["wall_s"]) for floor, ours in taken]),
            "more_cpu_ms": median([1000 * (ours["cpu_s"] - floor["cpu_s"]) for floor, ours in taken]),
            "pass_wall_ms": median([1000 * floor["wall_s"] for floor, _ in taken]),
            "bar": bar,
        }
    return found


def row_growth(work: Path, _: int, __: int, sizes: list[int]) -> dict[str, object]:
    found: dict[str, object] = {}
    for size in sizes:
        text, archive = corpus(work, "solo", size) / "solo" / NAME, fresh(work / "archive")
        figures = timed(ingest(archive, text))
        found[str(size)] = {
            "cpu_s": round(figures["cpu_s"], 2),
            "microseconds_a_message": round(figures["cpu_s"] / size * 1e6, 2),
            "wall_s": round(figures["wall_s"], 2),
            "peak_mib": round(figures["peak_mib"], 1),
            "database_bytes_a_message": round((archive / "archive.db").stat().st_size / size, 1),
        }
    return found


Row = Callable[[Path, int, int, list[int]], dict[str, object]]
ROWS: dict[str, Row] = {
    "ingest": row_ingest, "same": row_same, "grown": row_grown, "start": row_start, "growth": row_growth,
}  # fmt: skip


def main() -> None:
    """Print the rows as they are ready, then all as one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}")
    asked.add_argument("--messages", type=int, default=1_000_000)
    asked.add_argument("--pairs", type=int, default=5)
    asked.add_argument("--sizes", default="10000,100000,1000000", help="for growth")
    asked.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "archiver-bench")
    asked.add_argument("--out", type=Path)
    said = asked.parse_args()
    if unknown := set(said.rows) - set(ROWS):
        asked.error(f"no such row: {', '.join(sorted(unknown))}")
    said.work.mkdir(parents=True, exist_ok=True)
    sizes = [int(size) for size in said.sizes.split(",")]
    result: dict[str, object] = {
        "python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version, "processors": os.cpu_count(),
        "messages": said.messages, "load_before": os.getloadavg(),
    }  # fmt: skip
    for name in said.rows or ROWS:
        print(f"{name} …", file=sys.stderr, flush=True)
        result[name] = ROWS[name](said.work, said.messages, said.pairs, sizes)
    result["load_after"] = os.getloadavg()
    text = json.dumps(result, indent=1)
    print(text)
    if said.out:
        said.out.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
