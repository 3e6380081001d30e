"""The exact pass: the same chat, minute, sender and words, counted.

Two equal messages of one minute are two: the first of a capture is the first that is held, the second the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

Key = tuple[str, int | None, str]
"""Minute (``YYYY-MM-DDTHH:MM``), person (None: a system message), words."""


def decide(keys: Sequence[Key | None], held: Iterable[tuple[int, Key]]) -> list[int | None]:
    """For each sighting, in order, the held message that it is, or None where it is new.

    ``held``: the messages that this capture has not shown yet, in the order of the record. A key of None (no time
    shown) matches nothing.

    >>> ok = ("2026-03-05T14:07", 1, "Ok")
    >>> decide([ok, ok, ok], [(8, ok), (16, ok)])
    [8, 16, None]
    """
    free: dict[Key, list[int]] = defaultdict(list)
    for message, key in held:
        free[key].append(message)
    for messages in free.values():
        messages.reverse()
    return [free[key].pop() if key is not None and free.get(key) else None for key in keys]
