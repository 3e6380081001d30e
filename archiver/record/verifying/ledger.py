"""The log: its entries, their order, its checkpoints, and what its commitments open to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from archiver.record import log, seals
from archiver.record.verifying.report import Fault
from archiver.record.verifying.subject import Subject


def entries(subject: Subject) -> Iterator[Fault]:
    """Entries are numbered from 1 without gaps, are canonical JSON, and have the hashes that stand beside them."""
    for place, (number, entry, leaf) in enumerate(subject.entries, 1):
        if number != place:
            yield Fault("log", f"Entry {place} of the log is missing: the next is numbered {number}.")
            return
        if log.leaf(entry) != leaf:
            yield Fault("log", f"Entry {number} of the log does not have the hash that stands beside it.")
        if not _is_canonical(entry):
            yield Fault("log", f"Entry {number} of the log is not canonical JSON.")


def _is_canonical(entry: str) -> bool:
    try:
        said = json.loads(entry)
        return isinstance(said, dict) and log.entry_text(said) == entry
    except (ValueError, RecursionError):
        return False


def _first_origin(kept: dict[int, tuple[str, str, str]]) -> str:
    """By what name the oldest checkpoint calls the archive."""
    return kept[min(kept)][2].partition("\n")[0] if kept else ""


def settings(subject: Subject) -> Iterator[Fault]:
    """``archive.toml`` says which archive this is."""
    if subject.identity is None:
        yield Fault("settings", "archive.toml is missing or cannot be read, so that the archive has no name.")


def checkpoints(subject: Subject) -> Iterator[Fault]:
    """Every entry has its checkpoint, whose root is that of the entries up to there, computed anew."""
    kept = {row[0]: row[1:] for row in subject.connection.execute("SELECT size, root, frontier, text FROM checkpoints")}
    frontier, identity = "", subject.identity or _first_origin(kept)
    for size, (_, entry, _) in enumerate(subject.entries, 1):
        frontier = log.grown(frontier, size - 1, log.leaf(entry))
        if size not in kept:
            yield Fault("checkpoints", f"The checkpoint of entry {size} is missing.")
            continue
        root, kept_frontier, text = kept.pop(size)
        computed = log.root_of(frontier)
        try:
            body = log.read_checkpoint(text).body
        except ValueError:
            body = None
        if body != log.checkpoint(identity, size, computed) or root != computed or kept_frontier != frontier:
            yield Fault("checkpoints", f"The checkpoint of entry {size} is not that of the entries up to there.")
    for size in sorted(kept):
        yield Fault("checkpoints", f"There is a checkpoint of {size} entries, and the log has {len(subject.entries)}.")


def state(subject: Subject) -> Iterator[Fault]:
    """The seals of all rows are those that the last entry names, and cover as many rows as there are."""
    run = subject.connection.execute
    if not subject.entries:
        for name in seals.sealed_tables(subject.expected):
            if name != "match_rules" and run(f"SELECT 1 FROM {name} LIMIT 1").fetchone():
                yield Fault("state", f"The log is empty, and {name} is not.")
        return
    if log.state_in(subject.entries[-1][1]) != seals.state(subject.connection):
        yield Fault("state", "The seals of the rows are not those that the last entry of the log names.")
    sealed: Counter[str] = Counter()
    tables = seals.sealed_tables(subject.expected)
    for seal in seals.held(subject.connection):
        sealed[seal.block.name] += seal.rows or 0
        if seal.digest is None and seal.block.name in tables:
            sealed[seal.block.name] += seals.count(subject.connection, tables[seal.block.name], seal.block)
    for name in tables:
        (there,) = run(f"SELECT count(*) FROM {name}").fetchone()
        if there != sealed[name]:
            yield Fault("state", f"{name} has {there:,} rows; {sealed[name]:,} were sealed.")


def _told(entry: str) -> dict[str, Any] | None:
    """What an entry says, or None where it is not formed as one."""
    try:
        said = json.loads(entry)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("detail"), dict) else None


def commitments(subject: Subject) -> Iterator[Fault]:
    """Each handing over of a source has its entry, which opens with the salt beside it; each decision has its entry."""
    run = subject.connection.execute
    said = [one for _, entry, _ in subject.entries if (one := _told(entry))]
    logged = Counter(one["detail"].get("commitment") for one in said if one.get("action") == "ingest")
    for accession, name, salt, sha256 in run(
        "SELECT x.accession_id, x.name, x.salt, s.sha256 FROM accession_sources x"
        " LEFT JOIN sources s ON s.id = x.source_id ORDER BY x.rowid"
    ):
        try:
            opened = log.commitment(salt, sha256 or "")
        except ValueError:
            opened = None
        if not logged[opened]:
            yield Fault("commitments", f"{name}, of accession {accession}: no entry of the log commits to these bytes.")
        logged[opened] -= 1
    lost = sum(count for count in logged.values() if count > 0)
    if lost:
        yield Fault("commitments", f"The log commits to {lost} sources that the accessions do not name.")
    decided = {one["detail"].get("decision") for one in said if one.get("action") == "decide"}
    there = {number for (number,) in run("SELECT id FROM decisions")}
    for number in sorted(there - decided):
        yield Fault("commitments", f"Decision {number} has no entry in the log.")
    for number in sorted(decided - there):
        yield Fault("commitments", f"Decision {number} stands in the log and is not held.")
