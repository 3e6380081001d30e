"""``archive restore``"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import options as o
from archiver.cli.terminal import print_json
from archiver.errors import DAMAGED, DONE, UsageError

if TYPE_CHECKING:
    from archiver.record.backup.folder import Generation
    from archiver.record.backup.restoring import Restored, Tell


def restore(
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="The folder that archive backup wrote to.")],
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="A new folder for the archive.")] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help="The newest backup up to then, UTC (2026-11-23T04:55), or its name."),
    ] = None,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Restore to a temporary folder, check it, remove it, and note it.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the backups and write nothing.")] = False,
    archive: o.Archive = None,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Bring a backup back into a new folder and check it; or rehearse that.

    Nothing is ever written over. A rehearsal is noted in the log of the archive in use (--archive), with what it
    showed. Exit code 4: the backup is damaged.
    """
    if listed:
        from archiver.record.backup.folder import open_folder

        _print_list(backup, open_folder(backup).generations(), as_json)
        return
    if rehearse == (folder is not None):
        raise UsageError("Say either the new folder, or --rehearse. See what there is with --list.")
    from archiver.cli.terminal import progress

    with progress("Restoring", quiet) as shown:
        if folder is not None:
            from archiver.record.backup.restoring import restore as bring_back

            done, live = bring_back(backup, folder, at, shown.tell), None
        else:
            done, live = _rehearse(backup, at, archive, shown.tell)
    if as_json:
        shape = {"schema": "archiver/restore/1", "backup": str(backup), "rehearsed": rehearse}
        noted = folder or live
        print_json({**shape, "archive": noted and str(noted), **asdict(done)})
    elif not quiet or done.faults:
        print("\n".join(_rehearsed(done, live) if rehearse else _restored(done, folder or Path())))
    raise typer.Exit(DAMAGED if done.faults else DONE)


def _rehearse(backup: Path, at: str | None, archive: Path | None, tell: Tell) -> tuple[Restored, Path | None]:
    """What the rehearsal showed, and the archive that it is noted in; None where none is here."""
    from archiver import settings
    from archiver.cli.opening import open_to_write
    from archiver.record.backup.restoring import rehearse

    live = settings.find_archive(archive)
    if archive is None and not (live / settings.DATABASE).is_file():
        return rehearse(backup, at, None, tell), None
    live = settings.existing_archive(archive)
    opened = open_to_write(live)
    try:
        return rehearse(backup, at, opened, tell), live
    finally:
        opened.close()


def _print_list(backup: Path, found: list[Generation], as_json: bool) -> None:
    from archiver.cli.terminal import count, one_line

    if as_json:
        shape = {"schema": "archiver/backups/1", "backup": str(backup), "backups": [asdict(one) for one in found]}
        print_json(shape)
        return
    print(f"{count(len(found), 'backup')} in {one_line(str(backup))}, the newest last.")
    for one in found:
        held = f"{count(one.size, 'entry', 'entries')} of the log, {count(one.originals, 'original')}"
        print(f"  {one.name}  {held}, {one.database_bytes + one.originals_bytes:,} bytes")


def _restored(done: Restored, folder: Path) -> list[str]:
    from archiver.cli.terminal import bold, count, one_line

    lines = [
        bold(f"Restored to {one_line(str(folder))}"),
        f"Backup {done.generation.name}: {count(done.generation.originals, 'original')}; everything was checked and is"
        " sound. That it was restored is noted in its log.",
    ]
    return [*lines, *_head(done)]


def _rehearsed(done: Restored, live: Path | None) -> list[str]:
    from archiver.cli.terminal import bold, count, one_line

    one = done.generation
    if done.faults:
        lines = [bold(f"Backup {one.name} cannot be relied on"), *(f"  {one_line(fault)}" for fault in done.faults)]
        lines.append("Make a new backup, to another disk if this one fails again.")
    else:
        lines = [
            bold(f"Backup {one.name} can be restored"),
            f"It was brought back whole ({count(one.originals, 'original')}, {count(one.size, 'entry', 'entries')} of"
            " the log), checked, and removed again.",
        ]
    noted = f"This is noted in the log of {one_line(str(live))}." if live else "No archive is here to note it in."
    return [*lines, noted, *_head(done)]


def _head(done: Restored) -> list[str]:
    if not done.checkpoint:
        return []
    return ["", "Checkpoint (keep it)", *(f"  {line}" for line in done.checkpoint.splitlines())]
