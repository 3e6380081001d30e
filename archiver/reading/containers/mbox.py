"""Mailboxes (.mbox): many emails in one file, read one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from archiver.errors import Refused
from archiver.model import Finding
from archiver.reading.containers.content import MBOX, MBOX_LINE, Found, Handed, Opened
from archiver.reading.containers.email import letter_of, read_span, refuse_huge
from archiver.reading.containers.letters import MAIL_NOT_READ, MAIL_WITHOUT_CHAT, open_letter

MEDIA_TYPE: Final = MBOX
MAX_FINDINGS = 100
"""Emails without a chat that are told one by one; beyond, they are counted."""

_BLOCK = 4 * 1024**2
_LINE = 1024
"""Bytes that are enough to tell the line before an email from a sentence that starts with the word From."""
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def open_container(handed: Handed) -> Opened:
    """Open each email in turn. An email without a chat, or one that is refused, is told as a finding.

    Raises Refused where none has a chat: the refusal of the first that was refused for another reason, else
    ``no-chat-text``.
    """
    found: list[Found] = []
    findings: list[Finding] = []
    refusals: list[Refused] = []
    for number, (start, end) in enumerate(_spans(handed), 1):
        try:
            bundles, odd = _open(handed, start, end)
        except Refused as refused:
            refusals.append(refused)
            findings += _told(refused, number)
            continue
        found += [replace(one, origin=_origin(number, one.origin)) for one in bundles]
        findings += odd
    if not found:
        raise _refusal(handed, refusals)
    return Opened(tuple(found), _shortened(findings))


def _origin(number: int, origin: str) -> str:
    return f"email {number}/{origin}" if origin else f"email {number}"


def _open(handed: Handed, start: int, end: int) -> tuple[tuple[Found, ...], tuple[Finding, ...]]:
    refuse_huge(handed, end - start)
    data = read_span(handed, start, end)
    if b"\n>" not in data or _ESCAPED.search(data) is None:
        return open_letter(handed, letter_of(handed, data, lambda a, b: read_span(handed, start + a, start + b)))
    return open_letter(handed, letter_of(handed, _unescape(data), partial(_read_unescaped, handed, start, end)))


def _unescape(data: bytes) -> bytes:
    r"""Take away the ``>`` that a mailbox puts before a line starting with From (RFC 4155, mboxrd)."""
    return _ESCAPED.sub(rb"\1", data)


def _read_unescaped(handed: Handed, start: int, end: int, first: int, last: int) -> bytes:
    return _unescape(read_span(handed, start, end))[first:last]


def _spans(handed: Handed) -> Iterator[tuple[int, int]]:
    """Find where each email starts and ends, the line before it left out; the file is read in blocks."""
    start = None
    for line, after in _lines_between(handed):
        if start is not None:
            yield start, line
        start = after
    if start is not None:
        yield start, handed.size


def _lines_between(handed: Handed) -> Iterator[tuple[int, int]]:
    """Find the lines between emails: where each starts, and where the next line does."""
    with handed.open() as stream:
        buffer, base = b"\n", -1  # as if a line ended before the first
        while True:
            block = stream.read(_BLOCK)
            buffer += block
            # What starts too near the end of the block is looked at again with the next one.
            limit = max(0, len(buffer) - _LINE) if block else len(buffer)
            place = buffer.find(b"\nFrom ")
            while 0 <= place < limit:
                if MBOX_LINE.match(buffer, place + 1):
                    yield base + place + 1, base + buffer.index(b"\n", place + 1) + 1
                place = buffer.find(b"\nFrom ", place + 1)
            if not block:
                return
            buffer, base = buffer[limit:], base + limit


def _told(refused: Refused, number: int) -> list[Finding]:
    if refused.word == "no-chat-text":
        return [Finding(MAIL_WITHOUT_CHAT, f"Email {number} of the mailbox carries no chat.")]
    return [Finding(MAIL_NOT_READ, f"Email {number} of the mailbox was not taken: {refused}")]


def _shortened(findings: list[Finding]) -> tuple[Finding, ...]:
    without = [finding for finding in findings if finding.word == MAIL_WITHOUT_CHAT]
    if len(without) <= MAX_FINDINGS:
        return tuple(findings)
    others = [finding for finding in findings if finding.word != MAIL_WITHOUT_CHAT]
    return (*others, Finding(MAIL_WITHOUT_CHAT, f"{len(without):,} emails of the mailbox carry no chat."))


def _refusal(handed: Handed, refusals: list[Refused]) -> Refused:
    graver = [refused for refused in refusals if refused.word != "no-chat-text"]
    if graver:
        return graver[0]
    return Refused("no-chat-text", f"{handed.label}: none of the {len(refusals):,} emails in it carries a chat.")
