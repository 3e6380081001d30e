"""Zips: what an Android phone or an iPhone exports, what a Mac zips again, and several of them together."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from archiver.errors import Refused
from archiver.model import Bundle, Dated, Finding, Member
from archiver.reading.chatname import chat_name
from archiver.reading.containers.content import (
    HEAD,
    TEXT,
    UNKNOWN,
    ZIP,
    Found,
    Handed,
    Opened,
    is_blank,
    known_type_of,
    media_type_by_name,
    plain_name,
)
from archiver.reading.containers.pictures import is_misnamed, picture_dates
from archiver.reading.containers.zip_entries import Entry, open_entry, read_entries
from archiver.reading.provenance import date_of_entry, dates_of_name

MEDIA_TYPE: Final = ZIP
MAX_TEXT = 2 * 1024**3
MAX_TEXTS = 20_000
MAX_INNER_ZIP = 64 * 1024**2
CHAT_NOT_READ: Final = "chat-not-read"
"""The finding for what looks like an export beside the chats that were read."""
MAX_LOOKED_INTO = 2_000
"""How many files of other names are looked into where no text of the usual names is a chat."""

_TEXT_SUFFIXES = {"", ".txt", ".text", ".log"}
_LITTER = {".ds_store", "thumbs.db", "desktop.ini"}
_IPHONE_ATTACHMENT = re.compile(r"\d{8}-")


def open_container(zipped: Handed) -> Opened:
    """Group the files of a zip into chats with their attachments, in the zip's order; or else into pictures.

    A zip beside a chat's text is a document that someone sent, and stays shut. Raises Refused with every
    class for zips, or ``no-chat-text``, ``empty-file``, ``binary-file``.
    """
    entries = [entry for entry in read_entries(zipped) if not _is_litter(entry.name)]
    heads = _Heads(zipped)
    chats = _chat_texts(zipped, entries, heads)
    if not chats:
        return _pictures(zipped, entries, heads)
    for entry in chats:
        if entry.size > MAX_TEXT:
            raise Refused(
                "too-large",
                f"{zipped.label}: the text in the zip has {entry.size / 1e9:,.1f} GB, more than this program reads.",
            )
    found = tuple(Found(_bundle(zipped, entry, chats, entries), "") for entry in chats)
    return Opened(found, tuple(_overlooked(zipped, [e for e in entries if e not in chats], heads)))


def _overlooked(zipped: Handed, others: Iterable[Entry], heads: _Heads) -> Iterator[Finding]:
    """Say of every other file that looks like an export of its own that it was not read."""
    for entry in others:
        name = PurePosixPath(entry.name).name
        if _is_export(name) or _holds_export(zipped, entry, heads):
            yield Finding(
                CHAT_NOT_READ,
                f"“{plain_name(name)}” in the zip looks like an export of its own and was not read:"
                " take it out and hand it over by itself.",
            )


def _holds_export(zipped: Handed, entry: Entry, heads: _Heads) -> bool:
    """Whether a zip in the zip names a chat's text in its directory; a large one is not looked into."""
    if not entry.name.lower().endswith(".zip") or entry.size > MAX_INNER_ZIP or heads.media_type(entry) != ZIP:
        return False
    with open_entry(zipped, entry) as stream:
        inside = io.BytesIO(stream.read(MAX_INNER_ZIP))
    try:
        names = [PurePosixPath(name).name for name in zipfile.ZipFile(inside).namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return any(map(_is_export, names))


def _is_litter(name: str) -> bool:
    """Tell what a Mac or Windows leaves in a zip: ``__MACOSX/._a.jpg``, ``.DS_Store``."""
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name.startswith("._") or path.name.lower() in _LITTER


class _Heads:
    """The first bytes of entries, read when asked for and then kept as what they say."""

    def __init__(self, zipped: Handed) -> None:
        self._zipped = zipped
        self._types: dict[str, str] = {}

    def read(self, entry: Entry) -> bytes:
        with open_entry(self._zipped, entry) as stream:
            return stream.read(HEAD)

    def media_type(self, entry: Entry) -> str:
        if entry.name not in self._types:
            self._types[entry.name] = known_type_of(self.read(entry))
        return self._types[entry.name]

    def is_chat(self, entry: Entry) -> bool:
        head = self.read(entry)
        return bool(head) and known_type_of(head) in {TEXT, UNKNOWN} and self._zipped.is_chat(head)


def _chat_texts(zipped: Handed, entries: Sequence[Entry], heads: _Heads) -> list[Entry]:
    usual = [entry for entry in entries if PurePosixPath(entry.name).suffix.lower() in _TEXT_SUFFIXES]
    if len(usual) > MAX_TEXTS:
        raise Refused(
            "too-large",
            f"{zipped.label}: the zip holds more than {MAX_TEXTS:,} texts. Hand them over in smaller parts.",
        )
    others = [entry for entry in entries if media_type_by_name(entry.name) == UNKNOWN]
    chats = [e for e in usual if heads.is_chat(e)] or [e for e in others[:MAX_LOOKED_INTO] if heads.is_chat(e)]
    return [entry for entry in chats if not _was_sent(entry, chats)]


def _was_sent(entry: Entry, chats: Iterable[Entry]) -> bool:
    """Tell a chat's text that someone sent as a document inside another chat.

    Certain on an iPhone only, which numbers what was sent: ``00000012-notes.txt`` beside ``_chat.txt``.
    Elsewhere each text that reads as a chat is one. That zip and text have one name proves nothing: Windows
    names a zip after one of the files that a person chose. One chat too many is seen; one too few is lost.
    """
    path = PurePosixPath(entry.name)
    numbered = _IPHONE_ATTACHMENT.match(path.name) is not None
    return numbered and str(path.parent / "_chat.txt") in {str(PurePosixPath(chat.name)) for chat in chats}


def _bundle(zipped: Handed, entry: Entry, chats: Sequence[Entry], entries: Iterable[Entry]) -> Bundle:
    path = PurePosixPath(entry.name)
    names = [path.name, *([path.parent.name] if path.parent.name else []), *([zipped.name] if len(chats) == 1 else [])]
    others = {chat.name for chat in chats if chat is entry or _is_export(chat.name)}
    attachments = (e for e in entries if PurePosixPath(e.name).parent == path.parent and e.name not in others)
    dates = (*date_of_entry(entry.dated, plain_name(path.name)), *dates_of_name(path.name))
    return Bundle(
        main=_member(zipped, entry, TEXT),
        attachments=tuple(_member(zipped, e, media_type_by_name(e.name)) for e in attachments),
        names=tuple(names),
        dates=dates,
    )


def _is_export(name: str) -> bool:
    """Tell a chat's text by the name that WhatsApp gave it. Any other may also have been sent in the chat beside it."""
    return PurePosixPath(name).name == "_chat.txt" or chat_name([PurePosixPath(name).name]) is not None


def _member(zipped: Handed, entry: Entry, media_type: str) -> Member:
    return Member(entry.name, media_type, entry.size, partial(open_entry, zipped, entry))


def _pictures(zipped: Handed, entries: Sequence[Entry], heads: _Heads) -> Opened:
    """Take a zip of nothing but pictures as screenshots; refuse any other zip without a chat."""
    looked_into = entries if len(entries) <= MAX_LOOKED_INTO else ()
    named = [entry for entry in looked_into if not is_misnamed(entry.name)]
    pictures = [entry for entry in named if heads.media_type(entry).startswith("image/")]
    if not pictures:
        raise _refusal(zipped, entries, heads)
    return Opened(tuple(Found(_picture(zipped, entry, heads), "") for entry in pictures))


def _picture(zipped: Handed, entry: Entry, heads: _Heads) -> Bundle:
    main = _member(zipped, entry, heads.media_type(entry))
    entered: tuple[Dated, ...] = date_of_entry(entry.dated, plain_name(PurePosixPath(entry.name).name))
    return Bundle(main, (), (PurePosixPath(entry.name).name,), (*picture_dates(main), *entered), picture=True)


def _refusal(zipped: Handed, entries: Sequence[Entry], heads: _Heads) -> Refused:
    names = {entry.name for entry in entries}
    if "[Content_Types].xml" in names or "META-INF/manifest.xml" in names or "META-INF/MANIFEST.MF" in names:
        return Refused(
            "binary-file",
            f"{zipped.label}: this is an office document or a program, not an export. If it holds words copied "
            "from WhatsApp, save them as plain text (.txt) and hand that over.",
        )
    texts = [entry for entry in entries if entry.name.lower().endswith(".txt")][:MAX_LOOKED_INTO]
    if texts and all(is_blank(heads.read(entry)) for entry in texts):
        return Refused("empty-file", f"{zipped.label}: the chat's text in the zip is empty. Ask for a new export.")
    if any(entry.name.lower().endswith(".zip") for entry in entries):
        return Refused(
            "no-chat-text",
            f"{zipped.label}: the zip holds other zips and no chat of its own. Unpack it and hand over the zips in it.",
        )
    return Refused(
        "no-chat-text",
        f"{zipped.label}: none of the {len(entries)} files in the zip is the text of a WhatsApp chat. "
        "Ask for the chat to be exported again.",
    )
