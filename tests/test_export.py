"""``archive export``: what is written, that no cell is a formula, and that it is on record."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.finding.cells import cell, value
from tests.making import ROOT, android, archive, iphone, receipt, rows, zipped

ALEX, PRIYA = "Alex Black (MOJ)", "=Priya Shah (HMT)"
LINES = [
    ("05/03/2026, 09:00", ALEX, "=HYPERLINK(1)"),
    ("05/03/2026, 09:01", PRIYA, "'tis so\nand +44 more"),
    ("05/03/2026, 09:02", ALEX, "IMG-1.jpg (file attached)"),
    ("05/03/2026, 09:03", ALEX, "tea 👍, \"quoted\"; and 'more'"),
]
SCHEMA = json.loads((ROOT / "schemas" / "export.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    export = zipped(
        folder / "Chat.zip", {"WhatsApp Chat with @Budget.txt": android(LINES), "IMG-1.jpg": b"\xff\xd8 not"}
    )
    later = [
        (when, who, words + (" again <This message was edited>" if "tea" in words else ""))
        for when, who, words in LINES
    ]
    again = zipped(
        folder / "WhatsApp Chat - @Budget.zip", {"_chat.txt": iphone([one for one in later if "IMG" not in one[2]])}
    )
    said = ("--captured", "2026-04-01", "--custodian", ALEX, "--chat", "@Budget")
    receipt(export, *said, archive=folder / "record")
    receipt(again, *said, archive=folder / "record")
    return folder / "record"


def exported(record: Path, to: Path, *arguments: str) -> dict[str, Any]:
    done = archive("export", "--json", *arguments, "-o", to, archive=record)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def faults(node: Any, schema: dict[str, Any], at: str = "") -> list[str]:
    """Where a value is not as a schema says: of the words of JSON Schema, those that ours uses, and no others."""
    known = {"$schema", "$defs", "$ref", "title", "description", "type", "required", "additionalProperties",
             "properties", "items", "minItems", "enum", "const", "pattern", "minimum", "maximum"}  # fmt: skip
    assert schema.keys() <= known
    if "$ref" in schema:
        return faults(node, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], at)
    kinds = {"string": str, "object": dict, "array": list, "boolean": bool, "null": type(None)}
    wanted = schema.get("type", list(kinds))
    found = []
    fits = (
        any(
            isinstance(node, kinds[one])
            if one in kinds
            else isinstance(node, int | float) and not isinstance(node, bool)
            for one in ([wanted] if isinstance(wanted, str) else wanted)
        )
        or "type" not in schema
    )
    checks = (
        fits,
        "const" not in schema or node == schema["const"],
        "enum" not in schema or node in schema["enum"],
        "pattern" not in schema or node is None or bool(re.search(schema["pattern"], node)),
        not isinstance(node, int | float) or schema.get("minimum", node) <= node <= schema.get("maximum", node),
        not isinstance(node, list) or len(node) >= schema.get("minItems", 0),
    )
    found += [f"{at}: {schema}"] if not all(checks) else []
    if isinstance(node, dict) and "properties" in schema:
        found += [f"{at}.{name}: missing" for name in schema["required"] if name not in node]
        found += [f"{at}.{name}: unknown" for name in node if name not in schema["properties"]]
        for name, inner in node.items():
            found += faults(inner, schema["properties"].get(name, {}), f"{at}.{name}")
    if isinstance(node, list) and "items" in schema:
        for number, inner in enumerate(node):
            found += faults(inner, schema["items"], f"{at}[{number}]")
    return found


def test_every_line_is_as_the_schema_says(record: Path, tmp_path: Path) -> None:
    exported(record, tmp_path / "all.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert [fault for line in lines for fault in faults(line, SCHEMA)] == []
    assert [line["text"] for line in lines] == [LINES[0][2], LINES[1][2], LINES[2][2], f"{LINES[3][2]} again"]
    assert lines[3]["edited"] is True
    assert [one["text"] for one in lines[3]["other_wordings"]] == [LINES[3][2]]
    assert [(one["line"], one["route"]) for one in lines[1]["sightings"]] == [(2, "email-export"), (2, "email-export")]
    assert lines[2]["attachments"][0]["name"] == "IMG-1.jpg"


def test_the_schema_check_sees_a_fault(record: Path, tmp_path: Path) -> None:
    exported(record, tmp_path / "all.jsonl")
    line = json.loads((tmp_path / "all.jsonl").read_text("utf-8").splitlines()[0])
    assert faults(line | {"kind": "letter"}, SCHEMA)
    assert faults(line | {"more": 1}, SCHEMA)
    assert faults({name: one for name, one in line.items() if name != "sightings"}, SCHEMA)
    assert faults(line | {"sent_at": "yesterday"}, SCHEMA)


def test_no_cell_of_the_table_is_a_formula_and_nothing_is_lost(record: Path, tmp_path: Path) -> None:
    exported(record, tmp_path / "all.csv", "--format", "csv")
    exported(record, tmp_path / "all.jsonl")
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert not any(one.startswith(("=", "+", "-", "@", "\t", "\r")) for line in table for one in line)
    for cells, line in zip(table[1:], (tmp_path / "all.jsonl").read_text("utf-8").splitlines(), strict=True):
        message = json.loads(line)
        for name, shown in zip(table[0], cells, strict=True):
            plain, wanted = value(shown), message[name]
            if isinstance(wanted, list):
                assert json.loads(plain) == wanted
            elif isinstance(wanted, bool):
                assert plain == str(int(wanted))
            else:
                assert plain == (wanted or "")


@given(st.text())
def test_a_cell_brings_its_value_back_and_begins_with_nothing_that_calculates(text: str) -> None:
    assert value(cell(text)) == text
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_the_same_language_as_search(record: Path, tmp_path: Path) -> None:
    said = exported(record, tmp_path / "some.jsonl", "from:alex", "-tea", "kind:nonsense")
    assert said["messages"] == 2
    assert said["searched_for"] == "sent by alex, without tea"
    assert said["ignored"][0]["text"] == "kind:nonsense"
    found = json.loads(archive("search", "--json", "from:alex", "-tea", archive=record).stdout)
    assert found["total"] == 2
    assert exported(record, tmp_path / "none.jsonl", "?")["messages"] == 0
    assert (tmp_path / "none.jsonl").read_bytes() == b""


def test_an_export_is_on_record_and_only_whole(record: Path, tmp_path: Path) -> None:
    to = tmp_path / "all.jsonl"
    before = rows(record, "SELECT count(*) FROM log")[0][0]
    said = exported(record, to)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["all.jsonl"]
    digest = hashlib.sha256(to.read_bytes()).hexdigest()
    assert said["sha256"] == digest
    ((number, text),) = rows(record, "SELECT id, entry FROM log ORDER BY id DESC LIMIT 1")
    entry = json.loads(str(text))
    assert (number, entry["action"]) == (int(str(before)) + 1, "export")
    commitment = hmac.new(bytes.fromhex(said["salt"]), digest.encode(), hashlib.sha256).hexdigest()
    assert entry["detail"] == {"file": commitment, "format": "jsonl", "messages": 4}
    assert digest not in str(text)
    assert said["checkpoint"] == rows(record, "SELECT text FROM checkpoints ORDER BY size DESC LIMIT 1")[0][0]


def test_a_file_that_is_there_is_not_written_over(record: Path, tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("mine")
    before = rows(record, "SELECT count(*) FROM log")
    done = archive("export", "-o", tmp_path / "there.csv", archive=record)
    assert done.returncode == 2
    assert "there is a file already" in done.stderr
    assert (tmp_path / "there.csv").read_text() == "mine"
    missing = archive("export", "-o", tmp_path / "no" / "folder.csv", archive=record)
    assert missing.returncode == 1
    assert "cannot be made" in missing.stderr
    assert rows(record, "SELECT count(*) FROM log") == before
