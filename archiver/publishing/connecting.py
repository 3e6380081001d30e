"""A connection to PostgreSQL, where a person says so; over a network only with a server that proves who it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from archiver.errors import ArchiverError, MissingTool, UsageError

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def connect(url: str) -> Connection:
    """An open connection. To another machine TLS is asked for, and that its certificate fits (``sslmode=verify-full``),
    unless the URL names another ``sslmode``.

    Raises ``UsageError`` where it is no such URL, ``MissingTool`` without psycopg, ``ArchiverError`` where it fails.
    """
    if not url.startswith(("postgresql://", "postgres://")):
        raise UsageError("Write the database as postgresql://HOST/DATABASE.")
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise MissingTool("This needs psycopg: pip install 'archiver[postgres]'.") from error
    try:
        told = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.Error as error:
        raise UsageError("Write the database as postgresql://HOST/DATABASE; this one cannot be read.") from error
    host = told.get("host", "")
    if host and not host.startswith("/") and host not in LOOPBACK:
        told.setdefault("sslmode", "verify-full")
    told.setdefault("connect_timeout", "10")
    try:
        connection = psycopg.connect(**told)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise ArchiverError(f"{place(url)}: {_first_line(error)}") from error
    if connection.info.encoding != "utf-8":
        connection.execute("SET client_encoding = 'UTF8'")
    return connection


def run(index: Connection, sql: str, values: Sequence[object] = ()) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run a statement that is put together in this package; whatever a person typed is among the values."""
    return index.execute(sql.encode(), values or None)


def place(url: str) -> str:
    """Where a URL points, without the password that may stand in it."""
    from psycopg.conninfo import conninfo_to_dict

    told = conninfo_to_dict(url)
    return f"{told.get('host') or 'this machine'}/{told.get('dbname') or told.get('user') or ''}"


@contextmanager
def refusals(url: str) -> Iterator[None]:
    """What PostgreSQL refuses in between becomes a sentence. Raises ``ArchiverError``."""
    try:
        yield
    except Exception as error:
        import psycopg

        if not isinstance(error, psycopg.Error):
            raise
        if isinstance(error, (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)):
            raise ArchiverError(
                f"{place(url)}: nothing is published there. Publish with: archive publish URL."
            ) from error
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            raise ArchiverError(f"{place(url)}: this role may not read there. See archive publish --allow.") from error
        raise ArchiverError(f"{place(url)}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    said = str(error).strip().splitlines()
    return f"{said[0]}." if said else f"{type(error).__name__}."
