"""What Datasette asks of a plugin. Only hooks that its next version has too."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup
from pluggy import HookimplMarker

from archiver.browse import guard, metadata
from archiver.browse.addresses import Addresses
from archiver.browse.archive import archive_of
from archiver.browse.routes import ROUTES
from archiver.browse.visit import permitted

hookimpl = HookimplMarker("datasette")

_REFERENCE = re.compile(r"[A-Z0-9-]+/\d{5,}")


@hookimpl
def startup(datasette: Any) -> None:
    """Titles, descriptions and labels for the archive's tables, wherever the person has not said their own."""
    # Imported here: Datasette is still loading itself when it loads its plugins.
    from datasette import handle_exception as datasette_errors

    # Where Rich is installed, Datasette prints what failed with the values of all variables: messages among them.
    datasette_errors.rich = None
    archive = archive_of(datasette)
    if archive is not None:
        metadata.add_to(datasette, archive.name)


@hookimpl
def prepare_connection(conn: Any, database: str, datasette: Any) -> None:
    """No connection to the archive can write, not even one that Datasette opens to write."""
    archive = archive_of(datasette)
    if archive is not None and database == archive.name:
        conn.execute("PRAGMA query_only = ON")


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """Our pages, each behind the one door. Without an archive there are none, and ``/`` stays Datasette's."""
    if archive_of(datasette) is None:
        return []
    return [(pattern, permitted(view)) for pattern, view in ROUTES]


@hookimpl
def asgi_wrapper(datasette: Any) -> Any:
    """Refuses foreign hosts and adds what makes browsers careful."""
    return lambda app: guard.guarded(app, datasette)


@hookimpl
def extra_css_urls(datasette: Any, view_name: str | None) -> list[str]:
    """Our style on Datasette's own pages."""
    return [Addresses(datasette).style("tables.css")] if archive_of(datasette) is not None and view_name else []


@hookimpl
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    """What the frame around every page needs."""
    archive = archive_of(datasette)
    return {"archive": archive, "links": Addresses(datasette)} if archive is not None else {"archive": None}


@hookimpl
def render_cell(value: Any, column: str, database: str, datasette: Any) -> Markup | None:
    """A reference is a link to the message with its evidence."""
    archive = archive_of(datasette)
    if archive is None or database != archive.name or column != "reference" or not isinstance(value, str):
        return None
    if not _REFERENCE.fullmatch(value):
        return None
    return Markup('<a href="{}">{}</a>').format(Addresses(datasette).message(value), value)
