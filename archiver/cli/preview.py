"""``archive preview``"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from archiver.cli import options as o
from archiver.cli.terminal import print_json
from archiver.model import ReadingOptions


def preview(
    paths: o.Paths,
    chat: o.Chat = None,
    captured: o.Captured = None,
    noted_by: o.NotedBy = None,
    custodian: o.Custodian = None,
    work: o.Work = None,
    timezone: o.Timezone = None,
    date_order: o.Order = None,
    workers: o.Workers = None,
    ocr_language: o.OcrLanguage = "eng",
    as_json: o.Json = False,
) -> None:
    """Show what would be taken, without an archive: every message, how it was read, what is in doubt."""
    options = o.reading_options(chat, captured, noted_by, custodian, work, timezone, date_order, workers, ocr_language)
    raise typer.Exit(print_preview(paths, options, as_json))


def print_preview(paths: Sequence[Path], options: ReadingOptions, as_json: bool) -> int:
    """Print the preview; the exit code: 1 where a source was refused, 3 where something needs a person, else 0."""
    from archiver import previewing
    from archiver.cli.receipt import in_words
    from archiver.cli.terminal import bold, one_line, plain

    sources = previewing.preview(paths, options)
    if as_json:
        print_json({"schema": "archiver/preview/1", "sources": sources})
        return previewing.exit_code(sources)
    for source in sources:
        print(bold(plain(str(source["source"]))))
        if "error" in source:
            print(f"  {plain(str(source['detail']))}\n")
            continue
        for chat in source["chats"]:
            named = plain(chat["chat"] or "a chat that nothing names")
            when = (
                f"captured {in_words(chat['captured'])} ({chat['captured_basis']})"
                if chat["captured"]
                else "capture date not known"
            )
            print(f"  {named}: {chat['route']}, {when}, {len(chat['messages']):,} messages")
            for message in chat["messages"]:
                sent = message["sent_at"] or "no time"
                print(f"    {sent:<19}  {one_line(message['sender'] or '-')}: {one_line(message['text'])[:140]}")
            for word in chat["warnings"]:
                print(f"    To look at: {word}")
        for word in source.get("warnings", ()):
            print(f"  To look at: {word}")
        print()
    return previewing.exit_code(sources)
