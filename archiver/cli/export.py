"""``archive export``"""

from __future__ import annotations

import csv
import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from archiver.cli import options as o
from archiver.cli.terminal import print_json
from archiver.errors import ArchiverError, UsageError

if TYPE_CHECKING:
    import sqlite3

    from archiver.finding.searching.plans import Plan
    from archiver.record.store import Store


def export(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to make.")],
    query: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY...]", help="As for search; everything where none is said.")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="jsonl|csv", help="Lines of JSON, or a table.")] = "jsonl",
    archive: o.Archive = None,
    chat: o.InChat = None,
    as_json: o.Json = False,
) -> None:
    """Write messages to a file, each with its wordings, files and sightings; an entry in the log."""
    from archiver import settings
    from archiver.finding import overview
    from archiver.finding.searching.language import EVERYTHING
    from archiver.finding.searching.planning import plan
    from archiver.finding.searching.understanding import understand
    from archiver.record import store

    if form not in ("jsonl", "csv"):
        raise UsageError(f"--format {form}: it is one of jsonl, csv.")
    if output.exists() or output.is_symlink():
        raise UsageError(f"{output}: there is a file already. Name a new one with -o.")
    folder = settings.existing_archive(archive)
    question = understand(" ".join(query)) if query else EVERYTHING
    opened = store.open_for_writing(folder, settings.read_settings(folder).identity)
    try:
        chat_id = overview.chat_named(opened.connection, chat) if chat else None
        asked = plan(opened.connection, question, chat_id)
        receipt = _export(opened, asked, output, form, chat_id)
    finally:
        opened.close()
    if as_json:
        print_json(receipt)
    else:
        _print(receipt)


def _export(opened: Store, asked: Plan, output: Path, form: str, chat_id: int | None) -> dict[str, Any]:
    """Write beside the place, note it in the log, move it there: no file that the log does not know."""
    from archiver.record import log

    building = output.with_name(f"{output.name}.new-{os.getpid()}")
    try:
        descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ArchiverError(f"{output}: the file cannot be made ({error.strerror}).") from error
    try:
        with opened.transaction() as connection:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="", errors="replace") as file:
                number = _write(connection, asked, file, form)
                file.flush()
                os.fsync(file.fileno())
            digest, salt = _digest(building), secrets.token_hex(16)
            receipt: dict[str, Any] = {
                "schema": "archiver/export-receipt/1", "file": str(output), "format": form, "messages": number,
                "sha256": digest, "searched_for": asked.question.said,
                "ignored": [{"text": one.text, "why": one.why} for one in asked.question.ignored],
                "notes": [*asked.question.notes, *asked.notes],
                "salt": salt, "commitment": log.commitment(salt, digest),
            }  # fmt: skip
            detail: dict[str, object] = {"file": receipt["commitment"], "format": form, "messages": number}
            receipt["checkpoint"] = opened.write_log("export", detail)
        building.rename(output)
        _sync(output.parent)
    except OSError as error:
        raise ArchiverError(f"{output}: the file cannot be written ({error.strerror}).") from error
    finally:
        building.unlink(missing_ok=True)
    return receipt


def _write(connection: sqlite3.Connection, asked: Plan, file: TextIO, form: str) -> int:
    from archiver.finding import exporting

    number = 0
    table = csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    if form == "csv":
        file.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # by this spreadsheets know UTF-8
        table.writerow(exporting.COLUMNS)
    for message in exporting.messages(connection, asked):
        number += 1
        if form == "csv":
            table.writerow(exporting.row(message))
        else:
            file.write(exporting.line(message))
    return number


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _print(receipt: dict[str, Any]) -> None:
    from archiver.cli.terminal import count, one_line

    print(f"Searched for: {one_line(receipt['searched_for']) or 'nothing'}")
    for one in receipt["ignored"]:
        print(f"Ignored: {one_line(one['text'])}: {one['why']}.")
    for note in receipt["notes"]:
        print(one_line(note))
    print(f"{count(receipt['messages'], 'message')} written to {one_line(receipt['file'])} ({receipt['format']}).")
    print(f"SHA-256 {receipt['sha256']}")
    print(f"In the log as {receipt['commitment']}, salt {receipt['salt']}. Checkpoint:")
    for line in receipt["checkpoint"].splitlines():
        print(f"  {line}")
