"""Typed text cut into what the search knows: words, signs, telephone numbers. Pure."""

from __future__ import annotations

import re
import unicodedata

from archiver.finding.searching.language import All, Node, Number, Sign, Words

_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese: no spaces stand between their words."""
_JOINERS = "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-16}\N{VARIATION SELECTOR-15}\N{COMBINING ENCLOSING KEYCAP}"
_COLOUR = "\N{VARIATION SELECTOR-16}"

_PHONE = re.compile(
    r"(?!\d\d?-\d\d?-\d\d)(?:\+\d|0|\([0+]\d{0,5}\))"
    r"(?:\(\d{1,5}\)|[\d\N{NO-BREAK SPACE}\N{NON-BREAKING HYPHEN}\N{EN DASH} -]){5,24}\d(?![\w:/])"
)
"""What may be a telephone number: from + or 0 on, and no date."""


def is_word(text: str) -> bool:
    """Whether a letter or digit stands in it."""
    return any(unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "Co" for c in text)


def is_sign(character: str) -> bool:
    """An emoji or the like, or a letter of a script that sets no spaces: what is looked for as it is."""
    code, category = ord(character), unicodedata.category(character)
    if any(first <= code <= last for first, last in _UNSPACED):
        return category[0] in "LMN"
    return (code >= 0x2100 and category in ("So", "Sm")) or 0x1F000 <= code <= 0x1FFFF


def pieces(text: str, prefix: bool = False) -> tuple[Node, ...]:
    """A word or phrase as typed, cut into its words, signs and number; empty where there is none.

    >>> pieces("well done 👍")
    (Words(text='well done', prefix=False), Sign(text='👍'))
    """
    number = None if prefix else phone(text)
    if number is not None:
        return (number,)
    runs: list[tuple[bool, str]] = []
    for character in text:
        sign = is_sign(character) or (character in _JOINERS and bool(runs) and runs[-1][0])
        if runs and runs[-1][0] == sign:
            runs[-1] = (sign, runs[-1][1] + character)
        else:
            runs.append((sign, character))
    found: list[Node] = []
    for at, (sign, run) in enumerate(runs):
        if sign:
            bare = run.replace(_COLOUR, "").strip(_JOINERS)
            found += [Sign(bare)] if bare else []
        elif is_word(run):
            found.append(Words(run.strip(), prefix and at == len(runs) - 1))
    return tuple(found)


def exactly(text: str) -> tuple[Node, ...]:
    """The same of what stands in quotes, where also what is neither letter nor sign is looked for as it is."""
    found = pieces(text)
    bare = text.replace(_COLOUR, "").strip()
    return found or ((Sign(bare),) if bare else ())


def joined(nodes: tuple[Node, ...]) -> Node:
    """One node of several that must all hold."""
    return nodes[0] if len(nodes) == 1 else All(nodes)


def phone(text: str) -> Number | None:
    """A telephone number as typed, in any spacing; None where it is none.

    >>> phone("+44 (0)7700 900123") == phone("07700-900 123") == phone("0044 7700900123")
    True
    """
    text = text.strip()
    if not _PHONE.fullmatch(text):
        return None
    digits = "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())
    if text.startswith("+44") or digits.startswith("0044"):
        rest, home = digits[2:] if text.startswith("+") else digits[4:], True
        rest = rest.removeprefix("0")
    elif text.startswith("+"):
        rest, home = digits, False
    elif digits.startswith("00"):
        rest, home = digits[2:], False
    else:
        rest, home = digits[1:], True
    return Number(rest, home) if 8 <= len(rest) <= 14 and not rest.startswith("0") else None


def phone_at(text: str, at: int) -> str | None:
    """The telephone number that begins at a place in a text; None where none does."""
    found = _PHONE.match(text, at)
    return found[0] if found and phone(found[0]) else None


def number_heads(number: Number) -> tuple[str, ...]:
    """What may stand before the digits of a number."""
    return ("", "0", "44", "0044") if number.home else ("", "00")
