"""The commands: parse the options, call one function, print."""

from __future__ import annotations

import sys


def main() -> None:
    """The installed command ``archive``: the one place where an error becomes a sentence and an exit code."""
    from archiver.errors import DAMAGED, FAILED, INTERRUPTED, ArchiverError

    try:
        from archiver.cli.app import app

        app()
    except ArchiverError as error:
        from archiver.cli.terminal import plain

        print(f"archive: {plain(str(error))}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("archive: interrupted; the record is as it was after the last whole source.", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        import sqlite3  # not at the top: most commands that only explain themselves need no database

        if not isinstance(error, sqlite3.DatabaseError):
            raise
        damaged = not isinstance(error, sqlite3.OperationalError)
        what = "the archive is damaged" if damaged else "the archive could not be read or written"
        print(f"archive: {what} ({error}).", file=sys.stderr)
        sys.exit(DAMAGED if damaged else FAILED)
