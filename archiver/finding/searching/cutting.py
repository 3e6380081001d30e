"""What a person typed, cut into tokens of the language; whatever is typed, it can be cut. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

from archiver.finding.searching.signs import phone_at

FIELDS = (
    "from", "to", "with", "between", "chat", "about", "route", "kind", "event", "before", "after", "on", "certainly",
    "possibly", "has", "is",
)  # fmt: skip
_PEOPLE = ("from", "to", "with")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | dict.fromkeys("‘’‚‛′", "'"))
_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), " ")
_FIELD = re.compile(rf"({'|'.join(FIELDS)}):", re.IGNORECASE)
_NEAR = re.compile(r"NEAR(?:/(\d{1,4}))?(?=[\s()]|$)")
_WITHIN = re.compile(r"within\s+(\d{1,6})\s+(message|minute|hour|day)s?(?=[\s()]|$)", re.IGNORECASE)
_WORD = re.compile(r'[^\s"()]+')
_BRACKETED = re.compile(r'[^\s"()]*\([^\s"()]*\)[^\s"()]*')


class Token(NamedTuple):
    """A piece of what was typed."""

    sort: Literal["word", "phrase", "field", "or", "and", "not", "near", "apart", "within", "open", "close"]
    text: str
    """The word, the phrase without its quotes, the value of the field, or the operator as typed."""
    field: str = ""
    quoted: bool = False
    number: int | None = None
    """Of ``near`` and ``within``."""
    unit: str = ""
    """Of ``within``: message, minute, hour or day."""
    prefix: bool = False
    """A phrase with an asterisk after it."""


def cut(typed: str) -> list[Token]:
    """The tokens of what was typed, in order."""
    typed = typed.encode("utf-8", "replace").decode("utf-8").translate(_CONTROL)
    text = unicodedata.normalize("NFC", typed).translate(_QUOTES)
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token, at = _next(text, at)
        found.append(token)
    return found


def _next(text: str, at: int) -> tuple[Token, int]:
    character, after = text[at], text[at + 1 : at + 2]
    if character == "(" and not phone_at(text, at):
        return Token("open", "("), at + 1
    if character == ")":
        return Token("close", ")"), at + 1
    if character in "-\N{MINUS SIGN}" and after and not after.isspace() and after not in "-)":
        return Token("not", character), at + 1
    if character == '"':
        return _quoted(text, at)
    number = phone_at(text, at)
    if number:
        return Token("word", number), at + len(number)
    near = _NEAR.match(text, at)
    if near:
        return Token("near", near[0], number=int(near[1]) if near[1] else None), near.end()
    within = _WITHIN.match(text, at)
    if within:
        return Token("within", within[0], number=int(within[1]), unit=within[2].lower()), within.end()
    field = _FIELD.match(text, at)
    if field:
        return _field(text, field)
    return _word(text, at)


def _word(text: str, at: int) -> tuple[Token, int]:
    found = _WORD.match(text, at)
    assert found is not None
    word, end = found[0], found.end()
    if word in ("OR", "AND", "NOT"):
        return Token("or" if word == "OR" else "and" if word == "AND" else "not", word), end
    if word in ("..", "…", "..."):
        return Token("apart", word), end
    return Token("word", word), end


def _quoted(text: str, at: int) -> tuple[Token, int]:
    end = text.find('"', at + 1)
    end = len(text) if end < 0 else end
    prefix = text[end + 1 : end + 2] == "*"
    return Token("phrase", text[at + 1 : end], quoted=True, prefix=prefix), min(end + 1 + prefix, len(text))


def _field(text: str, found: re.Match[str]) -> tuple[Token, int]:
    """A field and its value: to the next space, to the closing quote, or the whole of a telephone number."""
    name, at = found[1].lower(), found.end()
    inner = _FIELD.match(text, at)
    if name in ("certainly", "possibly") and inner and inner[1].lower() in ("before", "after", "on"):
        token, end = _field(text, inner)
        return token._replace(field=f"{name}:{token.field}"), end
    if text[at : at + 1] == '"':
        token, end = _quoted(text, at)
        return Token("field", token.text, name, quoted=True, prefix=token.prefix), end
    number = phone_at(text, at) if name in _PEOPLE else None
    if number:
        return Token("field", number, name), at + len(number)
    value = _BRACKETED.match(text, at) or _WORD.match(text, at)
    if value is None:
        return Token("field", "", name), at
    return Token("field", value[0], name), value.end()
