"""``archive search``"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import options as o
from archiver.cli.found import hit_as_json, print_hit
from archiver.cli.terminal import print_json
from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.finding.searching.pages import Hit, Order
    from archiver.finding.searching.plans import Plan


def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help='Words, "phrases", word*, OR, -not.')],
    archive: o.Archive = None,
    chat: Annotated[
        str | None, typer.Option("--chat", metavar="NAME", help="Only in this chat (its name or code).")
    ] = None,
    archives: Annotated[
        list[Path] | None,
        typer.Option(
            "--archives", metavar="DIR", help="In every archive that DIR is or holds; may be said repeatedly."
        ),
    ] = None,
    index: Annotated[
        str | None,
        typer.Option("--in", metavar="URL", help="In an index that was published: postgresql://HOST/DATABASE."),
    ] = None,
    order: Annotated[str, typer.Option("--order", metavar="newest|oldest|best", help="Which come first.")] = "newest",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")] = 20,
    as_json: o.Json = False,
) -> None:
    """Find messages: the newest first, the words found set off."""
    from archiver import settings
    from archiver.finding import overview
    from archiver.finding.searching import asking, pages
    from archiver.finding.searching.planning import plan
    from archiver.finding.searching.understanding import understand
    from archiver.record.store import open_for_reading

    question, wanted = understand(" ".join(query)), _order(order)
    if archives and index:
        raise UsageError("--archives and --in: say one of them.")
    if index:
        from archiver.cli.search_many import search_index

        raise typer.Exit(search_index(index, question, chat, wanted, limit, as_json))
    if archives:
        from archiver.cli.search_many import search_archives

        raise typer.Exit(search_archives(archives, question, chat, wanted, limit, as_json))
    connection = open_for_reading(settings.existing_archive(archive))
    chat_id = overview.chat_named(connection, chat) if chat else None
    asked = plan(connection, question, chat_id)
    hits = pages.page(connection, asked, wanted, limit=limit).hits
    total = asking.count(connection, asked)
    if as_json:
        print_json(_as_json(asked, hits, total))
    else:
        _print(asked, hits, total, chat)


def _order(typed: str) -> Order:
    orders: dict[str, Order] = {"newest": "newest", "oldest": "oldest", "best": "best"}
    if typed not in orders:
        raise UsageError(f"--order {typed}: it is one of newest, oldest, best.")
    return orders[typed]


def _as_json(asked: Plan, hits: tuple[Hit, ...], total: int) -> dict[str, object]:
    return {
        "schema": "archiver/search/1",
        "searched_for": asked.question.said,
        "ignored": [asdict(one) for one in asked.question.ignored],
        "notes": [*asked.question.notes, *asked.notes],
        "total": total,
        "messages": [hit_as_json(hit) for hit in hits],
    }


def _print(asked: Plan, hits: tuple[Hit, ...], total: int, chat: str | None) -> None:
    from archiver.cli.terminal import count, one_line

    question = asked.question
    where = f" in {one_line(chat)}" if chat else ""
    print(f"Searched{where} for: {one_line(question.said) or 'nothing'}")
    for one in question.ignored:
        print(f"Ignored: {one_line(one.text)}: {one.why}.")
    for note in (*question.notes, *asked.notes):
        print(one_line(note))
    print(f"{count(total, 'message')} found{f', {len(hits):,} shown' if total > len(hits) else ''}.\n")
    for hit in hits:
        print_hit(hit)
