"""Who came into a chat and who went, as its system messages say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from archiver import evidence

_ONE_BY_ONE = re.compile(r", (?:and )?| and ")
_FIRST_NAMED = ("created", "joined", "joined-by-link", "left")
"""Events of the one who acted; of the others, the last who is named came or went."""
_OWN = ("You", "you")


def of_person(notices: Iterable[dict[str, Any]], person: dict[str, Any]) -> dict[int, list[dict[str, Any]]]:
    """By chat, the notices that say that a person came or went, each marked with ``has_come``.

    ``person`` has ``aliases``. A name that someone gave themself is told only within its chat, and ``You`` is whoever
    the capture is from.
    """
    everywhere = {a["name"] for a in person["aliases"] if a["kind"] != "push"} - set(_OWN)
    within = {(a["chat_id"], a["name"]) for a in person["aliases"]}
    found: dict[int, list[dict[str, Any]]] = {}
    for notice in notices:
        names = whom(notice["event"], notice["text"])
        if any(name in _OWN for name in names):
            names |= {notice["custodian"]}
        if names & everywhere or any((notice["chat_id"], name) in within for name in names - set(_OWN)):
            found.setdefault(notice["chat_id"], []).append({**notice, "has_come": has_come(notice["event"])})
    return found


def has_come(event: str) -> bool:
    return event not in ("left", "removed")


def whom(event: str, text: str) -> set[str]:
    """Whom a system message says came or went; empty where it names nobody.

    >>> sorted(whom("added", "Alex Black (MOJ) added Priya Shah (HMT), ~ Sam and +44 7700 900123"))
    ['+44 7700 900123', 'Priya Shah (HMT)', 'Priya Shah (HMT), ~ Sam and +44 7700 900123', '~ Sam']
    >>> whom("removed", "You're no longer a participant in this group")
    {'You'}
    """
    named = evidence.named_in(text)
    if not named:
        return {"You"} if text.startswith("You") else set()
    who = named[0] if event in _FIRST_NAMED else named[-1]
    return {who, *_ONE_BY_ONE.split(who)}
