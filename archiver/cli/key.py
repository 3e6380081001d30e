"""``archive key``"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from archiver.cli import options as o


def key(
    archive: o.Archive = None,
    make: Annotated[bool, typer.Option("--make", help="Make a key, where there is none yet.")] = False,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="With --make: whose key it is, without spaces.")
    ] = "archive",
    as_json: o.Json = False,
) -> None:
    """Make or show the key that signs checkpoints; it is kept outside the archive.

    It lies in ~/.config/archiver/key (else where ARCHIVE_KEY says). Give the public line to whoever keeps receipts:
    with it, archive verify --key proves that nobody without the key has rewritten the log. With --archive, the public
    line is also noted in that archive.
    """
    from archiver import settings
    from archiver.errors import UsageError
    from archiver.record import keys

    held = keys.make(name) if make else keys.held()
    if held is None:
        raise UsageError("There is no key: checkpoints are not signed. Make one with: archive key --make --name NAME")
    vkey = held.public.vkey
    if archive is not None:
        settings.note_key(settings.existing_archive(archive), vkey)
    if as_json:
        print(json.dumps({"schema": "archiver/key/1", "vkey": vkey, "file": str(keys.place())}, indent=1))
        return
    if make:
        print(f"Kept in {keys.place()}. Back it up apart from the archive; who has it can sign in its name.\n")
    print(vkey)
