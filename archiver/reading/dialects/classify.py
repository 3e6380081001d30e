"""What kind of message a text is: told by the phone's own words, whole and in their place.

On an iPhone the phone's words stand behind a mark, so the same words typed by a person stay text. Elsewhere nothing
marks them: only whole texts, whole first lines and what closes a text count.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from archiver.model import Kind
from archiver.reading.dialects import wording
from archiver.reading.dialects.notices import event_of, notice_of
from archiver.reading.marks import LRM, MARK_CHARACTERS, RLM, without_marks

Style = Literal["android", "iphone", "unmarked", "web"]
"""Whose words to expect: Android's, an iPhone's behind marks, an iPhone's that lost its marks, a paste's."""


class Told(NamedTuple):
    """What a text turned out to be."""

    kind: Kind
    text: str
    edited: bool = False
    attachment: str | None = None
    event: str | None = None


def _split(rows: str | tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for row in ((rows,) if isinstance(rows, str) else rows) for word in row.split("|"))


_STOPS = (".", "。", "۔", "।")
_DELETED = frozenset(w.rstrip("".join(_STOPS)) + stop for w in wording.DELETED for stop in ("", *_STOPS))
_EDITED = frozenset(wording.EDITED)
_LEFT_OUT_IPHONE = _split(wording.LEFT_OUT_IPHONE)
_ATTACHED_IPHONE = _split(wording.ATTACHED_IPHONE)
_POLLS = frozenset(f"{word}:" for word in _split(wording.POLLS))
_FIRST_LINES = frozenset(f"<{w}>" for w in wording.LEFT_OUT_ANDROID)
"""What stands for a file that Android left out; a caption may follow on the next line."""

_COMMON: dict[str, Kind] = {
    **dict.fromkeys(_DELETED, "deleted"),
    **dict.fromkeys(_split(wording.MISSED_CALLS), "call"),
    **dict.fromkeys(_split(wording.LIVE_LOCATION), "location"),
    **dict.fromkeys(_FIRST_LINES, "media"),
}
_IPHONE: dict[str, Kind] = {
    **_COMMON,
    **dict.fromkeys(_LEFT_OUT_IPHONE, "media"),
    **dict.fromkeys(wording.CONTACT_LEFT_OUT, "contact"),
    **dict.fromkeys(wording.NOT_ARRIVED, "text"),
}
_WHOLE: dict[Style, dict[str, Kind]] = {"android": _COMMON, "iphone": _IPHONE, "unmarked": _IPHONE, "web": _COMMON}

_VIEW_ONCE = tuple(_split(wording.VIEW_ONCE))
_CALL = re.compile(
    f"(?:{'|'.join((*wording.MISSED_CALLS.split('|'), *wording.CALLS.split('|')))}){wording.CALL_DETAIL}"
)
_LOCATION = re.compile(rf"(?:{wording.LOCATION}): https?://maps\.google\.com/\S+")
_ANY_LOCATION = re.compile(r"[^\n:]{2,40}: https?://maps\.google\.com/\S+")
_PLACE_IN_LINES = re.compile(r"[^\n]{1,400}\n[^\n]{0,400}\n(?:[^\n]{0,400}\n)?https?://(?:\w+\.)?foursquare\.com/v/\S+")
_PLACE_IN_ONE = re.compile(r"[^\n]{1,200} \([^\n]{1,400}\): https?://(?:\w+\.)?foursquare\.com/v/\S+")
_OPTION = re.compile(r"\n[^\n:]{2,20}: [^\n]+ \([^\n()]*\d[^\n()]*\)(?=\n|\Z)")
_ATTACHED = re.compile(rf"(?P<name>[^\n/\\]{{1,255}}) \((?:{wording.ATTACHED_ANDROID})\)")
_FILE_NAME = re.compile(r"(?s:.*)\.(?=\w*[^\W\d_])[\w-]{1,10}|[A-Z]{3}-\d{8}-WA\d+\.?\w*")
_NUMBERED = re.compile(r"\d{8}-[^\n]+\.\w{1,5}")


def tell(body: str, style: Style) -> Told:
    """What a message with a sender is."""
    text = body if body.isascii() else without_marks(body)
    if text[-1:] == "\n":
        text = text.rstrip("\n")
    if text[-1:] == ">" and (edited := _edited(body, text, style)) is not None:
        return _tell(body[: body.rindex("<")], edited, style)._replace(edited=True)
    return _tell(body, text, style)


def _edited(body: str, text: str, style: Style) -> str | None:
    """The text without the marker of an edited message, or None where it bears none."""
    start = text.rfind("<")
    if start < 0 or text[start + 1 : -1] not in _EDITED:
        return None
    if style == "iphone" and body[body.rindex("<") - 1] not in (LRM, RLM):
        return None
    at = start - (text[start - 1 : start] in (" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"))
    return text[:at].rstrip("\n")


def _tell(body: str, text: str, style: Style) -> Told:
    if style == "iphone":
        return _behind_mark(text, body[0] == LRM) if body[:1] in (LRM, RLM) else _closing(body, text)
    if kind := _WHOLE[style].get(text):
        return Told(kind, text)
    first, _, rest = text.partition("\n")
    if first in _FIRST_LINES:
        return Told("media", text)
    if first.endswith(")") and (file := _attached_file(first)):
        return Told(_kind_of(file), text, attachment=file)
    if rest and first.rstrip() in _POLLS and _OPTION.search(text):
        return Told("poll", text)
    if "://" in text and is_location(text, style):
        return Told("location", text)
    if text[:4] in _DELETED_STARTS and wording.DELETED_BY.fullmatch(text):
        return Told("deleted", text)
    if style == "unmarked" and text.endswith(">") and (file := _iphone_file(text)):
        return Told(_kind_of(file), text, attachment=file)
    return Told("text", text)


def _behind_mark(text: str, left: bool) -> Told:
    """A text that begins with a mark: the phone's words. A right-to-left mark may be a person's too."""
    if kind := _IPHONE.get(text):
        return Told(kind, text)
    if not text.strip():
        return Told("text", text)
    if text.startswith(_VIEW_ONCE):
        return Told("media", text)
    if ">" in text and (file := _iphone_file(text)):
        return Told(_kind_of(file), text, attachment=file)
    if _CALL.fullmatch(text):
        return Told("call", text)
    if "://" in text and (_ANY_LOCATION.fullmatch(text) or is_location(text, "iphone")):
        return Told("location", text)
    first, _, rest = text.partition("\n")
    if rest and (first.rstrip() in _POLLS or (first.rstrip().endswith(":") and _OPTION.search(text))):
        return Told("poll", text)
    if wording.DELETED_BY.fullmatch(text):
        return Told("deleted", text)
    if first.startswith(wording.EVENTS):
        return Told("text", text)
    if text.rpartition("\n")[2].endswith(tuple(_LEFT_OUT_IPHONE)):
        return Told("media", text)
    if left or notice_of(text):
        return Told("system", text, event=event_of(text))
    return Told("text", text)


def _closing(body: str, text: str) -> Told:
    """A caption or a document's name, then the phone's words behind a mark; or a place, which bears none."""
    at = max(body.rfind(LRM), body.rfind(RLM))
    if at >= 0:
        words = without_marks(body[at:]).strip("\n")
        if words in _LEFT_OUT_IPHONE:
            return Told("media", text)
        if file := _iphone_file(words) or _iphone_file(text):
            return Told(_kind_of(file), text, attachment=file)
    if "://" in text and is_location(text, "iphone"):
        return Told("location", text)
    return Told("text", text)


def _iphone_file(text: str) -> str | None:
    """The file in ``<attached: NAME>`` at the start or end of a text; before 2018 ``NAME <attached>`` was written."""
    start = 0 if text.startswith("<") and ">\n" in text else text.rfind("<")
    end = text.index(">\n") if start == 0 and ">\n" in text else len(text) - 1
    if start < 0 or text[end : end + 1] != ">":
        return None
    label, colon, name = text[start + 1 : end].partition(":")
    if colon and "\n" not in name and (label.rstrip() in _ATTACHED_IPHONE or _NUMBERED.fullmatch(name.strip())):
        return name.strip()
    if not colon and label in _ATTACHED_IPHONE:
        older = text[:start].rpartition("\n")[2].strip()
        return older if _FILE_NAME.fullmatch(older) else None
    return None


def _attached_file(first: str) -> str | None:
    """The file in ``NAME (file attached)``; a name without an ending is none, but for those that a phone gives."""
    found = _ATTACHED.fullmatch(first)
    return found["name"] if found and _FILE_NAME.fullmatch(found["name"]) else None


def _kind_of(file: str) -> Kind:
    return "contact" if file.lower().endswith(".vcf") else "media"


def is_location(text: str, style: Style) -> bool:
    """Whether the whole text is a place as a phone writes one: on one line on an iPhone, else on three."""
    if "maps.google." in text:
        return style != "iphone" and _LOCATION.fullmatch(text) is not None
    place = _PLACE_IN_ONE if style in ("iphone", "unmarked") else _PLACE_IN_LINES
    return "foursquare.com/v/" in text and place.fullmatch(text) is not None


def tell_nameless(body: str) -> Told:
    """What a line without a sender is: a call, or a system message with its event."""
    text = without_marks(body).rstrip("\n")
    return Told("call", text) if _CALL.fullmatch(text) else Told("system", text, event=event_of(text))


_ANY_MARK = re.compile(f"[{MARK_CHARACTERS}]")
_DELETED_STARTS = frozenset(words[:4] for words in wording.DELETED_STARTS)
_STARTS = _DELETED_STARTS.union(words[:4] for words in _IPHONE)
_CLOSERS = frozenset((">", ")", "\r", ""))


def not_plain(bodies: list[str], lines: list[int]) -> list[int]:
    """The places of those texts that may be more than plain words: all others are only text, and need no look.

    ``lines``: how many lines each covers. Told quickly, for it is asked of every message; ``tell`` agrees wherever a
    place is left out (a test holds it).
    """
    closers, mark, starts = _CLOSERS, _ANY_MARK.search, _STARTS
    return [
        place
        for place, (body, covered) in enumerate(zip(bodies, lines, strict=True))
        if covered > 1
        or body[-1:] in closers
        or body[:4] in starts
        or "://" in body
        or not (body.isascii() or mark(body) is None)
    ]


_NONE: dict[str, Kind] = {}


def whole_texts(style: Style) -> dict[str, Kind]:
    """The texts that a phone wrote if they stand whole and without a mark, each with its kind; as ``tell`` has it."""
    return _NONE if style == "iphone" else _WHOLE[style]
