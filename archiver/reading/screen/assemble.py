"""Puts a screen's readings together: who said what, when, and how sure we are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from archiver.model import Batch, Finding, Kind, Quoted, Sighting
from archiver.reading.screen import (
    CUT_BUBBLE,
    EMOJI_MARK,
    EMOJI_UNREAD,
    LOW_CONFIDENCE,
    NO_DATE_ON_SCREEN,
    OWNER_UNKNOWN,
    SENDER_OFF_SCREEN,
    UNREAD_REGION,
    confidence,
)
from archiver.reading.screen.bubble import Inside
from archiver.reading.screen.confidence import Doubts
from archiver.reading.screen.layout import Chip, Screen
from archiver.reading.screen.plates import Rect
from archiver.reading.screen.recognise import Word
from archiver.reading.screen.sheet import Line
from archiver.reading.screen.times import Clock, is_day, read_clock, read_day

LOW: Final = 0.6
DELETED: Final = re.compile(r"(this message was deleted|you deleted this message)", re.IGNORECASE)
EDITED: Final = re.compile(r"\bed[il1]ted\b", re.IGNORECASE)
FORWARDED: Final = re.compile(r"^\W*\w{0,3}\W*forwarded( many times)?\W*$", re.IGNORECASE)
UNREAD: Final = re.compile(r"\bunread message", re.IGNORECASE)
NAME: Final = re.compile(r"^(~ ?\S.* \+?[0-9][0-9 ]{8,}|[A-Z][\w'.-]+( [A-Z][\w'.-]+){1,3} \([A-Za-z0-9 ]{2,16}\))$")
"""``~ Name +44 ...``, or ``First Last (Organisation)``, alone on a line."""
LINK: Final = re.compile(r"(https?://|www\.)\S+$", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """A bubble with what was read in it."""

    inside: Inside
    body: list[Line] = field(default_factory=list)
    label: list[Line] = field(default_factory=list)
    time: list[Line] = field(default_factory=list)
    quote: list[Line] = field(default_factory=list)
    covered: bool = False
    doubtful: bool = False
    """True where the name was hard to find."""

    def __post_init__(self) -> None:
        # A link that fills the first line is coloured like a name.
        if self.label and re.match(r"https?:|www\.|@", self.label[0].text):
            self.body = self.label + self.body
            self.label, self.inside.label = [], None

    @property
    def top(self) -> int:
        return self.inside.bubble.rect.top


class Known(NamedTuple):
    """What is known beside the picture."""

    captured: date | None
    custodian: str | None


class Told(NamedTuple):
    """What the whole screen says."""

    chat: str | None
    group: bool | None
    clock: str | None
    batch: Batch


def assemble(
    screen: Screen, parts: list[Part], chips: list[tuple[Chip, list[Line]]], header: dict[str, list[Line]], known: Known
) -> Told:
    """Sightings from top to bottom, and what was odd."""
    title = header.get("title", [])
    chat = _title(title[:1])
    pill = _pill_in_words(parts, screen)
    group = _is_group(parts, header.get("below", []) + title[1:], screen)
    findings: list[Finding] = []
    senders = _senders(parts, chips, group, chat, known.custodian, screen.unit)
    half = _half_clock(parts)
    sightings: list[tuple[int, Sighting]] = []
    day = read_day(pill, known.captured) if pill else None
    told_day, before = bool(pill), ""
    for top, item in _in_order(parts, chips):
        if isinstance(item, Part):
            sighting = _message(item, senders[id(item)], day, _Around(half, bool(group), before), screen)
            before = _later(sighting.sent_at, before)
            findings += _message_findings(item, sighting, group)
            if _is_empty(item, sighting):
                findings.append(
                    Finding(UNREAD_REGION, "Something like a bubble shows nothing to read.", box=sighting.box)
                )
                continue
            if sighting.text or sighting.kind != "text" or not sighting.partial:
                sightings.append((top, sighting))
            continue
        chip, lines = item
        text = _chip_text(lines)
        day_text = next((each for each in (text, *(line.text for line in lines)) if is_day(each)), None)
        if day_text:
            day, told_day = read_day(day_text, known.captured), True
        elif chip.shy:
            continue
        elif _is_writing(lines) and not chip.floating and not UNREAD.search(text):
            sightings.append((top, _system(chip, lines, text, day, screen)))
        elif not chip.floating and not UNREAD.search(text) and sum(character.isalpha() for character in text) > 3:
            findings.append(
                Finding(UNREAD_REGION, "A strip or a day on this screen could not be read.", box=_box(chip.rect))
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
    """True where neither words nor a time nor an emoji nor a name were found: a patch of wallpaper, perhaps."""
    seen = sighting.text or part.time or part.label or part.quote or part.inside.emoji or part.inside.voice
    return not seen and not sighting.partial


def _pill_in_words(parts: list[Part], screen: Screen) -> str | None:
    """The floating day where it has the colour of the bubble it stands over, and was read among its words.

    Nothing but a day's name or date, set small, in the very middle of the screen just under the header.
    """
    for part in parts:
        if part.top > screen.header_bottom + 60 * screen.unit:
            break
        for line in part.body:
            for first in range(len(line.words)):
                for words in (line.words[first : first + many] for many in (4, 3, 2, 1)):
                    if _is_pill(words, part, screen):
                        line.words = [word for word in line.words if word not in words]
                        part.covered = True
                        return " ".join(word.text for word in words)
    return None


def _is_pill(words: list[Word], part: Part, screen: Screen) -> bool:
    text = " ".join(word.text for word in words)
    middle = (words[0].left + words[-1].right) / 2
    near = abs(middle - screen.size[0] / 2) < 3 * screen.unit
    high = words[0].top < screen.header_bottom + 40 * screen.unit
    others = [word.bottom - word.top for line in part.body for word in line.words if word not in words]
    small = not others or max(word.bottom - word.top for word in words) <= 0.95 * max(others)
    return near and high and small and text[:1].isupper() | text[:1].isdigit() and is_day(text)


def _in_order(
    parts: list[Part], chips: list[tuple[Chip, list[Line]]]
) -> list[tuple[int, Part | tuple[Chip, list[Line]]]]:
    items: list[tuple[int, Part | tuple[Chip, list[Line]]]] = [(part.top, part) for part in parts]
    # The floating day stands for the topmost message, though that one may begin above it.
    items += [(-1 if chip.floating else chip.rect.top, (chip, lines)) for chip, lines in chips]
    return sorted(items, key=lambda item: item[0])


def _title(lines: list[Line]) -> str | None:
    text = " ".join(line.text for line in lines).strip()
    text = re.sub(r"(\.{2,}|…)$", "…", text)
    text = re.sub(r"^[^\w+~(]+|[^\w)…!?.\"']+$", "", text)
    # A dash between words is read as one, two or a long one.
    text = re.sub(r"(?<=\s)[-\N{EN DASH}\N{EM DASH}]+(?=\s)", "\N{EN DASH}", text)
    return text or None


def _is_group(parts: list[Part], below: list[Line], screen: Screen) -> bool | None:
    """By avatars beside the bubbles, by names in them, by the members under the chat's name."""
    lefts = [part for part in parts if part.inside.bubble.side == "left"]
    if any(part.inside.bubble.rect.left > 34 * screen.unit for part in lefts):
        return True
    under = " ".join(line.text for line in below)
    if under.count(",") >= 1 and not re.search(r"last seen|online|typing", under):
        return True
    if under and re.search(r"last seen|online|typing|tap here for contact", under, re.IGNORECASE):
        return False
    if lefts:
        return sum(part.inside.label is not None for part in lefts) * 2 > len(lefts)
    return None


def _senders(
    parts: list[Part],
    chips: list[tuple[Chip, list[Line]]],
    group: bool | None,
    chat: str | None,
    owner: str | None,
    unit: float,
) -> dict[int, str | None]:
    """The sender of each part; a label holds for the bubbles under it until a chip or the other side breaks the run."""
    if group:
        _find_lost_labels(parts)
    names = _names_by_colour(parts) if group else {}
    senders: dict[int, str | None] = {}
    run: str | None = None
    below = 0
    for _, item in _in_order(parts, chips):
        if not isinstance(item, Part):
            run = None if _breaks_run(*item) else run
        elif item.inside.bubble.side == "right":
            run = None
            senders[id(item)] = owner
        elif not group:
            senders[id(item)] = chat
        else:
            if item.label:
                run = names.get(id(item))
            elif _begins_anew(item.top - below, unit):
                # A name must stand here and was not read: better none than the wrong one.
                run, item.doubtful = None, bool(below)
            senders[id(item)] = run
        if isinstance(item, Part):
            below = item.inside.bubble.rect.bottom
    return senders


def _breaks_run(chip: Chip, lines: list[Line]) -> bool:
    """True for what stands between bubbles and says something; a patch of wallpaper does not."""
    return not chip.floating and (_is_writing(lines) or any(is_day(line.text) for line in lines))


def _begins_anew(gap: float, unit: float) -> bool:
    """True for a gap as between two writers: one writer's bubbles are 2 or 3 units apart, or 16 with a reaction."""
    return 7.2 * unit < gap < 14 * unit


def _find_lost_labels(parts: list[Part]) -> None:
    """Take a first line that is a name for the label, where its colour was too weak to tell."""
    from rapidfuzz import fuzz

    known = {_label_text(part.label)[0] for part in parts if part.label}
    for part in parts:
        if part.label or part.inside.bubble.side == "right" or len(part.body) < 2 or part.inside.bubble.cut_top:
            continue
        text = part.body[0].text
        if NAME.match(text) or any(len(name) > 5 and fuzz.ratio(name, text) > 88 for name in known):
            part.label, part.body = part.body[:1], part.body[1:]
            part.doubtful = True


def _label_text(lines: list[Line]) -> tuple[str, float]:
    """A name as read, and how sure the engine was."""
    words = [word for line in lines for word in line.words]
    text = " ".join(word.text for word in words).strip(" .,|_-—'\"")
    text = re.sub(r"^[-–—=«~*]+\s*(?=\w)", "~ ", text)
    text = re.sub(r"^(~ .*?) \+?[0-9][0-9 ]{8,}$", r"\1", text)
    sure = min((word.confidence for word in words), default=0.0)
    return text, sure


def _names_by_colour(parts: list[Part]) -> dict[int, str | None]:
    """The name on each labelled part. One colour is one person within a screen: the surest reading holds for all."""
    from rapidfuzz import fuzz

    read = [(part, *_label_text(part.label)) for part in parts if part.label]
    names: dict[int, str | None] = {}
    for part, text, _ in read:
        alike = [
            (not other.doubtful, other_sure, other_text)
            for other, other_text, other_sure in read
            if other is part or (fuzz.ratio(text, other_text) >= 75 and (_near(part, other) or part.doubtful))
        ]
        names[id(part)] = max(alike)[2] or text or None
    return names


def _near(one: Part, other: Part) -> bool:
    a, b = one.inside.label_colour, other.inside.label_colour
    return a is not None and b is not None and max(abs(x - y) for x, y in zip(a, b, strict=True)) <= 24


def _half_clock(parts: list[Part]) -> bool:
    """True where most bubbles of this screen say am or pm."""
    clocks = [_clock(part) for part in parts]
    read = [clock for clock in clocks if clock]
    return sum(clock.half for clock in read) * 2 > len(read)


def _clock(part: Part) -> Clock | None:
    return read_clock(" ".join(line.text for line in part.time))


class _Around(NamedTuple):
    """What the rest of the screen says about one message."""

    half: bool
    """Most times say am or pm."""
    group: bool
    before: str
    """``sent_at`` of the message above; empty where there is none."""


def _message(part: Part, sender: str | None, day: date | None, around: _Around, screen: Screen) -> Sighting:
    inside = part.inside
    bubble = inside.bubble
    edited = bool(EDITED.search(" ".join(line.text for line in part.time))) or _take_edited(part, screen.unit)
    text = _body_text(part, screen)
    clock = _clock(part)
    kind = _kind(inside, text)
    sent_at = _sent(day, clock.text if clock else None)
    doubts = _doubts(part, clock, text, screen)._replace(
        time_unsure=float(_is_time_unsure(part, clock, around.half)),
        out_of_order=float(_is_earlier(sent_at, around.before)),
        name=_name_doubt(part, sender, around.group),
    )
    return Sighting(
        sent_at=sent_at,
        sender=sender,
        kind=kind,
        text=text,
        edited=edited,
        confidence=confidence.probability(doubts),
        box=_box(bubble.rect),
        partial=bubble.cut_top or bubble.cut_bottom or bubble.covered or part.covered,
        quoted=_quoted(part),
    )


def _box(rect: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = rect
    return left, top, right - left, bottom - top


def _take_edited(part: Part, unit: float) -> bool:
    """Take the phone's own ``Edited`` out of the words, where a wide gap has parted it from the time behind it."""
    if not part.body or part.inside.time is None:
        return False
    last, time = part.body[-1].words[-1], part.inside.time
    beside = 0 < time.left - last.right < 16 * unit and last.top > time.top - 4 * unit
    if last.text != "Edited" or not beside:
        return False
    part.body[-1].words.pop()
    if not part.body[-1].words:
        part.body.pop()
    return True


def _sent(day: date | None, clock: str | None) -> str | None:
    if day:
        return f"{day.isoformat()}T{clock}" if clock else day.isoformat()
    return f"T{clock}" if clock else None


def _kind(inside: Inside, text: str) -> Kind:
    if DELETED.search(text) and len(text) < 60:
        return "deleted"
    if inside.voice:
        return "media"
    kinds = {kind for kind, _ in inside.panels}
    if kinds & {"photo", "card"} and not re.search(r"https?://|www\.", text):
        return "media"
    return "text"


def _body_text(part: Part, screen: Screen) -> str:
    """The words, with the writer's line breaks; a line that was full is taken for wrapped."""
    lines = _without_emoji(part)
    if lines and FORWARDED.match(lines[0].text):
        lines = lines[1:]
    if not lines:
        return EMOJI_MARK * min(len(part.inside.emoji), 8) if not part.inside.panels else ""
    room = part.inside.bubble.rect.width - 18 * screen.unit
    text = lines[0].text
    for above, line in pairwise(lines):
        text += _joint(above, line, text, room) + line.text
    found = DELETED.search(text)
    return found[0] if found and len(text) < len(found[0]) + 8 else text


def _without_emoji(part: Part) -> list[Line]:
    """The lines, less whatever was read into the holes that the emoji left; a mark stands there instead."""
    lines = []
    for line in part.body:
        words = [word for word in line.words if not any(_in(word, rect) for rect in part.inside.emoji)]
        if words:
            lines.append(Line(words))
    for rect in part.inside.emoji:
        _mark(lines, rect)
    return lines


def _in(word: Word, rect: Rect) -> bool:
    """More than half of the word lies in the hole."""
    across = min(word.right, rect.right) - max(word.left, rect.left)
    inside = rect.top - 4 <= (word.top + word.bottom) / 2 <= rect.bottom + 4
    return inside and across > 0.5 * (word.right - word.left)


def _mark(lines: list[Line], rect: Rect) -> None:
    middle = (rect.top + rect.bottom) / 2
    line = next((line for line in lines if line.top - 3 <= middle <= line.bottom + 3), None)
    if line is not None:
        mark = line.words[0]._replace(text=EMOJI_MARK, left=rect.left, right=rect.right, confidence=96.0)
        line.words.insert(sum(word.left < rect.left for word in line.words), mark)


def _joint(above: Line, line: Line, text: str, room: float) -> str:
    """What stands between two lines: nothing, a space, or the writer's own break."""
    tall = line.bottom - line.top
    gap = line.top - above.bottom
    if gap > 1.3 * max(tall, 1):
        return "\n\n"
    first = line.words[0]
    fits = (above.right - above.left) + (first.right - first.left) + 0.5 * tall < room * 0.97
    if fits:
        return "\n"
    if LINK.search(text) and re.match(r"[\w/%?&=#.\-]+", line.text) and text[-1] in "/-_&=?":
        return ""
    return "" if re.search(r"\w-$", text) else " "


def _quoted(part: Part) -> Quoted | None:
    if not part.quote:
        return None
    first, *rest = part.quote
    return Quoted(first.text if rest else None, " ".join(line.text for line in (rest or [first])))


def _chip_text(lines: list[Line]) -> str:
    return " ".join(line.text for line in lines).strip(" .,|-—_'")


def _is_writing(lines: list[Line]) -> bool:
    """True for words surely read; what the engine makes of a plain patch of wallpaper is not."""
    words = [word for line in lines for word in line.words]
    letters = sum(character.isalpha() for word in words for character in word.text)
    return letters >= 6 and len(words) > 1 and sum(word.confidence for word in words) / len(words) > 60


def _system(chip: Chip, lines: list[Line], text: str, day: date | None, screen: Screen) -> Sighting:
    worst, mean = confidence.words_doubted(lines)
    doubts = Doubts(worst, mean, odd=confidence.odd_share(text), lossy=float(screen.noise > 3))
    return Sighting(
        _sent(day, None), None, "system", text, confidence=confidence.probability(doubts), box=_box(chip.rect)
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


def _later(sent_at: str | None, before: str) -> str:
    """The latest time so far of the same day: one time that was read too early does not vouch for the next."""
    return before if sent_at is None or "T" not in sent_at or _is_earlier(sent_at, before) else sent_at


def _is_earlier(sent_at: str | None, before: str) -> bool:
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


def _message_findings(part: Part, sighting: Sighting, group: bool | None) -> list[Finding]:
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
