"""What a person typed, as a question: never an error; what is not searched for is said, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from archiver.finding.searching import fields, saying
from archiver.finding.searching.cutting import Token, cut
from archiver.finding.searching.language import (
    All,
    Any,
    Ignored,
    Near,
    Node,
    Not,
    Question,
    Together,
    Unit,
    Words,
)
from archiver.finding.searching.signs import exactly, is_word, joined, pieces

MOST = 200
"""Words and fields of one question that are searched for; what follows is ignored, and said to be."""
DEEPEST = 20
"""Brackets within brackets."""
DISTANCE = 10
"""Of ``NEAR`` and ``..`` where no other is typed."""
_MINUTES = {"minute": 1, "hour": 60, "day": 1440}


def understand(typed: str) -> Question:
    """The question that was typed.

    >>> understand('minist* "press office" OR treasury -lunch').said
    'minist* and (“press office” or treasury), without lunch'
    """
    reader = _Reader(cut(typed))
    wants = reader.all_of(0)
    said = saying.say(wants) if wants is not None else ""
    return Question(typed, wants, said, tuple(reader.ignored), tuple(dict.fromkeys(reader.notes)))


@dataclass
class _Reader:
    """Goes through the tokens once."""

    tokens: list[Token]
    at: int = 0
    terms: int = 0
    ignored: list[Ignored] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def peek(self) -> str:
        return self.tokens[self.at].sort if self.at < len(self.tokens) else "end"

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def ignore(self, text: str, why: str) -> None:
        self.ignored.append(Ignored(text, why))

    def all_of(self, depth: int) -> Node | None:
        """Side by side: all must hold. To the closing bracket, or to the end."""
        parts: list[Node] = []
        while self.peek() != "end":
            if self.peek() == "close":
                token = self.take()
                if depth:
                    break
                self.ignore(token.text, "no bracket was opened before it")
            elif self.peek() == "and":
                self.take()
            elif self.peek() in ("or", "near", "apart"):
                self.ignore(self.take().text, "nothing stands before it that it could join")
            else:
                part = self.either(depth)
                parts += [part] if part is not None else []
        return _gathered(All, parts)

    def either(self, depth: int) -> Node | None:
        """OR between two: one must hold. It binds more tightly than standing side by side."""
        parts = [self.apart(depth)]
        while self.peek() == "or":
            operator = self.take()
            if self.peek() in ("end", "close", "or", "and"):
                self.ignore(operator.text, "nothing follows that it could join")
                break
            parts.append(self.apart(depth))
        return _gathered(Any, [part for part in parts if part is not None])

    def apart(self, depth: int) -> Node | None:
        """``a .. b within 10 messages``: in two messages of a chat, near each other."""
        left = self.near(depth)
        while self.peek() == "apart":
            operator = self.take()
            if self.peek() in ("end", "close", "or", "and", "apart"):
                self.ignore(operator.text, "nothing follows that it could join")
                break
            right = self.near(depth)
            distance, unit = self.distance()
            if left is None or right is None:
                self.ignore(operator.text, "one of its sides was ignored")
                left = left or right
            else:
                left = Together(left, right, distance, unit)
        return left

    def distance(self) -> tuple[int, Unit]:
        if self.peek() != "within":
            return DISTANCE, "messages"
        token = self.take()
        number = token.number or 0
        if token.unit == "message":
            return number, "messages"
        return number * _MINUTES[token.unit], "minutes"

    def near(self, depth: int) -> Node | None:
        left = self.unary(depth)
        while self.peek() == "near":
            operator = self.take()
            if self.peek() in ("end", "close", "or", "and", "near", "apart"):
                self.ignore(operator.text, "nothing follows that it could join")
                break
            right = self.unary(depth)
            if isinstance(left, Words) and isinstance(right, Words):
                left = Near(left, right, DISTANCE if operator.number is None else operator.number)
            else:
                self.ignore(operator.text, "it joins two words or phrases only; both must stand in the message")
                left = _gathered(All, [part for part in (left, right) if part is not None])
        return left

    def unary(self, depth: int) -> Node | None:
        token, left_out = self.take(), False
        while token.sort == "not":
            if self.peek() in ("end", "close", "or", "and", "near", "apart"):
                self.ignore(token.text, "nothing follows that it could leave out")
                return None
            token, left_out = self.take(), not left_out
        part = self.primary(token, depth)
        return part if part is None or not left_out else part.part if isinstance(part, Not) else Not(part)

    def primary(self, token: Token, depth: int) -> Node | None:
        if token.sort == "open":
            if depth < DEEPEST:
                return self.all_of(depth + 1)
            self.ignore(token.text, f"more than {DEEPEST} brackets stand within one another")
            return None
        if token.sort == "within":
            return self.plainly(token)
        self.terms += 1
        if self.terms > MOST:
            self.ignore(token.text, f"only the first {MOST} words are searched for")
            return None
        return self.field(token) if token.sort == "field" else self.word(token)

    def plainly(self, token: Token) -> Node | None:
        """``within 10 messages`` that does not follow ``..`` is three words like others."""
        self.notes.append(
            "“within” sets a distance only after two words joined by .. (minutes .. sage within 10 messages)."
        )
        return joined(tuple(Words(word) for word in token.text.split()))

    def word(self, token: Token) -> Node | None:
        if token.quoted:
            text = token.text.rstrip("*")
            found = pieces(text, token.prefix or text != token.text) if is_word(text) else exactly(text)
        else:
            bare = token.text.rstrip("*")
            found = pieces(bare, bare != token.text)
            if "*" in bare and found:
                self.notes.append("An asterisk counts only at the end of a word.")
        if not found:
            why = "no letter, digit or emoji stands in it"
            self.ignore(token.text, why if token.quoted else f"{why}; in quotes it is searched for as it is")
            return None
        if token.text in ("or", "and", "not"):
            self.notes.append(f"“{token.text}” is searched for as a word; written {token.text.upper()} it joins.")
        return joined(found)

    def field(self, token: Token) -> Node | None:
        node, why = fields.read(token)
        if node is None:
            self.ignore(f"{token.field}:{token.text}", why)
        elif token.field in ("from", "to", "with") and not token.quoted and self._goes_on():
            nearby = self.tokens[self.at].text
            self.notes.append(
                f'“{nearby}” is searched for as a word; for a name of two: {token.field}:"{token.text} {nearby}".'
            )
        return node

    def _goes_on(self) -> bool:
        """Whether a word with a capital follows, as a surname would."""
        follows = self.tokens[self.at] if self.at < len(self.tokens) else None
        return follows is not None and follows.sort == "word" and follows.text[:1].isupper()


def _gathered(sort: type[All] | type[Any], parts: list[Node]) -> Node | None:
    """One node of several of its sort, none within one another."""
    flat: list[Node] = []
    for part in parts:
        flat += part.parts if isinstance(part, sort) else (part,)
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else sort(tuple(flat))
