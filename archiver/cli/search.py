"""``archive search``"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archiver.cli import options as o
from archiver.cli.found import print_hit
from archiver.cli.terminal import print_json
from archiver.errors import UsageError

if TYPE_CHECKING:
    import sqlite3

    from archiver.finding.searching.context import Context
    from archiver.finding.searching.pages import Hit, Order, Page
    from archiver.finding.searching.plans import Plan

SHOWN = 20
"""Messages that are shown to people where no number is said."""
ALL = 1 << 40
HELP = 'Words, "phrases", word*, OR, -not, from:NAME, chat:NAME, on:2026-03-05 …: schemas/search-language.md.'


def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help=HELP)],
    archive: o.Archive = None,
    chat: o.InChat = None,
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
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help="At most so many (else 20; all with --jsonl, --csv)."),
    ] = None,
    context: Annotated[
        str | None, typer.Option("--context", metavar="N|Nmin", help="With N messages, or minutes, before and after.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="chat|person|month|route", help="Only count, by one of these.")
    ] = None,
    near: Annotated[bool, typer.Option("--near", help="Of words read from pictures, also those that nearly fit.")] = (
        False
    ),
    certificate: Annotated[
        bool, typer.Option("--certificate", help="Certify how one looked and what was found; an entry in the log.")
    ] = False,
    case: Annotated[
        str | None, typer.Option("--case", metavar="TEXT", help="For which case; brings a certificate.")
    ] = None,
    as_json: o.Json = False,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="Print a line of JSON for each message.")] = False,
    as_table: Annotated[bool, typer.Option("--csv", help="Print a table in which no cell is a formula.")] = False,
) -> None:
    """Find messages: the newest first, the words found set off; or certify how one looked."""
    from archiver import settings
    from archiver.finding import overview
    from archiver.finding.searching.planning import plan
    from archiver.finding.searching.understanding import understand
    from archiver.record.store import open_for_reading

    question, wanted, form = understand(" ".join(query)), _order(order), _form(as_json, as_lines, as_table)
    certify = certificate or case is not None
    if certify and form in ("jsonl", "csv"):
        raise UsageError("A certificate is printed for people, or with --json; leave out --jsonl and --csv.")
    if (archives or index) and (certify or by or context or near or form in ("jsonl", "csv")):
        raise UsageError("--archives and --in go with --chat, --order, --limit and --json only.")
    if archives and index:
        raise UsageError("--archives and --in: say one of them.")
    if index:
        from archiver.cli.search_many import search_index

        raise typer.Exit(search_index(index, question, chat, wanted, limit or SHOWN, as_json))
    if archives:
        from archiver.cli.search_many import search_archives

        raise typer.Exit(search_archives(archives, question, chat, wanted, limit or SHOWN, as_json))
    folder = settings.existing_archive(archive)
    connection = open_for_reading(folder)
    chat_id = overview.chat_named(connection, chat) if chat else None
    asked = plan(connection, question, chat_id, near)
    if by:
        from archiver.cli.search_formats import print_counts

        if form == "text":
            _print_said(asked, chat)
        return print_counts(connection, asked, _by(by), form)
    most = limit or (SHOWN if form in ("text", "json") else ALL)
    made = None
    if certify:
        from archiver.cli.certifying import certify as write

        made = write(folder, question, chat_id, case, near)
    _print(connection, asked, wanted, most, _around(context), form, chat, chat_id, made)
    return None


def _order(typed: str) -> Order:
    orders: dict[str, Order] = {"newest": "newest", "oldest": "oldest", "best": "best"}
    if typed not in orders:
        raise UsageError(f"--order {typed}: it is one of newest, oldest, best.")
    return orders[typed]


def _by(typed: str) -> str:
    if typed not in ("chat", "person", "month", "route"):
        raise UsageError(f"--by {typed}: it is one of chat, person, month, route.")
    return typed


def _form(as_json: bool, as_lines: bool, as_table: bool) -> str:
    if as_json + as_lines + as_table > 1:
        raise UsageError("Say only one of --json, --jsonl, --csv.")
    return "json" if as_json else "jsonl" if as_lines else "csv" if as_table else "text"


def _around(typed: str | None) -> tuple[int, bool] | None:
    """How many before and after, and whether these are minutes.

    Raises ``UsageError`` where it is no number.
    """
    if typed is None:
        return None
    found = re.fullmatch(r"(\d{1,5})\s*(m|min|minutes?)?", typed.strip())
    if not found:
        raise UsageError(f"--context {typed}: write it as 3 (messages) or 10min.")
    return int(found[1]), bool(found[2])


def _print(
    connection: sqlite3.Connection, asked: Plan, order: Order, most: int, around: tuple[int, bool] | None, form: str,
    chat: str | None, chat_id: int | None, made: dict[str, Any] | None,
) -> None:  # fmt: skip
    from archiver.cli import search_formats
    from archiver.finding.searching import asking, pages
    from archiver.finding.searching import context as contexts

    def beside_of(hit: Hit) -> Context | None:
        return contexts.around(connection, hit.id, *around) if around else None

    if form == "jsonl":
        search_formats.print_lines((hit, beside_of(hit)) for hit in _every(connection, asked, order, most))
        return
    if form == "csv":
        search_formats.print_table(_every(connection, asked, order, most))
        return
    page = pages.page(connection, asked, order, limit=most)
    beside = {hit.id: beside_of(hit) for hit in page.hits}
    total = asking.count(connection, asked)
    if form == "json":
        shown = search_formats.as_json(asked, page, total, beside)
        print_json(shown | ({"certificate": made} if made else {}))
        return
    _print_said(asked, chat)
    _print_hits(page, total, beside)
    if made:
        from archiver.cli.certifying import print_certificate

        print_certificate(made)
    elif not total:
        from archiver.cli.certifying import print_scope
        from archiver.finding.searching.scope import scope

        print_scope(scope(connection, chat_id))


def _every(connection: sqlite3.Connection, asked: Plan, order: Order, most: int) -> Iterator[Hit]:
    """So many messages, a few hundred held at once."""
    from archiver.finding.searching import pages

    start: int | None = None
    while most:
        page = pages.page(connection, asked, order, start, min(most, 500))
        yield from page.hits
        most -= len(page.hits)
        start = page.after
        if start is None:
            return


def _print_said(asked: Plan, chat: str | None) -> None:
    from archiver.cli.terminal import one_line

    question = asked.question
    where = f" in {one_line(chat)}" if chat else ""
    print(f"Searched{where} for: {one_line(question.said) or 'nothing'}")
    for one in question.ignored:
        print(f"Ignored: {one_line(one.text)}: {one.why}.")
    for note in (*question.notes, *asked.notes):
        print(one_line(note))


def _print_hits(page: Page, total: int, beside: dict[int, Context | None]) -> None:
    from archiver.cli.terminal import count

    shown = f", {len(page.hits):,} shown" if total > len(page.hits) else ""
    ranked = page.ranked is not None and page.ranked < total
    weighed = f"; best of the newest {page.ranked:,}" if ranked else ""
    print(f"{count(total, 'message')} found{shown}{weighed}.\n")
    for hit in page.hits:
        _print_with(hit, beside.get(hit.id))


def _print_with(hit: Hit, context: Context | None) -> None:
    """A message with those around it, each on a line."""
    from archiver.cli.terminal import one_line

    for side, ahead in (("before", True), ("after", False)):
        if not ahead:
            print_hit(hit)
        for one in getattr(context, side, ()):
            said = f"{one_line(one.sender or 'system')}: {one_line(one.text)}"
            print(f"  {one.reference}  {one.sent_at or 'no time'}  {said}")
        if getattr(context, side, ()) and not ahead:
            print()
