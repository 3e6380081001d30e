"""Emails as files (.eml): the chat as text, as a zip, forwarded, renamed on the way, or pasted into the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from archiver.errors import Refused
from archiver.model import Finding
from archiver.reading.containers import mime, outlook
from archiver.reading.containers.content import HEAD, MAIL, OLE, Handed, Opened, known_type_of
from archiver.reading.containers.letters import MAIL_CUT_SHORT, MAX_MAIL, Attached, Letter, attached_as, open_letter
from archiver.reading.provenance import date_of_mail_header

MEDIA_TYPE: Final = MAIL

Read = Callable[[int, int], bytes]
"""Gives the bytes of a span of the email, afresh from where it is stored."""


def open_container(handed: Handed) -> Opened:
    """Open an email. Raises Refused: ``no-chat-text``, ``too-large``, or the class of a zip that it carries."""
    refuse_huge(handed, handed.size)
    read = partial(read_span, handed)
    letter = letter_of(handed, read(0, handed.size), read)
    return Opened(*open_letter(handed, letter))


def refuse_huge(handed: Handed, size: int) -> None:
    """Raise Refused ``too-large`` for an email beyond what is held in memory."""
    if size > MAX_MAIL:
        raise Refused(
            "too-large",
            f"{handed.label}: the email has {size / 1e6:,.0f} MB, more than mail programs send. "
            "Save its attachments and hand them over.",
        )


def read_span(handed: Handed, start: int, end: int) -> bytes:
    """Read a span of the file as handed over."""
    with handed.open() as stream:
        stream.seek(start)
        return stream.read(end - start)


def letter_of(handed: Handed, data: bytes, read: Read, depth: int = 0) -> Letter:
    """Take an email apart. ``read`` gives spans of ``data`` later, so that nobody needs to keep it."""
    return _letter(handed, mime.read_part(data, handed.label), data, read, depth)


def _letter(handed: Handed, part: mime.Part, data: bytes, read: Read, depth: int) -> Letter:
    bodies, attached, inner = [], [], []
    for leaf in mime.leaves(part):
        if leaf.parts:
            inner.append(_letter(handed, leaf.parts[0], data, read, depth + 1))
            continue
        body = mime.unwrap(data[leaf.start : leaf.end], leaf.encoding)
        if body is None:
            raise _damaged(handed)
        nested = _nested(handed, body, depth)
        if nested:
            inner.append(nested)
        elif leaf.is_attachment or leaf.content_type not in {"text/plain", "text/html"}:
            attached.append(attached_as(leaf.file_name, body, partial(_again, read, leaf)))
        elif leaf.content_type == "text/plain":
            bodies.append(_words(leaf, body))
    cut = Finding(MAIL_CUT_SHORT, "The email lost its end on the way: what it carries may be cut short.")
    return Letter(
        subject=mime.words(str(part.fields.get("subject", ""))).strip(),
        dates=date_of_mail_header(str(part.fields.get("date", "")), handed.zone),
        bodies=tuple(bodies),
        attached=tuple(attached),
        inner=tuple(inner),
        findings=(cut,) if any(one.cut for one in _all_parts(part)) else (),
    )


def _all_parts(part: mime.Part) -> Iterator[mime.Part]:
    yield part
    for inner in part.parts:
        yield from _all_parts(inner)


def _again(read: Read, leaf: mime.Part) -> bytes:
    return mime.unwrap(read(leaf.start, leaf.end), leaf.encoding) or b""


def _nested(handed: Handed, body: bytes, depth: int) -> Letter | None:
    """Open an attachment that is itself an email in a wrapping (base64, or an Outlook file); None for any other."""
    head = body[:HEAD]
    kind = known_type_of(head)
    if kind == MAIL and depth < mime.MAX_DEPTH and not handed.is_chat(head):
        return letter_of(handed, body, lambda start, end: body[start:end], depth + 1)
    try:
        return outlook.letter_of(handed, body) if kind == OLE else None
    except Refused:
        return None  # a damaged Word document that somebody attached is no reason to refuse the email


def _words(leaf: mime.Part, body: bytes) -> Attached:
    """Take the email's own words, as UTF-8 where the email says in which alphabet they are written.

    Unlike a file that was attached, they are no evidence of line ends or alphabets: the mail program chose both.
    """
    charset = mime.parameter(leaf.fields, "content-type", "charset")
    try:
        return attached_as("", body.decode(charset if mime.is_alphabet(charset) else "ascii").encode())
    except (LookupError, ValueError):
        return attached_as("", body)


def _damaged(handed: Handed) -> Refused:
    return Refused(
        "no-chat-text", f"{handed.label}: an attachment of the email is damaged. Ask for it to be sent again."
    )
