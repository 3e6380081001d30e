"""A text in pieces that each begin at a header, whatever their size: one message may be longer than any piece."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model import Member
from archiver.reading.dialects.decode import decoded
from archiver.reading.dialects.survey import LONGEST, Grammar


def blocks(member: Member, grammar: Grammar) -> Iterator[str]:
    """The pieces, each with the line end before its first header; the first also holds what stands before that.

    A line end that closes the text is left out, so that each line end begins a line.
    """
    end, cut = grammar.line_end, _Cut(grammar)
    held = [end]
    for piece in decoded(member.open(), grammar.encoding):
        text = piece.replace("\r\n", "\n") if end == "\n" and "\r" in piece else piece
        # A header may begin in what is held and go on in this piece. It cannot where the last line is longer.
        before = held.pop()
        last = before.rfind(end, max(0, len(before) - LONGEST))
        if last >= 0:
            before, text = before[:last], before[last:] + text
        held.append(before)
        if (at := cut.last_header(text)) is None:
            held.append(text)
            continue
        held.append(text[:at])
        if whole := "".join(held):
            yield whole
        held = [text[at:]]
    whole = "".join(held)
    yield whole.removesuffix(end) if whole.endswith(end) else whole.removesuffix("\n")


class _Cut:
    """Where a piece can be cut: before its last header."""

    def __init__(self, grammar: Grammar) -> None:
        self.end = grammar.line_end
        self.match = re.compile(self.end + grammar.shape.pattern).match
        self.impossible = grammar.impossible

    def last_header(self, text: str) -> int | None:
        """The place of the line end before the last header, or None where no line begins with one."""
        at = text.rfind(self.end)
        while at >= 0:
            found = self.match(text, at)
            if found and self.impossible.isdisjoint(found.groups()):
                return at
            at = text.rfind(self.end, 0, at)
        return None
