"""``archive verify``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import options as o
from archiver.cli.terminal import print_json
from archiver.errors import DAMAGED, DONE, OLDER

if TYPE_CHECKING:
    from sqlite3 import Connection

    from archiver.record.keys import PublicKey
    from archiver.record.verifying.report import Report, Tier


def verify(
    archive: o.Archive = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="The database and the log only; no original is read, no row looked at.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Also derive the record again from its originals and compare every row.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="RECEIPT", help="A receipt or checkpoint: what it proves must be there."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="VKEY", help="The public key (see archive key) that must have signed."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, and write no entry of it in the log.")] = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Check everything and list every fault, and what was not checked.

    Exit code 0: all is as it was left; 4: damaged or altered; 6: older than the receipt. A clean check is an entry of
    the log and seals what a large ingest left unsealed, unless the archive cannot be written.
    """
    from archiver import rebuilding, settings
    from archiver.cli.terminal import progress
    from archiver.errors import UsageError
    from archiver.record.verifying import verify as run
    from archiver.record.verifying.against import read_receipt
    from archiver.record.verifying.subject import Subject, opened

    if quick and full:
        raise UsageError("Say --quick or --full, not both.")
    folder = settings.existing_archive(archive)
    receipt = read_receipt(against) if against else None
    try:
        named = settings.read_settings(folder)
    except UsageError:
        named = None
    keys, from_archive = _keys(key, named.key if named else None)
    tier: Tier = "quick" if quick else "full" if full else "standard"
    with opened(folder) as connection, progress("Verifying", quiet) as shown:

        def derive(place: Path, held: Connection, into: Path) -> None:
            rebuilding.derive(place, held, into, shown.tell)

        subject = Subject(
            folder, connection, named.identity if named else None, keys, must_sign=key is not None,
            key_from_archive=from_archive, derive=derive,
        )  # fmt: skip
        report = run(subject, tier, receipt, lambda title: shown.tell(title, 0))
        writable = subject.is_writable and not dry_run
    clean = not report.faults and report.older_than is None
    logged = clean and writable and _note(folder, subject.identity or "", report)
    if as_json:
        print_json(_as_json(folder, report, logged))
    elif text := _as_text(folder, report, logged, quiet):
        print(text)
    raise typer.Exit(_exit_code(report))


def _keys(said: str | None, noted: str | None) -> tuple[tuple[PublicKey, ...], bool]:
    """The key that checkpoints are held against: as said, else one's own, else the one that the archive names itself.

    And whether it comes from the archive, which proves less.
    """
    from archiver.errors import UsageError
    from archiver.record import keys

    if said is not None:
        return (keys.read_vkey(said),), False
    try:
        own = keys.held()
    except UsageError:
        own = None  # a key that is of no use for signing is no reason not to verify
    if own is not None:
        return (own.public,), False
    try:
        return ((keys.read_vkey(noted),), True) if noted else ((), False)
    except UsageError:
        return (), False


def _exit_code(report: Report) -> int:
    return DAMAGED if report.faults else OLDER if report.older_than else DONE


def _note(folder: Path, identity: str, report: Report) -> bool:
    """Write into the log that the archive was checked; whether that could be done."""
    from archiver.errors import ArchiverError
    from archiver.record.store import open_for_writing
    from archiver.record.verifying import UNSEALED

    try:
        store = open_for_writing(folder, identity)
    except ArchiverError:
        return False
    try:
        with store.transaction():
            note = store.write_log if report.tier == "quick" else store.seal_all
            report.checkpoint = note("verify", {"entries": report.entries, "tier": report.tier})
            report.entries += 1
        if report.tier != "quick":
            report.not_checked = [
                line.replace(UNSEALED, "which were not sealed; now they are") for line in report.not_checked
            ]
    except ArchiverError:
        return False
    finally:
        store.close()
    return True


def _as_json(folder: Path, report: Report, logged: bool) -> dict[str, object]:
    return {
        "schema": "archiver/verify/1",
        "archive": str(folder),
        "tier": report.tier,
        "clean": not report.faults and report.older_than is None,
        "faults": [{"check": fault.check, "detail": fault.detail} for fault in report.faults],
        "older": report.older_than,
        "checked": report.checked,
        "not_checked": report.not_checked,
        "entries": report.entries,
        "checkpoint": report.checkpoint,
        "logged": logged,
    }


def _as_text(folder: Path, report: Report, logged: bool, quiet: bool) -> str:
    from archiver.cli.terminal import bold, count, one_line, plain

    lines = [] if quiet else [bold(f"Archive {plain(str(folder))}, checked ({report.tier})"), *report.checked, ""]
    if report.faults:
        lines += [bold(f"{count(len(report.faults), 'fault')} found:")]
        lines += [f"  {fault.check}: {one_line(fault.detail)}" for fault in report.faults]
        lines += ["", "Keep the folder as it is, and compare it with a backup."]
    elif report.older_than:
        lines.append(one_line(report.older_than))
    elif not quiet:
        lines.append(
            f"No fault. The log has {count(report.entries, 'entry', 'entries')}, this check included."
            if logged
            else f"No fault. The log has {count(report.entries, 'entry', 'entries')}; "
            "this check was not written into it."
        )
    if report.not_checked and not quiet:
        lines += ["", "Not checked:", *(f"  {one_line(line)}" for line in report.not_checked)]
    return "\n".join(lines)
