"""``archive publish``"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import options as o
from archiver.cli.terminal import print_json
from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.publishing.writing import Published, Reader

_ROLE = "ROLE[:CHAT]"


def publish(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="postgresql://HOST/DATABASE; passwords belong in ~/.pgpass.")
    ],
    archive: o.Archive = None,
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar=_ROLE, help="Who may read: a role, all chats or one (its code). Repeatable."),
    ] = None,
    forbid: Annotated[
        list[str] | None, typer.Option("--forbid", metavar=_ROLE, help="Take that back. Repeatable.")
    ] = None,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Publish the archive to an index in PostgreSQL that a department can search; again, to bring it up to date.

    The archive stays the record: the index can be dropped and published again. Only what is new, changed or gone is
    written. Nobody but its owner reads anything there until --allow says so; each role sees its chats only, by
    PostgreSQL's own row-level security. Search it with: archive search --in URL.
    """
    from archiver import settings
    from archiver.cli.terminal import progress
    from archiver.publishing.connecting import connect, place, refusals
    from archiver.publishing.writing import publish
    from archiver.record.store import open_for_reading, open_for_writing

    folder = settings.existing_archive(archive)
    identity = settings.read_settings(folder).identity
    given = ([_reader(one) for one in allow or ()], [_reader(one) for one in forbid or ()])
    with refusals(url), connect(url) as index, progress("Publishing", quiet) as shown:
        done = publish(open_for_reading(folder), index, identity, folder.resolve().name, *given, shown.tell)
    if done.written or done.removed or any(given):
        opened = open_for_writing(folder, identity)
        with opened.transaction():
            opened.write_log("publish", {"where": place(url), **asdict(done)})
        opened.close()
    if as_json:
        shape = {"schema": "archiver/publication/1", "archive": str(folder), "index": place(url)}
        print_json({**shape, **asdict(done)})
    elif not quiet:
        print(_as_text(done, place(url)))


def _reader(typed: str) -> Reader:
    from archiver.publishing.writing import Reader

    role, _, chat = typed.partition(":")
    if not role:
        raise UsageError(f"{typed}: write a role as {_ROLE}.")
    return Reader(role, chat or None)


def _as_text(done: Published, where: str) -> str:
    from archiver.cli.terminal import count, one_line

    lines = [
        f"Published to {one_line(where)}: {count(done.messages, 'message')}.",
        f"{done.written:,} new or changed, {done.removed:,} gone since the last time.",
        "Who may read, besides its owner: "
        + (", ".join(f"{one_line(role)} ({one_line(chat or 'all chats')})" for role, chat in done.readers) or "nobody"),
    ]
    return "\n".join(lines)
