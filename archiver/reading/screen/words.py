"""The words of a message: the lines that the writer broke, not those the screen wrapped; marks where emoji stand."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from archiver.model import Quoted
from archiver.reading.screen import EMOJI_MARK
from archiver.reading.screen.anatomy import Screen
from archiver.reading.screen.part import Part
from archiver.reading.screen.plates import Rect
from archiver.reading.screen.recognise import Word
from archiver.reading.screen.sheet import Line

DELETED: Final = re.compile(r"(this message was deleted|you deleted this message)", re.IGNORECASE)
FORWARDED: Final = re.compile(r"^\W*\w{0,3}\W*forwarded( many times)?\W*$", re.IGNORECASE)
FILE_SAYS: Final = re.compile(r"^\W*(\d+ pages?\W+)?[\d.,]+ ?[kKMG]B\b(\W+\w{2,5})?\W*$")
"""``3 pages • 88 kB • PDF``."""
LINK: Final = re.compile(r"(https?://|www\.)\S+$", re.IGNORECASE)


def body_text(part: Part, screen: Screen) -> str:
    """The words, with the writer's line breaks; a line that was full is taken for wrapped."""
    lines = _without_preview(_without_emoji(part), part)
    if is_file(part):
        lines = [line for line in lines if not FILE_SAYS.match(line.text) and not re.fullmatch("[A-Z]{3,4}", line.text)]
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


def is_file(part: Part) -> bool:
    """True where a line tells pages and size, as it stands under a document's name."""
    return any(FILE_SAYS.match(line.text) for line in part.body)


def _without_preview(lines: list[Line], part: Part) -> list[Line]:
    """The lines, less the title of a link preview whose card has all but the bubble's colour.

    It follows on a picture, and a gap wider than those between lines parts it from the message, which has the link.
    """
    pictures = [rect.bottom for kind, rect in part.inside.panels if kind == "photo"]
    if len(lines) < 2 or not pictures or not any(re.search(r"https?:|www\.", line.text) for line in lines):
        return lines
    gaps = [below.top - above.bottom for above, below in pairwise(lines)]
    tall = max(line.bottom - line.top for line in lines)
    if lines[0].top - pictures[-1] > 1.5 * tall or re.search(r"https?:|www\.", lines[0].text):
        return lines
    widest = gaps.index(max(gaps))
    usual = sorted(gaps)[(len(gaps) - 1) // 2]
    parted = gaps[widest] > 0.45 * tall and (len(gaps) == 1 or gaps[widest] > 1.5 * usual)
    return lines[widest + 1 :] if parted else lines


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


def quoted_in(part: Part) -> Quoted | None:
    if not part.quote:
        return None
    first, *rest = part.quote
    return Quoted(first.text if rest else None, " ".join(line.text for line in (rest or [first])))


def take_edited(part: Part, unit: float) -> bool:
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
