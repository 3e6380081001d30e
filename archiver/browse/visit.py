"""One request for one of our pages: who may see it, what it is answered with."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from archiver.browse import wording
from archiver.browse.addresses import Addresses
from archiver.browse.archive import Archive, archive_of
from archiver.errors import UsageError

STRICT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


REVIEWER = "archive_reviewer"
"""The cookie that remembers who decides, until the browser is closed."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A permitted request."""

    datasette: Any
    request: Any
    send: Any
    archive: Archive
    links: Addresses
    parts: dict[str, str] = field(default_factory=dict)
    """The parts of the address that its pattern names, decoded."""

    def asked(self, name: str) -> str:
        """What stands in the query under a name, without blanks around it; empty where nothing does."""
        return (self.request.args.get(name) or "").strip()

    def number(self, name: str) -> int | None:
        """A number from the query; None where there is none that could be an id."""
        said = self.asked(name)
        return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None

    async def page(self, template: str, title: str, status: int = 200, **context: Any) -> Any:
        """One of our pages, with the strict policy that forbids it everything but our own style and pictures."""
        from datasette import Response

        context |= {"title": title, "links": self.links, "say": wording, "archive": self.archive}
        context |= {"reviewer": self.reviewer(), "noted": self.number("noted")}
        html = await self.datasette.render_template(f"archive/{template}.html", context, request=self.request)
        return Response.html(html, status=status, headers={"Content-Security-Policy": STRICT_POLICY})

    def reviewer(self) -> str:
        """The name under which this person last decided something; empty where they have not yet."""
        from itsdangerous import BadSignature

        try:
            return str(self.datasette.unsign(self.request.cookies.get(REVIEWER, ""), REVIEWER))
        except BadSignature:
            return ""

    async def sorry(self, sentence: str, status: int = 404) -> Any:
        """A page that says why there is nothing to see."""
        title = {400: "This was not noted", 404: "Page not found"}.get(status, "This cannot be shown")
        return await self.page("sorry", title, status, sentence=sentence)


View = Callable[[Visit], Awaitable[Any]]


def permitted(view: View) -> Callable[..., Awaitable[Any]]:
    """The one door to our pages: whoever may not see the archive gets 403 before anything is read."""

    async def checked(datasette: Any, request: Any, send: Any) -> Any:
        from datasette import NotFound

        archive = archive_of(datasette)
        asked = ["view-instance"] if archive is None else [("view-database", archive.name), "view-instance"]
        await datasette.ensure_permissions(request.actor, asked)
        if archive is None:
            raise NotFound("There is no archive here.")
        parts = {name: _decoded(part) for name, part in request.url_vars.items()}
        return await _answered(view, Visit(datasette, request, send, archive, Addresses(datasette), parts))

    return checked


async def _answered(view: View, visit: Visit) -> Any:
    try:
        return await view(visit)
    except UsageError as error:
        return await visit.sorry(str(error))
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        return await visit.sorry("This takes too long. Ask for less: another word, one chat, a shorter span.", 503)


def _decoded(part: str) -> str:
    from urllib.parse import unquote

    return unquote(part)
