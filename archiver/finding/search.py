"""Questions to the full-text search: what a person typed, compiled; never an error, never SQL."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from dataclasses import dataclass

START, END = "\x02", "\x03"
"""Around each word that was found, in a hit's text; no message can hold them unescaped in what is printed."""

_TOKEN = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'"})


@dataclass(frozen=True, slots=True)
class Question:
    """A search as understood."""

    match: str
    """In FTS5's language, every word of the person's quoted; empty where nothing can be searched for."""
    words: tuple[str, ...]
    """What is searched for, as it will be said back."""
    left_out: tuple[str, ...]
    """What must not stand in a message."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One message found."""

    reference: str
    chat: str
    sent_at: str | None
    sender: str | None
    kind: str
    text: str
    """With ``START`` and ``END`` around the words found."""
    other_words: str | None
    """Where only other words of the message answer (before an edit, in another capture): those, marked likewise."""


def understand(typed: str) -> Question:
    """What a person typed: words that must all stand in a message, "phrases", word*, OR between two, -not.

    >>> understand('minist* "press office" OR treasury -lunch').match
    '("minist"* AND ("press office" OR "treasury")) NOT ("lunch")'
    """
    alternatives: list[list[str]] = []
    words: list[str] = []
    left_out: list[tuple[str, str]] = []
    joined = False
    for found in _TOKEN.finditer(unicodedata.normalize("NFC", typed).translate(_QUOTES)):
        said = found["phrase"] if found["word"] is None else found["word"]
        if found["word"] == "OR" and alternatives:
            joined = True
            continue
        term = _term(said, phrase=found["word"] is None)
        if term is None:
            continue
        if found["minus"]:
            left_out.append((said, term))
        elif joined:
            alternatives[-1].append(term)
            words[-1] += f" OR {said}"
        else:
            alternatives.append([term])
            words.append(said)
        joined = False
    match = " AND ".join(f"({' OR '.join(group)})" if len(group) > 1 else group[0] for group in alternatives)
    if match and left_out:
        match = f"({match}) NOT ({' OR '.join(term for _, term in left_out)})"
    return Question(match, tuple(words), tuple(said for said, _ in left_out))


def _term(said: str, phrase: bool) -> str | None:
    """One quoted term of FTS5's language, or None where no letter or digit stands in it."""
    prefix = not phrase and said.endswith("*")
    bare = said.rstrip("*") if prefix else said
    if not any(c.isalnum() for c in bare):
        return None
    quoted = '"' + bare.replace('"', '""').replace("\0", " ") + '"'
    return quoted + "*" if prefix else quoted


_OPEN = 1 << 62
"""Above every id."""


def page(
    connection: sqlite3.Connection, question: Question, chat_id: int | None, before: int | None, limit: int
) -> list[tuple[int, Hit]]:
    """The newest messages that answer, older than ``before`` (None: of all), each with its id.

    A message answers by its words, or by others that it had: before an edit, in another capture, as a machine read it.
    """
    if not question.match:
        return []
    chosen = (question.match, _OPEN if before is None else before, chat_id, chat_id, limit)
    by_words = connection.execute(
        f"SELECT m.id, {_SHOWN}, highlight(messages_fts, 0, ?, ?), NULL {_BY_WORDS} JOIN chats c ON c.id = m.chat_id"
        " LEFT JOIN people p ON p.id = m.sender_id"
        " WHERE messages_fts MATCH ? AND f.rowid < ? AND (? IS NULL OR m.chat_id = ?) ORDER BY f.rowid DESC LIMIT ?",
        (START, END, *chosen),
    )
    by_others = connection.execute(
        f"SELECT m.id, {_SHOWN}, m.text, highlight(readings_fts, 0, ?, ?) {_BY_OTHERS} JOIN chats c ON c.id = m.chat_id"
        " LEFT JOIN people p ON p.id = m.sender_id"
        " WHERE readings_fts MATCH ? AND m.id < ? AND (? IS NULL OR m.chat_id = ?) ORDER BY m.id DESC LIMIT ?",
        (START, END, *chosen),
    )
    hits = {row[0]: Hit(*tuple(row)[1:]) for row in by_others}
    hits |= {row[0]: Hit(*tuple(row)[1:]) for row in by_words}
    return sorted(hits.items(), reverse=True)[:limit]


def count(connection: sqlite3.Connection, question: Question, chat_id: int | None) -> int:
    """How many messages answer, in all or in one chat."""
    if not question.match:
        return 0
    if chat_id is None:
        sql = "SELECT count(*) FROM messages_fts WHERE messages_fts MATCH ?"
        words = connection.execute(sql, (question.match,)).fetchone()[0]
    else:
        sql = f"SELECT count(*) {_BY_WORDS} WHERE messages_fts MATCH ? AND m.chat_id = ?"
        words = connection.execute(sql, (question.match, chat_id)).fetchone()[0]
    others = connection.execute(
        f"SELECT count(DISTINCT m.id) {_BY_OTHERS} WHERE readings_fts MATCH ? AND (? IS NULL OR m.chat_id = ?)"
        " AND NOT EXISTS (SELECT 1 FROM messages_fts WHERE messages_fts MATCH ? AND rowid = m.id)",
        (question.match, chat_id, chat_id, question.match),
    ).fetchone()[0]
    return int(words) + int(others)


_SHOWN = "m.reference, c.name, m.sent_at, p.name, m.kind"
# The joins are told their order: left to itself, SQLite asks the search about each message of a chat, one by one.
_BY_WORDS = "FROM messages_fts f CROSS JOIN messages m ON m.id = f.rowid"
_BY_OTHERS = "FROM readings_fts f CROSS JOIN readings r ON r.id = f.rowid CROSS JOIN messages m ON m.id = r.message_id"
