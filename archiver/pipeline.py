"""Ingest on one page: the only bridge between reading, matching and the record.

paths → original stored → opened → read → matched → recorded, all or nothing a source → receipt
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from archiver.errors import ArchiverError, NeedsPerson, Refused
from archiver.matching import exact
from archiver.model import Batch, Bundle, Dated, Reading, ReadingOptions, Sighting, Source
from archiver.reading.detect import open_source, plain_name
from archiver.reading.dialects import is_chat
from archiver.reading.routes import read_bundle
from archiver.record.capture import BUFFER, CaptureWriter, Written
from archiver.record.store import Store, account, utc_now
from archiver.record.taking import Taking

Ask = Callable[[str], Dated | None]
"""Asks a person for the capture date of what is named; None where nobody is there to answer."""
Tell = Callable[[str, int], None]
"""Told how far the work is: of what, and how many messages so far."""


@dataclass(frozen=True, slots=True)
class ChatTaken:
    """What one capture brought."""

    chat: str
    code: str
    is_new: bool
    route: str
    captured: Dated | None
    custodian: str | None
    written: Written


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """What became of one file handed over."""

    name: str
    outcome: str
    """``taken``, ``held`` (its bytes were held already) or ``refused``."""
    sha256: str | None = None
    size: int = 0
    chats: tuple[ChatTaken, ...] = ()
    held_since: str | None = None
    error: str | None = None
    detail: str | None = None
    exit_code: int = 0


@dataclass(slots=True)
class Receipt:
    """What an accession came to."""

    archive: str
    accession: int | None
    at: str
    by: str
    work: str | None
    sources: list[SourceOutcome] = field(default_factory=list)
    checkpoint: str | None = None


def files_of(paths: Sequence[Path], archive: Path | None = None) -> list[tuple[Path, str]]:
    """Every file handed over, with the name it is spoken of by: folders are read whole, in the order of names.

    Hidden files and the archive itself are left out.
    """
    found: list[tuple[Path, str]] = []
    for path in paths:
        if not path.is_dir():
            found.append((path, path.name))
            continue
        for child in sorted(path.rglob("*")):
            inside = child.relative_to(path)
            if any(part.startswith(".") for part in inside.parts) or not child.is_file():
                continue
            if archive is not None and child.resolve().is_relative_to(archive.resolve()):
                continue
            found.append((child, child.name))
    return found


def ingest(
    store: Store,
    files: Sequence[tuple[Path, str]],
    options: ReadingOptions,
    stated_name: str | None,
    ask: Ask,
    tell: Tell,
) -> Receipt:
    """Take files into the record, each whole or not at all; one that is refused does not stop the rest."""
    receipt = Receipt(str(store.folder), None, utc_now(), account(), options.work)
    taking = Taking(store, stated_name)
    store.originals.sweep()
    with _no_garbage_collection():
        for path, name in files:
            try:
                outcome = _take(taking, path, name, options, ask, tell)
            except ArchiverError as error:
                word = (
                    error.word
                    if isinstance(error, Refused)
                    else "needs-person"
                    if isinstance(error, NeedsPerson)
                    else "failed"
                )
                outcome = SourceOutcome(
                    plain_name(name), "refused", error=word, detail=str(error), exit_code=error.exit_code
                )
            receipt.sources.append(outcome)
    receipt.accession, receipt.checkpoint = taking.accession, taking.checkpoint
    return receipt


def _take(taking: Taking, path: Path, name: str, options: ReadingOptions, ask: Ask, tell: Tell) -> SourceOutcome:
    """One source: its bytes first, then all that it shows in one transaction."""
    store, label = taking.store, plain_name(name)
    if again := taking.held_file(path):
        held, sha256 = again
        taking.note_held(held, label, sha256)
        return SourceOutcome(label, "held", sha256, path.stat().st_size, held_since=held.since)
    incoming = store.originals.receive(path, label)
    try:
        source = open_source(
            incoming.path, name, sha256=incoming.sha256, size=incoming.size, is_chat=is_chat,
            zone=options.timezone, modified=path.stat().st_mtime,
        )  # fmt: skip
        readings = [(bundle, _dated(bundle, options, label, ask)) for bundle in source.bundles]
        with store.transaction() as connection:
            taken = _record(taking, connection, source, readings, options, tell)
            store.originals.take(incoming)
        return SourceOutcome(label, "taken", source.sha256, source.size, tuple(taken))
    finally:
        store.originals.drop(incoming)


def _dated(bundle: Bundle, options: ReadingOptions, name: str, ask: Ask) -> Reading:
    """The reading of a bundle; where nothing carries the date of a paste or a picture, a person says it.

    Raises ``NeedsPerson`` where nobody is there to ask: a date is never given silently.
    """
    reading = read_bundle(bundle, options)
    if reading.captured is not None:
        return reading
    said = ask(name)
    if said is None:
        what = "screenshot" if reading.route == "screenshot" else "paste"
        raise NeedsPerson(f"{name}: nothing says when this {what} was taken. Say it with --captured YYYY-MM-DD.")
    return read_bundle(bundle, replace(options, captured=said))


def _record(
    taking: Taking,
    connection: sqlite3.Connection,
    source: Source,
    readings: Sequence[tuple[Bundle, Reading]],
    options: ReadingOptions,
    tell: Tell,
) -> list[ChatTaken]:
    """Everything that a source shows, into the record, within a transaction."""
    source_id = taking.add_source(source)
    taken = []
    for bundle, reading in readings:
        chat_id, is_new = taking.chat_for(reading, source)
        capture_id = taking.capture_for(reading, options, chat_id, source_id)
        member_id, files = taking.add_members(source_id, capture_id, bundle)
        unknown_at = reading.captured.when.strftime("%Y-%m-%dT%H:%M") if reading.captured else "1970-01-01T00:00"
        writer = CaptureWriter(connection, chat_id, capture_id, options.custodian, unknown_at)
        for batch in _buffered(reading.batches()):
            matched = None if is_new else _matched(connection, writer, chat_id, batch.sightings)
            writer.write(member_id, batch.sightings, matched, files)
            writer.find(source_id, member_id, batch.findings)
            tell(source.name, writer.written.new + writer.written.seen)
        writer.find(source_id, member_id, source.findings)
        written = writer.close()
        name, code = connection.execute("SELECT name, code FROM chats WHERE id = ?", (chat_id,)).fetchone()
        taken.append(ChatTaken(name, code, is_new, reading.route, reading.captured, options.custodian, written))
    taking.log_source(source, taken_counts(taken))
    return taken


def taken_counts(taken: Sequence[ChatTaken]) -> list[dict[str, object]]:
    """What the log says of a source's captures: numbers, no words."""
    return [{"route": t.route, "new": t.written.new, "seen": t.written.seen} for t in taken]


def _matched(
    connection: sqlite3.Connection, writer: CaptureWriter, chat_id: int, sightings: Sequence[Sighting]
) -> list[int | None]:
    """For each sighting the held message that it is, or None: asked a run of time at a time."""
    keys = [
        (s.sent_at[:16], writer.people.of(s.sender)[1], s.text) if s.sent_at and len(s.sent_at) >= 16 else None
        for s in sightings
    ]
    return exact.decide(keys, writer.held({key[0] for key in keys if key}))


def _buffered(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same sightings in larger pieces."""
    sightings, findings = [], []
    for batch in batches:
        sightings += batch.sightings
        findings += batch.findings
        if len(sightings) >= BUFFER:
            yield Batch(sightings, findings)
            sightings, findings = [], []
    yield Batch(sightings, findings)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Millions of short-lived rows and no cycles: the collector would only look at them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
