"""Text as written, read back from the original by the place where a sighting stands.

A line is a physical line: ``\\n`` ends it, whatever the encoding; CR, U+2028 and the like do not.
"""

from __future__ import annotations

from typing import BinaryIO

from archiver.reading.dialects.decode import decoded


def lines_of(stream: BinaryIO, encoding: str, line: int, lines: int) -> str:
    """What stands in ``lines`` physical lines from number ``line`` (1 is the first), with their line ends.

    ``encoding``: as in the last word of ``Reading.dialect``. Streams: no more is held than what is asked for. Empty
    where the text has no such lines. Closes the stream.

    >>> import io
    >>> lines_of(io.BytesIO(b"one\\r\\ntwo\\nthree"), "utf-8", 2, 2)
    'two\\nthree'
    """
    skip, wanted, out = line - 1, lines, []
    for piece in decoded(stream, encoding):
        start = 0
        if skip:
            here = piece.count("\n")
            if here < skip:
                skip -= here
                continue
            start = _after(piece, 0, skip)
            skip = 0
        ends = piece.count("\n", start)
        if ends >= wanted:
            out.append(piece[start : _after(piece, start, wanted)])
            break
        wanted -= ends
        out.append(piece[start:])
    stream.close()
    return "".join(out)


def _after(text: str, start: int, ends: int) -> int:
    """The place after so many line ends."""
    for _ in range(ends):
        start = text.index("\n", start) + 1
    return start
