"""A picture's bubbles against what is held: the same order, times, senders and nearly the same words.

A screen shows a run of messages, so it is laid on the record as a run, never as a set: of all ways to pair bubbles with
messages without crossing, the one with most agreement. What it does not show of a time, its neighbours tell.

    screen    09:26 Scotland yes…    09:30 Can we hawe NI     09:30 I'll try
                   |                        |                       |
    held      09:26 Scotland yes…    09:30 Can we have NI     09:30 I'll try. Belfast are…
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from archiver.matching.normal import Words
from archiver.model import Decided, HeldMessage, Sighting

NamesOf = Callable[[int], frozenset[str]]
"""Every label under which a person is known."""

_SHORT = 8
"""Texts shorter than this must agree outright, and in time."""
_LIKE = 0.82
"""How alike two longer texts must be that a machine read one of; a little less where their times agree."""
_LIKE_IN_TIME = 0.72
_SURE = 0.95
_TELLING = 12
"""Letters in common that place a screen; two messages in a row do as well."""


class Placed(NamedTuple):
    """What became of a screen: the decision on each bubble, and when each was sent, as far as its neighbours tell."""

    decided: list[Decided]
    sent: list[str | None]


class _Pair(NamedTuple):
    shown: int
    held: int
    weight: float
    likeness: float


def place(shown: Sequence[Sighting], held: Sequence[HeldMessage], words: Words, names_of: NamesOf) -> Placed:
    """Lay a screen on the messages held around it, both in their order."""
    pairs = [
        pair
        for i, s in enumerate(shown)
        for j, h in enumerate(held)
        if (pair := _pair(s, i, h, j, words, names_of)) is not None
    ]
    chosen = _best_run(pairs)
    if not _tells(chosen, shown):
        chosen = []
    decided = [Decided(None)] * len(shown)
    sent: list[str | None] = [s.sent_at for s in shown]
    for pair in chosen:
        message = held[pair.held]
        decided[pair.shown] = Decided(message, "screen", round(pair.likeness, 2))
        sent[pair.shown] = _fuller(sent[pair.shown], message.sent_at)
    return Placed(decided, dated(sent))


def _pair(s: Sighting, i: int, h: HeldMessage, j: int, words: Words, names_of: NamesOf) -> _Pair | None:
    in_time = _in_time(s.sent_at, h.sent_at)
    ours, theirs = _plain(s.kind, s.text, words), _plain(h.kind, h.text, words)
    if s.partial and in_time is False:
        in_time = None
    if not _one_kind(s.kind, h.kind):
        return None
    likeness = _likeness(ours, theirs, s.partial)
    size = min(len(ours), len(theirs))
    if "deleted" in (s.kind, h.kind) or not size:
        likeness = 1.0 if in_time and (s.kind == h.kind or "deleted" in (s.kind, h.kind)) else 0.0
    elif size < _SHORT:
        likeness = likeness if in_time and likeness > 0.79 else 0.0
    elif likeness < (_LIKE_IN_TIME if in_time else _LIKE) or (
        in_time is False and not (likeness >= _SURE and size > 20)
    ):
        return None
    if not likeness or not _one_name(s.sender, h.sender, names_of, likeness if size > 20 else 0.0):
        return None
    weight = likeness * (1 + min(size, 40) / 20) + (1.0 if in_time else 0.0) + (0.5 if s.kind == h.kind else 0.0)
    return _Pair(i, j, weight, likeness)


def _plain(kind: str, text: str, words: Words) -> str:
    """Words as they are compared with what a machine read."""
    if kind == "media":
        text = words.caption(text)
    if kind == "deleted":
        return ""
    return " ".join(text.casefold().split())


def _likeness(ours: str, theirs: str, partial: bool) -> float:
    from rapidfuzz import fuzz

    if ours == theirs:
        return 1.0
    if partial or ours.endswith(("…", "read more")) or theirs.endswith("…"):
        shorter = min(len(ours), len(theirs))
        return fuzz.partial_ratio(ours.rstrip("…"), theirs.rstrip("…")) / 100 if shorter >= _SHORT else 0.0
    return fuzz.ratio(ours, theirs) / 100


def _one_kind(one: str, other: str) -> bool:
    spoken = {"text", "media", "deleted", "location", "contact", "poll", "call"}
    return one == other or {one, other} <= spoken


def _in_time(one: str | None, other: str) -> bool | None:
    """Whether two times agree as far as both are shown; None where they show nothing in common."""
    ours, theirs = _parts(one), _parts(other)
    known = [(a, b) for a, b in zip(ours, theirs, strict=True) if a and b]
    return all(a == b for a, b in known) and bool(ours[1] and theirs[1]) if known else None


def _parts(sent: str | None) -> tuple[str, str]:
    """The day and the minute of a written time, each empty where not shown.

    >>> _parts("2026-03-05T14:07:31"), _parts("T14:07"), _parts("2026-03-05")
    (('2026-03-05', '14:07'), ('', '14:07'), ('2026-03-05', ''))
    """
    if not sent:
        return "", ""
    day, _, clock = sent.partition("T")
    return day, clock[:5]


def _one_name(label: str | None, person: int | None, names_of: NamesOf, likeness: float) -> bool:
    """Whether a name read off a screen may be one of a person's; long words nearly alike outweigh a misread name."""
    if label is None or person is None or likeness >= 0.9:
        return True
    from rapidfuzz import fuzz

    ours = label.casefold().rstrip("…").strip("~ ")
    return any(
        fuzz.ratio(ours, name) >= 80 or (len(ours) >= 4 and name.startswith(ours))
        for name in (known.casefold().strip("~ ") for known in names_of(person))
    )


def _best_run(pairs: Sequence[_Pair]) -> list[_Pair]:
    """The pairs, none crossing another, with the greatest weight in sum."""
    best: list[tuple[float, int]] = []
    before: list[int] = []
    ordered = sorted(pairs, key=lambda p: (p.shown, -p.held))
    frontier: list[tuple[int, float, int]] = []
    """By place in what is held: the greatest sum of a run that ends there, and which."""
    for at, pair in enumerate(ordered):
        place = bisect_left(frontier, (pair.held, 0.0, -1)) - 1
        below = frontier[place] if place >= 0 else (-1, 0.0, -1)
        total = below[1] + pair.weight
        before.append(below[2])
        best.append((total, at))
        _raise(frontier, (pair.held, total, at))
    run = []
    at = max(best, default=(0.0, -1))[1]
    while at >= 0:
        run.append(ordered[at])
        at = before[at]
    return run[::-1]


def _raise(frontier: list[tuple[int, float, int]], entry: tuple[int, float, int]) -> None:
    """Keep for each place only a sum that no earlier place reaches."""
    place = bisect_left(frontier, (entry[0], 0.0, -1))
    if place and frontier[place - 1][1] >= entry[1]:
        return
    if place < len(frontier) and frontier[place][0] == entry[0] and frontier[place][1] >= entry[1]:
        return
    while place < len(frontier) and frontier[place][1] <= entry[1]:
        del frontier[place]
    insort(frontier, entry)


def _tells(chosen: Sequence[_Pair], shown: Sequence[Sighting]) -> bool:
    """Whether a run agrees in enough to place the screen, and not in a greeting or two."""
    letters = sum(len(shown[pair.shown].text) for pair in chosen)
    return letters >= _TELLING


def _fuller(one: str | None, other: str) -> str:
    """The time that says more."""
    return other if len(other) > len(one or "") else one or other


def dated(sent: Sequence[str | None]) -> list[str | None]:
    """Give times without a day the day that their neighbours leave them.

    >>> dated(["T23:58", "2026-03-10T23:59", "T00:01", None])
    ['2026-03-10T23:58', '2026-03-10T23:59', '2026-03-11T00:01', None]
    """
    found = list(sent)
    for at in range(len(found)):
        found[at] = _after(found[at], next((s for s in found[:at][::-1] if s and len(s) >= 16), None))
    for at in range(len(found) - 1, -1, -1):
        found[at] = _before(found[at], next((s for s in found[at + 1 :] if s and len(s) >= 16), None))
    return found


def _after(sent: str | None, earlier: str | None) -> str | None:
    if not sent or sent[0] != "T" or earlier is None:
        return sent
    return f"{_day(earlier, int(sent[1:6] < earlier[11:16]))}{sent}"


def _before(sent: str | None, later: str | None) -> str | None:
    if not sent or sent[0] != "T" or later is None:
        return sent
    return f"{_day(later, -int(sent[1:6] > later[11:16]))}{sent}"


def _day(sent: str, days: int) -> str:
    return (date.fromisoformat(sent[:10]) + timedelta(days=days)).isoformat()
