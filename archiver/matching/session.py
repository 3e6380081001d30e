"""One capture against the record, window by window: its clock, its people, then what is the same.

Nothing here knows the archive: what is held comes through ``Held``, and goes out as the ids of messages.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from operator import itemgetter
from typing import NamedTuple, Protocol

from archiver.matching.align import Aligned, align
from archiver.matching.clock import FURTHEST, Clock, Skews
from archiver.matching.identity import Votes, number_change
from archiver.matching.likeness import ANYBODY, LOCAL, NOBODY, Side
from archiver.matching.normal import LONG, Words
from archiver.model import Decided, HeldMessage, Sighting

MARGIN = 150
"""Minutes on either side of a window in which messages are held ready: a summer-time step and to spare."""

_UNKNOWN = -1000
"""Labels that are nobody known yet are numbered downwards from here, labels that are several from half way there."""
_SEVERAL = -2


class Held(Protocol):
    """What the record answers about one chat, for one capture."""

    @property
    def shown_ahead(self) -> Sequence[tuple[int, int]]:
        """From which minute on, times of the record are shown how many minutes ahead of those by which it is kept."""

    def messages(self, first: int, last: int) -> list[HeldMessage]:
        """Those between two minutes since 1970 that this capture has not shown yet, in the record's order."""

    def person(self, label: str) -> int | None:
        """The person whom a label is known to be by its name alone; None where it is nobody yet."""

    def different(self, one: int, other: int) -> bool:
        """Whether some capture shows both people, under two names."""

    def shared(self, person: int) -> bool:
        """Whether a person is only a name that several share."""

    def one_phone(self, sighting: int, labels: frozenset[str]) -> bool:
        """Whether a sighting is from the same phone as this capture, which shows these labels."""

    @property
    def has_pictures(self) -> bool:
        """Whether the chat was also seen on screens."""

    def is_picture(self, sighting: int) -> bool:
        """Whether a sighting was read off a picture."""

    @property
    def knots(self) -> AbstractSet[int]:
        """Minutes in which it was not plain which sighting is which message."""

    def names(self) -> Iterable[str]:
        """Every label known in the chat."""


NEW = Decided(None)


class Window(NamedTuple):
    """What became of one window of a capture, sighting by sighting."""

    decided: list[Decided]
    shifts: Sequence[int]
    """Minutes by which the capture's clock shows more than the record's."""
    unsure: list[int]
    """Places of sightings that fitted several messages alike."""
    near: list[int]
    """Places of sightings that only nearly fitted one."""
    knots: list[int]
    """Minutes, by the record's clock, in which another capture may tell more."""


class Session:
    """The matching of one capture; windows are given in its order."""

    def __init__(self, held: Held, words: Words, *, paste: bool = False) -> None:
        self.held = held
        self.words = words
        self.paste = paste
        self.pictures = held.has_pictures
        self.clock = Clock()
        self.skews = Skews()
        self.votes = Votes(held.different, held.shared)
        self.labels: set[str] = set()
        self._instants = Instants()
        words.learn(held.names())

    def match(self, sightings: Sequence[Sighting]) -> Window:
        """What each sighting of a window is."""
        decided = [NEW] * len(sightings)
        shifts = [0] * len(sightings)
        at = [i for i, s in enumerate(sightings) if s.sent_at and len(s.sent_at) >= 16]
        if not at:
            return Window(decided, shifts, [], [], [])
        found = self._match(sightings if len(at) == len(sightings) else [sightings[i] for i in at])
        if len(at) == len(sightings):
            return found
        for place, one, shift in zip(at, found.decided, found.shifts, strict=True):
            decided[place], shifts[place] = one, shift
        return Window(decided, shifts, [at[i] for i in found.unsure], [at[i] for i in found.near], found.knots)

    def look_ahead(self, sightings: Sequence[Sighting]) -> bool:
        """Learn only the clock from a later window; whether it is known now."""
        whole = [s for s in sightings if s.sent_at and len(s.sent_at) >= 16]
        if whole and not self.clock.known:
            minutes, _ = self._instants.of([s.sent_at or "" for s in whole])
            rows = self._rows(minutes)
            if rows:
                self._learn_clock(
                    minutes, [self._normal(s.kind, s.event, s.text) for s in whole], self._held_side(rows)
                )
        return self.clock.known

    def _match(self, sightings: Sequence[Sighting]) -> Window:
        sent, labels, kinds, texts, edited, events = _columns(sightings)
        minutes, seconds = self._instants.of(sent)
        rows = self._rows(minutes)
        self._meet(labels, sightings)
        if not rows:
            return Window([NEW] * len(sightings), _each(self.clock.shifts(minutes), len(minutes)), [], [], [])
        words = self._words(kinds, events, texts)
        held = self._held_side(rows)
        pairs = self._learn_clock(minutes, words, held)
        shifts = self.clock.settle(minutes, words, held.minutes, held.words)
        minutes = [m - s for m, s in zip(minutes, shifts, strict=True)]
        shown = Side(minutes, seconds, [], kinds, words, edited, paste=self.paste)
        self._vote(pairs, labels, shown, held)
        self._name(shown, labels)
        self._weak_votes(shown, labels, held)
        self._correct_skews(shown, labels, held)
        self._keep_local_apart(held, rows)
        aligned = align(shown, held)
        decided = [NEW if m is None else Decided(rows[m.held], m.rule, m.score) for m in aligned.matches]
        return Window(decided, shifts, aligned.unsure, aligned.near, self._knots(aligned, minutes))

    def _meet(self, labels: Iterable[str | None], sightings: Sequence[Sighting]) -> None:
        """Take note of names that come up, and of people who changed their number."""
        fresh = {label for label in set(labels) if label is not None} - self.labels
        self.labels |= fresh
        self.words.learn(fresh)
        for s in sightings:
            if s.event is not None and (change := number_change(s.event, s.text)):
                self.votes.join(*change)

    def _normal(self, kind: str, event: str | None, text: str) -> str:
        plain = kind == "text" and "@" not in text and text.isascii()
        return text if plain else self.words.normal(kind, event, text)

    def _words(self, kinds: Sequence[str], events: Sequence[str | None], texts: Sequence[str]) -> list[str]:
        normal = self.words.normal
        return [
            text if kind == "text" and "@" not in text and text.isascii() else normal(kind, event, text)
            for kind, event, text in zip(kinds, events, texts, strict=True)
        ]

    def _learn_clock(self, minutes: Sequence[int], words: Sequence[str], held: Side) -> list[tuple[int, int]]:
        """The places of long words that both sides show, once they have told how far the clocks are apart."""
        pairs = _long_pairs(words, held.words)
        self.clock.learn([(minutes[i], held.minutes[j]) for i, j in pairs])
        return pairs

    # ---- what is held

    def _rows(self, minutes: Sequence[int]) -> list[HeldMessage]:
        """The messages held around a window: further off while the clock is not known."""
        margin = MARGIN if self.clock.known else FURTHEST
        now = self.clock.now
        rows: list[HeldMessage] = []
        for first, last in spans(minutes, margin):
            rows += self.held.messages(first - now, last - now)
        return rows

    def _held_side(self, rows: Sequence[HeldMessage]) -> Side:
        _, sent, senders, kinds, events, texts, edited, _ = map(list, zip(*rows, strict=True))
        people = [person or NOBODY for person in senders]
        if "call" in kinds:
            people = [ANYBODY if kind == "call" else person for person, kind in zip(people, kinds, strict=True)]
        minutes, seconds = self._instants.of(sent)
        if self.held.shown_ahead:
            minutes = [m - ahead(self.held.shown_ahead, m) for m in minutes]
        guessed = {j for j, row in enumerate(rows) if self.held.is_picture(row.sighting)} if self.pictures else set()
        return Side(minutes, seconds, people, kinds, self._words(kinds, events, texts), edited, guessed=guessed)

    # ---- who is who

    def _vote(self, pairs: Sequence[tuple[int, int]], labels: Sequence[str | None], shown: Side, held: Side) -> None:
        """Long texts at one time vote for who a label is, and for how far that person's clock runs ahead."""
        add, skew = self.votes.add, self.skews.learn
        for i, j in pairs:
            label, person = labels[i], held.people[j]
            minute, other = shown.minutes[i], held.minutes[j]
            if label is None or person <= 0 or not -2 <= minute - other <= 2:
                continue
            if -1 <= minute - other <= 1:
                add(label, person)
            here, there = shown.seconds[i], held.seconds[j]
            if here >= 0 or there >= 0 or minute != other:
                skew(label, minute * 60 + max(here, 0), here >= 0, other * 60 + max(there, 0), there >= 0)

    def _name(self, shown: Side, labels: Sequence[str | None]) -> None:
        """Give each sighting its person: by votes, else by name, else nobody known."""
        numbers: dict[str | None, int] = {None: NOBODY}
        several: dict[int, frozenset[int]] = {}
        for place, label in enumerate(sorted({label for label in labels if label is not None})):
            people = self.votes.candidates(label)
            namesake = self.held.person(label) if people else None
            if namesake is not None and namesake not in people and self.votes.cast[label][namesake]:
                people += (namesake,)
            if len(people) > 1:
                numbers[label] = _SEVERAL - place
                several[_SEVERAL - place] = frozenset(people)
                continue
            known = people[0] if people else self.held.person(label)
            numbers[label] = _UNKNOWN - place if known is None else known
        shown.people = [numbers[label] for label in labels]
        shown.names = several
        if "call" in shown.kinds:
            shown.people = [ANYBODY if k == "call" else p for p, k in zip(shown.people, shown.kinds, strict=True)]

    def _weak_votes(self, shown: Side, labels: Sequence[str | None], held: Side) -> None:
        """Someone who wrote nothing long: equal words at the same minutes, again and again, tell who they are."""
        nobody = {i for i, person in enumerate(shown.people) if person <= _UNKNOWN}
        if not nobody:
            return
        claimed = set(shown.people)
        there: dict[tuple[int, str], list[int]] = {}
        for minute, words, person in zip(held.minutes, held.words, held.people, strict=True):
            if person > 0 and person not in claimed:
                there.setdefault((minute, words), []).append(person)
        cast: dict[str, list[int]] = {}
        for i in nobody:
            people = there.get((shown.minutes[i], shown.words[i]), ())
            label = labels[i]
            if len(people) == 1 and label is not None:
                cast.setdefault(label, []).append(people[0])
        for label, people in cast.items():
            person = max(set(people), key=people.count)
            if people.count(person) < 2 or people.count(person) * 4 < len(people) * 3:
                continue
            if [other for other, them in cast.items() if person in them] != [label]:
                continue
            self.votes.add(label, person, len(people))
            shown.people = [person if label == one else p for one, p in zip(labels, shown.people, strict=True)]

    def _correct_skews(self, shown: Side, labels: Sequence[str | None], held: Side) -> None:
        """Set the times of a clock that runs ahead right for comparing.

        What is held may show either time: the corrected one is taken where nothing is held at the one shown.
        """
        skews = {label: self.skews.of(label) for label in set(labels) if label is not None}
        skews = {label: seconds for label, seconds in skews.items() if seconds}
        if not skews:
            return
        there = set(zip(held.minutes, held.words, strict=True))
        slack = {}
        for i, label in enumerate(labels):
            seconds = skews.get(label or "", 0)
            if not seconds:
                continue
            slack[shown.people[i]] = seconds
            if shown.seconds[i] < 0:
                continue
            minute, second = divmod(shown.minutes[i] * 60 + shown.seconds[i] - seconds, 60)
            if minute == shown.minutes[i] or (shown.minutes[i], shown.words[i]) not in there:
                shown.minutes[i], shown.seconds[i] = minute, second
        shown.slack = slack

    def _knots(self, aligned: Aligned, minutes: Sequence[int]) -> list[int]:
        """Minutes in which something is not plain, or was not when another capture came."""
        known = self.held.knots
        again = {minute for minute in minutes if minute in known} if known else set()
        return sorted(again.union(minutes[i] for i in aligned.knots))

    def _keep_local_apart(self, held: Side, rows: Sequence[HeldMessage]) -> None:
        """The note on encryption is each phone's own: it is the same only in two captures of one phone."""
        labels = frozenset(self.labels)
        for j, words in enumerate(held.words):
            if words.startswith(LOCAL) and not self.held.one_phone(rows[j].sighting, labels):
                held.words[j] = f"{LOCAL}elsewhere"


class Instants:
    """Written instants to minutes since 1970 and seconds."""

    def __init__(self) -> None:
        self.days = _Days()
        self.clocks = _Clocks()

    def of(self, sent: Sequence[str]) -> tuple[list[int], list[int]]:
        """Minutes, and seconds within them, -1 where not shown.

        >>> Instants().of(["1970-01-02T00:01", "1970-01-01T00:00:07"])
        ([1441, 0], [-1, 7])
        """
        day, clock = self.days.__getitem__, self.clocks.__getitem__
        minutes = [day(s[:10]) + clock(s[11:16]) for s in sent]
        lengths = set(map(len, sent))
        seconds = [-1] * len(sent) if max(lengths) < 19 else [int(s[17:19]) if len(s) == 19 else -1 for s in sent]
        return minutes, seconds


class _Days(dict[str, int]):
    def __missing__(self, day: str) -> int:
        self[day] = minutes = (date.fromisoformat(day).toordinal() - 719163) * 1440
        return minutes


class _Clocks(dict[str, int]):
    def __missing__(self, clock: str) -> int:
        self[clock] = minutes = int(clock[:2]) * 60 + int(clock[3:])
        return minutes


def spans(minutes: Iterable[int], margin: int) -> list[tuple[int, int]]:
    """Stretches of time around some minutes, widened by a margin and joined where they meet.

    >>> spans([100, 130, 900], 50)
    [(50, 180), (850, 950)]
    """
    found: list[tuple[int, int]] = []
    for minute in sorted(set(minutes)):
        if found and minute - margin <= found[-1][1]:
            found[-1] = (found[-1][0], minute + margin)
        else:
            found.append((minute - margin, minute + margin))
    return found


def ahead(steps: Sequence[tuple[int, int]], minute: int) -> int:
    """The minutes of the step in force: the last that has begun, or the first where none has."""
    return steps[max(0, bisect_right(steps, minute, key=itemgetter(0)) - 1)][1] if steps else 0


def _each(shift: int | list[int], count: int) -> list[int]:
    return shift if isinstance(shift, list) else [shift] * count


_Columns = tuple[list[str], list[str | None], list[str], list[str], list[bool], list[str | None]]


def _columns(sightings: Sequence[Sighting]) -> _Columns:
    sent, sender, kind, text, edited, _, _, _, event, *_ = zip(*sightings, strict=True)
    return list(sent), list(sender), list(kind), list(text), list(edited), list(event)


def _long_pairs(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Places of long words that both sides have, in our order; of words that come again, the last."""
    mine = {words: i for i, words in enumerate(ours) if len(words) > LONG}
    yours = {words: j for j, words in enumerate(theirs) if len(words) > LONG}
    return [(i, yours[words]) for words, i in mine.items() if words in yours]
