"""A question said back in words. Pure."""

from __future__ import annotations

from archiver.finding.searching.language import (
    About,
    All,
    Any,
    Chat,
    Event,
    Has,
    Is,
    Kind,
    Near,
    Node,
    Not,
    Number,
    Person,
    Route,
    Sent,
    Sign,
    Together,
    Words,
)

_IS = {
    "edited": "edited after it was sent",
    "deleted": "deleted on some phone",
    "unsure": "in doubt (its time, its words or which message it is)",
}
_ROUTES = {"email-export": "in an email export", "web-paste": "in a web paste", "screenshot": "in a screenshot"}


def say(node: Node) -> str:
    """What is searched for, in words."""
    if isinstance(node, All):
        return _all(node)
    if isinstance(node, Any):
        return " or ".join(_bracketed(part) for part in node.parts)
    if isinstance(node, Not):
        return _all(All((node,)))
    if isinstance(node, Together):
        return f"{_bracketed(node.left)} with {_bracketed(node.right)} within {_distance(node)} of it in the same chat"
    return _leaf(node)


def _all(node: All) -> str:
    wanted = [_bracketed(part) for part in node.parts if not isinstance(part, Not)]
    left_out = [_left_out(part.part) for part in node.parts if isinstance(part, Not)]
    return ", ".join([" and ".join(wanted) or "every message", *left_out])


def _left_out(node: Node) -> str:
    words = isinstance(node, Words | Sign | Number | Near)
    return f"{'without' if words else 'but not'} {_bracketed(node)}"


def _bracketed(node: Node) -> str:
    return f"({say(node)})" if isinstance(node, All | Any | Not | Together) else _leaf(node)


def _distance(node: Together) -> str:
    noun = node.unit if node.distance != 1 else node.unit[:-1]
    return f"{node.distance:,} {noun}"


def _leaf(node: Node) -> str:
    if isinstance(node, Words):
        star = "*" if node.prefix else ""
        return f"“{node.text}{star}”" if len(node.text.split()) > 1 else node.text + star
    if isinstance(node, Sign):
        return f"“{node.text}” (as it is)"
    if isinstance(node, Number):
        head = "0" if node.home else "+"
        return f"the number {head}{node.digits} in any spacing" + (", with 0 or +44" if node.home else "")
    if isinstance(node, Near):
        return f"{_leaf(node.left)} within {node.distance} words of {_leaf(node.right)}"
    if isinstance(node, Sent):
        return _sent(node)
    return _property(node)


def _property(node: Node) -> str:
    if isinstance(node, Person):
        ways = {
            "from": f"sent by {node.name}",
            "with": f"sent while {node.name} was in the chat",
            "to": f"sent while {node.name} was in the chat, by another",
        }
        return ways[node.role]
    if isinstance(node, Chat):
        return f"in the chat {node.name}"
    if isinstance(node, About):
        return f"{node.name} in the message, in its chat’s name or in its piece of work"
    if isinstance(node, Route):
        return _ROUTES[node.word]
    if isinstance(node, Kind):
        return f"of the kind {node.word}"
    if isinstance(node, Event):
        return f"saying that this has happened: {node.word}"
    if isinstance(node, Has):
        return "with a file (held or left out)"
    assert isinstance(node, Is)
    return _IS[node.what]


def _sent(node: Sent) -> str:
    how = "certainly" if node.certainly else "possibly"
    if node.first is None:
        return f"sent up to {_moment(node.last)} ({how})"
    if node.last is None:
        return f"sent from {_moment(node.first)} on ({how})"
    if node.first.endswith("T00:00:00") and node.last == node.first[:10] + "T23:59:59":
        return f"sent on {node.first[:10]} ({how})"
    return f"sent from {_moment(node.first)} to {_moment(node.last)} ({how})"


def _moment(written: str | None) -> str:
    """A second for a person; a day alone where it begins or ends one."""
    assert written is not None
    clock = written[11:]
    return written[:10] if clock in ("00:00:00", "23:59:59") else f"{written[:10]} {clock}"
