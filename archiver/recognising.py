"""What is recognised in the record: which chat a capture is of, and which of its messages are held already.

The bridge between matching, which decides and knows no archive, and the record, which holds and decides nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from archiver.columns import columns_of, one_after_another
from archiver.matching import chats as likeness
from archiver.matching.clock import FURTHEST, profile, reference
from archiver.matching.identity import number_change
from archiver.matching.normal import PLACEHOLDERS, Words
from archiver.matching.screens import place
from archiver.matching.session import Instants, Session
from archiver.model import Batch, Decided, Finding, Reading, Sighting, Source
from archiver.reading.dialects.wording import LEFT_OUT_ANDROID, LEFT_OUT_IPHONE
from archiver.record import chats
from archiver.record.capture import BUFFER, CaptureWriter
from archiver.record.held import HeldChat
from archiver.record.joining import Joiner, clocks, recount, show_by
from archiver.record.knots import Knots
from archiver.record.one_clock import OneClock
from archiver.record.places import Place
from archiver.record.settled import Settled
from archiver.untying import UNSURE, Untying

EDITED = "edited-between-captures"
"""The finding for a message that says something else in another capture."""
_CHANGED = "This message says something else in another capture. It is held as one, with all its words."
GROUP_EVENTS = frozenset(
    ("added", "admin-changed", "created", "joined", "joined-by-link", "left", "removed", "requested-to-join",
     "subject-changed")
)  # fmt: skip
"""Notices that only a group has."""
_GLANCE = 2
"""Pieces of a capture looked at to see that a chat of its name is not another one."""


@dataclass(frozen=True, slots=True)
class ChatFound:
    """The chat that a capture is of."""

    chat: int
    is_new: bool
    findings: tuple[Finding, ...] = ()


def chat_of(
    connection: sqlite3.Connection,
    reading: Reading,
    source: Source,
    act: int,
    stated: str | None = None,
    custodian: str | None = None,
    accession: int | None = None,
) -> ChatFound:
    """The chat of a reading: the one that a person said this one is, or as it is recognised.

    ``act``: the number of the act that brought the source. ``stated``: what the person who handed it over calls the
    chat. ``custodian``, ``accession``: of the capture at hand, where they are known: two chats that one phone shows
    under two names are two.
    """
    settled, place = Settled(connection), (act, reading.member)
    said = settled.chat_for(place)
    if said is not None:
        return ChatFound(said, False)
    recognition = _Recognition(connection, reading, source, place, settled, stated, custodian, accession)
    found = recognition.found()
    if found.is_new:
        return found
    chat = settled.joined(found.chat)
    return recognition.new() if chat in settled.not_chats(place) else ChatFound(chat, False, found.findings)


class _Recognition:
    """By its names, then by what it has in common; a new chat where neither tells."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        reading: Reading,
        source: Source,
        place: Place,
        settled: Settled,
        stated: str | None,
        custodian: str | None,
        accession: int | None,
    ) -> None:
        self.connection, self.reading, self.source = connection, reading, source
        self.place, self.settled, self.stated = place, settled, stated
        self.custodian, self.accession = custodian, accession
        self.name = reading.chat or f"Unnamed chat ({source.name})"
        self.instants = Instants()
        self.doubts: list[Finding] = []

    def found(self) -> ChatFound:
        """The chat; with what is doubtful, where it is a new one."""
        reading, connection = self.reading, self.connection
        held = chats.held(connection)
        if not held:
            return self.new()
        named = chats.named(connection, self.name) if reading.chat else []
        if not named and reading.chat and reading.chat.endswith("…"):
            named = chats.beginning(connection, reading.chat)
        if len(named) == 1 and self._settled_by_name():
            return ChatFound(named[0], False)
        if reading.route == "screenshot":
            return self.new()
        chat = self._of_its_name(named)
        if chat is None:
            chat = self._in_common([one for one in held if one not in named], named)
        return self.new() if chat is None else ChatFound(chat, False)

    def new(self) -> ChatFound:
        """A chat of its own."""
        new = chats.add(self.connection, chats.fold(self.name), self.reading.group, self.place)
        return ChatFound(new, True, tuple(self.doubts))

    def _settled_by_name(self) -> bool:
        """Whether nothing but the name is asked: a person said it, or only a picture shows it."""
        return self.reading.route == "screenshot" or self.stated is not None

    # ---- chats of its name

    def _of_its_name(self, named: list[int]) -> int | None:
        """The one that bears the name and holds the same, or has the same people and no time in common."""
        if self.reading.route == "web-paste" and len(named) == 1:
            return named[0] if self._paste_fits(named[0]) else None
        fits: list[tuple[int, int]] = []
        likely: list[int] = []
        doubts = []
        for chat in named:
            glance = self._glance(chat)
            agreed = likeness.agreement(
                glance.texts, *self._held_texts(chat, glance), late=likeness.LATE
            ) if glance.texts else likeness.NOTHING  # fmt: skip
            verdict = likeness.namesake(agreed)
            if verdict == "same":
                fits.append((agreed.found, chat))
            elif verdict == "unsure" and self._same_people(chat, glance, agreed):
                likely.append(chat)
            doubts.append(_doubt(self.connection, chat, agreed, "it has the same name"))
        best = [chat for found, chat in fits if found == max(fits)[0]] or likely
        if len(best) == 1:
            return best[0]
        self.doubts += doubts
        return None

    def _paste_fits(self, chat: int) -> bool:
        """Whether a paste's chat is the one of its name: unless that holds other messages of just then."""
        begins = [s for piece in islice(self.reading.batches(), _GLANCE) for s in piece.sightings]
        ours = likeness.long_texts(begins)
        if ours:
            minutes, _ = self.instants.of([sent for sent, _ in ours])
            theirs = chats.long_texts(self.connection, chat, min(minutes), max(minutes), likeness.MOST)
            if likeness.another([text for _, text in ours], theirs):
                agreed = likeness.NOTHING._replace(ours=len(ours), theirs=len(theirs))
                self.doubts.append(_doubt(self.connection, chat, agreed, "it has the same name"))
                return False
        return True

    def _glance(self, chat: int) -> _Glance:
        """The capture's first texts of the time that a chat covers, give or take a zone; and who wrote up to there."""
        spans = self._spans(chat)
        last = max((until for _, until in spans), default=0)
        glance = _Glance([], set(), set(), 0, 0)
        for piece in self.reading.batches():
            whole = _timed(piece.sightings)
            minutes, _ = self.instants.of([s.sent_at or "" for s in whole]) if whole else ([], [])
            inside = [
                (minute, s)
                for minute, s in zip(minutes, whole, strict=True)
                if any(since - FURTHEST <= minute <= until + FURTHEST for since, until in spans)
            ]
            _take(glance, inside)
            glance.labels.update(s.sender for s in piece.sightings if s.sender)
            glance.seen += sum(s.kind == "text" for s in whole)
            if len(glance.texts) >= likeness.SAMPLE or (minutes and min(minutes) > last + FURTHEST):
                break
        return glance

    def _held_texts(
        self, chat: int, glance: _Glance
    ) -> tuple[list[likeness.Said], list[tuple[int, int]], tuple[set[int], set[int]]]:
        """What a chat holds of a capture's time, what its captures cover, and where either shows a deletion."""
        first = min(one.minute for one in glance.texts) - FURTHEST
        last = max(one.minute for one in glance.texts) + FURTHEST
        rows = chats.texts(self.connection, chat, first, last)
        minutes, _ = self.instants.of([row[0] for row in rows]) if rows else ([], [])
        theirs, holes = [], set()
        for minute, (_, person, kind, text, edited) in zip(minutes, rows, strict=True):
            if kind == "deleted":
                holes.add(minute)
            else:
                theirs.append(likeness.Said(minute, str(person), text, bool(edited) or "@" in text))
        return theirs, self._spans(chat), (glance.holes, holes)

    def _spans(self, chat: int) -> list[tuple[int, int]]:
        return [
            (first, last)
            for (first, last), _ in (self.instants.of(span) for span in chats.spans(self.connection, chat))
        ]

    def _same_people(self, chat: int, glance: _Glance, agreed: likeness.Agreement) -> bool:
        """Whether who writes speaks for one chat of one name, where there is too little time in common to tell."""
        captures = chats.labels(self.connection, chat)
        if not captures:
            return True
        known = frozenset[str]().union(*(labels for _, labels in captures))
        custodians = {custodian for custodian, _ in captures if custodian}
        if self._is_direct(glance.labels) and all(self._is_direct(labels) for _, labels in captures):
            if self.custodian and custodians:
                return self.custodian in custodians
            if any(labels == glance.labels for _, labels in captures):
                return True
        elif (glance.labels & known) - {"You", self.custodian} - custodians:
            return True
        return glance.seen < likeness.ENOUGH and (agreed.found > 0 or agreed.ours == 0)

    @staticmethod
    def _is_direct(labels: Collection[str]) -> bool:
        return len(labels) <= 2

    # ---- chats of other names

    def _in_common(self, among: list[int], named: list[int]) -> int | None:
        """The one chat of another name that holds the same, both ways; others that hold much of it are doubtful."""
        candidates = self._candidates(among)
        if not candidates:
            return None
        glance = self._whole()
        enough = likeness.ENOUGH_PASTED if self.reading.route == "web-paste" else likeness.ENOUGH
        fits = []
        for chat in candidates:
            agreed = likeness.agreement(glance.texts, *self._held_texts(chat, glance))
            verdict = likeness.verdict(agreed, enough)
            if verdict != "different":
                doubt = _doubt(self.connection, chat, agreed, "it has another name")
                fits.append((verdict == "same" and self._may_be_one(chat, glance, named), chat, doubt))
        same = [chat for is_same, chat, _ in fits if is_same]
        if len(same) == 1:
            return same[0]
        self.doubts += [doubt for _, _, doubt in fits]
        return None

    def _candidates(self, among: list[int]) -> list[int]:
        """Chats with which a capture has some long texts in common, at one distance in time."""
        texts = likeness.sample(s for piece in self.reading.batches() for s in piece.sightings)
        if not texts or not among:
            return []
        minutes, _ = self.instants.of([s.sent_at or "" for s in texts])
        points = [likeness.Sampled(minute, s.text) for minute, s in zip(minutes, texts, strict=True)]
        hits: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for point in points:
            for chat, sent in chats.where_found(self.connection, point.text):
                hits[chat][point.text] += self.instants.of([sent])[0]
        return [chat for chat in among if likeness.common(points, hits[chat]) >= likeness.CANDIDATE]

    def _whole(self) -> _Glance:
        glance = _Glance([], set(), set(), 0, 0)
        for piece in self.reading.batches():
            whole = _timed(piece.sightings)
            minutes, _ = self.instants.of([s.sent_at or "" for s in whole]) if whole else ([], [])
            _take(glance, list(zip(minutes, whole, strict=True)))
            glance.labels.update(s.sender for s in piece.sightings if s.sender)
            glance.notices += sum(s.event in GROUP_EVENTS for s in piece.sightings)
        return glance

    def _may_be_one(self, chat: int, glance: _Glance, named: list[int]) -> bool:
        """Whether nothing forbids it: a person's word, one phone that shows two names, a direct chat and a group."""
        if self.settled.are_apart(chat, named):
            return False
        captures = chats.labels(self.connection, chat)
        if self.reading.chat:
            if self.custodian and self.custodian in {custodian for custodian, _ in captures}:
                return False
            if chats.handed_over_with(self.connection, chat, self.source.sha256, self.accession):
                return False
        if self.reading.route == "web-paste":
            return True
        ours = len(glance.labels) > 2 or glance.notices > 0
        theirs = any(len(labels) > 2 for _, labels in captures) or chats.has_events(self.connection, chat, GROUP_EVENTS)
        return ours == theirs


@dataclass(slots=True)
class _Glance:
    """What is looked at of a capture."""

    texts: list[likeness.Said]
    labels: set[str]
    holes: set[int]
    """Minutes at which it shows a deletion."""
    seen: int
    notices: int
    """Notices that only a group has."""


def _timed(sightings: Sequence[Sighting]) -> list[Sighting]:
    return [s for s in sightings if s.sent_at and len(s.sent_at) >= 16 and s.sent_at[0] != "T"]


def _take(glance: _Glance, found: Sequence[tuple[int, Sighting]]) -> None:
    for minute, s in found:
        if s.kind == "text":
            glance.texts.append(likeness.Said(minute, s.sender or "", s.text, s.edited or "@" in s.text))
        elif s.kind == "deleted":
            glance.holes.add(minute)


def _doubt(connection: sqlite3.Connection, chat: int, agreed: likeness.Agreement, why: str) -> Finding:
    (code,) = connection.execute("SELECT code FROM chats WHERE id = ?", (chat,)).fetchone()
    told = (
        f"in the time that both cover, it has {agreed.found} of {agreed.ours} texts, and {agreed.theirs} of its own"
        if agreed.ours and agreed.theirs
        else f"{why}, and no time in common that would tell"
    )
    return Finding(UNSURE, f"This may be the chat {code}: {told}. Kept apart until a person says.")


_PLACEHOLDERS = PLACEHOLDERS.union(
    (f"<{words}>" for words in LEFT_OUT_ANDROID), (words for row in LEFT_OUT_IPHONE for words in row.split("|"))
)


class Join:
    """A capture of a chat that is held already: each window is matched, then written."""

    def __init__(self, connection: sqlite3.Connection, writer: CaptureWriter, reading: Reading, place: Place) -> None:
        self.connection, self.writer, self.reading, self.place = connection, writer, reading, place
        self.settled = Settled(connection)
        self.held = HeldChat(connection, writer.chat_id, writer.capture_id, writer.people)
        self.session = Session(self.held, Words(_PLACEHOLDERS), paste=reading.route == "web-paste")
        self.joiner = Joiner(writer, self.held)
        self.first = True
        self.knots: set[int] = set()
        self.doubts: list[Finding] = []
        """What was found odd in the last window."""

    def write(self, member_id: int, batch: Batch, files: dict[str, int]) -> None:
        """Match a window and write it."""
        if self.reading.route == "screenshot":
            self._write_screen(member_id, batch, files)
            return
        if self.first:
            self._look_ahead(batch)
        window = self.session.match(batch.sightings)
        self.writer.people.settle(self.session.votes)
        said = self._as_said(batch.sightings, window.decided)
        self.joiner.write(member_id, batch.sightings, window.decided, window.shifts, files, said=said)
        self.knots.update(window.knots)
        changed = [
            at
            for at, (s, d) in enumerate(zip(batch.sightings, window.decided, strict=True))
            if d.rule == "edited" and d.message and d.message.text != s.text
        ]
        self.doubts += [
            Finding(EDITED, _CHANGED, batch.sightings[at].line, batch.sightings[at].lines) for at in changed
        ]

    def _write_screen(self, member_id: int, batch: Batch, files: dict[str, int]) -> None:
        """A picture: laid on the messages around it as a run."""
        held = self.held.around(batch.sightings, self.writer.unknown_at)
        placed = place(batch.sightings, held, self.session.words, self.held.names_of)
        for s, decided in zip(batch.sightings, placed.decided, strict=True):
            if s.sender and decided.message and decided.message.sender:
                self.session.votes.add(s.sender, decided.message.sender)
        self.writer.people.settle(self.session.votes)
        said = self._as_said(batch.sightings, placed.decided)
        self.joiner.write(member_id, batch.sightings, placed.decided, [0] * len(placed.sent), files, placed.sent, said)

    def _as_said(self, sightings: Sequence[Sighting], decided: list[Decided]) -> dict[int, int]:
        """Put a person's word before the program's; the decision on each sighting of which one speaks."""
        spots = [s.line if s.line is not None else json.dumps(s.box) for s in sightings]
        words = self.settled.words(self.place, spots)
        for at, word in words.items():
            if word.message is not None:
                decided[at] = Decided(self.held.message(word.message), "decision")
            elif (message := decided[at].message) and message.id in word.never:
                decided[at] = Decided(None, "decision")
        claimed = {word.message for word in words.values()}
        for at, one in enumerate(decided):
            if at not in words and one.message is not None and one.message.id in claimed:
                decided[at] = Decided(None)
        return {at: word.decision for at, word in words.items() if decided[at].rule == "decision"}

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
        self.writer.people.note_late({label: self.session.skews.of(label) for label in self.session.labels})
        knots = Knots(self.writer, self.held)
        clock = OneClock(self.connection, self.held)
        clock.put_right()
        minutes = clock.moved([*self.knots, *self.writer.people.mixed])
        Untying(knots, self.held, self.session.words).untie(minutes)
        moved = self._show_times()
        if moved or self.writer.people.united or knots.changed:
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
    columns = columns_of(sightings)
    if not any(columns.event):
        return
    for event, text in zip(columns.event, columns.text, strict=True):
        if event is not None and (change := number_change(event, text)):
            writer.people.changed_number(*change)


def buffered(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same sightings in larger pieces."""
    pieces: list[Sequence[Sighting]] = []
    findings: list[Finding] = []
    count = 0
    for batch in batches:
        pieces.append(batch.sightings)
        findings += batch.findings
        count += len(batch.sightings)
        if count >= BUFFER:
            yield Batch(one_after_another(pieces), findings)
            pieces, findings, count = [], [], 0
    yield Batch(one_after_another(pieces), findings)
