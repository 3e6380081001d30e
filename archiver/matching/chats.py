"""Which chat a capture is of, by what it has in common with those that are held.

A name alone does not tell: a direct chat bears the other person's name on each phone, a group is renamed, two groups
have one name. Long texts at the same time do: of those that lie in the span of a held chat, nearly all are found in it
where it is the same chat, and few where the two only share what was sent to both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from archiver.matching.clock import FURTHEST, QUARTER
from archiver.matching.normal import LONG
from archiver.model import Sighting

ENOUGH = 3
"""Texts in common that can make two captures one chat."""
SAME = 0.5
"""The share of texts in the common span that must be found for one chat."""
DIFFERENT = 0.1
"""The share below which it is another chat, however it is called."""
TELLING = 12
"""Texts in the common span from which their absence tells."""
SAMPLE = 300
MOST = 5000
"""Texts of a held chat that are looked at."""

Verdict = Literal["same", "different", "unsure", "unknown"]


class Sampled(NamedTuple):
    """A long text of a capture and when it was sent, by the capture's clock, in minutes since 1970."""

    minute: int
    text: str


class Common(NamedTuple):
    """What a capture has in common with one chat that is held."""

    chat: int
    in_span: int
    """Texts of the sample that lie in the chat's span."""
    found: int
    """Those of them that the chat has, all at one distance in time."""


def sample(sightings: Iterable[Sighting]) -> tuple[list[Sighting], float]:
    """Long texts from all over a capture, each different, as evenly as they come; and what share of all they are."""
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
    return list(kept.values()), len(kept) / seen if seen else 0.0


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


def _is_long(s: Sighting) -> bool:
    return s.kind == "text" and len(s.text) > LONG and s.sent_at is not None and len(s.sent_at) >= 16


def common(
    sampled: Sequence[Sampled], chat: int, spans: Sequence[tuple[int, int]], hits: dict[str, list[int]]
) -> Common:
    """Count what a chat has of a sample. ``hits``: for each text found in it, the minutes at which it stands there."""
    shifts = Counter(
        round((one.minute - there) / QUARTER) * QUARTER
        for one in sampled
        for there in hits.get(one.text, ())
        if abs(one.minute - there) <= FURTHEST
    )
    if not shifts:
        return Common(chat, _within(sampled, spans, 0), 0)
    likely = [shift for shift, count in shifts.most_common(3) if count * 5 >= shifts.most_common(1)[0][1]]
    found = sum(
        any(abs(one.minute - there - shift) <= 2 for there in hits.get(one.text, ()) for shift in likely)
        for one in sampled
    )
    return Common(chat, max(found, _within(sampled, spans, likely[0])), found)


def _within(sampled: Sequence[Sampled], spans: Sequence[tuple[int, int]], shift: int) -> int:
    return sum(any(first <= one.minute - shift <= last for first, last in spans) for one in sampled)


def verdict(one: Common) -> Verdict:
    """Whether a capture is of a chat; ``unknown`` where they have no time in common that would tell.

    >>> verdict(Common(1, 40, 38)), verdict(Common(1, 40, 2)), verdict(Common(1, 40, 9)), verdict(Common(1, 4, 0))
    ('same', 'different', 'unsure', 'unknown')
    """
    if one.found >= ENOUGH and one.found >= SAME * one.in_span:
        return "same"
    if one.in_span >= TELLING and one.found <= DIFFERENT * one.in_span:
        return "different"
    return "unsure" if one.found >= ENOUGH else "unknown"
