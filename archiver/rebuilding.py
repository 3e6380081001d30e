"""The record derived again from its originals and from what people decided: in place, or into a scratch database.

Every act is done again in the order of the log: each source is read as it was read then and recorded the same way,
each decision is carried out where it was made. What a person said before the last rebuild counts from the first
capture on; what they said since then counts from where they said it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from archiver.errors import Damaged, Refused
from archiver.model import Bundle, DateOrder, Reading, ReadingOptions, Source
from archiver.reading.detect import open_source
from archiver.reading.dialects import is_chat
from archiver.record import decisions, derived, recognitions, references
from archiver.record.failpoint import fail_point
from archiver.record.log import commitment
from archiver.record.store import Store
from archiver.record.taking import Act, Taking, noted_date
from archiver.recording import Tell, read_source, record


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild came to."""

    before: dict[str, int]
    """Rows a table, of the record as it was."""
    after: dict[str, int]
    checkpoint: str


def rebuild(store: Store, tell: Tell, *, read_again: bool = False) -> Rebuilt:
    """Derive the record again, in place and in one transaction: as before or as after, never between.

    ``read_again``: pictures are put before the machine once more, instead of taking what it read when they came.
    Raises ``Damaged`` where an original is gone or can no longer be read; nothing is changed then.
    """
    with store.transaction() as connection:
        before = derived.counts(connection)
        references.remember(connection)
        derived.empty(connection)
        fail_point("record-emptied")
        _replay(store, None, tell, read_again)
        fail_point("record-derived")
        references.put_back(connection)
        after = derived.counts(connection)
        salt = secrets.token_hex(16)
        connection.execute("INSERT INTO rebuilds (entry, salt) SELECT count(*) + 1, ? FROM log", (salt,))
        kept = commitment(salt, references.kept(connection))
        checkpoint = store.write_log("rebuild", {"after": after, "before": before, "kept": kept})
        fail_point("rebuild-noted")
    fail_point("rebuild-committed")
    return Rebuilt(before, after, checkpoint)


def derive(folder: Path, held: sqlite3.Connection, into: Path, tell: Tell, *, read_again: bool = False) -> None:
    """Derive the record of an archive as it should stand now, into a database made at ``into``.

    ``held``: a connection to the archive, which is only read. Raises ``Damaged`` as ``rebuild`` does.
    """
    scratch = derived.scratch(held, into)
    try:
        store = Store(folder, scratch, "")
        with store.transaction():
            (mark,) = scratch.execute("SELECT coalesce(max(entry), 0) FROM rebuilds").fetchone()
            _replay(store, int(mark), tell, read_again)
    finally:
        scratch.close()


@dataclass(frozen=True, slots=True)
class _Taken:
    """One source as it was taken."""

    act: Act
    entry: int
    accession: int
    source_id: int
    sha256: str
    name: str
    options: ReadingOptions
    modified: float | None


def _replay(store: Store, mark: int | None, tell: Tell, read_again: bool) -> None:
    """Every act again, in the order of the log.

    ``mark``: the log's entry of the last rebuild, up to which what was said counts from the start; None: all does.
    """
    connection = store.connection
    waiting = decisions.all_of(connection) if mark is None else decisions.held_back(connection, mark)
    takings: dict[int, Taking] = {}
    is_marked = mark is None or mark == 0
    for taken in _takings(connection, mark):
        if not is_marked and mark is not None and taken.entry > mark:
            references.apply(connection)
            is_marked = True
        while waiting and waiting[0].entry < taken.entry:
            decisions.carry_out_again(connection, waiting.pop(0))
        taking = takings.setdefault(taken.accession, Taking(store, None))
        taking.accession, taking.act = taken.accession, taken.act
        source = _opened(store, taken)
        kept = {} if read_again else recognitions.kept(connection, taken.act.id)
        readings = _read(source, taken, kept)
        record(taking, taken.source_id, source, readings, taken.options, tell)
    if not is_marked:
        references.apply(connection)
    for decision in waiting:
        decisions.carry_out_again(connection, decision)


def _opened(store: Store, taken: _Taken) -> Source:
    """The original of what was taken, opened as it was then."""
    path = store.originals.place(taken.sha256)
    if not path.is_file():
        raise Damaged(f"{taken.name}: its original {taken.sha256[:12]}… is gone. Restore it from a backup first.")
    try:
        return open_source(
            path, taken.name, sha256=taken.sha256, size=path.stat().st_size, is_chat=is_chat,
            zone=taken.options.timezone, modified=taken.modified,
        )  # fmt: skip
    except Refused as error:
        raise Damaged(
            f"{taken.name}: its original can no longer be read ({error}). Restore it from a backup."
        ) from error


def _read(source: Source, taken: _Taken, kept: dict[str, tuple[str, Reading]]) -> Sequence[tuple[Bundle, Reading]]:
    try:
        readings = read_source(source, taken.options, kept)
    except Refused as error:
        raise Damaged(f"{taken.name}: this program no longer reads it ({error}). Nothing was changed.") from error
    return list(zip(source.bundles, readings, strict=True))


def _takings(connection: sqlite3.Connection, mark: int | None) -> Iterator[_Taken]:
    """Every source that was taken, in the order in which it was, with what is now known of how to read it."""
    rows = connection.execute(
        "SELECT x.id, x.at, x.entry, x.accession_id, x.source_id, s.sha256, x.name, x.custodian, x.work, x.said,"
        " x.read_with FROM accession_sources x JOIN sources s ON s.id = x.source_id WHERE x.outcome = 'taken'"
        " ORDER BY x.entry"
    ).fetchall()
    for act, at, entry, accession, source_id, sha256, name, custodian, work, said, read_with in rows:
        with_what = json.loads(read_with)
        options = ReadingOptions(
            custodian=custodian, work=work, timezone=with_what["timezone"], ocr_language=with_what["ocr_language"]
        )
        options = _said(options, json.loads(said))
        for later, later_custodian, later_work in connection.execute(
            "SELECT said, custodian, work FROM accession_sources WHERE source_id = ? AND outcome = 'held'"
            " AND entry > ? AND entry < ? ORDER BY entry",
            (source_id, entry, _AT_LAST if mark is None else mark),
        ).fetchall():
            options = _said(options, {name: value for name, value in json.loads(later).items() if name != "chat"})
            options = replace(options, custodian=options.custodian or later_custodian, work=options.work or later_work)
        yield _Taken(Act(act, at), entry, accession, source_id, sha256, name, options, with_what["modified"])


_AT_LAST = 1 << 62
"""Beyond every entry of the log."""


def _said(options: ReadingOptions, said: dict[str, str]) -> ReadingOptions:
    """The options with what a person said; what they did not say stays."""
    captured = said.get("captured")
    return replace(
        options,
        chat=said.get("chat", options.chat),
        captured=noted_date(captured) if captured else options.captured,
        noted_by=said.get("noted_by", options.noted_by),
        date_order=cast(DateOrder | None, said.get("date_order", options.date_order)),
    )
