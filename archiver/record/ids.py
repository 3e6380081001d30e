"""Ids of messages: numbers that run in the order of time, so that newest first and a span of dates need no sort.

An id is the minute of sending, shifted left, plus a place within the minute. Messages of one minute lie ``STEP`` apart,
which leaves room to put one between two; a minute that is full runs on into the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from operator import add, itemgetter

SHIFT = 12
STEP = 8
_EPOCH = date(1970, 1, 1).toordinal()
DAY = 1440 << SHIFT
"""Ids in a day."""


_DAY, _CLOCK = itemgetter(slice(0, 10)), itemgetter(slice(11, 16))


class Minutes:
    """Written instants to the first id of their minute."""

    def __init__(self) -> None:
        self.days = _Days()
        self.clocks = _Clocks()

    def floor(self, sent_at: str) -> int:
        """The first id of the minute of ``YYYY-MM-DDTHH:MM``; of midnight where only a day is given."""
        return self.days[sent_at[:10]] + self.clocks[sent_at[11:16]]

    def floors(self, sent: Sequence[str]) -> list[int]:
        """The same for many."""
        days = map(self.days.__getitem__, map(_DAY, sent))
        return list(map(add, days, map(self.clocks.__getitem__, map(_CLOCK, sent))))


class _Days(dict[str, int]):
    def __missing__(self, day: str) -> int:
        self[day] = first = (date.fromisoformat(day).toordinal() - _EPOCH) * DAY
        return first


class _Clocks(dict[str, int]):
    def __missing__(self, clock: str) -> int:
        self[clock] = after = (int(clock[:2]) * 60 + int(clock[3:])) << SHIFT if clock else 0
        return after


def allocate(floors: Sequence[int], newest: int, held: Callable[[int, int], set[int]]) -> list[int]:
    """A free id for each message, at or after the first of its minute, in the order given within a minute.

    ``newest``: the greatest id in use, 0 where there is none. ``held(first, last)``: the ids in use between two.
    """
    ids = [0] * len(floors)
    order: Sequence[int] = range(len(floors))
    if any(map(int.__gt__, floors, floors[1:])):
        order = sorted(order, key=floors.__getitem__)
    for group in _groups(floors, order):
        _allocate_group(ids, floors, group, newest, held)
        newest = max(newest, ids[group[-1]])
    return ids


def _groups(floors: Sequence[int], order: Sequence[int]) -> list[Sequence[int]]:
    """The order cut where more than a day lies between two messages: what is in use is asked for one run at a time."""
    cuts = [0]
    cuts += [at for at in range(1, len(order)) if floors[order[at]] - floors[order[at - 1]] > DAY]
    return [order[first:last] for first, last in zip(cuts, [*cuts[1:], len(order)], strict=True) if first < last]


def _allocate_group(
    ids: list[int], floors: Sequence[int], group: Sequence[int], newest: int, held: Callable[[int, int], set[int]]
) -> None:
    first = floors[group[0]]
    if first >= newest >> SHIFT << SHIFT:  # nothing in use lies beyond: append
        last = newest
        for at in group:
            floor = floors[at]
            last = floor if floor > last else last + STEP
            ids[at] = last
        return
    reach = floors[group[-1]] + (len(group) + 1) * STEP
    while True:
        used = held(first, reach)
        last = first - 1
        for at in group:
            floor = floors[at]
            last = floor if floor > last else last + STEP
            while last in used:
                last += STEP
            ids[at] = last
        if last <= reach:
            return
        reach = last + (len(used) + 1) * STEP
