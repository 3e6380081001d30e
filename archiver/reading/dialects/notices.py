"""System messages: what WhatsApp itself writes into a chat, and what each says has happened.

One row a wording: the event, whether the wording is *firm* (nobody writes it by chance), and the pattern of the whole
line. ``WHO`` stands for one or more names, ``QUOTED`` for a name in quotation marks.

Source: cases t01, t03, t09, t24; published tables of WhatsApp's own strings.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from archiver.reading.dialects.notices_abroad import ABROAD
from archiver.reading.dialects.wording import ENCRYPTION


class Notice(NamedTuple):
    """What a system message says."""

    event: str
    firm: bool
    names: tuple[str, ...] = ()
    """Whom it names, the one who acted first."""


_ENGLISH = (
    ("created", True, "WHO created (?:this |the )?group(?: QUOTED)?"),
    ("created", True, "WHO created (?:this community|community QUOTED|(?:this |the )?announcement group)"),
    ("community", True, "WHO (?:added|removed) (?:this|the) group (?:to|from) the community.*"),
    ("community", True, "WHO (?:was|were) (?:added to|removed from) the community.*"),
    ("community", True, "This group was (?:added to|removed from) the community.*"),
    ("added", False, "WHO added WHO"),
    ("added", False, "WHO (?:was|were) added"),
    ("removed", False, "WHO removed WHO"),
    ("removed", False, "WHO (?:was|were) removed"),
    ("removed", True, "You(?:'re|’re| are) no longer a (?:participant|member) (?:in|of) this group.*"),
    ("left", False, "WHO left(?: the group)?"),
    ("joined-by-link", True, "WHO joined using (?:this group['’]s|this community['’]s|your|an?) (?:group )?invite(?: link)?"),
    ("joined-by-link", True, "WHO joined via (?:an? )?(?:group |invite )+link"),
    ("joined-by-link", True, "WHO joined (?:from the community|by request|using a group link)"),
    ("joined", False, "WHO joined(?: the group)?"),
    ("requested-to-join", True, "WHO requested to join(?: the group)?.*"),
    ("requested-to-join", True, "WHO (?:accepted|approved|rejected|cancelled) .*request.* to join.*"),
    ("subject-changed", True, "WHO changed the (?:group name|subject|group subject) from QUOTED to QUOTED"),
    ("subject-changed", True, "WHO changed the (?:group name|subject|group subject) to QUOTED"),
    ("icon-changed", True, "WHO (?:changed|deleted|removed|updated) (?:this group['’]s|the group['’]s|the group|this community['’]s) icon"),
    ("description-changed", True, "WHO (?:changed|deleted|updated|removed) the (?:group|community) description(?:\\. (?:Tap|Click) to view\\.?)?"),
    ("settings-changed", True, "WHO (?:changed|updated) (?:this group['’]s|the group|the group['’]s|this community['’]s) settings.*"),
    ("settings-changed", True, "WHO changed the settings (?:so|to).*"),
    ("settings-changed", True, "WHO turned (?:on|off) admin approval to join this group.*"),
    ("settings-changed", True, "WHO (?:now )?(?:allowed|allows) (?:all|only) .+ to (?:edit|send|add|join|change).*"),
    ("settings-changed", True, "WHO reset (?:this|the) group['’]s invite link.*"),
    ("admin-changed", True, "WHO(?:['’]re| are| is|['’]s) (?:now|no longer) (?:an?|a group|a community) (?:group |community )?admin"),
    ("number-changed", True, "WHO changed (?:their|your) (?:phone )?number.*"),
    ("number-changed", True, "WHO changed to a new (?:phone )?number.*"),
    ("number-changed", False, "WHO changed to WHO"),
    ("security-code", True, "Your security code with WHO changed\\..*"),
    ("security-code", True, "WHO['’]s security code changed\\..*"),
    ("message-timer", True, "WHO turned (?:on|off) disappearing messages\\b.*"),
    ("message-timer", True, "WHO (?:updated|set|changed) the message timer\\b.*"),
    ("message-timer", True, "WHO uses? a default timer for disappearing messages in new chats\\..*"),
    ("message-timer", True, "New messages will disappear from this chat.*"),
    ("message-timer", True, "Disappearing messages (?:were|are now) turned (?:on|off).*"),
    ("pinned", True, "WHO (?:un)?pinned a message"),
    ("blocked", True, "You (?:un)?blocked this (?:contact|business|account).*"),
    ("privacy", True, "WHO turned (?:on|off) advanced chat privacy.*"),
    ("privacy", True, "Advanced chat privacy was turned (?:on|off).*"),
    ("business", True, "This (?:chat is with|is) an? (?:official |verified )?business account.*"),
    ("business", True, "This business (?:account )?(?:is|works|uses|has|may)\\b.*"),
    ("business", True, ".*uses a secure service from Meta to manage this chat.*"),
    ("business", True, "WHO (?:registered as|may have changed to|is now) a (?:standard|business) account.*"),
    ("assistant", True, "Messages (?:with|to) (?:Meta )?AI\\b.*"),
    ("assistant", True, ".*Meta AI.*Learn more\\.?"),
    ("call", False, "WHO started an? (?:voice |video |group )*call.*"),
    ("event", True, "WHO (?:created|cancelled|canceled|updated) (?:an|the) event.*"),
    ("contact", False, "WHO is a contact\\.?"),
)  # fmt: skip

_QUOTED = r"[\"“”„«'‘’「『].*[\"“”»'‘’」』]"
_NAME = r"([^\n]{1,100}?)"


@cache
def _compiled() -> tuple[tuple[str, bool, str, bool, re.Pattern[str]], ...]:
    """Of each row a piece that every such line holds, which is quick to look for, and the whole pattern.

    Where no such piece is known, a row in another script is at least not looked for in a line of ASCII.
    """
    rows = []
    for event, firm, row in (*_ENGLISH, *ABROAD):
        held = _held_by_all(row)
        pattern = re.compile(row.replace("WHO", _NAME).replace("QUOTED", _QUOTED), re.DOTALL)
        rows.append((held, len(held) < 3 and not row.isascii(), event, firm, pattern))
    return tuple(rows)


def _held_by_all(row: str) -> str:
    """The longest piece of a pattern that stands in it outside groups, and is not optional.

    >>> _held_by_all("WHO (?:was|were) added(?: again)?")
    ' added'
    """
    bare = re.sub(r"\[[^\]]*\][?*+]?|\\.[?*+]?|WHO|QUOTED", "\0", row)
    while (less := re.sub(r"\([^()]*\)[?*+]?", "\0", bare)) != bare:
        bare = less
    if "|" in bare:
        return ""
    return max(re.split(r"\0|.[?*]|[.+^$]", bare), key=len)


@lru_cache(maxsize=4096)
def notice_of(line: str) -> Notice | None:
    """What a whole line says as a system message, or None where it is none that is known.

    >>> notice_of("Priya Shah (HMCTS) added +44 7700 900456")
    Notice(event='added', firm=False, names=('Priya Shah (HMCTS)', '+44 7700 900456'))
    >>> notice_of("Sam left: who has the keys?") is None
    True
    """
    if ENCRYPTION.match(line):
        return Notice("encryption", True)
    ascii_only = line.isascii()
    for held, abroad, event, firm, pattern in _compiled():
        if held in line and not (abroad and ascii_only) and (found := pattern.fullmatch(line)):
            return Notice(event, firm, tuple(name for name in found.groups() if name))
    return None


def event_of(text: str) -> str:
    """What a system message says has happened, or ``other``."""
    notice = notice_of(text)
    return notice.event if notice else "other"
