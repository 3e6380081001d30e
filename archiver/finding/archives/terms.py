"""A set of words kept as bits: small, quick to ask, sometimes wrong when it says yes, never when it says no."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

BITS, TIMES = 12, 8
"""Bits kept for a word, and bits set for one: about one answer in 300 is a wrong yes."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Words by their traces; which ones they are cannot be read back, only asked."""

    bits: bytes

    def __contains__(self, word: str) -> bool:
        size = len(self.bits) * 8
        return all(self.bits[at >> 3] & (1 << (at & 7)) for at in _places(word, size))


def terms_of(words: Iterable[str]) -> Terms:
    """The set of some words; of none: empty."""
    held = set(words)
    bits = bytearray(max(1, (len(held) * BITS + 7) // 8))
    size = len(bits) * 8
    for word in held:
        for at in _places(word, size):
            bits[at >> 3] |= 1 << (at & 7)
    return Terms(bytes(bits))


def _places(word: str, size: int) -> list[int]:
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    first, step = int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:], "big") | 1
    return [(first + step * time) % size for time in range(TIMES)]
