"""One message found, as every search prints it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.finding.searching.pages import Hit


def hit_as_json(hit: Hit) -> dict[str, object]:
    """One message found, without marks in its words."""
    from archiver.finding.searching.tokens import END, START

    def bare(text: object) -> object:
        return text.replace(START, "").replace(END, "") if isinstance(text, str) else text

    row: dict[str, object] = {name: bare(value) for name, value in asdict(hit).items() if name != "id"}
    row["other_words"] = [{"basis": basis, "text": bare(text)} for basis, text in hit.other_words]
    return row


def print_hit(hit: Hit, where: str = "") -> None:
    """One message found; ``where``: the archive, as it is to be shown."""
    from archiver.cli.terminal import bold, one_line

    print(f"{bold(hit.reference)}  {hit.sent_at or 'no time'}  {one_line(hit.chat)}{where and '  ' + where}")
    print(f"  {one_line(hit.sender or 'system')}: {_highlighted(hit.text)}")
    for _, words in hit.other_words:
        print(f"  Found in other words of it: {_highlighted(words)}")
    print()


def _highlighted(text: str) -> str:
    """The words found set off: bold where there is colour, else between «»."""
    from archiver.cli.terminal import bold, one_line
    from archiver.finding.searching.tokens import END, START

    pieces = text.split(START)
    out = [one_line(pieces[0])]
    for piece in pieces[1:]:
        word, _, rest = piece.partition(END)
        plain, marked = one_line(word), bold(one_line(word))
        out += [f"«{plain}»" if marked == plain else marked, one_line(rest)]
    return "".join(out)
