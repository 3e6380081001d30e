"""What kind of message a text is: told by the phone's own words, whole and in their place.

On an iPhone the phone's words stand behind a left-to-right mark, so the same words typed by a person stay text. An
Android phone gives no such help: only whole texts and whole first lines count.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from archiver.model import Kind
from archiver.reading.dialects import wording
from archiver.reading.dialects.marks import LRM, MARK_CHARACTERS, without_marks
from archiver.reading.dialects.notices import notice_of


class Told(NamedTuple):
    """What a text turned out to be."""

    kind: Kind
    text: str
    edited: bool = False
    attachment: str | None = None
    event: str | None = None


_ANY_MARK = re.compile(f"[{MARK_CHARACTERS}]")
_EDITED = re.compile(r" ?<(?:" + "|".join(map(re.escape, wording.EDITED)) + r")>\Z")
_LEFT_OUT_ANDROID = frozenset(f"<{w}>" for w in wording.LEFT_OUT_ANDROID)
_LEFT_OUT_IPHONE = frozenset(w for row in wording.LEFT_OUT_IPHONE for w in row.split("|"))
_CONTACT_LEFT_OUT = frozenset(wording.CONTACT_LEFT_OUT)
_DELETED = frozenset(w.rstrip(".。۔।") for w in wording.DELETED)
_VIEW_ONCE = tuple(w for row in wording.VIEW_ONCE for w in row.split("|"))
_CALL = re.compile(f"(?:{wording.CALLS}){wording.CALL_DETAIL}")
_PLAIN_CALL = re.compile(f"(?:{wording.CALLS})")
_LOCATION = re.compile(rf"(?:{wording.LOCATION}): https?://maps\.google\.com/\S+")
_ANY_LOCATION = re.compile(r"[^\n:]{2,40}: https?://maps\.google\.com/\S+")
_LIVE_LOCATION = re.compile(f"(?:{wording.LIVE_LOCATION})\\.?", re.IGNORECASE)
_NAMED_PLACE = re.compile(r"(?s:.{1,400})(?:: |\n)https?://(?:\w+\.)?foursquare\.com/v/\S+")
_POLL = re.compile(rf"(?:{wording.POLLS}): ?\n")
_ATTACHED_ANDROID = re.compile(
    rf"(?P<name>[^\n/\\]{{0,255}}\.[\w-]{{0,10}}) \((?:{wording.ATTACHED_ANDROID})\)(?:\n|\Z)"
)
_ATTACHED_IPHONE = re.compile(
    rf"<(?:{wording.ATTACHED_IPHONE})\s?: ?(?P<name>[^<>\n]+)>\Z|(?P<older>[^\s<>][^<>\n]*?\.\w{{1,5}}) ?<(?:{wording.ATTACHED_IPHONE})>\Z"
)
_ANY_ATTACHED = re.compile(r"<[^<>:\n]{2,30}: ?(?P<name>\d{8}-[^<>\n]+\.\w{1,5})>\Z")
_CARD = re.compile(r"\.vcf\Z", re.IGNORECASE)


def tell(body: str, marked: bool) -> Told:
    """What a message with a sender is. ``marked``: whether this text marks the phone's own words."""
    text = without_marks(body).rstrip("\n")
    edited = False
    if text.endswith(">") and (found := _EDITED.search(text)):
        text, edited = text[: found.start()], True
    told = _marked(body, text) if marked else _unmarked(text)
    return told._replace(edited=edited) if edited else told


def _unmarked(text: str) -> Told:
    """By whole texts and first lines: an Android export, a paste, an iPhone's text that lost its marks."""
    first = text.partition("\n")[0]
    if first in _LEFT_OUT_ANDROID or text in _LEFT_OUT_IPHONE:
        return Told("media", text)
    if " (" in first and (found := _ATTACHED_ANDROID.match(text)):
        return Told("contact" if _CARD.search(found["name"]) else "media", text, attachment=found["name"])
    if text.endswith(">") and (found := _ATTACHED_IPHONE.search(text)):
        return _attached(text, found)
    if is_deleted(text):
        return Told("deleted", text)
    if text in _CONTACT_LEFT_OUT:
        return Told("contact", text)
    if _PLAIN_CALL.fullmatch(text):
        return Told("call", text)
    if is_location(text) or ("\n" in text and _is_named_place(text)):
        return Told("location", text)
    if _POLL.match(text):
        return Told("poll", text)
    return Told("text", text)


def _marked(body: str, text: str) -> Told:
    """By what stands behind a mark: an iPhone's export."""
    if not body.startswith(LRM):
        return _marked_at_end(body, text)
    if is_deleted(text):
        return Told("deleted", text)
    if text in _CONTACT_LEFT_OUT:
        return Told("contact", text)
    if text in _LEFT_OUT_IPHONE or text.startswith(_VIEW_ONCE):
        return Told("media", text)
    if found := _ATTACHED_IPHONE.search(text) or _ANY_ATTACHED.search(text):
        return _attached(text, found)
    if _CALL.fullmatch(text):
        return Told("call", text)
    if is_location(text) or _ANY_LOCATION.fullmatch(text):
        return Told("location", text)
    if _POLL.match(text) or (f"\n{LRM}" in body and re.match(r"[^\n:]{2,20}: ?\n", text)):
        return Told("poll", text)
    if text in wording.NOT_ARRIVED:
        return Told("text", text)
    at_end = _marked_at_end(body, text)
    return at_end if at_end.kind != "text" else Told("system", text, event=event_of(text))


def _marked_at_end(body: str, text: str) -> Told:
    """A caption or a document's name, then the phone's words behind a mark; or a place, which bears none."""
    if LRM in body:
        if without_marks(body[body.rindex(LRM) :]).rstrip("\n") in _LEFT_OUT_IPHONE:
            return Told("media", text)
        if found := _ATTACHED_IPHONE.search(text) or _ANY_ATTACHED.search(text):
            return _attached(text, found)
    if _is_named_place(text):
        return Told("location", text)
    return Told("text", text)


def _attached(text: str, found: re.Match[str]) -> Told:
    groups = found.groupdict()
    name = groups["name"] or groups.get("older")
    return Told("contact" if _CARD.search(name or "") else "media", text, attachment=name)


def _is_named_place(text: str) -> bool:
    return "foursquare.com/v/" in text and bool(_NAMED_PLACE.fullmatch(text))


def is_deleted(text: str) -> bool:
    """Whether the whole text says that the message was deleted."""
    return text.rstrip(".。۔।") in _DELETED or bool(wording.DELETED_BY.fullmatch(text))


def is_location(text: str) -> bool:
    """Whether the whole text is a place as a phone writes one."""
    return bool(_LOCATION.fullmatch(text) or _LIVE_LOCATION.fullmatch(text))


def tell_nameless(body: str) -> Told:
    """What a line without a sender is: a call, or a system message with its event."""
    text = without_marks(body).rstrip("\n")
    if _CALL.fullmatch(text):
        return Told("call", text)
    return Told("system", text, event=event_of(text))


def event_of(text: str) -> str:
    """What a system message says has happened, or ``other``."""
    notice = notice_of(text)
    return notice.event if notice else "other"


_LOOK_CLOSER = frozenset(t for w in _DELETED for t in (w, f"{w}.", f"{w}。", f"{w}۔", f"{w}।")) | frozenset(
    (*wording.CALLS.split("|"), *wording.LIVE_LOCATION.split("|"), *_LEFT_OUT_IPHONE, *_CONTACT_LEFT_OUT)
)
_CLOSERS = frozenset((">", ")", "\r", ""))


def not_plain(bodies: list[str]) -> list[int]:
    """The places of those texts that may be more than plain words: all others are only text, and need no look.

    Told quickly, for it is asked of every message; ``tell`` agrees wherever a place is left out (a test holds it).
    """
    return [
        place
        for place, body in enumerate(bodies)
        if body[-1:] in _CLOSERS
        or "\n" in body
        or "://" in body
        or body in _LOOK_CLOSER
        or "dmin" in body
        or not (body.isascii() or _ANY_MARK.search(body) is None)
    ]
