"""What is odd about messages: findings beside the record, each with the lines it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import gt

from archiver.columns import Columns, Rows
from archiver.model import Finding, Sighting
from archiver.reading import findings
from archiver.reading.dates import named_month
from archiver.reading.dialects import android, ios, web
from archiver.reading.dialects.decode import UTF8_AND_1252, UTF8_CUT, UTF16_ODD, WINDOWS_1252
from archiver.reading.dialects.header import compiled, nameless_groups
from archiver.reading.dialects.survey import Grammar

_LINE_START = re.compile("\n(?=[^\\w\n]{0,6}[\\d\\[RHS])")
_ANDROID, _BEFORE_2017 = android.HEADERS, ios.HEADERS[2]
_IN_BRACKETS = "|".join(nameless_groups(h, ("date",)) for h in (*ios.HEADERS[:2], *web.HEADERS))
_BEFORE_A_NAME = (
    "(?:" + "|".join(nameless_groups(h, ("date",)) for h in (*_ANDROID, _BEFORE_2017)) + r")[^:\n]{1,120}:(?=\s|\Z)"
)
"""A date and a time alone are not enough without brackets: people write times and places so."""
_FOLDED = re.compile(r"(?:…|(?:…|\.\.\.)\s?Read more)\s*\Z")


class Oddities:
    """Looks at the messages of one text in their order, and remembers what it must from one batch to the next."""

    def __init__(self, grammar: Grammar, held_files: frozenset[str]) -> None:
        self.grammar = grammar
        self.held_files = held_files
        self.paste = grammar.family.NAME == "web"
        self.own_header = re.compile(grammar.shape.pattern).match
        self.last_sent = ""

    def among(self, rows: Rows, looked: list[int]) -> Iterator[Finding]:
        """The oddities of a batch. ``looked``: the places of messages that may be more than plain words."""
        columns = rows.columns
        sent: Sequence[str] = columns.sent_at  # type: ignore[assignment]  # a text's headers all bear a time
        if sent:
            if self.grammar.shape.spelt or self.last_sent > sent[0] or any(map(gt, sent, sent[1:])):
                yield from self._out_of_order(rows)
            last = next((s for s, kind in zip(sent[::-1], columns.kind[::-1], strict=True) if kind != "system"), "T")
            self.last_sent = last if last[0] != "T" else self.last_sent
        texts = columns.text
        for place in looked:
            yield from self._of_one(columns, place)
        if texts and max(map(len, texts)) > (findings.FOLDED if self.paste else findings.OVERSIZED):
            for s in rows:
                yield from self._of_length(s)

    def _out_of_order(self, rows: Rows) -> Iterator[Finding]:
        before = self.last_sent
        for place, (sent, kind) in enumerate(zip(rows.columns.sent_at, rows.columns.kind, strict=True)):
            if kind == "system" or not sent or sent[0] == "T":
                continue
            if sent < before:
                yield _about(rows[place], findings.OUT_OF_ORDER, f"Dated {sent}, but the message before it {before}.")
            before = sent

    def _of_one(self, columns: Columns, place: int) -> Iterator[Finding]:
        sender, file, text = columns.sender[place], columns.attachment[place], columns.text[place]
        lines = columns.line[place], columns.lines[place]
        if file is not None and file not in self.held_files:
            detail = "The message names a file that did not come with it."
            yield Finding(findings.MISSING_ATTACHMENT, detail, *lines)
        if sender is not None and (not text or text.isspace()):
            yield Finding(findings.EMPTY_MESSAGE, "The message has a sender and no content.", *lines)
        if sender is None and columns.kind[place] not in ("system", "call"):
            yield Finding(findings.MISSING_SENDER, "The header bears no name.", *lines)
        if "\n" in text and self._has_header_like_line(text):
            yield Finding(findings.HEADER_LIKE_TEXT, "The message contains lines shaped like message headers.", *lines)

    def _has_header_like_line(self, text: str) -> bool:
        """Whether a line after the first begins like a message header of any app."""
        starts = [found.end() for found in _LINE_START.finditer(text)]
        return any(self.own_header(text, at) or is_header_like(text, at) for at in starts)

    def _of_length(self, s: Sighting) -> Iterator[Finding]:
        if self.paste and len(s.text) > findings.FOLDED and _FOLDED.search(s.text):
            yield _about(s, findings.TRUNCATED_MESSAGE, "The message was copied while folded; its end is missing.")
        if len(s.text) > findings.OVERSIZED:
            detail = f"The message has {len(s.text):,} characters, more than WhatsApp can send."
            yield _about(s, findings.OVERSIZED_MESSAGE, detail)


def is_header_like(text: str, at: int) -> bool:
    """Whether the line that begins at a place of the text could be a message header of any app."""
    found = compiled(_IN_BRACKETS).match(text, at) or compiled(_BEFORE_A_NAME).match(text, at)
    if found is None:
        return False
    date = next(filter(None, found.groups()))
    return named_month(date) is not None or len(re.findall(r"\d+", date)) == 3


def _about(s: Sighting, word: str, detail: str) -> Finding:
    return Finding(word, detail, s.line, s.lines)


_ENCODINGS = {
    WINDOWS_1252: (
        findings.ENCODING_GUESSED,
        "The bytes are neither UTF-8 nor marked UTF-16: Windows-1252 is assumed.",
    ),
    UTF8_AND_1252: (findings.ENCODING_GUESSED, "Some bytes are not UTF-8: Windows-1252 is assumed for them."),
    UTF8_CUT: (findings.CUT_CHARACTER, "The last character is cut short: the file lost its end."),
    UTF16_ODD: (findings.UNREADABLE_BYTES, "Some bytes are no characters of UTF-16."),
    "utf-16-le": (findings.ENCODING_UNMARKED, "The bytes are UTF-16 without its mark."),
    "utf-16-be": (findings.ENCODING_UNMARKED, "The bytes are UTF-16 without its mark."),
}


def of_the_whole(grammar: Grammar, messages: int, years: tuple[int, int]) -> Iterator[Finding]:
    """What can only be said of the whole text. ``years``: messages without a year, and those where it stayed unknown."""
    if grammar.order.ambiguous:
        yield Finding(
            findings.AMBIGUOUS_DATE_ORDER,
            "Nothing settles day first or month first: day first is taken. Settle it with --date-order.",
        )
    if grammar.order.contradicted:
        yield Finding(
            findings.DATE_ORDER_CONTRADICTED,
            "Some dates cannot be read in the order given with --date-order: their lines are kept in the message above.",
        )
    if grammar.encoding in _ENCODINGS:
        yield Finding(*_ENCODINGS[grammar.encoding])
    for name in grammar.labels.concluded:
        yield Finding(
            findings.NAME_WITH_COLON,
            f"Only repetition shows that {name} is one name: look whether its end is not the beginning of the words.",
        )
    if years[0]:
        unknown = f"; of {years[1]:,} it stays unknown" if years[1] else ""
        yield Finding(
            findings.YEAR_NOT_SHOWN,
            f"{years[0]:,} messages bear no year: it is told from the capture or the messages before{unknown}.",
        )
    if any(low <= messages <= high for low, high in findings.EXPORT_LIMITS):
        yield Finding(
            findings.PROBABLY_CUT,
            f"{messages:,} messages: WhatsApp cuts an export at about this number, and the oldest are missing.",
        )
