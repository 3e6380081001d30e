"""``archive browse``: Datasette on this machine only, for one archive, behind a link that works once."""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from archiver.browse.archive import archive_of
from archiver.browse.review import Review
from archiver.errors import ArchiverError
from archiver.record.store import DATABASE, open_for_reading

HOST = "127.0.0.1"

SETTINGS = {
    "allow_download": False,
    "allow_csv_stream": True,
    "default_page_size": 50,
    "sql_time_limit_ms": 5_000,
    "facet_time_limit_ms": 1_000,
    "suggest_facets": False,
    "default_facet_size": 12,
    "num_sql_threads": 4,
    "truncate_cells_html": 600,
    "default_cache_ttl": 0,
}


def serve(folder: Path, port: int, open_browser: bool, review: Review | None = None) -> None:
    """Serve an archive until it is interrupted; prints the link to open, which works once. ``review``: let it decide.

    Raises ``ArchiverError`` where the archive cannot be opened or the port is taken.
    """
    open_for_reading(folder).close()
    datasette = datasette_for(folder, review)
    server, listening = _listen(datasette.app(), port)
    threading.Thread(target=_count, args=(folder, datasette), daemon=True).start()
    try:
        _say(f"http://{HOST}:{listening.getsockname()[1]}/-/auth-token?token={datasette._root_token}", open_browser)
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    finally:
        listening.close()


def _say(link: str, open_browser: bool) -> None:
    """Only the link goes to standard output: a script can follow it."""
    print("Open this link in a browser on this machine: it works once. Ctrl-C ends it.", file=sys.stderr, flush=True)
    print(link, flush=True)
    if open_browser:
        import webbrowser

        webbrowser.open(link)


def _count(folder: Path, datasette: Any) -> None:
    """Count what the first page shows while the person goes there: a second at a million messages."""
    from archiver.browse.views import home

    archive = archive_of(datasette)
    if archive is not None:
        with closing(open_for_reading(folder)) as connection:
            home.counted(connection, archive)


def datasette_for(folder: Path, review: Review | None = None) -> Any:
    """A Datasette that shows an archive to the person with the link and nobody else. It cannot write.

    ``review``: our pages note what that person decides, by the same code as the command line.

    The file is opened as one that may change, so that what is ingested meanwhile is seen.
    """
    from datasette.app import Datasette

    from archiver.browse.counting import ArchiveDatabase

    file = str((folder / DATABASE).absolute())
    datasette = Datasette(files=[file], metadata={"allow": {"id": "root"}}, settings=SETTINGS)
    (name,) = (name for name, database in datasette.databases.items() if database.path == file)
    datasette.remove_database(name)
    datasette.add_database(ArchiveDatabase(datasette, path=file, is_mutable=True), name=name)
    archive = archive_of(datasette)
    if archive is not None:
        archive.review = review
    return datasette


def _listen(app: Any, port: int) -> tuple[Any, Any]:
    """A server and its open port: whoever follows the link at once only waits a moment.

    What is searched for is nobody else's business: nothing that is asked is logged.
    """
    import uvicorn

    config = uvicorn.Config(app, host=HOST, port=port, log_level="critical", access_log=False, server_header=False)
    try:
        listening = config.bind_socket()
        listening.listen(100)
    except (SystemExit, OSError) as error:
        raise ArchiverError(
            f"Port {port} of {HOST} cannot be used: another program has it, or this account may not."
            " Choose another with --port; 0 takes a free one."
        ) from error
    return uvicorn.Server(config), listening
