"""What an email and what hangs on it mean, however it was stored (.eml, mailbox, Outlook).

Letter → the chats attached as text, with the other attachments
       → the chats in attached zips
       → or else: a chat pasted into the letter itself; or else: pictures
       → the same for each letter attached to it
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from typing import BinaryIO

from archiver.errors import Refused
from archiver.model import Bundle, Dated, Finding, Member
from archiver.reading.containers import zip as zips
from archiver.reading.containers.content import (
    HEAD,
    TEXT,
    UNKNOWN,
    ZIP,
    Found,
    Handed,
    Last,
    is_blank,
    known_type_of,
    media_type_by_name,
    plain_name,
)
from archiver.reading.containers.pictures import is_misnamed, picture_dates
from archiver.reading.provenance import dates_of_name

MAX_MAIL = 200 * 1024**2
"""Bytes of one email. Mail services stop at 25 to 150 MB."""
SMALLEST_SCREENSHOT = 8 * 1024
"""A smaller picture in an email is a logo or an icon from a signature."""
BODY = "body of the email"

MAIL_WITHOUT_CHAT = "mail-without-chat"
MAIL_NOT_READ = "mail-not-read"
MAIL_CUT_SHORT = "mail-cut-short"
ATTACHMENT_NOT_READ = "attachment-not-read"
CHAT_IN_BODY = "chat-in-body"
SMALL_PICTURE = "small-picture"

_ADVICE = {
    "winmail.dat": "Its attachments are packed in a winmail.dat that only Outlook opens: save them there and hand them "
    "over.",
    "smime.p7m": "It is encrypted or sealed (smime.p7m): open it in the mail program and save the attachments.",
}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file attached to a letter, or the letter's own words."""

    name: str
    """Empty where it has none."""
    head: bytes
    size: int
    read: Callable[[], bytes]
    media_type: str
    """As told by its first bytes."""

    def open(self) -> BinaryIO:
        """Give a fresh stream of its bytes."""
        return BytesIO(self.read())


@dataclass(frozen=True, slots=True)
class Letter:
    """One email, taken apart."""

    subject: str
    dates: tuple[Dated, ...]
    bodies: tuple[Attached, ...]
    """Its own words as plain text; usually one."""
    attached: tuple[Attached, ...]
    inner: tuple[Letter, ...] = ()
    """Letters that were attached to it."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chats:
    found: tuple[Found, ...]
    findings: tuple[Finding, ...]
    refusals: tuple[Refused, ...]


def open_letter(handed: Handed, letter: Letter) -> tuple[tuple[Found, ...], tuple[Finding, ...]]:
    """Give the chats of a letter and of those attached to it, in their order; at least one.

    Raises Refused: of a zip that it carries and that is unsafe or damaged; else ``empty-file`` where the only
    text attached is empty, ``no-chat-text`` where nothing in it is a chat or a picture.
    """
    chats = _chats(handed, letter)
    if chats.found:
        return chats.found, (*chats.findings, *(_not_read(refused) for refused in chats.refusals))
    pictures, left_out = _pictures(letter)
    if pictures:
        return pictures, (*chats.findings, *left_out)
    raise _refusal(handed, letter, chats.refusals)


def _not_read(refused: Refused) -> Finding:
    return Finding(ATTACHMENT_NOT_READ, str(refused))


def _chats(handed: Handed, letter: Letter) -> _Chats:
    texts = [a for a in letter.attached if a.media_type in {TEXT, UNKNOWN} and handed.is_chat(a.head)]
    found = [Found(_with_attachments(letter, text), "") for text in texts]
    findings, refusals = list(letter.findings), []
    for zipped in (a for a in letter.attached if a.media_type == ZIP):
        try:
            found += _from_zip(handed, zipped)
        except Refused as refused:
            if refused.word not in {"no-chat-text", "binary-file"}:
                refusals.append(refused)
    for inner in letter.inner:
        chats = _chats(handed, inner)
        found += chats.found
        findings += chats.findings
        refusals += chats.refusals
    pasted = [body for body in letter.bodies if handed.is_chat(body.head)]
    if found and pasted:
        findings.append(
            Finding(CHAT_IN_BODY, "The email's own words read as a chat too; only what is attached was taken.")
        )
    elif pasted:
        found = [Found(_from_body(body), "") for body in pasted]
    return _Chats(_named_by(letter, found), tuple(findings), tuple(refusals))


def _with_attachments(letter: Letter, text: Attached) -> Bundle:
    """Take a chat attached as text with all else that is attached: an Android phone attaches each file by itself."""
    others = tuple(_member(a, media_type_by_name(a.name)) for a in letter.attached if a is not text and a.name)
    names = (text.name,) if text.name else ()
    return Bundle(_member(text, TEXT), others, names, dates_of_name(text.name))


def _member(attached: Attached, media_type: str) -> Member:
    return Member(attached.name or "attachment", media_type, attached.size, attached.open)


def _from_zip(handed: Handed, zipped: Attached) -> Iterator[Found]:
    name = zipped.name or "attachment.zip"
    label = f"{handed.label}, attachment {plain_name(name)}"
    stream = partial(_from_memory, handed.last, zipped)
    inside = zips.open_container(replace(handed, name=name, label=label, open=stream, size=zipped.size))
    for found in inside.found:
        # A zip's entry is dated when the phone made the export; the email may have been sent days later.
        dates = (*found.bundle.dates, *dates_of_name(name))
        yield Found(replace(found.bundle, dates=dates), name)


def _from_memory(last: Last, attached: Attached) -> BinaryIO:
    return BytesIO(last.read(attached.read))


def _from_body(body: Attached) -> Bundle:
    return Bundle(Member(BODY, TEXT, body.size, body.open), (), (), ())


def _named_by(letter: Letter, found: Sequence[Found]) -> tuple[Found, ...]:
    """Add the letter's date to each bundle, and its subject to the names where there is only one to name."""
    subject = (letter.subject,) if letter.subject and len(found) == 1 else ()
    return tuple(
        replace(
            one,
            bundle=replace(one.bundle, names=(*one.bundle.names, *subject), dates=(*one.bundle.dates, *letter.dates)),
        )
        for one in found
    )


def _pictures(letter: Letter) -> tuple[tuple[Found, ...], tuple[Finding, ...]]:
    pictures = [a for a in letter.attached if a.media_type.startswith("image/") and not is_misnamed(a.name)]
    large = [a for a in pictures if a.size >= SMALLEST_SCREENSHOT]
    found = [Found(_picture(picture), "") for picture in large]
    left_out = [
        Finding(SMALL_PICTURE, f"The picture “{plain_name(a.name)}” in the email is too small to be a screenshot.")
        for a in pictures
        if large and a.size < SMALLEST_SCREENSHOT
    ]
    for inner in letter.inner:
        inner_found, inner_left_out = _pictures(inner)
        found += inner_found
        left_out += inner_left_out
    return tuple(
        replace(one, bundle=replace(one.bundle, dates=(*one.bundle.dates, *letter.dates))) for one in found
    ), tuple(left_out)


def _picture(attached: Attached) -> Bundle:
    main = _member(attached, attached.media_type)
    return Bundle(main, (), (attached.name,) if attached.name else (), picture_dates(main), picture=True)


def _refusal(handed: Handed, letter: Letter, refusals: Sequence[Refused]) -> Refused:
    if refusals:
        return refusals[0]
    attached = list(_all_attached(letter))
    texts = [a for a in attached if a.name.lower().endswith(".txt")]
    if texts and all(is_blank(text.head) for text in texts):
        return Refused("empty-file", f"{handed.label}: the text attached to the email is empty. Ask for a new export.")
    for name, advice in _ADVICE.items():
        if any(a.name.lower() == name for a in attached):
            return Refused("no-chat-text", f"{handed.label}: the email cannot be looked into. {advice}")
    return Refused(
        "no-chat-text",
        f"{handed.label}: nothing in the email is a WhatsApp chat. Ask for the chat to be exported and sent again.",
    )


def _all_attached(letter: Letter) -> Iterator[Attached]:
    yield from letter.attached
    for inner in letter.inner:
        yield from _all_attached(inner)


def attached_as(name: str, data: bytes, read: Callable[[], bytes] | None = None) -> Attached:
    """Look at what is attached. ``read`` gives its bytes again later; without it they are held in memory."""
    head = data[:HEAD]
    return Attached(name, head, len(data), read or partial(bytes, data), known_type_of(head))
