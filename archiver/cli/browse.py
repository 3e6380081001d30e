"""``archive browse``"""

from __future__ import annotations

from typing import Annotated

import typer

from archiver.cli import options as o


def browse(
    archive: o.Archive = None,
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 8001,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    review: Annotated[
        bool, typer.Option("--review", help="Let whoever has the link settle findings, in their name. Else nothing is.")
    ] = False,
) -> None:
    """Browse the record in Datasette, on this machine only."""
    from archiver import settings
    from archiver.browse.review import Review
    from archiver.browse.serve import serve

    folder = settings.existing_archive(archive)
    serve(folder, port, open_browser, Review(settings.read_settings(folder).identity) if review else None)
