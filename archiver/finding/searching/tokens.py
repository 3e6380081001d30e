"""How SQLite's full-text search cuts and folds words: asked of SQLite itself, in memory, and never guessed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from types import TracebackType

from archiver.record.tokenizer import TOKENIZER

START, END = "\x02", "\x03"
"""Around each word that was found, in a hit's text."""


_spare: list[sqlite3.Connection] = []
"""Indexes not in use: a new one takes a millisecond."""


class Scratch:
    """A small full-text index in memory, cut as the archive's own; emptied and kept after use."""

    def __init__(self) -> None:
        try:
            self.connection = _spare.pop()
        except IndexError:
            self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, sort: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for (table,) in self.connection.execute(
            "SELECT name FROM sqlite_schema WHERE name IN ('one', 'some')"
        ).fetchall():
            self.connection.execute(f"DELETE FROM {table}")
        if sort is None and len(_spare) < 4:
            _spare.append(self.connection)
        else:
            self.connection.close()

    def tokens(self, text: str) -> list[str]:
        """The tokens of a text, in order."""
        run = self.connection.execute
        if not run("SELECT 1 FROM sqlite_schema WHERE name = 'one'").fetchone():
            run(f'CREATE VIRTUAL TABLE one USING fts5 (words, tokenize = "{TOKENIZER}")')
            run("CREATE VIRTUAL TABLE cut USING fts5vocab ('one', 'instance')")
        run("DELETE FROM one")
        run("INSERT INTO one (rowid, words) VALUES (1, ?)", (text,))
        return [term for (term,) in run("SELECT term FROM cut ORDER BY offset")]

    def fill(self, messages: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Take in messages to be searched: each its id and its wordings, the words that stand first."""
        rows = [(identity, list(wordings)) for identity, wordings in messages]
        width = max((len(wordings) for _, wordings in rows), default=1)
        names = ", ".join(f"w{at}" for at in range(width))
        run = self.connection.execute
        if len(run("SELECT name FROM pragma_table_info('some')").fetchall()) == width:
            run("DELETE FROM some")
        else:
            run("DROP TABLE IF EXISTS some")
            run(f'CREATE VIRTUAL TABLE some USING fts5 ({names}, tokenize = "{TOKENIZER}")')
        run("BEGIN")
        self.connection.executemany(
            f"INSERT INTO some (rowid, {names}) VALUES (?{', ?' * width})",
            [(identity, *wordings, *([""] * (width - len(wordings)))) for identity, wordings in rows],
        )
        run("COMMIT")

    def words(self) -> list[str]:
        """Every different token of the messages taken in, in order."""
        run = self.connection.execute
        run("DROP TABLE IF EXISTS held")
        run("CREATE VIRTUAL TABLE held USING fts5vocab ('some', 'row')")
        return [term for (term,) in run("SELECT term FROM held ORDER BY term")]

    def answering(self, match: str) -> set[int]:
        """Which of the messages answer, by any of their wordings."""
        return {row for (row,) in self.connection.execute("SELECT rowid FROM some WHERE some MATCH ?", (match,))}

    def answering_first(self, match: str) -> set[int]:
        """Which of them answer by the words that stand."""
        return self.answering(f"{{w0}} : ({match})")

    def marked(self, match: str, identity: int, width: int) -> list[str] | None:
        """The wordings of one message with what was found set off; None where it does not answer."""
        columns = ", ".join(f"highlight(some, {at}, '{START}', '{END}')" for at in range(width))
        row = self.connection.execute(
            f"SELECT {columns} FROM some WHERE some MATCH ? AND rowid = ?", (match, identity)
        ).fetchone()
        return None if row is None else list(row)
