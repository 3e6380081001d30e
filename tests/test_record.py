"""What the record promises by itself: its printed schema, its log, its ids, its refusals."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.record import log
from archiver.record.ids import SHIFT, STEP, Minutes, allocate
from archiver.record.schema import schema
from tests.making import ROOT, Line, android, receipt, rows

CHAT: list[Line] = [
    ("13/03/2026, 09:01", "Alex Black (MOJ)", "Morning"),
    ("13/03/2026, 09:02", "Priya Shah (HMT)", "Ok"),
]

PROMISED = {
    "messages": "id reference chat_id sent_at sent_earliest sent_latest precision sender_id kind text edited"
    " deleted_seen",
    "sightings": "id message_id source_id member line lines box confidence",
    "sources": "id sha256 name media_type size capture_id",
    "captures": "id route captured captured_basis custodian work ingested_at",
    "chats": "id name",
    "people": "id name",
    "aliases": "id name",
    "memberships": "id name",
    "record": "reference chat sent sender organisation kind text routes sightings captured",
}


@pytest.fixture
def record(tmp_path: Path) -> Path:
    export = tmp_path / "WhatsApp Chat with Budget.txt"
    export.write_bytes(android(CHAT))
    receipt(export, "--work", "Budget", archive=tmp_path / "record")
    return tmp_path / "record"


def test_the_printed_schema_is_that_of_a_new_archive() -> None:
    assert (ROOT / "schemas" / "archive.sql").read_text() == schema()


@pytest.mark.parametrize("name", PROMISED)
def test_plain_sql_finds_the_promised_tables_and_columns(record: Path, name: str) -> None:
    assert rows(record, f"SELECT {', '.join(PROMISED[name].split())} FROM {name}")


def test_search_rows_are_numbered_like_messages(record: Path) -> None:
    assert rows(
        record, "SELECT m.text FROM messages_fts f JOIN messages m ON m.id = f.rowid WHERE messages_fts MATCH 'ok'"
    ) == [("Ok",)]


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE log SET entry = '{}'",
        "DELETE FROM log",
        "DELETE FROM sighting_data",
        "UPDATE sighting_data SET line = 9",
        "DELETE FROM accessions",
        "UPDATE accession_sources SET name = 'x'",
    ],
)
def test_what_is_append_only_refuses_change(record: Path, act: str) -> None:
    connection = sqlite3.connect(record / "archive.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(act)
    connection.close()


def test_the_log_is_hash_linked_and_holds_no_content(record: Path) -> None:
    entries = rows(record, "SELECT entry, leaf FROM log ORDER BY id")
    leaves = [hashlib.sha256(b"\0" + str(entry).encode()).hexdigest() for entry, _ in entries]
    assert [leaf for _, leaf in entries] == leaves
    (size, root, text), *_ = rows(record, "SELECT size, root, text FROM checkpoints ORDER BY size DESC")
    assert (size, root) == (len(entries), log.root(leaves))
    assert str(text).splitlines()[1] == str(len(entries))
    (digest,) = rows(record, "SELECT sha256 FROM sources")[0]
    for word in ("Morning", "Alex", "Budget", str(digest)):
        assert all(word not in str(entry) for entry, _ in entries)


def test_the_commitment_in_the_log_opens_with_its_salt(record: Path) -> None:
    (entry,) = rows(record, "SELECT entry FROM log")[0]
    (salt, digest) = rows(record, "SELECT salt, sha256 FROM accession_sources JOIN sources s ON s.id = source_id")[0]
    assert json.loads(str(entry))["detail"]["commitment"] == log.commitment(str(salt), str(digest))


def split_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 as its text puts it, by splitting at the largest power of two below the size."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + split_root(leaves[:half]) + split_root(leaves[half:])).digest()


@given(st.lists(st.text(max_size=5), max_size=40))
def test_the_root_is_that_of_rfc_6962(entries: list[str]) -> None:
    leaves = [log.leaf(entry) for entry in entries]
    assert log.root(leaves) == split_root([bytes.fromhex(leaf) for leaf in leaves]).hex()


@given(st.lists(st.integers(0, 50), max_size=80), st.sets(st.integers(0, 60), max_size=40))
def test_ids_are_free_ascend_within_a_minute_and_lie_after_its_start(minutes: list[int], used: set[int]) -> None:
    held = {minute << SHIFT for minute in used}
    floors = [minute << SHIFT for minute in minutes]
    ids = allocate(floors, max(held, default=0), lambda first, last: {i for i in held if first <= i <= last})
    assert len(set(ids)) == len(ids)
    assert not held & set(ids)
    assert all(made >= floor for made, floor in zip(ids, floors, strict=True))
    for minute in set(floors):
        of_minute = [made for made, floor in zip(ids, floors, strict=True) if floor == minute]
        assert of_minute == sorted(of_minute)


def test_a_full_minute_runs_on_without_taking_an_id_twice() -> None:
    crowded = (1 << SHIFT) // STEP * 3
    ids = allocate([0] * crowded + [1 << SHIFT] * 5, 0, lambda first, last: set())
    assert len(set(ids)) == crowded + 5


def test_ids_run_in_the_order_of_time() -> None:
    floors = Minutes().floors(["2019-01-07T08:42", "2024-03-05T14:07:09", "2024-03-05T14:08", "2026-11-16"])
    assert floors == sorted(floors)
