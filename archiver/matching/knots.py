"""Where it is not plain which sighting is which message: all captures are compared anew, in an order of their own.

A capture alone may show one "Ok" where others show two, a deletion that fits two texts, or no seconds. So what is held
just there is put aside, and built up again from its sightings: from the capture that shows most and tells the second,
down to the one that tells least. The outcome does not depend on which capture was ingested first, and what a later one
tells mends what earlier ones left open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archiver.matching.align import Aligned, align
from archiver.matching.likeness import ANYBODY, NOBODY, Side
from archiver.matching.normal import Words
from archiver.model import Seen

_FOUNDER = ("first", None)


class Showing(NamedTuple):
    """What a capture shows of the place, in its order."""

    rank: tuple[str, ...]
    """Tells captures apart without regard to when they were ingested."""
    seen: Sequence[Seen]
    paste: bool
    begins: bool
    """Whether it shows nothing before."""
    ends: bool


class Who(NamedTuple):
    """What is known of the people."""

    shared: Mapping[int, frozenset[int]]
    """By alias: the people who bear it, where it is a name that several share."""
    late: Mapping[int, int]
    """By alias: seconds by which the times stand later there than elsewhere."""
    slack: Mapping[int, int]
    """By person: the most of that."""


class Told(NamedTuple):
    """A sighting of a message, why it is that, and how surely."""

    seen: Seen
    rule: str
    score: float | None


class Untied(NamedTuple):
    """The messages, each with its sightings; and the sightings that were kept apart in doubt."""

    messages: list[list[Told]]
    unsure: list[int]
    near: list[int]


@dataclass(slots=True)
class _Message:
    """A message as it is built up."""

    minute: int
    second: int
    person: int
    kind: str
    words: str
    edited: bool
    told: list[Told] = field(default_factory=list)
    apart: bool = False
    """Kept apart in doubt: nothing else joins it."""


def untie(showings: Sequence[Showing], words: Words, who: Who) -> Untied:
    """The messages that some sightings are, whatever they were said to be before."""
    messages: list[_Message] = []
    unsure: list[int] = []
    near: list[int] = []
    for showing in sorted(showings, key=lambda showing: _fullest_first(showing, who)):
        ours = [_read(seen, words, who) for seen in showing.seen]
        aligned = align(_shown(showing, ours, who), _held(messages))
        unsure += [showing.seen[i].sighting for i in aligned.unsure]
        near += [showing.seen[i].sighting for i in aligned.near]
        messages = _joined(messages, ours, aligned)
    return Untied([message.told for message in messages], unsure, near)


def _fullest_first(showing: Showing, who: Who) -> tuple[object, ...]:
    """Last those with a name that several share: whose messages they show is learnt from the others."""
    has_seconds = any(len(seen.kept_at) > 16 for seen in showing.seen)
    is_shared = any(seen.alias in who.shared for seen in showing.seen)
    return is_shared, -len(showing.seen), not has_seconds, showing.rank


def _read(seen: Seen, words: Words, who: Who) -> _Message:
    minute, second = _instant(seen.kept_at)
    late = who.late.get(seen.alias or 0, 0)
    if late and second >= 0:
        minute, second = divmod(minute * 60 + second - late, 60)
    person = ANYBODY if seen.kind == "call" else NOBODY if seen.person is None else seen.person
    if seen.alias in who.shared:
        person = _name_of(who.shared[seen.alias or 0])
    normal = words.normal(seen.kind, seen.event, seen.text)
    return _Message(minute, second, person, seen.kind, normal, bool(seen.edited), [Told(seen, *_FOUNDER)])


def _name_of(people: frozenset[int]) -> int:
    """The number that stands for whoever of some people bears a shared name: the same for the same people."""
    return -1000 - sum(1 << (person % 64) for person in people)


def _instant(kept_at: str) -> tuple[int, int]:
    """Minutes since 1970, and the second within, -1 where not shown.

    >>> _instant("1970-01-02T00:01"), _instant("1970-01-01T00:00:07")
    ((1441, -1), (0, 7))
    """
    from datetime import date

    days = date.fromisoformat(kept_at[:10]).toordinal() - 719163
    minute = days * 1440 + int(kept_at[11:13]) * 60 + int(kept_at[14:16])
    return minute, int(kept_at[17:19]) if len(kept_at) > 16 else -1


def _shown(showing: Showing, ours: Sequence[_Message], who: Who) -> Side:
    names = {_name_of(people): people for people in who.shared.values()}
    side = _side(ours)
    side.paste, side.begins, side.ends = showing.paste, showing.begins, showing.ends
    side.names, side.slack = names, who.slack
    return side


def _held(messages: Sequence[_Message]) -> Side:
    side = _side(messages)
    side.agreed = [len(message.told) for message in messages]
    side.words = [f"\0apart {at}" if message.apart else message.words for at, message in enumerate(messages)]
    return side


def _side(messages: Sequence[_Message]) -> Side:
    return Side(
        [m.minute for m in messages], [m.second for m in messages], [m.person for m in messages],
        [m.kind for m in messages], [m.words for m in messages], [m.edited for m in messages],
    )  # fmt: skip


def _joined(messages: list[_Message], ours: Sequence[_Message], aligned: Aligned) -> list[_Message]:
    """The messages with a capture's sightings; new ones stand after those that the capture shows before them."""
    after: dict[int, list[_Message]] = {}
    at = -1
    equal = {(m.minute, m.person, m.words) for m in messages}
    unsure = set(aligned.unsure)
    for i, (one, match) in enumerate(zip(ours, aligned.matches, strict=True)):
        if match is None:
            one.apart = i in unsure and (one.minute, one.person, one.words) in equal
            after.setdefault(at, []).append(one)
            continue
        at = match.held
        _take(messages[at], one, match.rule, match.score)
    ordered = list(after.get(-1, ()))
    for place, message in enumerate(messages):
        ordered += [message, *after.get(place, ())]
    return sorted(ordered, key=lambda message: message.minute)


def _take(message: _Message, one: _Message, rule: str, score: float | None) -> None:
    """One more sighting of a message: what it says is chosen as the record chooses."""
    message.told.append(one.told[0]._replace(rule=rule, score=score))
    if message.minute != one.minute:
        if one.minute < message.minute:
            message.minute, message.second = one.minute, one.second
    elif one.second >= 0:
        message.second = min(message.second, one.second) if message.second >= 0 else one.second
    if message.person <= -1000 < one.person:
        message.person = one.person
    if _weight(one) > _weight(message):
        message.kind, message.words = one.kind, one.words
    message.edited = message.edited or one.edited


def _weight(one: _Message) -> tuple[object, ...]:
    return one.kind != "deleted", one.kind in ("media", "contact"), one.edited, len(one.words), one.words
