"""``archive search`` in more than one archive, and in a published index: the same question, one list of answers."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.cli.found import hit_as_json, print_hit
from archiver.cli.terminal import print_json
from archiver.errors import DONE, FAILED, UsageError
from archiver.finding.searching.language import All, Chat, Question
from archiver.finding.searching.saying import say

if TYPE_CHECKING:
    from archiver.finding.searching.pages import Hit, Order


def search_archives(
    folders: list[Path], question: Question, chat: str | None, order: Order, limit: int, as_json: bool
) -> int:
    """Ask every archive among the folders and print; the exit code: 1 where one could not be asked."""
    from archiver.cli.terminal import count, one_line
    from archiver.finding.archives import asking

    question = _in_chat(question, chat)
    found = asking.search(asking.archives_in(folders), question, order, limit)
    hits = [(str(one.archive), one.hit) for one in found.answers]
    if as_json:
        extra: dict[str, object] = {"archives": found.archives, "opened": found.opened}
        _print_json("archiver/search-archives/1", question, found.notes, found.total, hits, extra)
    else:
        where = count(found.archives, "archive")
        _print(where, question, found.notes, found.total, hits, f"; {count(found.opened, 'archive')} opened")
    for sentence in found.unread:
        print(f"archive: {one_line(sentence)}", file=sys.stderr)
    return FAILED if found.unread else DONE


def search_index(url: str, question: Question, chat: str | None, order: Order, limit: int, as_json: bool) -> int:
    """Ask a published index and print. Raises ``UsageError`` for what only an archive itself can answer."""
    from archiver.publishing import asking
    from archiver.publishing.connecting import connect, place, refusals

    if order == "best":
        raise UsageError("--order best: is answered by an archive itself, not by a published index.")
    question = _in_chat(question, chat)
    with refusals(url), connect(url) as index:
        found = asking.search(index, question, order, limit)
    hits = list(found.hits)
    if as_json:
        _print_json("archiver/search-index/1", question, found.notes, found.total, hits, {"index": place(url)})
    else:
        _print(f"the index {place(url)}", question, found.notes, found.total, hits, "")
    return DONE


def _print_json(
    schema: str,
    question: Question,
    notes: tuple[str, ...],
    total: int,
    hits: list[tuple[str, Hit]],
    extra: dict[str, object],
) -> None:
    shown = {
        "schema": schema,
        "searched_for": question.said,
        "ignored": [{"text": one.text, "why": one.why} for one in question.ignored],
        "notes": [*question.notes, *notes],
        **extra,
        "total": total,
        "messages": [{"archive": archive, **hit_as_json(hit)} for archive, hit in hits],
    }
    print_json(shown)


def _print(
    where: str, question: Question, notes: tuple[str, ...], total: int, hits: list[tuple[str, Hit]], after: str
) -> None:
    from archiver.cli.terminal import count, one_line

    print(f"Searched {one_line(where)} for: {one_line(question.said) or 'nothing'}")
    for ignored in question.ignored:
        print(f"Ignored: {one_line(ignored.text)}: {ignored.why}.")
    for note in (*question.notes, *notes):
        print(one_line(note))
    some = f", {len(hits):,} shown" if total > len(hits) else ""
    print(f"{count(total, 'message')} found{some}{after}.\n")
    for archive, hit in hits:
        print_hit(hit, one_line(archive))


def _in_chat(question: Question, chat: str | None) -> Question:
    """The same question of one chat, by its name or code in each archive."""
    if chat is None or question.wants is None:
        return question
    wants = All((question.wants, Chat(chat)))
    return replace(question, wants=wants, said=say(wants))
