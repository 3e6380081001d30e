"""What a sighting shows where its message says otherwise, so that messages can be told apart anew.

A sighting without a row here shows what its message says: before a message changes, those that it has get theirs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from archiver.model import HeldMessage, Sighting


class Shown(NamedTuple):
    """A sighting that differs from its message."""

    sighting: int
    kept_at: str | None
    """By the clock the chat is kept by; None where ``sighting_data`` tells."""
    kind: str
    event: str | None
    text: str
    edited: int


def differs(s: Sighting, message: HeldMessage) -> bool:
    """Whether a sighting shows something other than its message says."""
    return s.text != message.text or s.edited != message.edited or s.kind != message.kind or s.event != message.event


def keep(connection: sqlite3.Connection, rows: Sequence[Shown]) -> None:
    """Keep what these sightings show."""
    connection.executemany("INSERT OR IGNORE INTO as_shown VALUES (?, ?, ?, ?, ?, ?)", rows)


def keep_of(connection: sqlite3.Connection, messages: Sequence[tuple[HeldMessage, str]], before: int) -> None:
    """Keep what the sightings of some messages show, before the messages change.

    Each comes with its time by the clock the chat is kept by; ``before``: the sighting from which on none is meant.
    """
    connection.executemany(
        "INSERT OR IGNORE INTO as_shown SELECT id, CASE WHEN sent_at IS NULL THEN ? END, ?, ?, ?, ?"
        " FROM sighting_data WHERE message_id = ? AND id < ? AND box IS NULL",
        [(kept, m.kind, m.event, m.text, m.edited, m.id, before) for m, kept in messages],
    )
