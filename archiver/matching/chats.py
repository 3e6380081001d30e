"""Which chat a capture is of, by what it has in common with those that are held.

A name alone does not tell: a direct chat bears the other person's name on each phone, a group is renamed, two groups
have one name. Nor do long texts alone: one note is sent to many chats. What two captures of one chat show of the time
that both cover is nearly all the same, both ways and from everyone who wrote; a reply that stands in only one of them
speaks against it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from archiver.matching.clock import FURTHEST, QUARTER
from archiver.matching.normal import LONG
from archiver.model import Sighting

CANDIDATE = 3
"""Long texts in common from which two captures are looked at closely."""
ENOUGH = 5
"""Long texts in common that can make two captures one chat though their names differ; texts that can make them two."""
ENOUGH_PASTED = 3
"""The same for a paste that bears no name: it is short."""
SAME = 0.95
"""The share of the texts of the common time that must be found in the other, both ways, where names differ."""
NAMESAKE = 0.5
"""The same where the names are one: below it they are two chats of one name."""
DIFFERENT = 0.1
TELLING = 12
"""Long texts in the common time from which their absence tells, for a paste."""
SAMPLE = 300
MOST = 5000
"""Texts of a held chat that are looked at."""
_NEAR = 2
"""Minutes by which one text may stand elsewhere."""
LATE = 20
"""The same for a long text, where the names are one: a clock may be late."""

Verdict = Literal["same", "different", "unsure"]


class Said(NamedTuple):
    """A text of a capture or of a chat."""

    minute: int
    """Since 1970."""
    who: str
    words: str
    loose: bool = False
    """Edited, or with a mention: it may read otherwise elsewhere, so that its absence does not tell."""


class Agreement(NamedTuple):
    """What a capture and a chat show of the time that both cover."""

    ours: int
    """Texts of the capture whose absence from the chat would tell, or that are in it."""
    theirs: int
    """Texts of the chat likewise."""
    found: int
    """Texts that are in both, at one distance in time."""
    long: int
    """Those of them that are long."""
    speakers: int
    """People of the capture who wrote them."""
    strangers: int
    """People of either side of whose texts less than half are in the other."""
    crossed: bool
    """Whether one person here would be two there, or two here one there."""


class Sampled(NamedTuple):
    """A long text of a capture and when it was sent, by the capture's clock, in minutes since 1970."""

    minute: int
    text: str


def sample(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Long texts from all over a capture, each different, as evenly as they come."""
    kept: dict[str, Sighting] = {}
    stride, seen = 1, 0
    for s in sightings:
        if not _is_long(s):
            continue
        seen += 1
        if seen % stride == 0:
            kept.setdefault(s.text, s)
            if len(kept) >= 2 * SAMPLE:
                kept = dict(list(kept.items())[::2])
                stride *= 2
    return list(kept.values())


def long_texts(sightings: Iterable[Sighting]) -> list[tuple[str, str]]:
    """The times and words of long texts."""
    return [(s.sent_at or "", s.text) for s in sightings if _is_long(s)]


def another(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether a capture and a chat, from the time at which the capture begins, show that they are two.

    A paste holds only what was chosen: it is the shorter side that must be missing in the other.

    >>> another([f"ours {n}" for n in range(20)], [f"theirs {n}" for n in range(15)])
    True
    >>> another([f"ours {n}" for n in range(20)], ["theirs 1", "theirs 2"])
    False
    """
    fewer = min(len(set(ours)), len(set(theirs)))
    return fewer >= TELLING and len(set(ours) & set(theirs)) <= DIFFERENT * fewer


NOTHING = Agreement(0, 0, 0, 0, 0, 0, False)


def agreement(
    ours: Sequence[Said],
    theirs: Sequence[Said],
    spans: Sequence[tuple[int, int]],
    holes: tuple[set[int], set[int]] = (set(), set()),
    *,
    late: int = _NEAR,
) -> Agreement:
    """Compare a capture with a chat over the time that both cover.

    ``spans``: what the chat's captures cover. ``holes``: minutes at which the capture, and at which the chat, shows
    something deleted, so that the words there may be missing in it. ``late``: minutes by which long texts may differ.

    >>> day = [Said(n, "Ann" if n % 3 else "Bob", f"Something or other that is long, {n}") for n in range(30)]
    >>> verdict(agreement(day, [one._replace(who="1" if one.who == "Ann" else "2") for one in day], [(0, 29)]))
    'same'
    >>> verdict(agreement(day, day[:10] + [one._replace(words=one.words + "!") for one in day[10:]], [(0, 29)]))
    'unsure'
    """
    if not ours or not theirs:
        return NOTHING
    shifts = _shifts(ours, theirs)
    pairs = _pairs(ours, theirs, shifts, late)
    here, there = {i for i, _ in pairs}, {j for _, j in pairs}
    shift = shifts[0]
    first, last = min(one.minute for one in ours) - shift, max(one.minute for one in ours) - shift
    mine = [
        i
        for i, one in enumerate(ours)
        if i in here
        or (
            any(since <= one.minute - shift <= until for since, until in spans)
            and not one.loose
            and one.minute - shift not in holes[1]
        )
    ]
    yours = [
        j
        for j, one in enumerate(theirs)
        if j in there or (first <= one.minute <= last and not one.loose and one.minute + shift not in holes[0])
    ]
    links = Counter((ours[i].who, theirs[j].who) for i, j in pairs)
    return Agreement(
        len(mine),
        len(yours),
        len(pairs),
        sum(len(ours[i].words) > LONG for i in here),
        len({who for who, _ in links}),
        _strangers(ours, mine, here) + _strangers(theirs, yours, there),
        _is_crossed(links),
    )


def _shifts(ours: Sequence[Said], theirs: Sequence[Said]) -> list[int]:
    """How far the clocks are apart, in quarters of an hour, the likeliest first: it may change within a capture."""
    there: dict[str, list[int]] = defaultdict(list)
    for one in theirs:
        if len(one.words) > LONG:
            there[one.words].append(one.minute)
    counts = Counter(
        round((one.minute - minute) / QUARTER) * QUARTER
        for one in ours
        for minute in there.get(one.words, ())[:50]
        if abs(one.minute - minute) <= FURTHEST
    )
    ranked = sorted(counts.items(), key=lambda item: (-item[1], abs(item[0]), item[0]))
    return [shift for shift, count in ranked[:3] if count * 5 >= ranked[0][1]] or [0]


def _pairs(ours: Sequence[Said], theirs: Sequence[Said], shifts: Sequence[int], late: int) -> list[tuple[int, int]]:
    """Texts that are in both, each once, in order."""
    there: dict[str, list[int]] = defaultdict(list)
    for j, one in enumerate(theirs):
        there[one.words].append(j)
    used: set[int] = set()
    pairs = []
    for i, one in enumerate(ours):
        slack = late if len(one.words) > LONG else _NEAR
        apart = [
            (min(abs(one.minute - shift - theirs[j].minute) for shift in shifts), j)
            for j in there.get(one.words, ())
            if j not in used
        ]
        if apart and min(apart)[0] <= slack:
            used.add(min(apart)[1])
            pairs.append((i, min(apart)[1]))
    return pairs


def _strangers(side: Sequence[Said], counted: Sequence[int], found: set[int]) -> int:
    """People of whose texts less than half are found."""
    all_of = Counter(side[at].who for at in counted)
    found_of = Counter(side[at].who for at in counted if at in found)
    return sum(found_of[who] * 2 < count for who, count in all_of.items())


def _is_crossed(links: Counter[tuple[str, str]]) -> bool:
    """Whether people do not go one to one, but for a stray text."""
    for side in (0, 1):
        all_of, most_of = Counter[str](), Counter[str]()
        for pair, count in links.items():
            all_of[pair[side]] += count
            most_of[pair[side]] = max(most_of[pair[side]], count)
        if any(most_of[who] < SAME * count for who, count in all_of.items()):
            return True
    return False


def verdict(one: Agreement, enough: int = ENOUGH) -> Verdict:
    """Whether a capture is of a chat though their names differ.

    >>> verdict(Agreement(13, 13, 10, 10, 2, 2, False)), verdict(Agreement(12, 12, 12, 10, 2, 0, False))
    ('unsure', 'same')
    """
    agrees = one.found >= SAME * max(one.ours, one.theirs)
    if one.long >= enough and agrees and one.speakers > 1 and not one.strangers and not one.crossed:
        return "same"
    return "unsure" if one.long >= CANDIDATE and one.found * 4 >= min(one.ours, one.theirs) else "different"


def namesake(one: Agreement) -> Verdict:
    """Whether a capture is of the chat that bears its name; ``unsure`` where they have too little time in common.

    >>> namesake(Agreement(13, 13, 2, 0, 1, 2, False)), namesake(Agreement(13, 13, 11, 9, 2, 0, False))
    ('different', 'same')
    """
    fewer = min(one.ours, one.theirs)
    if one.found and one.found >= NAMESAKE * fewer:
        return "same"
    return "different" if fewer >= ENOUGH else "unsure"


def _is_long(s: Sighting) -> bool:
    return s.kind == "text" and len(s.text) > LONG and s.sent_at is not None and len(s.sent_at) >= 16


def common(sampled: Sequence[Sampled], hits: dict[str, list[int]]) -> int:
    """Count what a chat has of a sample, all at one distance in time.

    ``hits``: for each text found in it, the minutes at which it stands there.
    """
    shifts = Counter(
        shift
        for one in sampled
        for shift in {
            round((one.minute - there) / QUARTER) * QUARTER
            for there in hits.get(one.text, ())
            if abs(one.minute - there) <= FURTHEST
        }
    )
    return max(shifts.values(), default=0)
