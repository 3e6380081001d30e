"""Who speaks: by label for a run of bubbles, by side in a chat of two; nobody where the screen does not show it."""

from __future__ import annotations

import re
from typing import Final

from archiver.reading.screen.anatomy import Chip, Screen
from archiver.reading.screen.part import Part, in_order, is_writing
from archiver.reading.screen.sheet import Line
from archiver.reading.screen.times import is_day

NAME: Final = re.compile(r"^(~ ?\S.* \+?[0-9][0-9 ]{8,}|[A-Z][\w'.-]+( [A-Z][\w'.-]+){1,3} \([A-Za-z0-9 ]{2,16}\))$")
"""``~ Name +44 ...``, or ``First Last (Organisation)``, alone on a line."""


def is_group(parts: list[Part], below: list[Line], screen: Screen) -> bool | None:
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
        named = sum(part.inside.label is not None for part in lefts)
        return named > 1 or named * 3 > len(lefts)
    return None


def senders_of(
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
    for _, item in in_order(parts, chips):
        if isinstance(item, Part) and item.is_blank():
            senders[id(item)] = None
            continue
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
    return not chip.floating and (is_writing(lines) or any(is_day(line.text) for line in lines))


def _begins_anew(gap: float, unit: float) -> bool:
    """True for a gap as between two writers: one writer's bubbles are 2 or 3 units apart, or 16 with a reaction."""
    return 7.2 * unit < gap < 14 * unit


def _find_lost_labels(parts: list[Part]) -> None:
    """Take a first line that is a name for the label, where its colour was too weak to tell."""
    from rapidfuzz import fuzz

    known = {label_text(part.label)[0] for part in parts if part.label}
    for part in parts:
        if part.label or part.inside.bubble.side == "right" or len(part.body) < 2 or part.inside.bubble.cut_top:
            continue
        text = part.body[0].text
        if NAME.match(text) or any(len(name) > 5 and fuzz.ratio(name, text) > 88 for name in known):
            part.label, part.body = part.body[:1], part.body[1:]
            part.doubtful = True


def label_text(lines: list[Line]) -> tuple[str, float]:
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

    read = [(part, *label_text(part.label)) for part in parts if part.label]
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
