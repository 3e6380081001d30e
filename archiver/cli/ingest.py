"""``archive ingest``"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated

import typer

from archiver.cli import clustering
from archiver.cli import options as o
from archiver.cli.terminal import print_json
from archiver.model import Dated


def ingest(
    paths: o.Paths,
    archive: o.Archive = None,
    chat: o.Chat = None,
    captured: o.Captured = None,
    noted_by: o.NotedBy = None,
    custodian: o.Custodian = None,
    work: o.Work = None,
    timezone: o.Timezone = None,
    date_order: o.Order = None,
    workers: o.Workers = None,
    ocr_language: o.OcrLanguage = "eng",
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="NAME", help="Who hands it over (the account of the machine is kept in any case)."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be taken and write nothing (see preview).")
    ] = False,
    cluster: clustering.Cluster = None,
    cluster_ca: clustering.Authority = None,
    cluster_cert: clustering.Certificate = None,
    cluster_key: clustering.Key = None,
    cluster_in_clear: clustering.InClear = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Take files or folders into the record and print a receipt.

    Chat exports (.txt, .zip, or the .eml, .msg, .mbox that carried them), text copied from WhatsApp Web (note the day
    with --captured), screenshots. What is held already is recognised; what cannot be read is refused in one sentence
    while the rest is taken.
    """
    options = o.reading_options(chat, captured, noted_by, custodian, work, timezone, date_order, workers, ocr_language)
    if dry_run:
        from archiver.cli.preview import print_preview

        raise typer.Exit(print_preview(paths, options, as_json))
    from archiver import pipeline, settings
    from archiver.cli import receipt as receipts
    from archiver.cli.opening import open_to_write
    from archiver.cli.terminal import progress
    from archiver.record import store

    folder = settings.find_archive(archive)
    files = pipeline.files_of(paths, folder)
    trust = (cluster_ca, cluster_cert, cluster_key)
    with clustering.workers(cluster, trust, cluster_in_clear, ocr_language) as elsewhere, ExitStack() as at_the_end:
        store.create(folder, options.timezone)
        opened = open_to_write(folder)
        at_the_end.callback(opened.close)
        if elsewhere:
            options = replace(options, workers=elsewhere.count)
        with progress("Reading", quiet) as shown:

            def ask(name: str) -> Dated | None:
                with shown.paused():
                    return _ask(name)

            asked = ask if sys.stdin.isatty() else _nobody
            receipt = pipeline.ingest(opened, files, options, by, asked, shown.tell, elsewhere)
    if as_json:
        print_json(receipts.as_json(receipt))
    elif not quiet:
        print(receipts.as_text(receipt))
    for source in receipt.sources:
        if source.outcome == "refused" and (as_json or quiet):
            from archiver.cli.terminal import plain

            print(f"archive: {plain(source.detail or '')}", file=sys.stderr)
        if source.fault:
            print(source.fault, file=sys.stderr)
    raise typer.Exit(receipts.exit_code(receipt))


def _nobody(name: str) -> Dated | None:
    return None


def _ask(name: str) -> Dated | None:
    """Ask the person at the terminal; an empty answer leaves the source out."""
    from archiver.cli.terminal import one_line
    from archiver.errors import UsageError

    while True:
        question = "when was this copied or taken? (2026-11-16, or 2026-11-16T10:30; empty to leave it out)"
        print(f"{one_line(name)}: {question} ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip()
        if not answer:
            return None
        try:
            return o.noted_date(answer)
        except UsageError:
            print("This is not a date.", file=sys.stderr)
