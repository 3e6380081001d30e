"""The search: the same questions as on the command line, said back as they were understood."""

from __future__ import annotations

import sqlite3
from typing import Any, get_args

from archiver.browse import narrowing
from archiver.browse.visit import Visit
from archiver.finding import overview, transcript
from archiver.finding.searching import asking, context, pages
from archiver.finding.searching.facets import facets
from archiver.finding.searching.pages import Order
from archiver.finding.searching.planning import plan
from archiver.finding.searching.understanding import understand

PAGE = 20
AROUND = (0, 1, 2, 5, 10)
"""Messages before and after each that was found, as a person may choose."""
LOOKED_AT = 5_000
"""Messages found of which the spread is counted: of more, the newest."""
ORDERS: tuple[Order, ...] = get_args(Order)


async def search(visit: Visit) -> Any:
    """What answers a question, with what was said around it and how it is spread."""
    typed, code = visit.asked("q"), visit.asked("chat")
    question = understand(typed)
    order = chosen_order(visit)
    beside = next((number for number in AROUND if number == visit.number("around")), 0)

    def ask(connection: sqlite3.Connection) -> dict[str, Any]:
        keep = visit.archive.keep
        chat = transcript.chat_with_code(connection, code) if code else None
        chat_id = chat["id"] if chat else None
        asked = plan(connection, question, chat_id)
        page = pages.page(connection, asked, order, visit.number("start"), PAGE)
        spread = keep(connection, ("spread", typed, chat_id), lambda c: facets(c, asked, LOOKED_AT))
        return {
            "chat": chat,
            "chats": keep(connection, "chats", overview.chats),
            "hits": page.hits,
            "next": page.after,
            "ranked": page.ranked,
            "around": {one.id: context.around(connection, one.id, beside) for one in page.hits} if beside else {},
            "notes": (*question.notes, *asked.notes),
            "total": keep(connection, ("count", typed, chat_id), lambda c: asking.count(c, asked)),
            "spread": spread,
            "ways": narrowing.ways(typed, spread),
        }

    shown = await visit.archive.read(ask)
    said = {"q": typed, "chat": code.upper(), "order": "" if order == "newest" else order, "around": beside or ""}
    return await visit.page(
        "search",
        f"{typed} – search" if typed else "Search",
        typed=typed,
        question=question,
        said=said,
        order=order,
        beside=beside,
        choices=AROUND,
        orders=ORDERS,
        seen_at_once=narrowing.SHOWN,
        is_later=bool(visit.asked("start")),
        **shown,
    )


def chosen_order(visit: Visit) -> Order:
    """The order asked for; the newest first where none is."""
    return next((one for one in ORDERS if one == visit.asked("order")), "newest")
