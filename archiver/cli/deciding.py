"""``same`` and ``not-same``: what a person settles of two people or two chats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.errors import UsageError

if TYPE_CHECKING:
    import sqlite3

    from archiver.record.store import Store

Words = Annotated[
    list[str] | None, typer.Argument(metavar="[same|not-same A B]", help="Say that two are one, or are not; else list.")
]
Why = Annotated[str | None, typer.Option("--why", metavar="TEXT", help="The reason, kept with the decision.")]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides (else the machine's account).")]

Find = Callable[["sqlite3.Connection", str], int]
Settle = Callable[["Store", int, int, str, str], None]


def settle(
    folder: Path, words: Sequence[str], why: str | None, by: str | None, find: Find, same: Settle, not_same: Settle
) -> str:
    """Carry out a decision; a sentence that says so.

    Raises ``UsageError`` where the words are no decision, name nobody, or the reason is missing.
    """
    from archiver.record import store
    from archiver.settings import read_settings

    if len(words) != 3 or words[0] not in ("same", "not-same"):
        raise UsageError("Say it as: same A B --why TEXT, or not-same A B --why TEXT.")
    if not why:
        raise UsageError("A decision needs its reason: add --why TEXT.")
    opened = store.open_for_writing(folder, read_settings(folder).identity)
    try:
        one, other = (find(opened.connection, word) for word in words[1:])
        act = same if words[0] == "same" else not_same
        act(opened, one, other, by or store.account(), why)
    finally:
        opened.close()
    number = "one" if words[0] == "same" else "two"
    return f"Noted: {words[1]} and {words[2]} are {number}, said by {by or store.account()}."
