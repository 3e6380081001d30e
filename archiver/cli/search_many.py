"""``archive search`` in more than one archive, and in a published index: the same question, one list of answers."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.cli.found import hit_as_json, print_hit
from archiver.errors import DONE, FAILED
from archiver.finding.searching.language import All, Chat, Question
from archiver.finding.searching.saying import say

if TYPE_CHECKING:
    from archiver.finding.searching.pages import Order


def search_archives(
    folders: list[Path], question: Question, chat: str | None, order: Order, limit: int, as_json: bool
) -> int:
    """Ask every archive among the folders and print; the exit code: 1 where one could not be asked."""
    from archiver.cli.terminal import count, one_line
    from archiver.finding.archives import asking

    question = _in_chat(question, chat)
    found = asking.search(asking.archives_in(folders), question, order, limit)
    if as_json:
        shown = {
            "schema": "archiver/search-archives/1",
            "searched_for": question.said,
            "ignored": [{"text": one.text, "why": one.why} for one in question.ignored],
            "notes": [*question.notes, *found.notes],
            "archives": found.archives,
            "opened": found.opened,
            "total": found.total,
            "messages": [{"archive": str(one.archive), **hit_as_json(one.hit)} for one in found.answers],
        }
        print(json.dumps(shown, ensure_ascii=False, indent=1))
    else:
        print(f"Searched {count(found.archives, 'archive')} for: {one_line(question.said) or 'nothing'}")
        for ignored in question.ignored:
            print(f"Ignored: {one_line(ignored.text)}: {ignored.why}.")
        for note in (*question.notes, *found.notes):
            print(one_line(note))
        some = f", {len(found.answers):,} shown" if found.total > len(found.answers) else ""
        print(f"{count(found.total, 'message')} found{some}; {count(found.opened, 'archive')} opened.\n")
        for answer in found.answers:
            print_hit(answer.hit, one_line(str(answer.archive)))
    for sentence in found.unread:
        print(f"archive: {one_line(sentence)}", file=sys.stderr)
    return FAILED if found.unread else DONE


def _in_chat(question: Question, chat: str | None) -> Question:
    """The same question of one chat, by its name or code in each archive."""
    if chat is None or question.wants is None:
        return question
    wants = All((question.wants, Chat(chat)))
    return replace(question, wants=wants, said=say(wants))
