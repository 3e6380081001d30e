"""A decision that was filled in, noted; and the list of all decisions."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.browse import review
from archiver.browse.visit import REVIEWER, Visit
from archiver.errors import ArchiverError, UsageError
from archiver.finding import custody, overview
from archiver.record.settled import waiting


async def decide(visit: Visit) -> Any:
    """Note a decision and go on to what is next."""
    from datasette import Forbidden, Response

    leave = visit.archive.review
    if leave is None:
        return await visit.sorry("Nothing can be decided here: start it as archive browse --review.")
    if visit.request.actor is None:
        raise Forbidden("Nobody in particular decides nothing.")
    if visit.request.method != "POST":
        return await visit.sorry("A decision is filled in on the page of what it is about.", 405)
    said = review.said_in(await visit.request.post_vars())
    try:
        word = await _word_of(visit, said)
        number = await visit.archive.beside(leave.settle, visit.archive.folder, said)
    except UsageError as error:
        return await visit.sorry(f"{error} Nothing was noted: go back and try again.", 400)
    except ArchiverError as error:
        return await visit.sorry(str(error), 503)
    response = Response.redirect(await _next(visit, said, word, number), status=303)
    response.set_cookie(REVIEWER, visit.datasette.sign(said.who, REVIEWER), httponly=True, samesite="strict")
    return response


async def _word_of(visit: Visit, said: review.Said) -> str | None:
    """The kind of the finding that was decided on; None where it was none."""
    if not said.values.get("finding"):
        return None
    number = said.number("finding")
    found = await visit.archive.read(lambda connection: custody.finding(connection, number))
    if found is None:
        raise UsageError("This finding is settled already.")
    return str(found["word"])


async def _next(visit: Visit, said: review.Said, word: str | None, number: int) -> str:
    """The next open finding of the kind, else the list; or the page that was come from."""
    if word is not None:
        after = said.number("finding")
        found = await visit.archive.read(
            lambda c: custody.findings(c, word, after, 1) or custody.findings(c, word, 0, 1)
        )
        return visit.links.finding(found[0]["id"], noted=number) if found else visit.links.findings(noted=number)
    if said.act == "withdraw":
        return visit.links.decisions(noted=number)
    if said.values.get("person"):
        return visit.links.people(noted=number)
    return visit.links.message(said.values["message"], noted=number)


async def decisions(visit: Visit) -> Any:
    """Who decided what, when and why, the newest first."""

    def ask(connection: sqlite3.Connection) -> dict[str, Any]:
        return {"decisions": overview.decisions(connection)[::-1], "waiting": waiting(connection)}

    shown = await visit.archive.read(ask)
    return await visit.page("decisions", "Decisions", **shown)
