"""The search language as a tree: small frozen nodes that know no database.

Each node stands for a set of messages; ``All``, ``Any`` and ``Not`` are intersection, union and complement of sets. A
message's *wordings* are its words and every other reading of it (before an edit, in another capture, as a machine read
it, what it quotes, the names of its files); words stand in a message where they stand in one of its wordings.

*Tokens* are runs of letters and digits, without case and accents; what lies between them does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Unit = Literal["messages", "minutes"]


@dataclass(frozen=True, slots=True)
class Words:
    """Tokens that follow one another in one wording; a word is a phrase of one, ``o'clock`` of two."""

    text: str
    """As typed, without quotes and asterisk; at least one letter or digit."""
    prefix: bool = False
    """The last token may go on."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Characters that stand in one wording exactly so: emoji, signs, and writing that sets no spaces.

    U+FE0F, which only asks for colour, does not count on either side.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number, its digits however they are spaced.

    Where ``home`` (of the United Kingdom) tokens that follow one another make up, joined, the digits alone or after
    0, 44 or 0044; else the digits alone or after 00. At most ``GROUPS`` tokens, none but the first of one digit.
    """

    digits: str
    """Without 0, 44 or 00 before them."""
    home: bool


GROUPS = 5
"""Tokens of which a telephone number in a text may be made up, what stands before it (0, 44, 0044) apart."""


@dataclass(frozen=True, slots=True)
class Near:
    """Both in one wording, in either order, with at most ``distance`` tokens between them."""

    left: Words
    right: Words
    distance: int


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; of no parts: every message."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever bears a name in which every typed word stands, under any of their aliases, or a telephone number."""

    role: Literal["from", "to", "with"]
    """``from``: sent it. ``with``: took part in its chat when it was sent. ``to``: the same, and did not send it."""
    name: str
    """As typed; a word that ends with an asterisk may go on."""


@dataclass(frozen=True, slots=True)
class Chat:
    """In a chat whose code is typed, or in one of whose names, former ones too, every typed word stands."""

    name: str


@dataclass(frozen=True, slots=True)
class About:
    """The typed words stand in the message, in a name of its chat, or in the piece of work of one of its captures."""

    part: Node
    """The same as a search of the message: of ``Words``, ``Sign``, ``Number`` only."""
    name: str
    """As typed."""


@dataclass(frozen=True, slots=True)
class Route:
    """Seen in a capture that came by this way."""

    word: Literal["email-export", "web-paste", "screenshot"]


@dataclass(frozen=True, slots=True)
class Kind:
    """Of this kind."""

    word: str


@dataclass(frozen=True, slots=True)
class Event:
    """A system message that says that this has happened."""

    word: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Sent within a span, on the phone's clock.

    A message was sent in a span of its own: its minute, its day where only that is known, all time where nothing is,
    or what its doubtful date leaves open. ``certainly``: all of it lies within; else: some of it does.
    """

    first: str | None
    """First second that counts, ``YYYY-MM-DDTHH:MM:SS``; None: from the beginning."""
    last: str | None
    """Last second that counts; None: to the end."""
    certainly: bool = False


@dataclass(frozen=True, slots=True)
class Has:
    """With a file, whether it came with the chat or was left out."""

    what: Literal["attachment"]


@dataclass(frozen=True, slots=True)
class Is:
    """``edited``: after it was sent. ``deleted``: some capture shows that it was. ``unsure``: something is in doubt.

    In doubt: when it was sent; words read from a picture with a confidence below ``LOW``; or whether a sighting that
    fitted only nearly is this message.
    """

    what: Literal["edited", "deleted", "unsure"]


LOW = 0.8
"""Confidence or score below which a message is said to be unsure."""


@dataclass(frozen=True, slots=True)
class Together:
    """Messages of one chat that answer one side, and have one near them that answers the other; both are found.

    ``messages``: at most ``distance`` places apart in the chat. ``minutes``: sent at most so many minutes apart; what
    has no day and minute is near nothing but itself.
    """

    left: Node
    right: Node
    distance: int
    unit: Unit


Node: TypeAlias = (
    Words
    | Sign
    | Number
    | Near
    | All
    | Any
    | Not
    | Person
    | Chat
    | About
    | Route
    | Kind
    | Event
    | Sent
    | Has
    | Is
    | Together
)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something typed that was not searched for."""

    text: str
    why: str
    """Half a sentence."""


@dataclass(frozen=True, slots=True)
class Question:
    """A search as understood."""

    typed: str
    wants: Node | None
    """None: nothing can be searched for, and nothing answers."""
    said: str
    """What is searched for, in words for a person; empty where ``wants`` is None."""
    ignored: tuple[Ignored, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person may have meant otherwise, and how to write that: sentences."""


EVERYTHING = Question("", All(()), "every message")
"""The question that every message answers."""
