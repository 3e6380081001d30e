"""Cells of a CSV in which a spreadsheet sees no formula. Pure, and lossless."""

from __future__ import annotations

MARK = "'"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", MARK)


def cell(value: object) -> str:
    """A value as it stands in a cell: where a spreadsheet might calculate, with an apostrophe before it.

    The rule that brings every value back: of a cell that begins with an apostrophe, take that one away. So a value that
    begins with an apostrophe of its own gets a second. What is not known is an empty cell, true and false are 1 and 0.

    >>> cell("=1+1"), cell("'tis"), cell("tea"), cell(None), cell(True)
    ("'=1+1", "''tis", 'tea', '', '1')
    """
    if value is None:
        return ""
    text = str(int(value)) if isinstance(value, bool) else str(value)
    return MARK + text if text.startswith(_DANGEROUS) else text


def value(cell: str) -> str:
    """The value that a cell stands for.

    >>> value(cell("=1+1"))
    '=1+1'
    """
    return cell.removeprefix(MARK)
