"""How one sighting is like one held message where they are not the same outright: the rules, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from archiver.matching.normal import LONG

NOBODY = 0
"""Stands for the sender of a system message."""
ANYBODY = -1
"""Stands for a sender that is not shown: a call on an Android phone."""

_CLOSE = 2
"""Seconds by which two exports of one phone may differ, and one for rounding.
Source: 15 of 19 exports of one chat from one iPhone differ by one second in 4 to 24 % of their messages."""
NEARLY = "nearly"
"""Stands for a rule where something speaks for a match, but not enough: kept apart, and a person is told."""
_SHORT = 12
"""Letters of a text that is only a number or a word."""
LOCAL = "\0encryption "
"""How the words of the note on encryption begin, in their normal form."""


class Side:
    """One side of a window by the column: what a capture shows, or what is held."""

    __slots__ = (
        "agreed", "begins", "edited", "ends", "guessed", "kinds", "minutes", "names", "paste", "people", "seconds",
        "slack", "words",
    )  # fmt: skip

    def __init__(
        self,
        minutes: list[int],
        seconds: list[int],
        people: list[int],
        kinds: list[str],
        words: list[str],
        edited: list[bool],
        *,
        paste: bool = False,
        slack: Mapping[int, int] | None = None,
        names: Mapping[int, frozenset[int]] | None = None,
        guessed: Collection[int] = (),
        begins: bool = False,
        ends: bool = False,
        agreed: Sequence[int] = (),
    ) -> None:
        self.minutes = minutes
        """Minutes since 1970 in the record's clock."""
        self.seconds = seconds
        """Within the minute; -1 where not shown."""
        self.people = people
        """A person; ``NOBODY``; ``ANYBODY``; or less, for one of several (see ``names``)."""
        self.kinds = kinds
        self.words = words
        """In their normal form."""
        self.edited = edited
        self.paste = paste
        """A paste carries no mark of editing and may be cut."""
        self.slack = slack or {}
        """Seconds by which a person's messages may stand later here than elsewhere."""
        self.guessed = guessed
        """Places of what a machine read off a picture."""
        self.begins = begins
        """Whether the capture begins here: what was said before is not missing in it."""
        self.ends = ends
        """Whether it ends here."""
        self.agreed = agreed
        """How many captures show each, where that is known."""
        self.names = names or {}
        """For a number below ``ANYBODY``: the people it may be."""


class Likeness(NamedTuple):
    """Why a sighting may be a held message."""

    tier: int
    """The lower the surer."""
    rule: str
    score: float | None
    needs_place: bool
    """Whether it holds only where both stand between the same neighbours."""
    anchored: bool = False
    """Whether these must be next to it on both sides."""


def compare(shown: Side, i: int, held: Side, j: int, drift: int = 0) -> Likeness | None:
    """The strongest reason why sighting ``i`` may be message ``j``; None where there is none.

    The caller has seen to it that they lie within a minute of each other. ``drift``: seconds by which the two captures
    are seen to differ elsewhere.
    """
    if not _one_sender(shown, i, held, j) and j not in held.guessed:
        return None
    apart = gap(shown, i, held, j)
    kind, other = shown.kinds[i], held.kinds[j]
    words, theirs = shown.words[i], held.words[j]
    if words == theirs:
        return _same_words(words, apart)
    if apart > _CLOSE or "system" in (kind, other):
        return None
    if j in held.guessed:
        return _nearly_read(words, theirs)
    if "deleted" in (kind, other):
        return None if kind == other else _deleted(apart, drift, shown.seconds[i] >= 0 <= held.seconds[j])
    if "media" in (kind, other):
        return _with_and_without_caption(kind, other, words, theirs)
    if kind != other:
        return None
    if kind == "poll":
        return Likeness(4, "grown", None, True) if words.partition("\n")[0] == theirs.partition("\n")[0] else None
    return _other_words(shown, i, held, j) if kind == "text" else None


def gap(shown: Side, i: int, held: Side, j: int) -> int:
    """How many seconds lie at least between two times; a time to the minute is any second of it."""
    start, end = _span(shown, i)
    first, last = _span(held, j)
    slack = shown.slack.get(shown.people[i], 0)
    if slack:
        start -= max(slack, 0)
        end -= min(slack, 0)
    return max(0, start - last, first - end)


def _span(side: Side, at: int) -> tuple[int, int]:
    second = side.seconds[at]
    start = side.minutes[at] * 60
    return (start, start + 59) if second < 0 else (start + second, start + second)


def _one_sender(shown: Side, i: int, held: Side, j: int) -> bool:
    ours, theirs = shown.people[i], held.people[j]
    if ours == theirs:
        return True
    if ANYBODY in (ours, theirs):
        return shown.kinds[i] == held.kinds[j] == "call"
    return theirs in shown.names.get(ours, ())


def _same_words(words: str, apart: int) -> Likeness | None:
    """Equal words a little apart: seconds that shift by one, a minute that was rounded, a clock that runs ahead."""
    if words.startswith(LOCAL):
        return None
    if apart <= _CLOSE:
        return Likeness(0, "near-time", None, len(words) <= LONG)
    if len(words) > LONG and apart <= 60:
        return Likeness(1, "near-time", 0.9, True)
    return None


def _deleted(apart: int, drift: int, has_seconds: bool) -> Likeness:
    """A deletion has no words: only the very second tells, or a minute in which nothing else is left."""
    if apart > (drift if has_seconds else 0):
        return Likeness(9, NEARLY, None, True)
    return Likeness(2, "deleted-later", None, not has_seconds or apart > 0)


def _nearly_read(words: str, theirs: str) -> Likeness | None:
    """A machine read nearly these words off a screen; or only the part of them that was not cut off."""
    from rapidfuzz import fuzz

    likeness = fuzz.ratio(words.casefold(), theirs.casefold()) / 100
    if min(len(words), len(theirs)) > LONG // 2:
        likeness = max(likeness, fuzz.partial_ratio(words.casefold(), theirs.casefold()) / 100)
    return Likeness(3, "screen", round(likeness, 2), False) if likeness >= 0.75 else None


def _with_and_without_caption(kind: str, other: str, words: str, theirs: str) -> Likeness | None:
    """One phone exports the caption of a picture, the other only the picture."""
    if kind == other and "\0media" in (words, theirs):
        return Likeness(5, "caption", 0.9, True)
    return None


def _other_words(shown: Side, i: int, held: Side, j: int) -> Likeness | None:
    words, theirs = shown.words[i], held.words[j]
    if _only_mentions_differ(words, theirs):
        return Likeness(1, "mention", None, False)
    cut = words.removesuffix("…").rstrip() if shown.paste and words.endswith("…") else ""
    if len(cut) > LONG and theirs.startswith(cut):
        return Likeness(1, "cut", None, False)
    if (shown.paste and theirs.startswith(words + "\n[")) or (held.paste and words.startswith(theirs + "\n[")):
        return Likeness(1, "cut", None, False)  # lines of another chat within it read as headers in a paste
    marked = shown.edited[i] or held.edited[j]
    likeness = common_words(words, theirs)
    if marked:
        return _edited(words, theirs, likeness)
    if (shown.paste or held.paste) and likeness >= 0.75 and min(len(words), len(theirs)) > LONG:
        return Likeness(7, "edited", round(likeness, 2), True)
    return None


def _edited(words: str, theirs: str, common: float) -> Likeness:
    """An edit keeps most of the words; a single word or number may change where everything around it is the same.

    >>> _edited("The fee is £9m", "The fee is £5m", 0.75).rule, _edited("£9m", "£5m", 0.0).anchored
    ('edited', True)
    >>> _edited("I never agreed to anything", "point 20 of the plan", 0.0).rule
    'nearly'
    """
    from rapidfuzz import fuzz

    letters = fuzz.ratio(words, theirs) / 100
    if common >= 0.5 and (min(words.count(" "), theirs.count(" ")) > 1 or letters >= 0.6):
        return Likeness(3, "edited", round(common, 2), False)
    if letters >= 0.75:
        return Likeness(3, "edited", round(letters, 2), True)
    if common >= 0.5:
        return Likeness(6, "edited", round(common, 2), True, True)
    if letters >= 0.5 and max(len(words), len(theirs)) <= _SHORT and abs(len(words) - len(theirs)) <= 2:
        return Likeness(6, "edited", round(letters, 2), True, True)
    return Likeness(9, NEARLY, None, True)


def _only_mentions_differ(words: str, theirs: str) -> bool:
    """Whether nothing differs but names after ``@`` that nobody in the chat is known by.

    >>> _only_mentions_differ("@Somebody New can you send it", "@447700900123 can you send it")
    True
    """
    ours, others = words.split("@"), theirs.split("@")
    if len(ours) != len(others) or len(ours) < 2 or ours[0] != others[0]:
        return False
    for a, b in zip(ours[1:], others[1:], strict=True):
        shorter = min(len(a), len(b))
        common = next((n for n in range(shorter) if a[-1 - n] != b[-1 - n]), shorter)
        if common < 8 or common * 2 < shorter:
            return False
    return True


def common_words(a: str, b: str) -> float:
    """The share of the shorter text's words that the other has too: an edit keeps most.

    >>> common_words("Coach leaves at noon", "Coach leaves at 5pm sharp")
    0.75
    """
    x, y = Counter(a.split()), Counter(b.split())
    shorter = min(x.total(), y.total())
    return (x & y).total() / shorter if shorter else 0.0
