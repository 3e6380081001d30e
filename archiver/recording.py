"""One opened source into the record: which chat, which messages, what is odd. Ingest and rebuild both come here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from archiver.model import Bundle, Dated, Finding, Reading, ReadingOptions, Source
from archiver.reading.findings import ATTACHMENTS_DIFFER, SENT_AFTER_CAPTURE
from archiver.reading.routes import read_bundle
from archiver.recognising import Join, buffered, chat_of, note_number_changes
from archiver.record.capture import CaptureWriter, Written
from archiver.record.failpoint import fail_point
from archiver.record.joining import recount
from archiver.record.recognitions import asked
from archiver.record.taking import Taking

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
    minutes_ahead: int = 0
    """How much more its clock shows than the clock by which the chat is kept, most of the time."""
    clock_votes: int = 0
    """Messages by which that was learnt."""


def read_source(
    source: Source, options: ReadingOptions, kept: Mapping[str, tuple[str, Reading]] | None = None
) -> list[Reading]:
    """Every bundle read; a picture to its end, a text only surveyed.

    ``kept``: what was read off pictures before, with what was asked: it is not read again where the same is asked.
    """
    readings = []
    for bundle in source.bundles:
        was_asked, before = (kept or {}).get(bundle.main.name, ("", None))
        if before is not None and was_asked == asked(options.captured or next(iter(bundle.dates), None), options):
            readings.append(before)
            continue
        reading = read_bundle(bundle, options)
        if bundle.picture:
            reading = replace(reading, batches=partial(iter, list(reading.batches())))
        readings.append(reading)
    return readings


def record(
    taking: Taking,
    source_id: int,
    source: Source,
    readings: Sequence[tuple[Bundle, Reading]],
    options: ReadingOptions,
    tell: Tell,
) -> list[ChatTaken]:
    """Everything that a source shows, into the record, within a transaction that the caller holds."""
    connection = taking.store.connection
    taken = []
    for number, (bundle, reading) in enumerate(readings):
        found = chat_of(connection, reading, source, taking.act_id, options.chat, options.custodian)
        chat_id = found.chat
        capture_id = taking.capture_for(reading, options, chat_id, source_id)
        member_id, files = taking.add_members(source_id, capture_id, bundle)
        if bundle.picture:
            taking.keep_reading(reading, options)
        unknown_at = reading.captured.when.strftime("%Y-%m-%dT%H:%M") if reading.captured else "1970-01-01T00:00"
        writer = CaptureWriter(connection, chat_id, capture_id, options.custodian, unknown_at)
        join = None if found.is_new else Join(connection, writer, reading, (taking.act_id, bundle.main.name))
        for batch in buffered(reading.batches()):
            if join is None:
                writer.write(member_id, batch.sightings, files)
                note_number_changes(writer, batch.sightings)
            else:
                join.write(member_id, batch, files)
                writer.find(source_id, member_id, join.doubts)
                join.doubts.clear()
            writer.find(source_id, member_id, batch.findings)
            tell(source.name, writer.written.new + writer.written.seen)
            fail_point("batch-written")
        of_the_container = source.findings if number == 0 else ()
        odd = (*of_the_container, *found.findings, *_too_late(reading, writer.written))
        writer.find(source_id, member_id, odd)
        if files and join is not None:
            writer.find(source_id, member_id, (_differs(*place) for place in writer.differing_files()))
        written = writer.close()
        if join is not None:
            join.close()
            writer.drop_found_files()
        elif writer.people.united:
            recount(connection, chat_id)
        name, code = connection.execute("SELECT name, code FROM chats WHERE id = ?", (chat_id,)).fetchone()
        (steps,) = connection.execute("SELECT clock FROM captures WHERE id = ?", (capture_id,)).fetchone()
        votes, ahead = max(((votes, minutes) for _, minutes, votes, _ in json.loads(steps)), default=(0, 0))
        taken.append(
            ChatTaken(
                name, code, found.is_new, reading.route, reading.captured, options.custodian, written, ahead, votes
            )
        )
    return taken


def _differs(line: int | None, lines: int | None) -> Finding:
    told = "Another capture holds a file of this name with other bytes for the same message: both are kept."
    return Finding(ATTACHMENTS_DIFFER, told, line, lines)


def _too_late(reading: Reading, written: Written) -> Iterator[Finding]:
    """Messages dated more than a day after the capture: a wrong date on one side or the other."""
    captured, last = reading.captured, written.last_sent
    if captured is None or captured.basis == "filed" or last is None:
        return
    if last[:10] > (captured.when.date() + timedelta(days=1)).isoformat():
        yield Finding(SENT_AFTER_CAPTURE, f"Messages are dated up to {last[:10]}, after the capture itself.")


def taken_counts(taken: Sequence[ChatTaken]) -> list[dict[str, object]]:
    """What the log says of a source's captures: numbers, no words."""
    return [{"route": t.route, "new": t.written.new, "seen": t.written.seen} for t in taken]
