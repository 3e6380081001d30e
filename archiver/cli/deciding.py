"""``same`` and ``not-same``: what a person settles of two people, chats or messages, and carrying it out."""

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
Later = Annotated[
    bool, typer.Option("--later", help="Only note it: what is held is put together anew by archive rebuild.")
]

Find = Callable[["sqlite3.Connection", str], int]
Settle = Callable[["Store", int, int, str, str], int]
Part = Callable[["Store", int, str, str, str], int]
"""Parts one from the rest of itself, by a number or name."""


def settle(
    folder: Path,
    words: Sequence[str],
    why: str | None,
    by: str | None,
    find: Find,
    same: Settle,
    not_same: Settle,
    part: Part | None = None,
    *,
    later: bool = False,
) -> str:
    """Carry out a decision; a sentence that says so. ``not-same A #2`` parts what stands under that number in A.

    Raises ``UsageError`` where the words are no decision, name nobody, or the reason is missing.
    """
    if len(words) != 3 or words[0] not in ("same", "not-same"):
        raise UsageError("Say it as: same A B --why TEXT, or not-same A B --why TEXT.")
    is_same, first, second = words[0] == "same", words[1], words[2]

    def act(store: Store, who: str, why: str) -> int:
        one = find(store.connection, first)
        if not is_same and part is not None and second.startswith("#"):
            return part(store, one, second[1:], who, why)
        other = find(store.connection, second)
        return same(store, one, other, who, why) if is_same else not_same(store, one, other, who, why)

    number = "one" if is_same else "two"
    return decide(folder, act, f"{first} and {second} are {number}", why, by, later=later)


def decide(
    folder: Path, act: Callable[[Store, str, str], int], what: str, why: str | None, by: str | None, *, later: bool
) -> str:
    """Write a decision down and, unless ``later``, put together anew what is held; a sentence that says so."""
    from archiver.cli.opening import open_to_write
    from archiver.record import store
    from archiver.record.settled import waiting

    if not why:
        raise UsageError("A decision needs its reason: add --why TEXT.")
    opened = open_to_write(folder)
    try:
        number = act(opened, by or store.account(), why)
        told = f"Noted as decision {number}: {what}, said by {by or store.account()}."
        if not waiting(opened.connection):
            return told
        if later:
            return f"{told} What is held is put together anew by: archive rebuild"
        from archiver.cli.rebuild import rebuild_now

        return f"{told}\n{rebuild_now(opened)}"
    finally:
        opened.close()


def numbered(text: str) -> int:
    """A number that a person typed.

    Raises ``UsageError`` where it is none.
    """
    if not text.isascii() or not text.isdigit():
        raise UsageError(f"#{text}: this is not a number.")
    return int(text)
