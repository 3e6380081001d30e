"""The search: the same questions as on the command line, said back as they were understood."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

from markupsafe import Markup

from archiver.browse import narrowing
from archiver.browse.page_of_text import html_of
from archiver.browse.visit import Visit
from archiver.finding import overview, transcript
from archiver.finding.searching import asking, context, pages
from archiver.finding.searching.facets import Facets, facets
from archiver.finding.searching.language import Question
from archiver.finding.searching.pages import Order, Page
from archiver.finding.searching.planning import plan
from archiver.finding.searching.scope import scope
from archiver.finding.searching.understanding import understand

PAGE = 20
AROUND = (0, 1, 2, 5, 10)
"""Messages before and after each that was found, as a person may choose."""
LOOKED_AT = 5_000
"""Messages found of which the spread is counted: of more, the newest."""
ORDERS: tuple[Order, ...] = get_args(Order)
LANGUAGE = Path(__file__).parent.parent / "search-language.md"
"""The one page on the language, as it lies in ``schemas/``."""


class Found(NamedTuple):
    """A page of a search."""

    question: Question
    chat: dict[str, Any] | None
    chats: list[dict[str, Any]]
    page: Page
    total: int
    notes: tuple[str, ...]
    spread: Facets
    around: dict[int, context.Context]
    searched: dict[str, Any] | None
    """What was looked through, where nothing was found."""


async def look(visit: Visit) -> Found:
    """What answers the question of a request, as far as its page shows it."""
    typed, code = visit.asked("q"), visit.asked("chat")
    question, order, beside = understand(typed), _order(visit), _beside(visit)

    def ask(connection: sqlite3.Connection) -> Found:
        keep = visit.archive.keep
        chat = transcript.chat_with_code(connection, code) if code else None
        chat_id = chat["id"] if chat else None
        asked = plan(connection, question, chat_id)
        page = pages.page(connection, asked, order, visit.number("start"), PAGE)
        total = keep(connection, ("count", typed, chat_id), lambda c: asking.count(c, asked))
        looked_through = None if total else keep(connection, ("scope", chat_id), lambda c: scope(c, chat_id))
        return Found(
            question,
            chat,
            keep(connection, "chats", overview.chats),
            page,
            total,
            (*question.notes, *asked.notes),
            keep(connection, ("spread", typed, chat_id), lambda c: facets(c, asked, LOOKED_AT)),
            {one.id: context.around(connection, one.id, beside) for one in page.hits} if beside else {},
            looked_through,
        )

    return await visit.archive.read(ask)


async def search(visit: Visit) -> Any:
    """The page: what was found, what was said around it, how it is spread; where nothing was found, how one looked."""
    typed, order, beside = visit.asked("q"), _order(visit), _beside(visit)
    found = await look(visit)
    said = {
        "q": typed,
        "chat": found.chat["code"] if found.chat else "",
        "order": "" if order == "newest" else order,
        "around": beside or "",
    }
    return await visit.page(
        "search",
        f"{typed} – search" if typed else "Search",
        typed=typed,
        said=said,
        order=order,
        beside=beside,
        choices=AROUND,
        orders=ORDERS,
        seen_at_once=narrowing.SHOWN,
        start=visit.asked("start"),
        ways=narrowing.ways(typed, found.spread),
        hits=found.page.hits,
        next=found.page.after,
        ranked=found.page.ranked,
        **{name: value for name, value in found._asdict().items() if name != "page"},
    )


async def language(visit: Visit) -> Any:
    """The one page on what can be typed."""
    return await visit.page("language", "How to search", words=_language())


@cache
def _language() -> Markup:
    return html_of(LANGUAGE.read_text("utf-8"))


def _order(visit: Visit) -> Order:
    """The order asked for; the newest first where none is."""
    return next((one for one in ORDERS if one == visit.asked("order")), "newest")


def _beside(visit: Visit) -> int:
    return next((number for number in AROUND if number == visit.number("around")), 0)
