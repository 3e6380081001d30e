"""Whatever is altered is seen by the check that the README says sees it, and by no lesser one."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from archiver.errors import Damaged
from archiver.record import seals
from archiver.record.verifying import ledger
from archiver.record.verifying.rows import sealed as rows_against_seals
from archiver.record.verifying.subject import Subject
from tests.making import FIXTURES, ROOT, archive, rows
from tests.mutations import (
    FULL,
    MUTATIONS,
    QUICK,
    ROLLED_BACK,
    SIGNED,
    STANDARD,
    WITNESS,
    Base,
    Mutation,
    base,
    check,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return base(tmp_path_factory.mktemp("mutation"))


def test_the_sound_archive_has_no_fault_at_any_tier(made: Base) -> None:
    """Or a mutation would seem to be caught that is not."""
    for tier in ("quick", "standard", "full"):
        report = check(made, made.record, tier, against=True, key=True)
        assert (report.faults, report.older_than) == ([], None)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what.replace(" ", "-"))
def test_what_is_altered_is_seen_where_the_readme_says(made: Base, tmp_path: Path, mutation: Mutation) -> None:
    record = Path(shutil.copytree(made.record, tmp_path / "record"))
    mutation.act(made, record)
    quick, standard, full = (check(made, record, tier).faults for tier in ("quick", "standard", "full"))
    signed = check(made, record, "standard", key=True).faults
    held_against = check(made, record, "quick", against=True)
    seen = {
        QUICK: bool(quick),
        STANDARD: bool(standard),
        FULL: bool(full),
        WITNESS: bool(signed) and bool(held_against.faults),
        SIGNED: bool(signed),
        ROLLED_BACK: held_against.older_than is not None,
    }
    assert seen[mutation.caught_by], f"{mutation.what} is not seen"
    lesser = {STANDARD: [QUICK], FULL: [QUICK, STANDARD]}
    for tier in lesser.get(mutation.caught_by, [QUICK, STANDARD, FULL] if mutation.caught_by != QUICK else []):
        assert not seen[tier], f"{mutation.what} is seen by {tier} already"
    assert not quick or standard, "a greater tier sees all that a lesser one does"
    assert not standard or full


def test_no_bit_of_the_database_changes_a_row_unseen(made: Base, tmp_path: Path) -> None:
    """Bits flipped at random: SQLite cannot read it, a check sees it, or every row is as before (free space)."""
    whole, held = (made.record / "archive.db").read_bytes(), every_row(made.record)
    chance = random.Random(20261123)
    seen = 0
    for number in range(40):
        record = Path(shutil.copytree(made.record, tmp_path / str(number)))
        altered = bytearray(whole)
        altered[chance.randrange(len(altered))] ^= 1 << chance.randrange(8)
        (record / "archive.db").write_bytes(altered)
        try:
            faults = bool(check(made, record, "standard").faults)
        except Damaged:
            faults = True
        seen += faults
        assert faults or every_row(record) == held
    assert seen > 4


def test_no_column_of_any_table_changes_unseen(made: Base, tmp_path: Path) -> None:
    """One value in each column, no trigger in the way; what SQLite itself refuses is left out."""
    record = Path(shutil.copytree(made.record, tmp_path / "record"))
    subject = Subject(record, sqlite3.connect(record / "archive.db", isolation_level=None), "archiver.invalid/x")
    run = subject.connection.execute
    for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        run(f"DROP TRIGGER {name}")
    tables = [*seals.sealed_tables(subject.connection), "log", "seals"]
    columns = [(table, row[1], row[2]) for table in tables for row in run(f"PRAGMA table_info({table})")]
    altered = 0
    for table, column, kind in columns:
        value = "'x'" if kind in ("TEXT", "ANY") else "77"
        subject.__dict__.pop("entries", None)
        run("BEGIN")
        try:
            there = "name = 'people'" if table == "seals" else f"rowid = (SELECT max(rowid) FROM {table})"
            changed = run(f"UPDATE {table} SET {column} = {value} WHERE {there}").rowcount
            altered += changed
            seen = [*rows_against_seals(subject), *ledger.state(subject), *ledger.entries(subject)]
            assert not changed or seen, f"{table}.{column}"
        except sqlite3.IntegrityError:
            pass
        finally:
            run("ROLLBACK")
    assert altered > 100
    subject.__dict__.pop("entries", None)
    assert [*rows_against_seals(subject), *ledger.state(subject), *ledger.entries(subject)] == []


def every_row(record: Path) -> list[list[tuple[object, ...]]]:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    return [rows(record, f"SELECT * FROM {name}") for (name,) in rows(record, tables)]


def independent(made: Base, record: Path, *options: str | Path) -> int:
    """The exit code of the verifier that was written from the page alone."""
    command = [sys.executable, "-I", ROOT / "schemas" / "verify.py", record, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


def test_the_independent_verifier_finds_the_sound_archive_sound(made: Base) -> None:
    assert independent(made, made.record, "--key", made.key.vkey, "--against", made.receipt) == 0
    assert independent(made, made.before, "--key", made.key.vkey) == 0


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what.replace(" ", "-"))
def test_the_independent_verifier_agrees(made: Base, tmp_path: Path, mutation: Mutation) -> None:
    """With ``archive verify`` on everything but what only deriving the record again shows."""
    record = Path(shutil.copytree(made.record, tmp_path / "record"))
    mutation.act(made, record)
    for options, keyed in (((), False), (("--key", made.key.vkey), True)):
        faults = check(made, record, "standard", key=keyed).faults
        assert independent(made, record, *options) == (4 if faults else 0)
    report = check(made, record, "standard", against=True)
    expected = 4 if report.faults else 6 if report.older_than else 0
    assert independent(made, record, "--against", made.receipt) == expected


def test_the_independent_verifier_is_one_short_file_of_the_standard_library() -> None:
    text = (ROOT / "schemas" / "verify.py").read_text("utf-8")
    assert len(text.splitlines()) < 300
    imported = re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)
    assert set(imported) <= set(sys.stdlib_module_names)


def test_the_independent_verifier_finds_every_fixture_sound(tmp_path: Path) -> None:
    archive("ingest", "--quiet", FIXTURES / "text", archive=tmp_path / "record")
    command = [sys.executable, "-I", ROOT / "schemas" / "verify.py", tmp_path / "record"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
