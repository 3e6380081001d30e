"""``archive messages``: a match undone or made, words or a time put right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import deciding
from archiver.cli import options as o
from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.record.store import Store

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="same|not-same|correct ...",
        help="same REF REF; not-same REF REF; not-same REF '#2' (its second sighting is another message); "
        "correct REF --text or --sent.",
    ),
]


def messages(
    words: Words,
    archive: o.Archive = None,
    why: deciding.Why = None,
    by: deciding.By = None,
    text: Annotated[str | None, typer.Option("--text", help="What stands there, to a person who looked.")] = None,
    sent: Annotated[
        str | None, typer.Option("--sent", metavar="DATETIME", help="When it was sent: 2026-03-05T14:07.")
    ] = None,
    later: deciding.Later = False,
) -> None:
    """Say that two messages are one, or that a sighting is another message; put right what a machine misread."""
    from archiver import settings
    from archiver.cli.terminal import plain
    from archiver.finding.message import message_named
    from archiver.record import decisions

    folder = settings.existing_archive(archive)
    if words[0] == "correct":
        if len(words) != 2 or (text is None) == (sent is None):
            raise UsageError("Say it as: correct REF --text WORDS --why TEXT (or --sent DATETIME).")
        if sent is not None and not _TIME.fullmatch(sent):
            raise UsageError(f"--sent {sent}: write it as 2026-03-05T14:07.")

        def act(store: Store, who: str, why: str) -> int:
            message = message_named(store.connection, words[1])
            field, value = ("text", text) if text is not None else ("sent_at", sent)
            return decisions.correct(store, message, field, str(value), who, why)

        told = deciding.decide(folder, act, f"{words[1]} is put right", why, by, later=later)
    else:
        told = deciding.settle(
            folder, words, why, by, message_named, decisions.messages_same, decisions.messages_not_same,
            lambda store, one, number, who, why: decisions.sighting_parted(
                store, one, deciding.numbered(number), who, why
            ),
            later=later,
        )  # fmt: skip
    print(plain(told))
