"""System messages: what WhatsApp itself writes into a chat, and what each says has happened.

One row a wording: the event, whether the wording is *firm* (nobody writes it by chance), and the pattern of the whole
line. ``WHO`` stands for one or more names.

Source: cases t01, t03, t09, t24; published tables of WhatsApp's own strings.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class Notice(NamedTuple):
    event: str
    firm: bool
    pattern: str


_QUOTED = r"[\"“”„«'‘’].*[\"“”»'‘’]"

NOTICES = (
    Notice("created", True, rf"WHO created (?:this )?group(?: {_QUOTED})?"),
    Notice("created", True, r"WHO created this community|WHO created (?:this )?announcement group"),
    Notice("added", False, r"WHO (?:added|was added|were added)(?: WHO)?"),
    Notice("added", True, r"WHO (?:was|were) added (?:to|from) the community|WHO added WHO to the community"),
    Notice("removed", False, r"WHO (?:removed WHO|was removed|were removed)"),
    Notice("left", False, r"WHO left"),
    Notice(
        "joined-by-link",
        True,
        r"WHO joined (?:using (?:this group's|your|an?) (?:group )?(?:invite )?link|via (?:a )?(?:group|invite) link)",
    ),
    Notice(
        "joined-by-link",
        True,
        r"WHO joined (?:using (?:this group’s|this community's) invite link|from the community|by request)",
    ),
    Notice("requested-to-join", True, r"WHO requested to join"),
    Notice("subject-changed", True, rf"WHO changed the (?:group name|subject)(?: from {_QUOTED})? to {_QUOTED}"),
    Notice("icon-changed", True, r"WHO (?:changed|deleted|removed) (?:this group['’]s icon|the group icon)"),
    Notice("description-changed", True, r"WHO (?:changed|deleted|updated) the group description"),
    Notice(
        "settings-changed",
        True,
        r"WHO (?:changed|updated) (?:this group['’]s|the group) settings(?: to .+)?|WHO turned (?:on|off) admin approval to join this group",
    ),
    Notice("settings-changed", True, r"WHO (?:now )?(?:allowed|allows) .+ to (?:edit|send|add|join).*"),
    Notice(
        "admin-changed",
        True,
        r"WHO(?:'re| are| is|’re|’s|'s) (?:now an admin|no longer an admin)|You(?:'re|’re) (?:now|no longer) (?:a community|a group|an) admin",
    ),
    Notice("number-changed", True, r"WHO changed (?:their|to a new) (?:phone )?number.*|WHO changed to WHO"),
    Notice("security-code", True, r"Your security code with WHO changed\..*|WHO's security code changed\..*"),
    Notice(
        "message-timer",
        True,
        r"WHO (?:turned (?:on|off) disappearing messages|updated the message timer|set the message timer|changed the message timer)\b.*",
    ),
    Notice(
        "message-timer",
        True,
        r"WHO uses? a default timer for disappearing messages in new chats\..*|New messages will disappear from this chat.*",
    ),
    Notice("pinned", True, r"WHO pinned a message"),
    Notice("blocked", True, r"You (?:blocked|unblocked) this (?:contact|business).*"),
    Notice("privacy", True, r"WHO (?:turned (?:on|off)) advanced chat privacy.*"),
    Notice(
        "business",
        True,
        r"This (?:chat is with a business account|business (?:account )?(?:is|works)).*|.*uses a secure service from Meta to manage this chat.*",
    ),
    Notice("assistant", True, r"Messages (?:with|to) (?:Meta AI|AI).*|.*Meta AI.*Learn more\.?"),
    Notice("call-started", False, r"WHO started a (?:call|video call|voice call)"),
    Notice("event", True, r"WHO (?:created|cancelled|updated) (?:an|the) event.*"),
    # German
    Notice("created", True, rf"WHO (?:hat|hast) (?:die|diese) Gruppe(?: {_QUOTED})? erstellt\.?"),
    Notice("added", True, r"WHO (?:hat|hast) WHO hinzugefügt\.?|WHO wurden? hinzugefügt\.?"),
    Notice("removed", True, r"WHO (?:hat|hast) WHO entfernt\.?|WHO wurden? entfernt\.?"),
    Notice("left", True, r"WHO (?:hat|hast) die Gruppe verlassen\.?"),
    Notice("joined-by-link", True, r"WHO ist dieser Gruppe über (?:den|einen) Einladungslink beigetreten\.?"),
    Notice(
        "subject-changed",
        True,
        rf"WHO (?:hat|hast) den (?:Gruppennamen|Betreff)(?: von {_QUOTED})? (?:zu|in|auf) {_QUOTED} geändert\.?",
    ),
    Notice("icon-changed", True, r"WHO (?:hat|hast) das Gruppenbild (?:geändert|gelöscht)\.?"),
    Notice("description-changed", True, r"WHO (?:hat|hast) die Gruppenbeschreibung (?:geändert|gelöscht)\.?"),
    Notice("security-code", True, r"Deine Sicherheitsnummer (?:für|mit) WHO hat sich geändert\..*"),
    # French
    Notice("created", True, rf"WHO (?:a|avez) créé (?:le|ce) groupe(?: {_QUOTED})?"),
    Notice("added", True, r"WHO (?:a|avez) ajouté WHO|WHO a été ajoutée?"),
    Notice("removed", True, r"WHO (?:a|avez) (?:retiré|supprimé) WHO"),
    Notice("left", True, r"WHO (?:a|avez) quitté(?: le groupe)?|WHO est partie?"),
    Notice(
        "subject-changed",
        True,
        rf"WHO (?:a|avez) (?:changé|modifié) (?:le nom du groupe|l[’']objet|le sujet)(?: de {_QUOTED})? (?:en|à|par|pour) {_QUOTED}",
    ),
    # Spanish
    Notice("created", True, rf"WHO (?:creó|creaste) (?:el|este) grupo(?: {_QUOTED})?"),
    Notice("added", True, r"WHO (?:añadió|agregó|añadiste|agregaste) a WHO|Se añadió a WHO"),
    Notice("removed", True, r"WHO (?:eliminó|sacó) a WHO"),
    Notice("left", True, r"WHO (?:salió|saliste)(?: del grupo)?"),
    Notice(
        "subject-changed",
        True,
        rf"WHO cambi(?:ó|aste) el (?:nombre del grupo|asunto)(?: de {_QUOTED})? (?:a|por) {_QUOTED}",
    ),
    # Italian
    Notice("created", True, rf"WHO (?:ha|hai) creato il gruppo(?: {_QUOTED})?"),
    Notice("added", True, r"WHO (?:ha|hai) aggiunto WHO"),
    Notice("removed", True, r"WHO (?:ha|hai) rimosso WHO"),
    Notice("left", True, r"WHO (?:ha|hai) abbandonato(?: il gruppo)?"),
    # Portuguese
    Notice("created", True, rf"WHO (?:criou|criaste) o grupo(?: {_QUOTED})?"),
    Notice("added", True, r"WHO adicionou WHO"),
    Notice("removed", True, r"WHO removeu WHO"),
    Notice("left", True, r"WHO saiu(?: do grupo)?"),
    # Dutch
    Notice("created", True, rf"WHO (?:heeft|hebt) (?:de )?groep(?: {_QUOTED})? (?:aan)?gemaakt"),
    Notice("added", True, r"WHO (?:heeft|hebt) WHO toegevoegd"),
    Notice("removed", True, r"WHO (?:heeft|hebt) WHO verwijderd"),
    Notice("left", True, r"WHO (?:heeft|hebt) de groep verlaten"),
    # Arabic, Hindi, Chinese
    Notice(
        "created",
        True,
        rf"(?:أنشأ|قام) WHO (?:هذه )?(?:ال)?مجموعة(?: {_QUOTED})?|WHO ने (?:ग्रुप|समूह)(?: {_QUOTED})? बनाया|WHO(?:建立|創建|创建)了(?:此)?(?:群組|群组)(?:{_QUOTED})?",
    ),
    Notice("added", True, r"(?:أضاف|قام) WHO (?:بإضافة )?WHO|WHO ने WHO को (?:जोड़ा|ऐड किया)|WHO(?:新增|添加|加入)了WHO"),
    Notice("removed", True, r"WHO ने WHO को (?:हटाया|निकाला|निकाल दिया)|WHO(?:移除|删除|刪除)了WHO"),
    Notice(
        "left",
        True,
        r"(?:غادر|خرج) WHO|WHO ने (?:ग्रुप|समूह) छोड़ (?:दिया|गए)|WHO(?:已)?(?:退出|離開|离开)(?:了)?(?:群組|群组)?",
    ),
)

NAME_IN_NOTICE = r"[^\n]{1,100}?"


@cache
def _compiled() -> tuple[tuple[Notice, re.Pattern[str]], ...]:
    return tuple((n, re.compile(n.pattern.replace("WHO", NAME_IN_NOTICE))) for n in NOTICES)


def notice_of(line: str) -> Notice | None:
    """The row that a whole line matches, or None.

    >>> notice_of("Priya Shah (HMCTS) added +44 7700 900456").event
    'added'
    >>> notice_of("Sam left: who has the keys?") is None
    True
    """
    from archiver.reading.dialects.wording import ENCRYPTION

    if ENCRYPTION.match(line):
        return Notice("encryption", True, "")
    for notice, pattern in _compiled():
        if pattern.fullmatch(line):
            return notice
    return None


_ACTOR = re.compile(
    r"(?P<name>[^\n]{1,100}?) (?:joined (?:using|via|from)|left$|was added|were added|added |removed |created |changed (?:the|this|their)"
    r"|turned (?:on|off) |pinned a message|deleted (?:this|the) group)"
)


def actor_of(line: str) -> str | None:
    """The name that a notice puts in front of what was done, or None where it has none.

    >>> actor_of("MOJ: Duty Line joined using this group's invite link")
    'MOJ: Duty Line'
    """
    found = _ACTOR.match(line)
    return found["name"] if found else None
