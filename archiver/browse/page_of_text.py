"""A page of our own documentation, written as Markdown, as HTML: headings, paragraphs, tables, code. Nothing else."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_CODE = re.compile(r"`([^`]+)`|\*([^*`]+)\*")


def html_of(text: str) -> Markup:
    """The page.

    >>> html_of("# Title\\n\\nTwo `a < b`\\nlines.")
    Markup('<h1>Title</h1>\\n<p>Two <code>a &lt; b</code> lines.</p>')
    """
    blocks = (block.split("\n") for block in re.split(r"\n{2,}", text.strip()))
    return Markup("\n").join(_block(lines) for lines in blocks)


def _block(lines: list[str]) -> Markup:
    level = len(lines[0]) - len(lines[0].lstrip("#"))
    if level:
        return Markup(f"<h{level}>{{}}</h{level}>").format(_inline(lines[0][level:].strip()))
    if lines[0].startswith("|"):
        return _table(lines)
    return Markup("<p>{}</p>").format(_inline(" ".join(lines)))


def _table(lines: list[str]) -> Markup:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    (head, _), body = rows[:2], rows[2:]
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(_inline(cell)) for cell in head)
    cells = (Markup("").join(Markup("<td>{}</td>").format(_inline(cell)) for cell in row) for row in body)
    shown = Markup("\n").join(Markup("<tr>{}</tr>").format(row) for row in cells)
    return Markup("<table><thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table>").format(heads, shown)


def _inline(text: str) -> Markup:
    out, at = Markup(""), 0
    for found in _CODE.finditer(text):
        out += escape(text[at : found.start()])
        out += Markup("<code>{}</code>").format(found[1]) if found[1] else Markup("<em>{}</em>").format(found[2])
        at = found.end()
    return out + escape(text[at:])
