"""The normal form of a message's words: what two phones that show one message both show.

Each phone spells mentions by its own contacts, writes its own words for a photograph that was left out, counts the
votes of a poll as they stood, and names people in system messages as it knows them. What is left is compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

PLACEHOLDERS = frozenset(
    (
        "<Media omitted>",
        "image omitted",
        "video omitted",
        "audio omitted",
        "sticker omitted",
        "document omitted",
        "GIF omitted",
        "video note omitted",
        "null",
        "",
    )
)
"""The phone's whole words for a file that was left out; other languages come with the reading."""

LONG = 24
"""A text longer than this hardly comes twice by chance in one minute: it may vote."""

LOCAL_EVENTS = frozenset(("security-code", "blocked", "business", "assistant", "message-timer-default"))
"""System messages that a phone writes for its owner alone: only the same words are the same."""

_VOTES = re.compile(r" \(\d+ [^()\n]*\)(?=\n|\Z)")
_ATTACHED_FIRST = re.compile(r"[^\n]{0,255}\.\w{1,10} \([^()\n]+\)(?:\n|\Z)")
_ATTACHED_LAST = re.compile(r" ?<[^<>:\n]{2,30}: ?[^<>\n]+>\Z")
_QUOTED = re.compile(r"[\"“”„«](.*)[\"“”»]", re.DOTALL)
_ADDRESS = re.compile(r"https?://\S+")
_NUMBER = r"\+?\d{7,15}\b"
_NOT_DIGITS = re.compile(r"\D")


class Words:
    """Makes normal forms; learns names as they come up, for mentions."""

    def __init__(self, placeholders: frozenset[str] = PLACEHOLDERS) -> None:
        self.placeholders = placeholders
        self.names: set[str] = set()
        self._mention = re.compile("@(?:" + _NUMBER + ")")

    def learn(self, labels: Iterable[str | None]) -> None:
        """Names by which someone may be mentioned, as a phone shows senders."""
        fresh = {form for label in labels if label for form in _mentioned_as(label)} - self.names
        if fresh:
            self.names |= fresh
            known = sorted(self.names, key=len, reverse=True)
            self._mention = re.compile("@(?:" + "|".join([*map(re.escape, known), _NUMBER]) + ")")

    def normal(self, kind: str, event: str | None, text: str) -> str:
        """What is compared.

        >>> words = Words()
        >>> words.learn(["~ Ben", "Alex Black (MOJ)"])
        >>> words.normal("text", None, "@~Ben agreed") == words.normal("text", None, "@Alex Black (MOJ) agreed")
        True
        >>> words.normal("media", None, "Our boiler image omitted")
        'Our boiler'
        >>> words.normal("system", "left", "~ Ben left")
        '\\x00left '
        """
        if kind == "text":
            return self._spelt(text) if "@" in text or not text.isascii() else text
        if kind == "media":
            return self._spelt(self.caption(text)) or "\0media"
        if kind == "system":
            return _event(event, text)
        if kind == "poll":
            return _VOTES.sub("", text.partition(":")[2].strip())
        if kind == "location":
            found = _ADDRESS.search(text)
            return found[0] if found else "\0location"
        if kind == "call":
            return "\0call " + text.partition(",")[0].partition(".")[0]
        return "\0" + kind

    def caption(self, text: str) -> str:
        """The words that a person wrote beside a file; empty where there are none.

        >>> Words().caption("IMG-20240305-WA0001.jpg (file attached)\\nOur boiler")
        'Our boiler'
        """
        if text in self.placeholders:
            return ""
        first, _, rest = text.partition("\n")
        if first in self.placeholders or _ATTACHED_FIRST.match(text):
            return rest
        if text.endswith(">") and (found := _ATTACHED_LAST.search(text)):
            return text[: found.start()]
        words = text.rsplit(" ", 4)
        for count in range(1, len(words)):
            if " ".join(words[count:]) in self.placeholders:
                return " ".join(words[:count])
        return text

    def _spelt(self, text: str) -> str:
        if not text.isascii():
            text = unicodedata.normalize("NFC", text).replace("\N{NARROW NO-BREAK SPACE}", " ")
            text = text.replace("\N{NO-BREAK SPACE}", " ")
        return self._mention.sub("@", text) if "@" in text else text


def _mentioned_as(label: str) -> tuple[str, ...]:
    """The forms in which someone shown as ``label`` is mentioned: push names close up, numbers lose their blanks."""
    plain = label.replace("\N{NARROW NO-BREAK SPACE}", " ")
    if plain.startswith("~"):
        bare = plain[1:].strip()
        return (plain, "~" + bare, bare)
    if label[:1] == "+":
        return (label, _NOT_DIGITS.sub("", label))
    return (label,)


def _event(event: str | None, text: str) -> str:
    """What happened, without who: names are spelt by each phone. What stands in quotation marks is kept."""
    if event is None or event in LOCAL_EVENTS:
        return "\0system " + text
    quoted = _QUOTED.search(text)
    return f"\0{event} {quoted[1] if quoted else ''}"
