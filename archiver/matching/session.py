"""One capture against the record, window by window: its clock, its people, then what is the same.

Nothing here knows the archive: what is held comes through ``Held``, and goes out as the ids of messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from archiver.matching.align import align
from archiver.matching.clock import FURTHEST, Clock, Skews
from archiver.matching.identity import Votes
from archiver.matching.likeness import ANYBODY, NOBODY, Side
from archiver.matching.normal import LONG, Words
from archiver.model import Sighting

MARGIN = 150
"""Minutes on either side of a window in which messages are held ready: a summer-time step and to spare."""

_UNKNOWN = -1000
"""Labels that are nobody known yet are numbered downwards from here, labels that are several from half way there."""
_SEVERAL = -2
_NUMBER_CHANGED = "number-changed"


class HeldMessage(NamedTuple):
    """A message as it is held, as far as matching needs it."""

    id: int
    sent_at: str
    sender: int | None
    kind: str
    event: str | None
    text: str
    edited: int
    founder: int
    """The capture whose words stand in it."""


class Held(Protocol):
    """What the record answers about one chat, for one capture."""

    def messages(self, first: int, last: int) -> list[HeldMessage]:
        """Those between two minutes since 1970 that this capture has not shown yet, in the record's order."""

    def person(self, label: str) -> int | None:
        """The person whom a label is known to be by its name alone; None where it is nobody yet."""

    def different(self, one: int, other: int) -> bool:
        """Whether some capture shows both people, under two names."""

    def one_phone(self, founder: int, labels: frozenset[str]) -> bool:
        """Whether a capture is of the same phone as this one, which shows these labels."""

    def names(self) -> Iterable[str]:
        """Every label known in the chat."""


class Decided(NamedTuple):
    """What a sighting is: a message, or None where it is new."""

    message: int | None
    rule: str = "first"
    score: float | None = None


NEW = Decided(None)


class Session:
    """The matching of one capture; windows are given in its order."""

    def __init__(self, held: Held, words: Words, *, paste: bool = False) -> None:
        self.held = held
        self.words = words
        self.paste = paste
        self.clock = Clock()
        self.skews = Skews()
        self.votes = Votes(held.different)
        self.labels: set[str] = set()
        self.unsure: list[int] = []
        """Places in the last window of sightings that fitted several messages."""
        self._numbers: dict[str, int] = {}
        self._instants = Instants()
        self._one_phone: dict[int, bool] = {}
        words.learn(held.names())

    def match(self, sightings: Sequence[Sighting]) -> list[Decided]:
        """What each sighting of a window is."""
        self.unsure = []
        decided = [NEW] * len(sightings)
        at = [
            i for i, s in enumerate(sightings) if s.sent_at is not None and len(s.sent_at) >= 16 and s.sent_at[0] != "T"
        ]
        if not at:
            return decided
        window = sightings if len(at) == len(sightings) else [sightings[i] for i in at]
        for place, found in zip(at, self._match(window, at), strict=True):
            decided[place] = found
        return decided

    def _match(self, sightings: Sequence[Sighting], at: Sequence[int]) -> list[Decided]:
        sent, labels, kinds, texts, edited = _columns(sightings)
        minutes, seconds = self._instants.of(sent)
        rows = self._rows(minutes)
        if not rows:
            return [NEW] * len(sightings)
        fresh = set(labels) - self.labels - {None}
        self.labels |= {label for label in fresh if label is not None}
        self.words.learn(fresh)
        normal = self.words.normal
        words = [normal(kind, s.event, text) if kind != "text" or "@" in text or not text.isascii() else text
                 for kind, text, s in zip(kinds, texts, sightings, strict=True)]  # fmt: skip
        held = self._held_side(rows)
        pairs = _long_pairs(words, held.words)
        self.clock.learn([(minutes[i], held.minutes[j]) for i, j in pairs])
        shift = self.clock.shifts(minutes)
        if isinstance(shift, list):
            minutes = [m - s for m, s in zip(minutes, shift, strict=True)]
        elif shift:
            minutes = [m - shift for m in minutes]
        shown = Side(minutes, seconds, [], kinds, words, edited, paste=self.paste)
        self._vote(pairs, labels, shown, held)
        self._name(shown, labels, sightings)
        self._weak_votes(shown, labels, held)
        self._correct_skews(shown, labels)
        self._keep_local_apart(shown, held, rows)
        aligned = align(shown, held)
        self.unsure = [at[i] for i in aligned.unsure]
        return [NEW if m is None else Decided(rows[m.held].id, m.rule, m.score) for m in aligned.matches]

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
        normal = self.words.normal
        words = [normal(kind, event, text) if kind != "text" or "@" in text or not text.isascii() else text
                 for kind, event, text in zip(kinds, events, texts, strict=True)]  # fmt: skip
        people = [ANYBODY if kind == "call" else person or NOBODY for person, kind in zip(senders, kinds, strict=True)]
        minutes, seconds = self._instants.of(sent)
        return Side(minutes, seconds, people, kinds, words, edited)

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

    def _name(self, shown: Side, labels: Sequence[str | None], sightings: Sequence[Sighting]) -> None:
        """Give each sighting its person: by votes, else by name, else nobody known."""
        numbers: dict[str | None, int] = {None: NOBODY}
        several: dict[int, frozenset[int]] = {}
        for place, label in enumerate(sorted({label for label in labels if label is not None})):
            people = self.votes.people(label)
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

    def _correct_skews(self, shown: Side, labels: Sequence[str | None]) -> None:
        """Set the times of a clock that runs ahead right for comparing; where only minutes stand, allow for it."""
        ahead = {label: self.skews.of(label) for label in set(labels) if label is not None}
        ahead = {label: seconds for label, seconds in ahead.items() if seconds}
        if not ahead:
            return
        slack = {}
        for i, label in enumerate(labels):
            seconds = ahead.get(label, 0) if label is not None else 0
            if not seconds:
                continue
            if shown.seconds[i] < 0:
                slack[shown.people[i]] = seconds
                continue
            shown.minutes[i], shown.seconds[i] = divmod(shown.minutes[i] * 60 + shown.seconds[i] - seconds, 60)
        shown.slack = slack

    def _keep_local_apart(self, shown: Side, held: Side, rows: Sequence[HeldMessage]) -> None:
        """The note on encryption is each phone's own: it is the same only in two captures of one phone."""
        labels = frozenset(self.labels)
        for j, words in enumerate(held.words):
            if words.startswith("\0encryption ") and not self._of_this_phone(rows[j].founder, labels):
                held.words[j] = f"\0encryption of {rows[j].founder}"

    def _of_this_phone(self, founder: int, labels: frozenset[str]) -> bool:
        if founder not in self._one_phone:
            self._one_phone[founder] = self.held.one_phone(founder, labels)
        return self._one_phone[founder]


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


def _columns(sightings: Sequence[Sighting]) -> tuple[list[str], list[str | None], list[str], list[str], list[bool]]:
    sent, sender, kind, text, edited, *_ = zip(*sightings, strict=True)
    return list(sent), list(sender), list(kind), list(text), list(edited)


def _long_pairs(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Places of long words that both sides have, in our order; of words that come again, the last."""
    mine = {words: i for i, words in enumerate(ours) if len(words) > LONG}
    yours = {words: j for j, words in enumerate(theirs) if len(words) > LONG}
    return [(i, yours[words]) for words, i in mine.items() if words in yours]
