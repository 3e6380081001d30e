"""``archive backup``"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import options as o
from archiver.cli.terminal import print_json

if TYPE_CHECKING:
    from archiver.record.backup.making import Made, Plan


def backup(
    destination: Annotated[Path, typer.Argument(metavar="DEST", help="A new folder, or one with earlier backups.")],
    archive: o.Archive = None,
    keep: Annotated[
        int | None, typer.Option("--keep", metavar="N", min=1, help="Keep only the newest N backups (else all).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be copied and write nothing.")] = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Make a checked copy of the archive, which may be in use, and print a receipt.

    Each backup is a dated copy of the database; originals are shared by all of them, so only new ones are copied. Every
    file is read back from the disk and compared. It is complete or it is not there; one that was broken off is
    completed by the next. Bring one back with: archive restore.
    """
    from archiver import settings
    from archiver.cli.opening import open_to_write
    from archiver.cli.terminal import caution, progress
    from archiver.record.backup.making import back_up, plan
    from archiver.record.surroundings import cautions_of_backup

    folder = settings.existing_archive(archive)
    opened = open_to_write(folder)
    try:
        if dry_run:
            _print_plan(plan(opened, destination), destination, as_json)
            return
        with progress("Copying", quiet) as shown:
            made = back_up(opened, destination, keep, shown.tell)
    finally:
        opened.close()
    caution(cautions_of_backup(folder, destination))
    if as_json:
        shape = {"schema": "archiver/backup-receipt/1", "archive": str(folder), "backup": str(destination)}
        print_json({**shape, **asdict(made)})
    elif not quiet:
        print(_as_text(made, folder, destination))


def _print_plan(found: Plan, destination: Path, as_json: bool) -> None:
    from archiver.cli.terminal import count, one_line

    if as_json:
        print_json({"schema": "archiver/backup-plan/1", "backup": str(destination), **asdict(found)})
        return
    print(f"{one_line(str(destination))} has {count(found.earlier, 'backup')} of this archive.")
    originals = f"{count(found.copy, 'original')} ({found.copy_bytes:,} bytes)"
    print(f"A database of {found.database_bytes:,} bytes and {originals} would be copied. Nothing was written.")


def _as_text(made: Made, folder: Path, destination: Path) -> str:
    from archiver.cli.terminal import bold, count, one_line

    one = made.generation
    held = one.originals - made.copied - made.mended
    parts = [f"{made.copied:,} copied", f"{held:,} there already"]
    parts += [f"{made.mended:,} had gone bad there and were copied again"] if made.mended else []
    lines = [
        bold(f"Backup {one.name}"),
        f"Archive {one_line(str(folder))}, in {one_line(str(destination))}; entry {made.entry:,} of the archive's log.",
        "",
        f"A database of {one.database_bytes:,} bytes; {count(one.originals, 'original')}, {one.originals_bytes:,} bytes"
        f" ({', '.join(parts)}).",
        "Checked on the disk: every original's SHA-256, the database's integrity and keys, its log.",
    ]
    if made.removed:
        lines.append(f"{count(len(made.removed), 'older backup')} removed: {', '.join(made.removed)}.")
    if one.checkpoint:
        lines += [
            "",
            "Checkpoint of what was backed up (keep it: it proves later that nothing has been lost or changed)",
        ]
        lines += [f"  {line}" for line in one.checkpoint.splitlines()]
    return "\n".join(lines)
