"""Who is who: which held person a label of a capture is, by the votes of messages that both show.

A label is what one phone calls someone: a saved name, a push name, a number. It is decided anew for each capture. Long
texts that stand at the same time here and in the record vote for the person the record has; a few are proof, for the
same two dozen letters in the same minute are not chance.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable

ENOUGH = 2
"""Votes that settle a label; one does where nothing speaks against it."""
SHARE = 20
"""A second person is meant by the same label where they have at least one in so many of the votes for the first."""

_CHANGED = re.compile(r"(?P<before>.+?) changed (?:their phone number )?to (?P<after>\+?[^.]+?)\.?")

Different = Callable[[int, int], bool]
"""Whether two people are known to be two: some capture shows both, under two names."""


def number_change(event: str | None, text: str) -> tuple[str, str] | None:
    """Both labels of someone who changed their number, earlier and later, where a system message tells both.

    >>> number_change("number-changed", "+44 7700 900123 changed to +44 7700 900456")
    ('+44 7700 900123', '+44 7700 900456')
    """
    found = _CHANGED.fullmatch(text) if event == "number-changed" else None
    return (found["before"], found["after"]) if found else None


class Votes:
    """What one capture's labels were seen to be."""

    def __init__(self, different: Different, is_shared: Callable[[int], bool] = lambda person: False) -> None:
        """``is_shared``: whether a held person is only a name that several share."""
        self.cast: dict[str, Counter[int]] = defaultdict(Counter)
        self.different = different
        self.is_shared = is_shared
        self.same: dict[str, str] = {}

    def add(self, label: str, person: int, weight: int = 1) -> None:
        self.cast[label][person] += weight

    def join(self, earlier: str, later: str) -> None:
        """One person changed their number: both labels are theirs."""
        self.same[later] = earlier

    def counts(self, label: str, person: int) -> int:
        """How many votes a label has for a person."""
        cast = self.cast.get(label)
        return cast[person] if cast else 0

    def replace(self, gone: int, stays: int) -> None:
        """Two held people turned out to be one."""
        for cast in self.cast.values():
            if gone in cast:
                cast[stays] += cast.pop(gone)

    def people(self, label: str) -> tuple[int, ...]:
        """The people that a label stands for, the likeliest first; empty where no vote was cast for anybody known.

        Two people with one push name are two, in whatever order they are met:

        >>> votes = Votes(lambda a, b: True)
        >>> for person in (1, 1, 1, 2, 2, 2, 2, 3):
        ...     votes.add("~ Zainab", person)
        >>> votes.people("~ Zainab")
        (2, 1)
        """
        return tuple(person for person in self.candidates(label) if not self.is_shared(person))

    def candidates(self, label: str) -> tuple[int, ...]:
        """The same, with names that several share: messages held under such a name may be anybody's who bears it."""
        cast = self.cast.get(label)
        if not cast:
            return ()
        ranked = sorted(cast.items(), key=lambda item: (-item[1], item[0]))
        # What stands under a shared name is anybody's: only votes for people weigh against each other.
        top = next((n for p, n in ranked if not self.is_shared(p)), 0)
        return tuple(p for p, n in ranked if n == top or (n >= ENOUGH and n * SHARE >= top) or self.is_shared(p))

    def unions(self) -> list[tuple[int, int]]:
        """Pairs of held people who are one: a label clearly stands for both and no capture shows them apart.

        A name that two labels of this capture share is nobody:

        >>> votes = Votes(lambda a, b: False)
        >>> for label, person in (("Ann Lee", 1), ("Ann Ray", 2)):
        ...     votes.add(label, person, 9), votes.add(label, 3, 5)
        (None, None)
        (None, None)
        >>> votes.unions(), sorted(votes.shared())
        ([], [3])
        """
        found = []
        shared = self.shared()
        for label in self.cast:
            first, *others = [person for person in self.people(label) if person not in shared] or [0]
            found += [(first, other) for other in others if not self.different(first, other)]
        return found

    def shared(self) -> dict[int, list[str]]:
        """Held people for whom two or more labels of this capture clearly stand: a name that two people share.

        One name for two is how some other phone showed them; a person has one name on one phone. Labels joined by a
        change of number count once.
        """
        labels: dict[int, list[str]] = defaultdict(list)
        for label in self.cast:
            people = self.candidates(label)
            for person in people:
                if person == people[0] or not self.is_shared(person):
                    labels[person].append(label)
        return {
            person: names
            for person, names in labels.items()
            if len({self.same.get(name, name) for name in names}) > 1
            and sum(self.cast[name][person] >= ENOUGH for name in names) > 1
        }
