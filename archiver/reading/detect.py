"""What was handed over, told by its bytes: its type, the chats or pictures in it, and the dates it carries.

    path → head → text | picture | container (zip, email, mailbox, Outlook) → Source with its Bundles

Nothing is unpacked to disk and no attachment is read: each Member gives a fresh stream when asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from archiver.errors import Refused
from archiver.model import Bundle, Dated, Member, Source
from archiver.reading.containers import CONTAINERS
from archiver.reading.containers.content import (
    HEAD,
    TEXT,
    UNKNOWN,
    Found,
    Handed,
    Opened,
    is_blank,
    known_type_of,
    media_type_of,
    plain_name,
)
from archiver.reading.containers.pictures import is_misnamed, picture_dates
from archiver.reading.provenance import best_first, date_of_file, dates_of_name

__all__ = ["HEAD", "looks_like_picture", "open_source", "plain_name"]


def open_source(
    path: Path,
    name: str | None = None,
    *,
    sha256: str,
    size: int,
    is_chat: Callable[[bytes], bool],
    zone: str = "Europe/London",
    modified: float | None = None,
) -> Source:
    """Open a file as handed over: tell what it is and group what belongs together in it.

    ``name`` is the file's name where ``path`` does not bear it (a stored original). ``is_chat`` says whether
    the first bytes (at most ``HEAD``) of a text read as a WhatsApp chat; it may be given any bytes. ``zone`` is
    where dates with an offset are told. ``modified`` is the time of last change (seconds since 1970) of the file
    that was handed over; None takes that of ``path``.

    Bundles come in the order of the container, at least one; their dates best basis first. Raises Refused with
    one of the classes in ``fixtures/text/README.md``, MissingTool without libmagic, and OSError where the file
    cannot be read at all. Streams of members may raise Refused ``bad-zip`` while they are read.
    """
    name = path.name if name is None else name
    handed = Handed(name, plain_name(name), partial(_open, path), size, is_chat, zone)
    with handed.open() as stream:
        head = stream.read(HEAD)
        if not head or _is_all_blank(head, stream):
            raise Refused("empty-file", f"{handed.label}: the file is empty. Ask for the chat to be exported again.")
    media_type = media_type_of(head)
    opened = _opened(handed, head, media_type)
    filed = date_of_file(path.stat().st_mtime if modified is None else modified, zone)
    bundles = tuple(
        _completed(bundle, name if len(opened.found) == 1 else None, (*_named(bundle, name), *filed))
        for bundle in _told_apart(opened.found)
    )
    return Source(name, sha256, media_type if media_type != UNKNOWN else TEXT, size, bundles, opened.findings)


def looks_like_picture(path: Path) -> bool:
    """Whether a file begins like a picture; False where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return known_type_of(stream.read(64)).startswith("image/")
    except OSError:
        return False


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _is_all_blank(head: bytes, stream: BinaryIO) -> bool:
    while head and is_blank(head):
        head = stream.read(HEAD)
    return not head


def _opened(handed: Handed, head: bytes, media_type: str) -> Opened:
    for container in CONTAINERS:
        if media_type == container.MEDIA_TYPE:
            return container.open_container(handed)
    if media_type.startswith("image/") and not is_misnamed(handed.name):
        return _alone(_picture(handed, media_type))
    # A chat with some odd control characters in its messages is a chat all the same.
    if media_type in {TEXT, UNKNOWN} and handed.is_chat(head):
        return _alone(_text(handed))
    raise _refusal(handed, media_type)


def _alone(bundle: Bundle) -> Opened:
    return Opened((Found(bundle, ""),))


def _text(handed: Handed) -> Bundle:
    return Bundle(Member(handed.name, TEXT, handed.size, handed.open), (), (handed.name,), ())


def _picture(handed: Handed, media_type: str) -> Bundle:
    main = Member(handed.name, media_type, handed.size, handed.open)
    return Bundle(main, (), (handed.name,), picture_dates(main), picture=True)


def _refusal(handed: Handed, media_type: str) -> Refused:
    if media_type == TEXT:
        return Refused(
            "not-a-chat",
            f"{handed.label}: no line of this text reads as a WhatsApp message. "
            "Hand over the file that WhatsApp's Export chat made, or a copy from WhatsApp Web.",
        )
    if media_type.startswith("image/"):
        return Refused(
            "binary-file",
            f"{handed.label}: this is a picture, whatever its name says. If it is a screenshot, give its name "
            "the ending of a picture; if it should be a text, ask for the chat to be exported again.",
        )
    kind = "" if media_type == UNKNOWN else f" ({media_type})"
    return Refused(
        "binary-file",
        f"{handed.label}: this is neither a text nor a zip, email or picture{kind}. "
        "Hand over the chat's export as WhatsApp made it.",
    )


def _told_apart(found: Sequence[Found]) -> Iterator[Bundle]:
    """Put the place in front of names that stand for several texts: two zips in one email hold a ``_chat.txt`` each."""
    names = Counter(one.bundle.main.name for one in found)
    taken: set[str] = set()
    for number, one in enumerate(found, 1):
        main = one.bundle.main
        if names[main.name] == 1:
            yield one.bundle
            continue
        name = f"{one.origin or 'attachment'}/{main.name}"
        name = name if name not in taken else f"{number}/{name}"
        taken.add(name)
        yield replace(one.bundle, main=replace(main, name=name))


def _named(bundle: Bundle, name: str) -> tuple[Dated, ...]:
    """Give the date in the name of what was handed over; a picture's own name has been read more closely."""
    return () if bundle.picture and bundle.main.name == name else dates_of_name(name)


def _completed(bundle: Bundle, name: str | None, dates: tuple[Dated, ...]) -> Bundle:
    """Add what the file handed over tells by itself. Its name names a chat only where it holds no other."""
    names = bundle.names if name is None else tuple(dict.fromkeys((*bundle.names, name)))
    return replace(bundle, names=names, dates=best_first(dict.fromkeys((*bundle.dates, *dates))))
