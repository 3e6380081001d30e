"""The clock of a capture against the record's: shifts of whole quarters of an hour, and a phone that runs ahead.

A phone writes the time of its own zone and none says which. Long texts that both show at times that differ by the same
quarters of an hour, message after message, say how far the two clocks are apart, and when that changes in spring and
autumn. Source: text-formats research on exports made after a journey; generated corpora with known zones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

QUARTER = 15
FURTHEST = 14 * 60
"""Minutes between two clocks that are still taken for two zones: more is met by nobody who shares a chat."""
FEWEST = 3
"""Votes that make a shift."""
REACH = 90
"""Seconds by which a phone's own clock may run ahead or behind and still be learnt."""


class Step(NamedTuple):
    """From this minute of the capture on, its clock shows so much more than the record's."""

    since: int
    minutes: int
    votes: int
    until: int
    """The last minute of which this was seen."""


class Clock:
    """What has been learnt of a capture's clock so far, in the order of its messages."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    @property
    def known(self) -> bool:
        return bool(self.steps)

    @property
    def now(self) -> int:
        """The shift in force at the end of what has been seen; 0 where nothing is known."""
        return self.steps[-1].minutes if self.steps else 0

    def shifts(self, minutes: Sequence[int]) -> list[int] | int:
        """The shift at each minute as shown; one number where it is the same for all."""
        if len(self.steps) < 2:
            return self.now
        since = [step.since for step in self.steps]
        if not minutes:
            return self.now
        low, high = bisect_right(since, min(minutes)), bisect_right(since, max(minutes))
        if low == high or (low == 0 and high == 1):
            return self.steps[max(0, high - 1)].minutes
        return [self.steps[max(0, bisect_right(since, m) - 1)].minutes for m in minutes]

    def settle(
        self, minutes: Sequence[int], words: Sequence[str], held_at: Sequence[int], held: Sequence[str]
    ) -> list[int]:
        """The shift of each message; close to where it changes, the one by which these words are held is taken."""
        shift = self.shifts(minutes)
        if not isinstance(shift, list):
            return [shift] * len(minutes)
        there: set[tuple[int, str]] | None = None
        for before, after in zip(self.steps, self.steps[1:], strict=False):
            for i, minute in enumerate(minutes):
                if before.until <= minute <= after.since:
                    there = set(zip(held_at, held, strict=True)) if there is None else there
                    shift[i] = next(
                        (s.minutes for s in (before, after) if (minute - s.minutes, words[i]) in there), shift[i]
                    )
        return shift

    def learn(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Take in pairs of minutes, as this capture and as the record shows one text, in the order of the capture.

        >>> clock = Clock()
        >>> clock.learn([(60 + m, m) for m in range(0, 500, 7)] + [(m, m) for m in range(600, 900, 7)])
        >>> [(step.since, step.minutes) for step in clock.steps]
        [(60, 60), (600, 0)]
        """
        near = [(shown, _quarters(shown - held)) for shown, held in pairs if abs(shown - held) <= FURTHEST]
        counts = Counter(shift for _, shift in near)
        if not counts:
            return
        common, most = counts.most_common(1)[0]
        if most < FEWEST or most * 2 < len(near):
            if not self.known and most == len(near) >= 2:
                self._add(near[0][0], common, most, near[-1][0])
            return
        if most * 50 >= len(near) * 49:
            self._add(near[0][0], common, most, near[-1][0])
            return
        for since, shift, votes, until in _runs(near, {s for s, n in counts.items() if n >= FEWEST}):
            self._add(since, shift, votes, until)

    def _add(self, since: int, shift: int, votes: int, until: int) -> None:
        last = self.steps[-1] if self.steps else None
        if last and last.minutes == shift:
            self.steps[-1] = last._replace(votes=last.votes + votes, until=max(until, last.until))
        elif last is None or since > last.since:
            self.steps.append(Step(since, shift, votes, until))


def _quarters(minutes: int) -> int:
    return round(minutes / QUARTER) * QUARTER


def _runs(votes: Sequence[tuple[int, int]], likely: set[int]) -> Iterable[tuple[int, int, int, int]]:
    """Runs of one shift: since when, the shift, votes, until when; one of fewer votes than make a shift is dropped."""
    runs: list[list[int]] = []
    for shown, shift in sorted(vote for vote in votes if vote[1] in likely):
        if runs and runs[-1][1] == shift:
            runs[-1][2:] = [runs[-1][2] + 1, shown]
        else:
            runs.append([shown, shift, 1, shown])
    joined: list[list[int]] = []
    for run in runs:
        if run[2] < FEWEST:
            continue
        if joined and joined[-1][1] == run[1]:
            joined[-1][2:] = [joined[-1][2] + run[2], run[3]]
        else:
            joined.append(run)
    return [(since, shift, count, until) for since, shift, count, until in joined]


class Profile(NamedTuple):
    """How a capture's clock stood to the one that a chat is kept by, over the spans for which it is known."""

    spans: tuple[tuple[int, int, int], ...]
    """First minute, last minute (of the clock the chat is kept by), minutes ahead."""
    counts: bool
    """Whether it is said to be in the archive's own zone, and so may lend the chat its clock."""
    order: tuple[str, ...]
    """Tells captures apart without regard to when they were ingested: when it was taken, its digest."""


def profile(steps: Sequence[Sequence[int]], first: int, last: int, counts: bool, order: tuple[str, ...]) -> Profile:
    """The profile of a capture from its steps; without any it is taken to go with the chat's from end to end."""
    spans = tuple((since - shift, until - shift, shift) for since, shift, _, until in steps)
    return Profile(spans or ((first, last, 0),), counts, order)


def reference(profiles: Sequence[Profile]) -> list[tuple[int, int]]:
    """The clock to show a chat's times by: since which minute it is how many minutes ahead of the one kept by.

    It is the clock on which most captures agree, and of equals the one of the capture taken first: so the times of
    the record do not depend on which capture came in first. Two captures in Brussels and three in London, of which
    one in Brussels founded the chat:

    >>> brussels, london = ((0, 900, 0),), ((0, 900, -60),)
    >>> five = enumerate([brussels, london, brussels, london, london])
    >>> reference([Profile(spans, True, (str(n),)) for n, spans in five])
    [(0, -60)]
    """
    classes: list[list[Profile]] = []
    for one in sorted(profiles, key=lambda p: p.order):
        home = next((c for c in classes if any(_agree(one, other) for other in c)), None)
        if home is None:
            classes.append([one])
        else:
            home.append(one)
    if not classes:
        return []
    best = max(classes, key=lambda c: sum(p.counts for p in c))
    steps: list[tuple[int, int]] = []
    for first, _, shift in sorted(span for one in best for span in one.spans):
        if not steps or steps[-1][1] != shift:
            steps.append((first, shift))
    return steps if any(shift for _, shift in steps) else []


def _agree(one: Profile, other: Profile) -> bool:
    """Whether two captures show one clock wherever both are known."""
    same = apart = 0
    for first, last, shift in one.spans:
        for start, end, ahead in other.spans:
            both = min(last, end) - max(first, start)
            if both > 0 and shift == ahead:
                same += both
            elif both > 0:
                apart += both
    return same > 9 * apart


class Skews:
    """By how many seconds each sender's messages stand later here than in the record.

    A phone whose clock runs ahead dates its own messages late, and only those. Each matched text bounds the difference:
    a minute stands for any of its sixty seconds.
    """

    def __init__(self) -> None:
        self.votes: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)

    def learn(self, label: str, shown: int, shown_exact: bool, held: int, held_exact: bool) -> None:
        """One text at ``shown`` seconds here and ``held`` there; a time that is not exact begins a minute."""
        loose = 1 if shown_exact and held_exact else 0
        low = shown - held - (0 if held_exact else 59) - loose
        high = shown - held + (0 if shown_exact else 59) + loose
        if low >= -REACH and high <= REACH:
            self.votes[label][low, high] += 1

    def of(self, label: str) -> int:
        """Seconds; 0 where nothing speaks clearly for another number.

        >>> skews = Skews()
        >>> for second in range(0, 60, 3):
        ...     skews.learn("Ben", 600 + second + 9, True, 600, False)
        >>> 7 <= skews.of("Ben") <= 11
        True
        """
        votes = self.votes.get(label)
        if not votes or votes.total() < 6:
            return 0
        steps = [0] * (2 * REACH + 2)
        for (low, high), count in votes.items():
            steps[low + REACH] += count
            steps[high + REACH + 1] -= count
        heights, height = [], 0
        for step in steps[:-1]:
            height += step
            heights.append(height)
        most = max(heights)
        if heights[REACH] * 50 >= most * 49:
            return 0
        plateau = [at - REACH for at, height in enumerate(heights) if height == most]
        return (plateau[0] + plateau[-1]) // 2
