"""The archive that a Datasette shows: where it lies, how it is asked, and answers kept while it stays as it is."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from archiver.browse.review import Review
from archiver.record.store import DATABASE

T = TypeVar("T")

TIME_LIMIT_MS = 10_000
"""A question that takes longer is broken off, so that one person's does not hold up everyone's."""
MOST_KEPT = 500
"""Answers kept at once."""


class Archive:
    """One archive, as one Datasette serves it."""

    def __init__(self, database: Any) -> None:
        self.database = database
        self.name: str = database.name
        self.folder = Path(database.path).parent.absolute()
        self.review: Review | None = None
        """Leave to write decisions; None: no page can write."""
        self._kept: dict[Hashable, Any] = {}
        self._kept_at: tuple[Any, ...] = ()
        self._lock = threading.Lock()

    async def read(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        """Ask on a connection that cannot write, all of it of one moment of the archive.

        Raises ``sqlite3.OperationalError`` (``interrupted``) where it takes too long.
        """
        from datasette.utils import sqlite_timelimit

        def at_one_moment(connection: sqlite3.Connection) -> T:
            connection.execute("BEGIN")
            try:
                with sqlite_timelimit(connection, TIME_LIMIT_MS):
                    return ask(connection)
            finally:
                connection.rollback()

        answer: T = await self.database.execute_fn(at_one_moment)
        return answer

    async def beside(self, work: Callable[..., T], *given: Any) -> T:
        """Work on the original files, in a thread of its own: other requests go on."""
        return await asyncio.to_thread(work, *given)

    def keep(self, connection: sqlite3.Connection, name: Hashable, ask: Callable[[sqlite3.Connection], T]) -> T:
        """An answer that counts through the whole record: asked once, and again when the record has changed.

        Every act on the record writes an entry in its log, so the log's last entry tells whether it has changed.
        """
        head = tuple(connection.execute("SELECT id, leaf FROM log ORDER BY id DESC LIMIT 1").fetchone() or ())
        with self._lock:
            if head != self._kept_at or len(self._kept) >= MOST_KEPT:
                self._kept, self._kept_at = {}, head
            if name in self._kept:
                held: T = self._kept[name]
                return held
        answer = ask(connection)
        with self._lock:
            if head == self._kept_at:
                self._kept[name] = answer
        return answer


_known: WeakKeyDictionary[Any, Archive | None] = WeakKeyDictionary()


def archive_of(datasette: Any) -> Archive | None:
    """The archive among the databases of a Datasette, the first where there are several; None where there is none."""
    if datasette not in _known:
        _known[datasette] = next((Archive(one) for one in datasette.databases.values() if _is_archive(one)), None)
    return _known[datasette]


def _is_archive(database: Any) -> bool:
    path = Path(database.path) if database.path else None
    return path is not None and path.name == DATABASE and (path.parent / "archive.toml").is_file()
