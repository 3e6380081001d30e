"""Puts a screen's readings together: who said what, when, and how sure we are."""

from __future__ import annotations

import re
from typing import Final

from archiver.model import Batch, Finding, Sighting
from archiver.reading.screen import NO_DATE_ON_SCREEN, OWNER_UNKNOWN, UNREAD_REGION
from archiver.reading.screen.anatomy import Chip, Screen
from archiver.reading.screen.days import day_on, pill_in_words, uncover
from archiver.reading.screen.message import Around, findings_of, is_earlier, message_of, system_message
from archiver.reading.screen.part import (
    Known,
    Part,
    Told,
    box_of,
    chip_text,
    half_clock,
    in_order,
    is_writing,
)
from archiver.reading.screen.senders import is_group, senders_of
from archiver.reading.screen.sheet import Line
from archiver.reading.screen.times import read_clock, read_day

UNREAD: Final = re.compile(r"\bunread message", re.IGNORECASE)

PLACEHOLDER: Final = re.compile(r"(Type a m|M)essage\W*")
"""What stands in the field for typing."""
PHONE_SAYS: Final = re.compile(
    r"\b(added|left|joined|removed|created|changed|turned (on|off)|pinned|updated|security code|encrypted|disappearing"
    r"|missed|admin|invite link|blocked|group call|video call|voice call|You're now|waiting for)\b"
)
"""Words of system messages: what was seen only by its edges is believed if it says one of them."""


def assemble(
    screen: Screen, parts: list[Part], chips: list[tuple[Chip, list[Line]]], header: dict[str, list[Line]], known: Known
) -> Told:
    """Sightings from top to bottom, and what was odd."""
    title = header.get("title", [])
    chat = title_of(title[:1])
    uncover(parts, chips)
    pill = pill_in_words(parts, screen)
    group = is_group(parts, header.get("below", []) + title[1:], screen)
    findings: list[Finding] = []
    senders = senders_of(parts, chips, group, chat, known.custodian, screen.unit)
    half = half_clock(parts)
    sightings: list[tuple[int, Sighting]] = []
    day = read_day(pill, known.captured) if pill else None
    told_day, before = bool(pill), ""
    for top, item in in_order(parts, chips):
        if isinstance(item, Part):
            sighting = message_of(item, senders[id(item)], day, Around(half, bool(group), before), screen)
            before = _later(sighting.sent_at, before)
            findings += findings_of(item, sighting, group)
            if _is_empty(item, sighting):
                findings.append(
                    Finding(UNREAD_REGION, "Something like a bubble shows nothing to read.", box=sighting.box)
                )
                continue
            if sighting.text or sighting.kind != "text" or not sighting.partial:
                sightings.append((top, sighting))
            continue
        chip, lines = item
        text = chip_text(lines)
        day_text = day_on(lines)
        if day_text:
            day, told_day = read_day(day_text, known.captured), True
        elif chip.floating or UNREAD.search(text):
            continue
        elif is_writing(lines) and (not chip.shy or PHONE_SAYS.search(text)):
            sightings.append((top, system_message(chip, lines, text, day, screen)))
        elif not chip.shy and sum(character.isalpha() for character in text) > 3:
            findings.append(
                Finding(UNREAD_REGION, "A strip or a day on this screen could not be read.", box=box_of(chip.rect))
            )
    if parts and not told_day:
        findings.append(Finding(NO_DATE_ON_SCREEN, "No day is shown on this screen; its messages have only a time."))
    if known.custodian is None and any(part.inside.bubble.side == "right" for part in parts):
        findings.append(
            Finding(
                OWNER_UNKNOWN, "The right-hand bubbles are the phone owner's; say whose phone it is with --custodian."
            )
        )
    clock = read_clock(" ".join(line.text for line in header.get("clock", [])))
    return Told(chat, group, clock.text if clock else None, Batch([s for _, s in sightings], findings))


def _is_empty(part: Part, sighting: Sighting) -> bool:
    """True where neither words nor a time nor an emoji nor a name were found, or only what stands in an empty field."""
    if PLACEHOLDER.fullmatch(sighting.text) and not part.time:
        return True
    seen = sighting.text or part.time or part.label or part.quote or part.inside.emoji or part.inside.voice
    return not seen and not sighting.partial


def title_of(lines: list[Line]) -> str | None:
    text = " ".join(line.text for line in lines).strip()
    text = re.sub(r"(\.{2,}|…)$", "…", text)
    text = re.sub(r"^[^\w+~(]+|[^\w)…!?.\"']+$", "", text)
    # A dash between words is read as one, two or a long one.
    text = re.sub(r"(?<=\s)[-\N{EN DASH}\N{EM DASH}]+(?=\s)", "\N{EN DASH}", text)
    return text or None


def _later(sent_at: str | None, before: str) -> str:
    """The latest time so far of the same day: one time that was read too early does not vouch for the next."""
    return before if sent_at is None or "T" not in sent_at or is_earlier(sent_at, before) else sent_at
