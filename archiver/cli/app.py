"""All commands, in the order of ``archive --help``."""

from __future__ import annotations

import typer

from archiver.cli import (
    backup,
    browse,
    chats,
    decisions,
    doctor,
    export,
    ingest,
    key,
    messages,
    people,
    preview,
    publish,
    rebuild,
    restore,
    search,
    show,
    status,
    verify,
)

app = typer.Typer(
    name="archive",
    help="Turn WhatsApp exports, pastes and screenshots into one searchable official record. Works offline.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from archiver import __version__

        print(f"archiver {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", help="Print the version.", callback=_version, is_eager=True),
) -> None:
    """Turn WhatsApp exports, pastes and screenshots into one searchable official record. Works offline."""


app.command("ingest")(ingest.ingest)
app.command("preview")(preview.preview)
app.command("search", context_settings={"ignore_unknown_options": True})(search.search)
app.command("show")(show.show)
app.command("chats")(chats.chats)
app.command("people")(people.people)
app.command("messages")(messages.messages)
app.command("decisions")(decisions.decisions)
app.command("rebuild")(rebuild.rebuild)
app.command("status")(status.status)
app.command("verify")(verify.verify)
app.command("key")(key.key)
app.command("publish")(publish.publish)
app.command("browse")(browse.browse)
app.command("export", context_settings={"ignore_unknown_options": True})(export.export)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.command("doctor")(doctor.doctor)
