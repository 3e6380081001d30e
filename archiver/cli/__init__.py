"""The commands: parse the options, call one function, print."""

from __future__ import annotations

import sys


def main() -> None:
    """The installed command ``archive``: the one place where an error becomes a sentence and an exit code."""
    from archiver.errors import INTERRUPTED, ArchiverError

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
