"""``archive search``"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import options as o

if TYPE_CHECKING:
    from archiver.finding.searching.pages import Hit
    from archiver.finding.searching.plans import Plan


def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help='Words, "phrases", word*, OR, -not.')],
    archive: o.Archive = None,
    chat: Annotated[
        str | None, typer.Option("--chat", metavar="NAME", help="Only in this chat (its name or code).")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many, the newest.")] = 20,
    as_json: o.Json = False,
) -> None:
    """Find messages: the newest first, the words found set off."""
    from archiver import settings
    from archiver.finding import overview
    from archiver.finding.searching import asking, pages
    from archiver.finding.searching.planning import plan
    from archiver.finding.searching.understanding import understand
    from archiver.record.store import open_for_reading

    connection = open_for_reading(settings.existing_archive(archive))
    chat_id = overview.chat_named(connection, chat) if chat else None
    asked = plan(connection, understand(" ".join(query)), chat_id)
    hits = pages.page(connection, asked, limit=limit).hits
    total = asking.count(connection, asked)
    if as_json:
        print(json.dumps(_as_json(asked, hits, total), ensure_ascii=False, indent=1))
    else:
        _print(asked, hits, total, chat)


def _as_json(asked: Plan, hits: tuple[Hit, ...], total: int) -> dict[str, object]:
    from archiver.finding.searching.tokens import END, START

    def bare(text: object) -> object:
        return text.replace(START, "").replace(END, "") if isinstance(text, str) else text

    messages = []
    for hit in hits:
        row: dict[str, object] = {name: bare(value) for name, value in asdict(hit).items() if name != "id"}
        row["other_words"] = [{"basis": basis, "text": bare(text)} for basis, text in hit.other_words]
        messages.append(row)
    return {
        "schema": "archiver/search/1",
        "searched_for": asked.question.said,
        "ignored": [asdict(one) for one in asked.question.ignored],
        "notes": [*asked.question.notes, *asked.notes],
        "total": total,
        "messages": messages,
    }


def _print(asked: Plan, hits: tuple[Hit, ...], total: int, chat: str | None) -> None:
    from archiver.cli.terminal import bold, count, one_line

    question = asked.question
    where = f" in {one_line(chat)}" if chat else ""
    print(f"Searched{where} for: {one_line(question.said) or 'nothing'}")
    for one in question.ignored:
        print(f"Ignored: {one_line(one.text)}: {one.why}.")
    for note in (*question.notes, *asked.notes):
        print(one_line(note))
    print(f"{count(total, 'message')} found{f', the newest {len(hits):,} shown' if total > len(hits) else ''}.\n")
    for hit in hits:
        print(f"{bold(hit.reference)}  {hit.sent_at or 'no time'}  {one_line(hit.chat)}")
        print(f"  {one_line(hit.sender or 'system')}: {_highlighted(hit.text)}")
        for _, words in hit.other_words:
            print(f"  Found in other words of it: {_highlighted(words)}")
        print()


def _highlighted(text: str) -> str:
    """The words found set off: bold where there is colour, else between «»."""
    from archiver.cli.terminal import bold, one_line
    from archiver.finding.searching.tokens import END, START

    pieces = text.split(START)
    out = [one_line(pieces[0])]
    for piece in pieces[1:]:
        word, _, rest = piece.partition(END)
        plain, marked = one_line(word), bold(one_line(word))
        out += [f"«{plain}»" if marked == plain else marked, one_line(rest)]
    return "".join(out)
