"""One window of a capture against the messages held there: which sighting is which message, and why.

    exact   same minute, person and words; equal ones counted, and told apart by second and by neighbours
    rest    what is left between the exact ones, by person, place and time: edited, deleted, a minute apart, a caption

A sighting that fits two messages equally well is left apart and said to be unsure: a wrong match loses a message.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from math import comb
from typing import NamedTuple

from archiver.matching.likeness import NEARLY, NOBODY, Likeness, Side, compare, gap
from archiver.matching.normal import LONG

Key = tuple[int, int, str]
"""Minute, person, words."""
Group = tuple[list[int], list[int]]
"""Sightings and messages that are equal in minute, person and words."""

_TOO_FAR = 15
"""Seconds: two short messages of one minute further apart are two."""
_MANY = 200
"""Ways of choosing among equal messages that are still compared one by one."""
_AGREED = 3
"""Captures that agree on equal messages, from which on one that lacks some is not given to one of them by chance:
a wrong guess would set it against all of them."""
_NEAREST = 40
"""Sightings looked through for the next that is matched."""


class Match(NamedTuple):
    """Which held message (by its place in the window) a sighting is, by which rule, how surely."""

    held: int
    rule: str
    score: float | None = None


class Aligned(NamedTuple):
    """For each sighting its match, or None where it is new."""

    matches: list[Match | None]
    unsure: list[int]
    """Sightings that fitted more than one message."""
    near: list[int]
    """Sightings that only nearly fitted one: kept apart."""
    knots: list[int]
    """Sightings for which another capture may tell more: what is unsure, and equal ones of which some are missing."""


class Candidate(NamedTuple):
    """A sighting and a message that may be one, in the order in which such pairs are taken."""

    tier: int
    out_of_place: bool
    apart: int
    shown: int
    held: int
    likeness: Likeness


def align(shown: Side, held: Side) -> Aligned:
    """Match the sightings of a window, in their order, with the messages held, in the record's order."""
    found, groups = exact(shown, held)
    rules: dict[int, Match] = {}
    doubtful: set[int] = set()
    groups_of_names = shared_names(shown, held, found)
    for some in (groups, groups_of_names):
        _count_off(shown, some, held, found, rules, doubtful)
    knots = {i for ours, theirs in groups + groups_of_names if len(ours) != len(theirs) for i in ours}
    nearly: dict[int, set[int]] = defaultdict(set)
    for i, j, likeness in _rest(shown, held, found, doubtful, nearly, knots):
        found[i] = j
        rules[i] = Match(j, likeness.rule, likeness.score)
    taken = set(found)
    near = sorted(i for i, them in nearly.items() if found[i] is None and i not in doubtful and them - taken)
    matches = [None if j is None else rules.get(i) or Match(j, _rule(shown, i, held, j)) for i, j in enumerate(found)]
    unsure = sorted(i for i in doubtful if found[i] is None)
    return Aligned(matches, unsure, near, sorted(knots.union(doubtful, nearly)))


def _rule(shown: Side, i: int, held: Side, j: int) -> str:
    return "exact" if shown.minutes[i] == held.minutes[j] else "near-time"


def _count_off(
    shown: Side,
    groups: Sequence[Group],
    held: Side,
    found: list[int | None],
    rules: dict[int, Match],
    doubtful: set[int],
) -> None:
    """Match what comes more than once; where nothing told equals apart, the score says so.

    Where several captures agree on what is held, a sighting that may be either is not given to one by chance.
    """
    for ours, theirs in groups:
        pairs, sure = counted(shown, ours, held, theirs, found)
        if not sure and held.agreed and min(held.agreed[j] for j in theirs) >= _AGREED:
            doubtful.update(ours)
            continue
        for i, j in pairs:
            found[i] = j
            if not sure:
                rules[i] = Match(j, "exact", 0.5)


def exact(shown: Side, held: Side) -> tuple[list[int | None], list[Group]]:
    """What is equal and single on both sides, matched; what is equal and comes more than once, in groups."""
    theirs = list(zip(held.minutes, held.people, held.words, strict=True))
    ours = list(zip(shown.minutes, shown.people, shown.words, strict=True))
    place = dict(zip(theirs, range(len(theirs)), strict=True))
    found: list[int | None] = list(map(place.get, ours))
    _across_the_minute(shown, ours, held, place, found)
    groups: dict[Key, Group] = {key: ([], []) for key in _repeated(theirs, ours, place)}
    if groups:
        for j, key in enumerate(theirs):
            if key in groups:
                groups[key][1].append(j)
        for i, key in enumerate(ours):
            if key in groups:
                groups[key][0].append(i)
                found[i] = None
    _part_far(shown, held, found)
    return found, [group for group in groups.values() if group[0]]


def _across_the_minute(
    shown: Side, ours: list[Key], held: Side, place: dict[Key, int], found: list[int | None]
) -> None:
    """Two exports of one phone may differ by a second, and so by a minute: count such a sighting with its like."""
    if max(shown.seconds, default=-1) < 0:
        return
    for i, second in enumerate(shown.seconds):
        if found[i] is None and (second == 0 or second == 59):
            minute, person, words = ours[i]
            there: Key = (minute - 1 if second == 0 else minute + 1, person, words)
            j = place.get(there)
            if j is not None and gap(shown, i, held, j) <= 1:
                ours[i], found[i] = there, j


def shared_names(shown: Side, held: Side, found: Sequence[int | None]) -> list[Group]:
    """Sightings under a name that several people share, each with what any of them is held to have said just then.

    In their order, so that two of one name who say one thing in one minute stay two.
    """
    if not shown.names:
        return []
    used = set(found)
    ours: dict[Key, list[int]] = defaultdict(list)
    for i, key in enumerate(zip(shown.minutes, shown.people, shown.words, strict=True)):
        if key[1] in shown.names and found[i] is None:
            ours[key].append(i)
    wanted = {(minute, words) for minute, _, words in ours}
    there: dict[tuple[int, str], list[int]] = defaultdict(list)
    for j, at in enumerate(zip(held.minutes, held.words, strict=True)):
        if at in wanted and j not in used:
            there[at].append(j)
    groups = []
    for (minute, person, words), places in ours.items():
        theirs = [j for j in there[minute, words] if held.people[j] in shown.names[person]]
        there[minute, words] = [j for j in there[minute, words] if j not in theirs]
        if theirs:
            groups.append((places, theirs))
    return groups


def _repeated(theirs: Sequence[Key], ours: Sequence[Key], place: dict[Key, int]) -> set[Key]:
    """Keys held that come twice or more on either side."""
    repeated: set[Key] = set()
    if len(place) < len(theirs):
        repeated |= {key for key, count in Counter(theirs).items() if count > 1}
    if len(set(ours)) < len(ours):
        repeated |= {key for key, count in Counter(ours).items() if count > 1 and key in place}
    return repeated


def _part_far(shown: Side, held: Side, found: list[int | None]) -> None:
    """Undo matches of short words where both sides show seconds and these lie far apart."""
    if max(shown.seconds, default=-1) < 0 or max(held.seconds, default=-1) < 0:
        return
    there = held.seconds
    for i, (second, j) in enumerate(zip(shown.seconds, found, strict=True)):
        if (
            j is not None
            and not -_TOO_FAR <= second - there[j] <= _TOO_FAR
            and second >= 0 <= there[j]
            and len(shown.words[i]) <= LONG
        ):
            found[i] = None


def counted(
    shown: Side, ours: Sequence[int], held: Side, theirs: Sequence[int], found: Sequence[int | None]
) -> tuple[list[tuple[int, int]], bool]:
    """Pairs among equal messages, in order, and whether something told them apart.

    Where one side has fewer, the choice that agrees best in seconds and place is taken; where nothing tells, the first
    is the first: two equal messages stay two in whatever order they are met.
    """
    ours, theirs = _by_second(shown, ours), _by_second(held, theirs)
    few = min(len(ours), len(theirs))
    if len(ours) == len(theirs) or comb(max(len(ours), len(theirs)), few) > _MANY:
        return _plausible(shown, held, zip(ours[:few], theirs[:few], strict=True)), True
    choices = [
        list(zip(mine, yours, strict=True)) for mine in combinations(ours, few) for yours in combinations(theirs, few)
    ]
    points = [
        sum(_fit(shown, i, held, j, found) for i, j in choice) + _outside(shown, theirs, choice, found)
        for choice in choices
    ]
    best = max(points)
    return _plausible(shown, held, choices[points.index(best)]), points.count(best) == 1


def _by_second(side: Side, places: Sequence[int]) -> list[int]:
    """In the order of their seconds, where these clearly go against it: neighbours can have changed places on a phone.

    A second either way is no sign: two exports of one phone differ by as much.
    """
    times = [side.minutes[at] * 60 + side.seconds[at] for at in places]
    if all(side.seconds[at] >= 0 for at in places) and any(a > b + 1 for a, b in pairwise(times)):
        return [at for _, at in sorted(zip(times, places, strict=True))]
    return list(places)


def _plausible(shown: Side, held: Side, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(i, j) for i, j in pairs if gap(shown, i, held, j) <= _TOO_FAR]


def _fit(shown: Side, i: int, held: Side, j: int, found: Sequence[int | None]) -> int:
    """How well one of several equal sightings fits one of several equal messages."""
    points = 1 if in_place(i, j, found) else -1
    apart = gap(shown, i, held, j)
    return points + (4 - min(20, 2 * apart) if shown.seconds[i] >= 0 <= held.seconds[j] else -apart)


def _outside(shown: Side, theirs: Sequence[int], choice: Sequence[tuple[int, int]], found: Sequence[int | None]) -> int:
    """How many messages the choice leaves that lie before the capture begins or after it ends: they are not missing."""
    if not shown.begins and not shown.ends:
        return 0
    chosen = [j for _, j in choice]
    placed = [*chosen, *(j for j in found if j is not None)]
    first, last = min(placed), max(placed)
    left = [j for j in theirs if j not in chosen]
    return sum((shown.begins and j < first) or (shown.ends and j > last) for j in left)


def in_place(i: int, j: int, found: Sequence[int | None]) -> bool:
    """Whether message ``j`` stands between the same matched neighbours as sighting ``i``.

    >>> in_place(1, 5, [4, None, 6]), in_place(1, 7, [4, None, 6])
    (True, False)
    """
    before = next((k for k in found[max(0, i - _NEAREST) : i][::-1] if k is not None), -1)
    after = next((k for k in found[i + 1 : i + 1 + _NEAREST] if k is not None), None)
    return before < j and (after is None or j < after or after < before)


def _rest(
    shown: Side,
    held: Side,
    found: Sequence[int | None],
    doubtful: set[int],
    nearly: dict[int, set[int]],
    knots: set[int],
) -> Iterable[tuple[int, int, Likeness]]:
    """Match what the exact pass left; sightings that fit several messages alike go into ``doubtful``.

    Those that only nearly fit one go into ``nearly``, with the messages; those beside which something of the same
    person or with the same words is left go into ``knots``: a clock may turn out to be late, a name to be another's.
    """
    candidates = sorted(_candidates(shown, held, found, nearly, knots), key=lambda c: c[:5])
    of_shown: dict[int, list[Candidate]] = defaultdict(list)
    of_held: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        of_shown[candidate.shown].append(candidate)
        of_held[candidate.held].append(candidate)
    taken_shown: set[int] = set()
    taken_held: set[int] = set()
    for candidate in candidates:
        i, j = candidate.shown, candidate.held
        if i in taken_shown or j in taken_held or i in doubtful:
            continue
        rivals = [c for c in of_shown[i] if c[:3] == candidate[:3] and c.held not in taken_held]
        peers = [c for c in of_held[j] if c[:3] == candidate[:3] and c.shown not in taken_shown]
        if len(rivals) != len(peers) and not _alike(shown, held, rivals, peers):
            doubtful.update(c.shown for c in peers)
            continue
        taken_shown.add(i)
        taken_held.add(j)
        yield i, j, candidate.likeness


def _alike(shown: Side, held: Side, rivals: Sequence[Candidate], peers: Sequence[Candidate]) -> bool:
    """Whether the choice makes no difference to what is read: the rivals say the same words."""
    words = {held.words[c.held] for c in rivals}
    return len(words) == 1 and len({shown.words[c.shown] for c in peers}) == 1


def _candidates(
    shown: Side, held: Side, found: Sequence[int | None], nearly: dict[int, set[int]], knots: set[int]
) -> Iterable[Candidate]:
    used = {j for j in found if j is not None}
    if len(used) == len(held.minutes):
        return
    by_minute: dict[int, list[int]] = defaultdict(list)
    for j, minute in enumerate(held.minutes):
        if j not in used:
            by_minute[minute].append(j)
    near = by_minute.keys() | {m - 1 for m in by_minute} | {m + 1 for m in by_minute}
    minutes = shown.minutes
    drift = _drift(shown, held, found)
    possible = []
    for i in [i for i, j in enumerate(found) if j is None and minutes[i] in near]:
        for minute in (minutes[i] - 1, minutes[i], minutes[i] + 1):
            for j in by_minute.get(minute, ()):
                likeness = compare(shown, i, held, j, drift)
                if likeness is not None and likeness.rule != NEARLY:
                    possible.append(
                        Candidate(likeness.tier, not in_place(i, j, found), gap(shown, i, held, j), i, j, likeness)
                    )
                elif likeness is not None:
                    nearly[i].add(j)
                elif shown.words[i] == held.words[j] or shown.people[i] == held.people[j] > NOBODY:
                    knots.add(i)
    late = any(_is_minute_apart(shown, c.shown, held, c.held) and len(shown.words[c.shown]) > LONG for c in possible)
    for c in possible:
        if (c.out_of_place and c.likeness.needs_place) or (
            c.likeness.rule == "edited" and c.likeness.anchored and not _anchored(c.shown, c.held, found)
        ):
            knots.add(c.shown)
            if c.likeness.rule == "edited":
                nearly[c.shown].add(c.held)
        elif not late and len(shown.words[c.shown]) <= LONG and _is_minute_apart(shown, c.shown, held, c.held):
            nearly[c.shown].add(c.held)
        else:
            yield c


def _drift(shown: Side, held: Side, found: Sequence[int | None]) -> int:
    """Seconds by which equal messages are seen to differ, 1 at most: two exports of one phone may."""
    if max(shown.seconds, default=-1) < 0 or max(held.seconds, default=-1) < 0:
        return 0
    apart = both = 0
    for i, j in enumerate(found):
        if j is not None and shown.seconds[i] >= 0 <= held.seconds[j]:
            both += 1
            apart += gap(shown, i, held, j) > 0
    return 1 if apart * 50 > both else 0


def _is_minute_apart(shown: Side, i: int, held: Side, j: int) -> bool:
    """Whether equal words stand in two minutes, and no second tells how near these are."""
    return (
        shown.seconds[i] < 0 > held.seconds[j]
        and shown.minutes[i] != held.minutes[j]
        and shown.words[i] == held.words[j]
        and not shown.slack.get(shown.people[i])
    )


def _anchored(i: int, j: int, found: Sequence[int | None]) -> bool:
    """Whether both stand between the very same two messages, with nothing else between."""
    return 0 < i < len(found) - 1 and found[i - 1] == j - 1 and found[i + 1] == j + 1
