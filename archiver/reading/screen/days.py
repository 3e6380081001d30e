"""The day that a screen shows: on a chip, or on the pill that floats over the topmost messages."""

from __future__ import annotations

from archiver.reading.screen.anatomy import Chip, Screen
from archiver.reading.screen.part import Part, chip_text
from archiver.reading.screen.plates import Rect
from archiver.reading.screen.recognise import Word
from archiver.reading.screen.sheet import Line
from archiver.reading.screen.times import is_day


def day_on(lines: list[Line]) -> str | None:
    """What a chip says, if it can be a day, whole or in one of its lines; else None."""
    return next((each for each in (chip_text(lines), *(line.text for line in lines)) if is_day(each)), None)


def uncover(parts: list[Part], chips: list[tuple[Chip, list[Line]]]) -> None:
    """Take a day that floats over a bubble, and was not sure to be one until it was read, out of the bubble's words."""
    for chip, lines in chips:
        if not (chip.floating and chip.shy and day_on(lines)):
            continue
        for part in parts:
            if not _meets(part.inside.bubble.rect, chip.rect):
                continue
            part.covered = True
            for line in part.body:
                line.words = [word for word in line.words if not _lies_in(word, chip.rect)]
            part.body = [line for line in part.body if line.words]


def _meets(one: Rect, other: Rect) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def _lies_in(word: Word, rect: Rect) -> bool:
    """More than a third of the word lies within."""
    across = min(word.right, rect.right) - max(word.left, rect.left)
    return rect.top <= (word.top + word.bottom) / 2 <= rect.bottom and across > (word.right - word.left) / 3


def pill_in_words(parts: list[Part], screen: Screen) -> str | None:
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
    return near and high and text[:1].isupper() | text[:1].isdigit() and is_day(text) and _stands_apart(words, part)


def _stands_apart(words: list[Word], part: Part) -> bool:
    """True where the words are smaller than those of the message, or do not stand in line with them."""
    others = [word for line in part.body for word in line.words if word not in words]
    if not others:
        return bool(part.inside.panels or part.inside.voice)
    tall = max(word.bottom - word.top for word in words)
    if tall <= 0.95 * max(word.bottom - word.top for word in others):
        return True
    middle = (words[0].top + words[0].bottom) / 2
    line = [word for line in part.body if words[0] in line.words for word in line.words if word not in words]
    return bool(line) and min(abs((word.top + word.bottom) / 2 - middle) for word in line) > 0.2 * tall
