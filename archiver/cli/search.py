"""``archive search``"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import options as o

if TYPE_CHECKING:
    from archiver.finding.search import Hit, Question


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
    from archiver.finding import search as searching
    from archiver.record.store import open_for_reading

    connection = open_for_reading(settings.existing_archive(archive))
    chat_id = overview.chat_named(connection, chat) if chat else None
    question = searching.understand(" ".join(query))
    hits = [hit for _, hit in searching.page(connection, question, chat_id, None, limit)]
    total = searching.count(connection, question, chat_id)
    if as_json:
        print(json.dumps(_as_json(question, hits, total), ensure_ascii=False, indent=1))
    else:
        _print(question, hits, total, chat)


def _as_json(question: Question, hits: list[Hit], total: int) -> dict[str, object]:
    from archiver.finding.search import END, START

    def bare(text: str) -> str:
        return text.replace(START, "").replace(END, "")

    return {
        "schema": "archiver/search/1",
        "searched_for": list(question.words),
        "left_out": list(question.left_out),
        "total": total,
        "messages": [
            {name: bare(value) if isinstance(value, str) else value for name, value in asdict(hit).items()}
            for hit in hits
        ],
    }


def _print(question: Question, hits: list[Hit], total: int, chat: str | None) -> None:
    from archiver.cli.terminal import bold, count, one_line

    words = " ".join(one_line(word) for word in question.words) or "nothing (no letter or digit was typed)"
    without = f", without {' '.join(map(one_line, question.left_out))}" if question.left_out else ""
    where = f" in {one_line(chat)}" if chat else ""
    print(f"Searched{where} for: {words}{without}")
    print(f"{count(total, 'message')} found{f', the newest {len(hits):,} shown' if total > len(hits) else ''}.\n")
    for hit in hits:
        print(f"{bold(hit.reference)}  {hit.sent_at or 'no time'}  {one_line(hit.chat)}")
        print(f"  {one_line(hit.sender or 'system')}: {_highlighted(hit.text)}")
        if hit.other_words is not None:
            print(f"  Found in other words of it: {_highlighted(hit.other_words)}")
        print()


def _highlighted(text: str) -> str:
    """The words found set off: bold where there is colour, else between «»."""
    from archiver.cli.terminal import bold, one_line
    from archiver.finding.search import END, START

    pieces = text.split(START)
    out = [one_line(pieces[0])]
    for piece in pieces[1:]:
        word, _, rest = piece.partition(END)
        plain, marked = one_line(word), bold(one_line(word))
        out += [f"«{plain}»" if marked == plain else marked, one_line(rest)]
    return "".join(out)
