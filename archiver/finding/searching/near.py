"""Words that a machine may have misread: those of pictures that are nearly the words typed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from archiver.finding.searching.language import All, Any, Node, Question, Route, Together, Words
from archiver.finding.searching.tokens import Scratch

SHORTEST = 4
"""Letters of a word that is looked for nearly; shorter ones are nearly everything."""
MOST = 50
"""Words taken for one that was typed, the nearest first."""


def widened(connection: sqlite3.Connection, question: Question) -> Question:
    """The question that words read from pictures answer too where they are nearly those typed; what is left out is not.

    One letter wrong in a word of 4 to 7, two in a longer one. Phrases and beginnings (word*) stay as they are.
    """
    if question.wants is None:
        return question
    with Scratch() as scratch:
        wider = _Widening(scratch, _read_words(connection, scratch))
        wants = wider.node(question.wants)
    notes = tuple(f"Nearly {word}, in words read from pictures: {', '.join(near)}." for word, near in wider.taken)
    none = () if notes else ("No word read from a picture is nearly, but not quite, one that was typed.",)
    return replace(question, wants=wants, notes=(*question.notes, *notes, *none))


def _read_words(connection: sqlite3.Connection, scratch: Scratch) -> list[str]:
    """Every word that a machine read from a picture."""
    texts = connection.execute("SELECT id, text FROM sighting_data WHERE confidence IS NOT NULL AND text IS NOT NULL")
    scratch.fill((identity, (text,)) for identity, text in texts)
    return scratch.words()


class _Widening:
    def __init__(self, scratch: Scratch, words: list[str]) -> None:
        self.scratch = scratch
        self.words = words
        self.taken: list[tuple[str, list[str]]] = []

    def node(self, node: Node) -> Node:
        if isinstance(node, Words):
            return self.word(node)
        if isinstance(node, All | Any):
            return type(node)(tuple(self.node(part) for part in node.parts))
        if isinstance(node, Together):
            return replace(node, left=self.node(node.left), right=self.node(node.right))
        return node

    def word(self, node: Words) -> Node:
        from rapidfuzz import process
        from rapidfuzz.distance import Levenshtein

        tokens = self.scratch.tokens(node.text)
        if node.prefix or len(tokens) != 1 or len(tokens[0]) < SHORTEST:
            return node
        reach = 1 if len(tokens[0]) < 8 else 2
        found = process.extract(
            tokens[0], self.words, scorer=Levenshtein.distance, score_cutoff=reach, limit=MOST, processor=None
        )
        near = [word for word, distance, _ in found if distance]
        if not near:
            return node
        self.taken.append((node.text, near))
        return Any((node, All((Any(tuple(map(Words, near))), Route("screenshot")))))
