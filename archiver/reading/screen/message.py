"""One message or system message of a screen, with its doubts and what was odd about it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from archiver.model import Finding, Kind, Sighting
from archiver.reading.screen import CUT_BUBBLE, EMOJI_MARK, EMOJI_UNREAD, LOW_CONFIDENCE, SENDER_OFF_SCREEN, confidence
from archiver.reading.screen.anatomy import Chip, Screen
from archiver.reading.screen.confidence import Doubts
from archiver.reading.screen.part import Part, box_of, clock_of
from archiver.reading.screen.sheet import Line
from archiver.reading.screen.times import Clock
from archiver.reading.screen.words import DELETED, body_text, is_file, quoted_in, take_edited

LOW: Final = 0.6
EDITED: Final = re.compile(r"\bed[il1]ted\b", re.IGNORECASE)


class Around(NamedTuple):
    """What the rest of the screen says about one message."""

    half: bool
    """Most times say am or pm."""
    group: bool
    before: str
    """``sent_at`` of the message above; empty where there is none."""


def message_of(part: Part, sender: str | None, day: date | None, around: Around, screen: Screen) -> Sighting:
    inside = part.inside
    bubble = inside.bubble
    edited = bool(EDITED.search(" ".join(line.text for line in part.time))) or take_edited(part, screen.unit)
    text = body_text(part, screen)
    clock = clock_of(part)
    kind = _kind(part, text)
    sent_at = _sent(day, clock.text if clock else None)
    doubts = _doubts(part, clock, text, screen)._replace(
        time_unsure=float(_is_time_unsure(part, clock, around.half)),
        out_of_order=float(is_earlier(sent_at, around.before)),
        name=_name_doubt(part, sender, around.group),
    )
    return Sighting(
        sent_at=sent_at,
        sender=sender,
        kind=kind,
        text=text,
        edited=edited,
        confidence=confidence.probability(doubts),
        box=box_of(bubble.rect),
        partial=bubble.cut_top or bubble.cut_bottom or bubble.covered or part.covered,
        quoted=quoted_in(part),
    )


def _sent(day: date | None, clock: str | None) -> str | None:
    if day:
        return f"{day.isoformat()}T{clock}" if clock else day.isoformat()
    return f"T{clock}" if clock else None


def _kind(part: Part, text: str) -> Kind:
    inside = part.inside
    if DELETED.search(text) and len(text) < 60:
        return "deleted"
    if inside.voice or is_file(part):
        return "media"
    kinds = {kind for kind, _ in inside.panels}
    if kinds & {"photo", "card"} and not re.search(r"https?://|www\.", text):
        return "media"
    return "text"


def system_message(chip: Chip, lines: list[Line], text: str, day: date | None, screen: Screen) -> Sighting:
    worst, mean = confidence.words_doubted(lines)
    doubts = Doubts(worst, mean, odd=confidence.odd_share(text), lossy=float(screen.noise > 3))
    return Sighting(
        _sent(day, None), None, "system", text, confidence=confidence.probability(doubts), box=box_of(chip.rect)
    )


def _doubts(part: Part, clock: Clock | None, text: str, screen: Screen) -> Doubts:
    """What can be doubted by looking at the bubble alone."""
    inside, bubble = part.inside, part.inside.bubble
    worst, mean = confidence.words_doubted(part.body)
    return Doubts(
        worst_word=worst,
        mean_word=mean,
        uncovered=confidence.uncovered_share(inside, part.body),
        odd=confidence.odd_share(text),
        no_time=float(clock is None),
        cut=float(bubble.cut_top or bubble.cut_bottom),
        covered=float(bubble.covered or part.covered),
        stroke=float(any(word.text == "|" for line in part.body for word in line.words)),
        panel=float(bool(inside.panels) or inside.voice),
        lossy=float(screen.noise > 3),
    )


def _is_time_unsure(part: Part, clock: Clock | None, half: bool) -> bool:
    sure = min((word.confidence for line in part.time for word in line.words if ":" in word.text), default=100.0)
    return clock is not None and (not clock.sure or clock.half != half or sure < 60)


def is_earlier(sent_at: str | None, before: str) -> bool:
    """True for a time that is earlier than the one above it, on the same day."""
    sent = sent_at or ""
    return sent[:-5] == before[:-5] and "T" in sent and "T" in before and sent < before


def _name_doubt(part: Part, sender: str | None, group: bool) -> float:
    if not group or part.inside.bubble.side == "right":
        return 0.0
    if sender is None or part.doubtful:
        return 1.0
    odd = confidence.odd_share(" ".join(line.text for line in part.label))
    return min(1.0, 0.5 * confidence.words_doubted(part.label)[0] + odd)


def findings_of(part: Part, sighting: Sighting, group: bool | None) -> list[Finding]:
    box = sighting.box
    findings = []
    if sighting.partial:
        findings.append(
            Finding(
                CUT_BUBBLE,
                "A bubble is cut off or covered; only what shows was read, and a line cut through was left out.",
                box=box,
            )
        )
    if group and sighting.sender is None and part.inside.bubble.side == "left":
        findings.append(Finding(SENDER_OFF_SCREEN, "The name of this bubble's writer is not on this screen.", box=box))
    if part.inside.emoji:
        findings.append(
            Finding(
                EMOJI_UNREAD,
                f"Pictures in the text were not read; {EMOJI_MARK} stands where the text is only those.",
                box=box,
            )
        )
    if sighting.confidence is not None and sighting.confidence < LOW:
        findings.append(Finding(LOW_CONFIDENCE, "This message was hard to read; compare it with the picture.", box=box))
    return findings
