"""Exports and pastes: one text, read by the grammar of the app that wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from archiver.model import Batch, Bundle, Dated, Finding, Reading, ReadingOptions, Route
from archiver.reading import findings
from archiver.reading.chatname import chat_name
from archiver.reading.dialects.lines import read_lines
from archiver.reading.dialects.survey import Grammar, survey

READER = "text/1"
"""Version of the reader, kept with every capture: a change in what it reads changes it."""


def read(bundle: Bundle, options: ReadingOptions) -> Reading:
    """One text as a reading; its lines are walked through when ``batches`` is called.

    Raises ``Refused`` where the text is no chat.
    """
    carried = next((d for d in bundle.dates if d.basis != "filed"), None)
    latest = options.captured or carried
    files = frozenset(PurePosixPath(member.name).name for member in bundle.attachments)
    grammar = survey(bundle.main, options.date_order, latest.when.date() if latest else None)
    route = _route(grammar, bundle)
    captured = options.captured or carried or (bundle.dates[-1] if bundle.dates and route == "email-export" else None)
    chat = options.chat or chat_name(bundle.names) or grammar.chat

    def batches() -> Iterator[Batch]:
        yield from read_lines(bundle.main, grammar, files)
        closing = list(_closing(captured, chat))
        if closing:
            yield Batch([], closing)

    return Reading(
        chat=chat,
        route=route,
        captured=captured,
        member=bundle.main.name,
        dialect=f"{READER} {grammar.family.NAME} {grammar.encoding}",
        date_order=grammar.order.order,
        date_order_proof=grammar.order.why,
        batches=batches,
        attachments=bundle.attachments,
    )


def _route(grammar: Grammar, bundle: Bundle) -> Route:
    """The family's route; a bracketed text without seconds that a phone named or that came with files is an export."""
    if grammar.family.ROUTE == "web-paste" and grammar.shape.groups[0] == "date":
        name = PurePosixPath(bundle.main.name).name
        if name == "_chat.txt" or bundle.attachments or chat_name([name]):
            return "email-export"
    return grammar.family.ROUTE


def _closing(captured: Dated | None, chat: str | None) -> Iterator[Finding]:
    if captured is None:
        yield Finding(findings.CAPTURE_DATE_NEEDED, "Nothing says when this was copied: note the day with --captured.")
    if chat is None:
        yield Finding(findings.UNNAMED_CHAT, "Nothing names the chat: say it with --chat.")
