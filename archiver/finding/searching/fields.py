"""The fields of the language: ``from:Priya``, ``before:2026-03-05``, ``is:edited``. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from archiver.finding.searching import periods
from archiver.finding.searching.cutting import Token
from archiver.finding.searching.language import About, All, Chat, Event, Has, Is, Kind, Node, Person, Route
from archiver.finding.searching.signs import exactly, is_sign, is_word, joined, pieces

Read = tuple[Node | None, str]
"""The node; or None, and why the field is ignored."""

ROUTES = {
    "email-export": "email-export", "export": "email-export", "email": "email-export", "web-paste": "web-paste",
    "paste": "web-paste", "web": "web-paste", "screenshot": "screenshot", "screen": "screenshot",
}  # fmt: skip
KINDS = ("text", "system", "media", "deleted", "call", "location", "contact", "poll")
_ATTACHMENT = ("attachment", "attachments", "file", "files", "media")


def read(token: Token) -> Read:
    """What a field asks for."""
    if not token.text.strip():
        return None, "nothing stands after the colon"
    name = token.field.rpartition(":")[2]
    return _READERS[name](token)


def _person(token: Token) -> Read:
    if not (is_word(token.text) or any(map(is_sign, token.text))):
        return None, "no letter or digit stands in the name"
    name = token.text + ("*" if token.prefix else "")
    roles = {"from": "from", "to": "to"}
    role = roles.get(token.field, "with")
    return Person(role, name), ""  # type: ignore[arg-type]


def _between(token: Token) -> Read:
    names = [name.strip() for part in token.text.split(",") for name in part.split(" and ")]
    names = [name for name in names if is_word(name)]
    if len(names) < 2:
        return None, 'it takes two names: between:"Priya Shah, Alex Black"'
    return All(tuple(Person("with", name) for name in names)), ""


def _chat(token: Token) -> Read:
    if not (is_word(token.text) or any(map(is_sign, token.text))):
        return None, "no letter or digit stands in the name"
    return Chat(token.text + ("*" if token.prefix else "")), ""


def _about(token: Token) -> Read:
    prefix = token.prefix or token.text.endswith("*")
    bare = token.text.rstrip("*")
    found = pieces(bare, prefix) or (exactly(bare) if token.quoted else ())
    if not found:
        return None, "no letter, digit or emoji stands in it"
    return About(joined(found), bare + ("*" if prefix else "")), ""


def _route(token: Token) -> Read:
    word = ROUTES.get(token.text.lower())
    if word is None:
        return None, "a route is one of email-export, web-paste, screenshot"
    return Route(word), ""  # type: ignore[arg-type]


def _kind(token: Token) -> Read:
    word = token.text.lower()
    if word not in KINDS:
        return None, f"a kind is one of {', '.join(KINDS)}"
    return Kind(word), ""


def _event(token: Token) -> Read:
    return Event(unicodedata.normalize("NFC", token.text.lower())), ""


def _has(token: Token) -> Read:
    if token.text.lower() not in _ATTACHMENT:
        return None, "has: takes attachment"
    return Has("attachment"), ""


def _is(token: Token) -> Read:
    word = token.text.lower()
    if word not in ("edited", "deleted", "unsure"):
        return None, "is: takes edited, deleted or unsure"
    return Is(word), ""  # type: ignore[arg-type]


def _date(token: Token) -> Read:
    mode, _, field = token.field.rpartition(":")
    certainly = "certainly" in (mode, field)
    when = periods.period(token.text)
    if when is None:
        return None, "it is not a date; write it as 2026-03-05, 2026-03, 2026 or 2026-03-05T14:07"
    return periods.sent(field if field in ("before", "after") else "on", when, certainly), ""


_READERS: dict[str, Callable[[Token], Read]] = {
    "from": _person, "to": _person, "with": _person, "between": _between, "chat": _chat, "about": _about,
    "route": _route, "kind": _kind, "event": _event, "before": _date, "after": _date, "on": _date,
    "certainly": _date, "possibly": _date, "has": _has, "is": _is,
}  # fmt: skip
