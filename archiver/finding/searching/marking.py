"""What was found, set off in the words of messages, and which of their wordings it was found in."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archiver.finding.searching import wordings
from archiver.finding.searching.tokens import END, START, Scratch


class Marked(NamedTuple):
    """The words of one message."""

    text: str
    others: tuple[tuple[str, str], ...]
    """Other wordings in which something was found: the basis of each, and it."""


def mark(connection: sqlite3.Connection, match: str, signs: Sequence[str], found: list[int]) -> dict[int, Marked]:
    """The wordings of some messages, with what was found between ``START`` and ``END``.

    Signs of the same two characters in a message are taken away first, so that nobody can set anything off themself.
    """
    held = wordings.of(connection, found)
    texts = {one: [text for _, text in all_of] for one, all_of in held.items()}
    return mark_texts(texts, {one: [basis for basis, _ in all_of[1:]] for one, all_of in held.items()}, match, signs)


def mark_texts(
    texts: Mapping[int, Sequence[str]], bases: Mapping[int, Sequence[str]], match: str, signs: Sequence[str]
) -> dict[int, Marked]:
    """The same of wordings at hand: of each message the words that stand, then the others, with why there is each."""
    bare = {one: [_bare(text) for text in held] for one, held in texts.items()}
    out: dict[int, Marked] = {}
    with Scratch() as scratch:
        scratch.fill(bare.items())
        for one, held in bare.items():
            marked = (scratch.marked(match, one, len(held)) if match else None) or held
            marked = [_with_signs(text, signs) for text in marked]
            others = tuple(
                (basis, text) for basis, text in zip(bases.get(one, ()), marked[1:], strict=False) if START in text
            )
            out[one] = Marked(marked[0], others)
    return out


def _bare(text: str) -> str:
    return text.replace(START, "").replace(END, "")


def _with_signs(text: str, signs: Sequence[str]) -> str:
    for sign in signs:
        text = text.replace(sign, START + sign + END)
    return text
