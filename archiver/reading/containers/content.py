"""What the first bytes of a file say it is, and what every container is handed and gives back.

Names lie (a mail gateway renames, a person renames); the bytes do not. Own signatures come first, because
their words must not change with the version of libmagic; libmagic speaks where they are silent.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from archiver.errors import MissingTool
from archiver.model import Bundle, Finding

if TYPE_CHECKING:
    from magic import Magic

HEAD = 64 * 1024
"""How many bytes of a file are looked at to tell what it is."""

ZIP, MAIL, MBOX, OLE = "application/zip", "message/rfc822", "application/mbox", "application/vnd.ms-outlook"
TEXT, UNKNOWN = "text/plain", "application/octet-stream"

_BLANK = " \t\r\n\v\f\N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}"
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1b\x1c\x1d\x1e")) + b"\x7f"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"), ZIP),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), OLE),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL), "image/heic"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image/avif"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "image/tiff"),
    (re.compile(rb"BM.{4}\x00{4}.{4}[\x0c\x28\x38\x40\x6c\x7c]\x00{3}", re.DOTALL), "image/bmp"),
    (re.compile(rb"%PDF-"), "application/pdf"),
)

_BY_SUFFIX = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "heic": "image/heic", "mp4": "video/mp4", "mov": "video/quicktime", "3gp": "video/3gpp",
    "opus": "audio/ogg", "ogg": "audio/ogg", "m4a": "audio/mp4", "mp3": "audio/mpeg", "aac": "audio/aac",
    "amr": "audio/amr", "pdf": "application/pdf", "txt": TEXT, "csv": "text/csv", "vcf": "text/vcard",
    "html": "text/html", "zip": ZIP, "eml": MAIL, "msg": OLE, "doc": "application/msword",
    "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip


class Last:
    """The bytes last read, so that a zip in an email is not decoded anew for each file in it.

    Only one is kept: a mailbox may hold more zips than the machine has memory.
    """

    def __init__(self) -> None:
        self._held: tuple[object, bytes] | None = None

    def read(self, read: Callable[[], bytes]) -> bytes:
        """Give what ``read`` gives, from memory if it was the last one asked for."""
        held = self._held
        if held is None or held[0] is not read:
            held = self._held = (read, read())
        return held[1]


@dataclass(frozen=True, slots=True)
class Handed:
    """A container to be opened: a file as handed over, or one that lay inside an email."""

    name: str
    """Its file name: may tell the chat's name."""
    label: str
    """How sentences for people call it: ``budget.eml, attachment chat.zip``. Already plain."""
    open: Callable[[], BinaryIO]
    """A fresh, seekable stream of its bytes; the caller closes it."""
    size: int
    is_chat: Callable[[bytes], bool]
    """Whether the first bytes of a text read as a chat."""
    zone: str
    """The time zone in which dates that carry an offset are told."""
    last: Last = field(default_factory=Last)


@dataclass(frozen=True, slots=True)
class Found:
    """A bundle, and where in the source it lay, to tell apart two texts of one name."""

    bundle: Bundle
    origin: str
    """``export.zip`` or ``email 3``; empty where the source has one place only."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a container holds, in its own order. Dates and names of the container itself are not yet added."""

    found: tuple[Found, ...]
    findings: tuple[Finding, ...] = ()


def media_type_of(head: bytes) -> str:
    """Tell what a file is from its first bytes (at most ``HEAD`` of them); libmagic is asked where we don't know.

    Raises MissingTool where libmagic is needed and absent.
    """
    known = known_type_of(head)
    if known != UNKNOWN:
        return known
    told = _libmagic().from_buffer(head[:8192]) or UNKNOWN
    return UNKNOWN if told.startswith(("text/", "message/")) else str(told)


def known_type_of(head: bytes) -> str:
    """Tell what a file is from its first bytes, in stable words, if it is of a kind that this program works with.

    ``text/plain`` for every text, whatever its language or markup; ``application/vnd.ms-outlook`` for every
    OLE2 file, which may yet turn out to be a Word document; ``application/octet-stream`` for all we don't know.

    >>> known_type_of(b"PK\\x03\\x04...")
    'application/zip'
    """
    for signature, word in _SIGNATURES:
        if signature.match(head):
            return word
    # Before the question of text: an email may carry a picture as bare bytes.
    if looks_like_mbox(head):
        return MBOX
    if looks_like_mail(head):
        return MAIL
    return TEXT if head and looks_like_text(head) else UNKNOWN


@cache
def _libmagic() -> Magic:
    try:
        import magic
    except ImportError as absent:
        raise MissingTool(
            "libmagic is missing, which tells what kind of file something is. "
            "Install it (Debian, Ubuntu: apt install libmagic1; macOS: brew install libmagic)."
        ) from absent
    return magic.Magic(mime=True)


def media_type_by_name(name: str) -> str:
    """Guess the type of an attachment that nobody has looked into, by the end of its name."""
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.lower().lstrip("."), UNKNOWN)


def looks_like_text(head: bytes) -> bool:
    """Tell text (UTF-8, UTF-16 with its mark, or some one-byte alphabet) from other bytes."""
    if head.startswith(_UTF16):
        return _reads_as_utf16(head)
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if 0 in head:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return controls == 0
    return controls * 50 <= len(head)


def _reads_as_utf16(head: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-16")().decode(head)
    except UnicodeDecodeError:
        return False
    # Nearly any bytes decode as UTF-16, to rare letters; a chat in any language has digits and spaces.
    return not text or sum(character < "\x80" for character in text) * 20 >= len(text)


def is_blank(head: bytes) -> bool:
    """Tell whether there is nothing but white space and byte order marks."""
    if head.startswith(_UTF16):
        return not head[: len(head) & ~1].decode("utf-16", "replace").strip(_BLANK)
    return not head.decode("utf-8", "replace").strip(_BLANK)


_FIELD = re.compile(rb"([!-9;-~]{1,100}):")
_MAIL_ONLY = {b"message-id", b"mime-version", b"received", b"return-path", b"content-type", b"dkim-signature"}
_MAIL_TOO = {b"from", b"to", b"cc", b"subject", b"date", b"sender", b"reply-to", b"delivered-to", b"bcc"}


def looks_like_mail(head: bytes) -> bool:
    """Tell an email from other files: it starts with fields, one of which only mail programs write.

    libmagic is not asked: it goes by the very first field and misses many.
    """
    seen = set()
    for line in head.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n").split(b"\n"):
        if not line.strip():
            break
        field = _FIELD.match(line)
        if field:
            seen.add(field[1].lower())
        elif not seen or not line.startswith((b" ", b"\t", b">From ")):
            return False
    return bool(seen & _MAIL_ONLY) and len(seen & (_MAIL_ONLY | _MAIL_TOO)) > 1


MBOX_LINE = re.compile(rb"From [^\r\n]{0,300}?\d\d?:\d\d[^\r\n]{0,60}\r?\n(?:>From [^\n]{0,300}\n)?[!-9;-~]{1,100}:")
"""The line before each email of a mailbox, and the beginning of that email's first field.

Source: RFC 4155; Thunderbird writes ``From - Fri Nov 20 09:31:07 2026``. A sentence that starts with the
word From has no time of day followed by a field.
"""


def looks_like_mbox(head: bytes) -> bool:
    """Tell a mailbox from other files by its first line."""
    return MBOX_LINE.match(head) is not None


def plain_name(name: str) -> str:
    """Make a file name safe to print: no control or direction characters, at most 120 characters.

    >>> plain_name("a\\x1b[31m.txt")
    'a\N{REPLACEMENT CHARACTER}[31m.txt'
    """
    shown = "".join(_printable(character) for character in name[:400])
    return shown if len(shown) <= 120 else f"{shown[:80]}…{shown[-39:]}"


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return " " if unicodedata.category(character) == "Zs" else "\N{REPLACEMENT CHARACTER}"
