"""What a named person settles in the pages: the same code as the command line writes it down and acts on it.

Off by default. ``archive browse --review`` hands the archive a ``Review``; without one no page can write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archiver.errors import UsageError
from archiver.finding.message import message_named
from archiver.finding.overview import chat_named, person_named
from archiver.record import decisions
from archiver.record.store import Store, open_for_writing

LONGEST_NAME, LONGEST_REASON, LONGEST_TEXT = 100, 2_000, 65_536
"""Characters."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was filled in."""

    act: str
    who: str
    why: str
    values: Mapping[str, str]

    def number(self, name: str) -> int:
        """Raises ``UsageError`` where it is none."""
        text = self.values.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise UsageError(f"{name.capitalize()}: this is not a number.")
        return int(text)

    def text(self, name: str) -> str:
        """Raises ``UsageError`` where nothing was filled in."""
        text = self.values.get(name, "")
        if not text.strip():
            raise UsageError(f"{name.capitalize()}: nothing was filled in.")
        return text


@dataclass(frozen=True, slots=True)
class Review:
    """Leave to write decisions."""

    identity: str
    """Of the archive, for its log."""

    def settle(self, folder: Path, said: Said) -> int:
        """Write a decision down; its number.

        Raises ``UsageError`` where it cannot be one, ``ArchiverError`` where another program holds the archive.
        """
        act = ACTS.get(said.act)
        if act is None:
            raise UsageError("Nothing was chosen.")
        if not said.who or not said.why:
            raise UsageError("A decision needs your name and its reason.")
        with closing(open_for_writing(folder, self.identity)) as store:
            return act(store, said)


def said_in(filled: Mapping[str, str]) -> Said:
    """The form as it came, cut to what is sensible; line ends as everywhere here.

    >>> said_in({"act": "accept", "who": " Sam ", "why": "seen\\r\\nit"}).why
    'seen\\nit'
    """
    values = {name: value.replace("\r\n", "\n")[:LONGEST_TEXT] for name, value in filled.items()}
    who = " ".join(values.get("who", "").split())[:LONGEST_NAME]
    return Said(values.get("act", ""), who, values.get("why", "").strip()[:LONGEST_REASON], values)


Act = Callable[[Store, Said], int]


def _accept(store: Store, said: Said) -> int:
    return decisions.accept(store, said.number("finding"), said.who, said.why)


def _text(store: Store, said: Said) -> int:
    message = message_named(store.connection, said.text("message"))
    return decisions.correct(store, message, "text", said.text("words").rstrip("\n"), said.who, said.why)


def _sent(store: Store, said: Said) -> int:
    message = message_named(store.connection, said.text("message"))
    return decisions.correct(store, message, "sent_at", moment(said.text("sent")), said.who, said.why)


def moment(text: str) -> str:
    """A time of sending, to the minute or the second.

    Raises ``UsageError`` where it is none.
    """
    try:
        datetime.fromisoformat(text)
    except ValueError:
        text = ""
    if len(text) not in (16, 19) or text[10] != "T":
        raise UsageError("Sent: write day and time as 2026-03-05T14:07.")
    return text


def _messages(decide: Callable[[Store, int, int, str, str], int]) -> Act:
    def act(store: Store, said: Said) -> int:
        one, other = (message_named(store.connection, said.text(name)) for name in ("message", "other"))
        return decide(store, one, other, said.who, said.why)

    return act


def _part_sighting(store: Store, said: Said) -> int:
    message = message_named(store.connection, said.text("message"))
    return decisions.sighting_parted(store, message, said.number("sighting"), said.who, said.why)


def _chats(decide: Callable[[Store, int, int, str, str], int]) -> Act:
    def act(store: Store, said: Said) -> int:
        one, other = (chat_named(store.connection, said.text(name)) for name in ("chat", "other"))
        return decide(store, one, other, said.who, said.why)

    return act


def _people(decide: Callable[[Store, int, int, str, str], int]) -> Act:
    def act(store: Store, said: Said) -> int:
        return decide(store, said.number("person"), person_named(store.connection, said.text("name")), *_by(said))

    return act


def _part_person(store: Store, said: Said) -> int:
    return decisions.person_parted(store, said.number("person"), said.text("alias"), said.who, said.why)


def _withdraw(store: Store, said: Said) -> int:
    return decisions.withdraw(store, said.number("decision"), said.who, said.why)


def _by(said: Said) -> tuple[str, str]:
    return said.who, said.why


ACTS: dict[str, Act] = {
    "accept": _accept,
    "text": _text,
    "sent": _sent,
    "messages-same": _messages(decisions.messages_same),
    "messages-not-same": _messages(decisions.messages_not_same),
    "sighting-parted": _part_sighting,
    "chats-same": _chats(decisions.chats_same),
    "chats-not-same": _chats(decisions.chats_not_same),
    "people-same": _people(decisions.people_same),
    "people-not-same": _people(decisions.people_not_same),
    "person-parted": _part_person,
    "withdraw": _withdraw,
}
