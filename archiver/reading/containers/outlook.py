"""Emails saved out of Outlook (.msg)."""

from __future__ import annotations

import struct
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from archiver.errors import Refused
from archiver.model import Dated
from archiver.reading.containers.content import OLE, Handed, Opened
from archiver.reading.containers.letters import MAX_MAIL, Attached, Letter, attached_as, open_letter
from archiver.reading.provenance import date_of_mail, date_of_mail_header

if TYPE_CHECKING:
    from oxmsg.properties import Properties
    from oxmsg.storage import Storage

MEDIA_TYPE: Final = OLE
MAX_STREAMS = 50_000
MAX_DEPTH = 10

_PROPERTIES = "__properties_version1.0"
_IN_FILE, _IN_MAIL, _IN_ATTACHMENT = 32, 24, 8
"""Bytes before the properties of a message, an attached message, an attachment. Source: [MS-OXMSG] 2.4.1."""
_SUBJECT, _SENT, _DELIVERED, _FIELDS, _BODY = 0x0037, 0x0039, 0x0E06, 0x007D, 0x1000
_LONG_NAME, _SHORT_NAME, _DATA = 0x3707, 0x3704, 0x3701
"""Property numbers. Source: [MS-OXPROPS]."""

_TROUBLE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, AssertionError, struct.error, OverflowError,
    RecursionError,
)  # fmt: skip
"""What the libraries raise on a file that breaks its format."""


def open_container(handed: Handed) -> Opened:
    """Open an Outlook email.

    Raises Refused: ``binary-file`` for another kind of Office file; else as for an email.
    """
    if handed.size > MAX_MAIL:
        raise Refused(
            "too-large",
            f"{handed.label}: the file has {handed.size / 1e6:,.0f} MB, more than an email has. "
            "Save its attachments and hand them over.",
        )
    with handed.open() as stream:
        letter = letter_of(handed, stream.read())
    if letter is None:
        raise Refused(
            "binary-file",
            f"{handed.label}: this is an Office file, not an export. If it holds words copied from WhatsApp, "
            "save them as plain text (.txt) and hand that over.",
        )
    return Opened(*open_letter(handed, letter))


def letter_of(handed: Handed, data: bytes) -> Letter | None:
    """Take an Outlook email apart; None where it is another kind of Office file. Raises Refused ``no-chat-text``
    where it is damaged, ``too-large`` where it claims more than it can hold."""
    from oxmsg.domain.model import UnrecognizedCodePageError, UnsupportedEncodingError

    try:
        storage = _storage(handed, data)
        return _letter(handed, storage, _IN_FILE, 0) if storage else None
    except (*_TROUBLE, UnrecognizedCodePageError, UnsupportedEncodingError) as trouble:
        raise Refused(
            "no-chat-text", f"{handed.label}: the Outlook email is damaged. Ask for it to be sent again."
        ) from trouble


def _storage(handed: Handed, data: bytes) -> Storage | None:
    # Imported late: only Outlook files need them.
    from olefile import OleFileIO  # type: ignore[import-untyped]
    from oxmsg.storage import Storage

    with OleFileIO(BytesIO(data)) as ole:
        if not ole.exists(_PROPERTIES):
            return None
        entries = [entry for entry in ole.direntries if entry is not None]
        # Streams may share sectors: a small file can claim to hold terabytes, and all are read at once.
        if len(entries) > MAX_STREAMS or sum(entry.size for entry in entries) > 2 * len(data) + MAX_STREAMS:
            raise Refused("too-large", f"{handed.label}: the Outlook email claims to hold more than it can.")
        return Storage.from_ole(ole)


def _letter(handed: Handed, storage: Storage, header: int, depth: int) -> Letter:
    from oxmsg.properties import Properties

    told = Properties(storage, header)
    attached, inner = [], []
    for folder in storage.iter_attachment_storages():
        embedded = next((one for one in folder.storages if one.name.endswith("3701000D")), None)
        if embedded is None:
            attached.append(_attached(Properties(folder, _IN_ATTACHMENT)))
        elif depth < MAX_DEPTH:
            inner.append(_letter(handed, embedded, _IN_MAIL, depth + 1))
    body = _text(told, _BODY)
    return Letter(
        subject=_text(told, _SUBJECT),
        dates=_dates(told, handed.zone),
        bodies=(attached_as("", body.encode("utf-8", "replace")),) if body else (),
        attached=tuple(attached),
        inner=tuple(inner),
    )


def _attached(told: Properties) -> Attached:
    name = _text(told, _LONG_NAME) or _text(told, _SHORT_NAME)
    return attached_as(name, told.binary_prop_value(_DATA) or b"")


def _text(told: Properties, number: int) -> str:
    return (told.str_prop_value(number) or "").rstrip("\0")


def _dates(told: Properties, zone: str) -> tuple[Dated, ...]:
    """Give when the email was sent; else, when it arrived; else, what its Date field says."""
    for number, source in ((_SENT, "the email's date of sending"), (_DELIVERED, "the email's date of arrival")):
        when: datetime | None = told.date_prop_value(number)
        if when is not None:
            return date_of_mail(when, zone, source)
    fields = _text(told, _FIELDS)
    dates = [line.partition(":")[2] for line in fields.splitlines() if line.lower().startswith("date:")]
    return date_of_mail_header(dates[0], zone) if dates else ()
