"""What is recognised in the record: which chat a capture is of, and which of its messages are held already.

The bridge between matching, which decides and knows no archive, and the record, which holds and decides nothing.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from archiver.matching import chats as likeness
from archiver.matching.clock import profile, reference
from archiver.matching.identity import number_change
from archiver.matching.normal import PLACEHOLDERS, Words
from archiver.matching.screens import place
from archiver.matching.session import Instants, Session
from archiver.model import Batch, Finding, Reading, Sighting, Source
from archiver.reading.dialects.wording import LEFT_OUT_ANDROID, LEFT_OUT_IPHONE
from archiver.record import chats
from archiver.record.capture import BUFFER, CaptureWriter
from archiver.record.held import HeldChat
from archiver.record.joining import Joiner, clocks, recount, show_by

UNSURE = "unsure"
"""The finding for what fits two ways, or not well enough: kept apart until a person says."""
_FITS_TWO = "This fits two or more held messages equally well. Kept apart until a person says which it is."
_GLANCE = 2
"""Pieces of a capture looked at to see that a chat of its name is not another one."""


@dataclass(frozen=True, slots=True)
class ChatFound:
    """The chat that a capture is of."""

    chat: int
    is_new: bool
    findings: tuple[Finding, ...] = ()


def chat_of(connection: sqlite3.Connection, reading: Reading, source: Source) -> ChatFound:
    """The chat of a reading: as it is recognised, or the one that a person said this one is."""
    found = _recognised(connection, reading, source)
    return found if found.is_new else ChatFound(chats.one_of(connection, found.chat), False, found.findings)


def _recognised(connection: sqlite3.Connection, reading: Reading, source: Source) -> ChatFound:
    """By its names, then by what it has in common; a new one where neither tells."""
    name = reading.chat or f"Unnamed chat ({source.name})"
    held = chats.held(connection)
    if not held:
        return ChatFound(chats.add(connection, chats.fold(name), reading.group), True)
    named = chats.named(connection, name) if reading.chat else []
    if not named and reading.chat and reading.chat.endswith("…"):
        named = chats.beginning(connection, reading.chat)
    if len(named) == 1:
        return _chat_of_that_name(connection, reading, named[0], name)
    if reading.route == "screenshot":
        return ChatFound(chats.add(connection, chats.fold(name), reading.group), True)
    evidence = _in_common(connection, reading, named or held)
    apart = {one.chat for one in evidence if chats.kept_apart(connection, one.chat, named)}
    same = [one for one in evidence if likeness.verdict(one) == "same" and one.chat not in apart]
    if same:
        return ChatFound(max(same, key=lambda one: one.found).chat, False)
    new = chats.add(connection, chats.fold(name), reading.group)
    doubtful = [one for one in evidence if one.chat in named or likeness.verdict(one) == "unsure"]
    return ChatFound(new, True, tuple(_doubt(connection, one) for one in doubtful))


def _chat_of_that_name(connection: sqlite3.Connection, reading: Reading, chat: int, name: str) -> ChatFound:
    """The chat that bears the name, unless it holds other messages of the time at which the capture begins."""
    if reading.route == "screenshot":
        return ChatFound(chat, False)
    begins = [s for piece in islice(reading.batches(), _GLANCE) for s in piece.sightings]
    instants = Instants()
    ours = likeness.long_texts(begins)
    if ours:
        minutes, _ = instants.of([sent for sent, _ in ours])
        theirs = chats.long_texts(connection, chat, min(minutes), max(minutes), likeness.MOST)
        if likeness.another([text for _, text in ours], theirs):
            new = chats.add(connection, chats.fold(name), reading.group)
            return ChatFound(new, True, (_doubt(connection, likeness.Common(chat, len(theirs), 0)),))
    return ChatFound(chat, False)


def _in_common(connection: sqlite3.Connection, reading: Reading, among: list[int]) -> list[likeness.Common]:
    """What a capture has in common with each of some chats."""
    instants = Instants()
    texts, share = likeness.sample(s for piece in reading.batches() for s in piece.sightings)
    if not texts:
        return []
    minutes, _ = instants.of([s.sent_at or "" for s in texts])
    points = [likeness.Sampled(minute, s.text) for minute, s in zip(minutes, texts, strict=True)]
    hits: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for point in points:
        for chat, sent in chats.where_found(connection, point.text):
            hits[chat][point.text] += instants.of([sent])[0]
    found = []
    for chat in among:
        spans = [(first, last) for (first, last), _ in (instants.of(span) for span in chats.spans(connection, chat))]
        one = likeness.common(points, chat, spans, hits[chat])
        if one.found:
            theirs = len(chats.long_texts(connection, chat, min(minutes), max(minutes), likeness.MOST))
            one = one._replace(in_span=max(one.found, min(one.in_span, round(theirs * share))))
        found.append(one)
    return found


def _doubt(connection: sqlite3.Connection, one: likeness.Common) -> Finding:
    (code,) = connection.execute("SELECT code FROM chats WHERE id = ?", (one.chat,)).fetchone()
    told = (
        f"{one.found} of {one.in_span} long texts of its time are in it at the same time"
        if one.in_span
        else "it has the same name, and no time in common that would tell"
    )
    return Finding(UNSURE, f"This may be the chat {code}: {told}. Kept apart until a person says.")


_PLACEHOLDERS = PLACEHOLDERS.union(
    (f"<{words}>" for words in LEFT_OUT_ANDROID), (words for row in LEFT_OUT_IPHONE for words in row.split("|"))
)


class Join:
    """A capture of a chat that is held already: each window is matched, then written."""

    def __init__(self, connection: sqlite3.Connection, writer: CaptureWriter, reading: Reading) -> None:
        self.connection, self.writer, self.reading = connection, writer, reading
        self.held = HeldChat(connection, writer.chat_id, writer.capture_id, writer.people)
        self.session = Session(self.held, Words(_PLACEHOLDERS), paste=reading.route == "web-paste")
        self.joiner = Joiner(writer, self.held)
        self.first = True
        self.doubts: list[Finding] = []
        """Sightings that fitted several messages alike and were kept apart."""

    def write(self, member_id: int, batch: Batch, files: dict[str, int]) -> None:
        """Match a window and write it."""
        if self.reading.route == "screenshot":
            self._write_screen(member_id, batch, files)
            return
        if self.first:
            self._look_ahead(batch)
        window = self.session.match(batch.sightings)
        self.writer.people.settle(self.session.votes)
        self.joiner.write(member_id, batch.sightings, window.decided, window.shifts, files)
        self.doubts += [
            Finding(UNSURE, _FITS_TWO, batch.sightings[at].line, batch.sightings[at].lines) for at in window.unsure
        ]

    def _write_screen(self, member_id: int, batch: Batch, files: dict[str, int]) -> None:
        """A picture: laid on the messages around it as a run."""
        held = self.held.around(batch.sightings, self.writer.unknown_at)
        placed = place(batch.sightings, held, self.session.words, self.held.names_of)
        for s, decided in zip(batch.sightings, placed.decided, strict=True):
            if s.sender and decided.message and decided.message.sender:
                self.session.votes.add(s.sender, decided.message.sender)
        self.writer.people.settle(self.session.votes)
        self.joiner.write(member_id, batch.sightings, placed.decided, [0] * len(placed.sent), files, placed.sent)

    def _look_ahead(self, batch: Batch) -> None:
        """Where a long capture begins before all that is held, its clock is learnt where the two meet."""
        self.first = False
        if len(batch.sightings) < BUFFER:
            return
        for later in buffered(self.reading.batches()):
            if self.session.look_ahead(later.sightings):
                return

    def close(self) -> None:
        """What is done once all is written."""
        self.joiner.close([[step.since, step.minutes, step.votes, step.until] for step in self.session.clock.steps])
        moved = self._show_times()
        if moved or self.writer.people.united:
            recount(self.connection, self.writer.chat_id)

    def _show_times(self) -> bool:
        """Show the chat's times by the clock on which most captures agree; whether any changed."""
        if not self.held.shown_ahead and not any(step.minutes for step in self.session.clock.steps):
            return False
        chat_id = self.writer.chat_id
        known = clocks(self.connection, chat_id)
        zone = Counter(sorted(zone for _, _, _, zone, _ in known)).most_common(1)[0][0]
        profiles = []
        for steps, first, last, own, taken in known:
            (since, until), _ = Instants().of([first, last])
            profiles.append(profile(steps, since, until, zone == own, taken))
        return show_by(self.connection, chat_id, reference(profiles))


def note_number_changes(writer: CaptureWriter, sightings: Sequence[Sighting]) -> None:
    """Whoever went on under a new number is one person, also in the first capture of a chat."""
    for s in sightings:
        if s.event is not None and (change := number_change(s.event, s.text)):
            writer.people.changed_number(*change)


def buffered(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same sightings in larger pieces."""
    sightings, findings = [], []
    for batch in batches:
        sightings += batch.sightings
        findings += batch.findings
        if len(sightings) >= BUFFER:
            yield Batch(sightings, findings)
            sightings, findings = [], []
    yield Batch(sightings, findings)
