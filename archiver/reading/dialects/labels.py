"""Who is a sender: what stands before a line's first colon, judged by all the lines of a text.

``Alex: text`` does not show where a name ends, for names and system messages may hold colons too. A label that once
stands before plain words is a sender's, and all its lines are that person's words, whatever they say. Only of the
other labels each line is looked at, and evidence is asked for: a name that a system message spells out, a quotation
that the colon cuts in two, a longer name that stands before every line.

Source: cases t24 and u2*; issue threads of public readers, all of which cut at the first colon.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from archiver.reading.dialects.notices import Notice, notice_of
from archiver.reading.marks import LRM, RLM, plain_label, without_marks

_EVIDENCE = 50
"""Lines kept of a label that is in doubt, and system messages kept of a text."""
_LONGEST_PART = 40


@dataclass(frozen=True, slots=True)
class Labels:
    """What was settled over a whole text."""

    senders: frozenset[str] = frozenset()
    """Names that surely are people's."""
    doubtful: frozenset[str] = frozenset()
    """Labels as written of which each line is looked at."""
    longer: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For a label, the whole names that begin with it and hold a colon, longest first."""
    concluded: tuple[str, ...] = ()
    """Those of them that nothing shows but repetition: a person should look."""
    bare: bool = True
    """Whether system messages stand in this text without a mark."""

    def parted(self, label: str, body: str) -> tuple[str, str] | None:
        """Name and words of a line ``label: body``; None where the whole line is a system message."""
        plain = without_marks(label)
        for name in self.longer.get(plain, ()):
            rest = name[len(plain) + 2 :]
            if without_marks(body[: len(rest) + 8]).startswith(f"{rest}:"):
                return plain_label(name), body.split(":", rest.count(":") + 1)[-1].removeprefix(" ")
        if label in self.doubtful and plain_label(label) not in self.senders and self._is_system(label, plain, body):
            return None
        return plain_label(label), body

    def _is_system(self, label: str, plain: str, body: str) -> bool:
        """Whether a whole line is a system message, though a colon in it looks like a sender's."""
        if not self.bare:
            return label.startswith((LRM, RLM)) and not _is_whole(plain)
        line = f"{plain}: {without_marks(body)}"
        notice = notice_of(line)
        if notice is not None:
            return notice.firm or _named_before(notice, plain) in self.senders
        return _is_torn(plain, line)


def _named_before(notice: Notice, label: str) -> str | None:
    """The first name in a system message, where it ends before the colon that cuts the line."""
    return plain_label(notice.names[0]) if notice.names and label.startswith(f"{notice.names[0]} ") else None


_PAIRS = (("“", "”"), ("„", "“"), ("«", "»"), ("「", "」"), ("『", "』"))


def _is_torn(label: str, line: str) -> bool:
    """Whether the colon cuts a quotation in two: it is inside a name that a system message quotes."""
    if label.count('"') % 2:
        return line.count('"') % 2 == 0
    return any(label.count(a) > label.count(b) and line.count(a) <= line.count(b) for a, b in _PAIRS if a in label)


_COLON_INSIDE = re.compile(r"((?:[^:\n]{1,60}:(?=[^\s:/]))+[^:\n]{1,60}):(?: |\Z)")


def name_with_colon_inside(body: str) -> re.Match[str] | None:
    """A name whose colon has no blank behind it (``10:30 club: text``), where the line is no system message."""
    found = _COLON_INSIDE.match(body)
    return found if found and notice_of(without_marks(body)) is None else None


class Evidence:
    """What the lines of a text say about their labels, gathered in one walk."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        """Labels as written that stood before plain words."""
        self._open: dict[str, list[str]] = {}
        self._without_blank = False
        self._spelt: set[str] = set()
        self._actors: set[str] = set()

    def line(self, label: str, body: str) -> None:
        """One line of a label that is not known."""
        kept = self._open.setdefault(label, [])
        if body.startswith((LRM, RLM)):
            return
        plain, words = without_marks(label), without_marks(body)
        name, colon, notice = body.partition(f": {LRM}")
        if colon and len(name) < _LONGEST_PART and notice_of(without_marks(notice)):
            self._spelt.add(f"{plain}: {without_marks(name)}")
        line = f"{plain}: {words}"
        if notice_of(line) or _is_torn(plain, line) or _first_part(words):
            if len(kept) < _EVIDENCE:
                kept.append(words)
            return
        self.known.add(label)
        del self._open[label]

    def nameless(self, body: str) -> None:
        """One line without ``Name: ``: a system message names people; a colon without a blank may end a name."""
        if ":" in body and ": " not in body:
            self._without_blank = True
        if len(self._actors) < _EVIDENCE and (notice := notice_of(without_marks(body))):
            self._actors.update(map(plain_label, notice.names))

    @property
    def close(self) -> bool:
        """Whether no blank stands behind any sender's colon in this text."""
        return self._without_blank and not self.known and not self._open

    def settle(self, bare: bool) -> Labels:
        """Judge the labels that no plain words made known. ``bare``: system messages stand without a mark."""
        senders = {plain_label(label) for label in self.known}
        people = senders | self._actors
        longer: dict[str, set[str]] = defaultdict(set)
        for name in self._spelt | (self._named_elsewhere(people) if bare else set()):
            if plain_label(label := name.partition(": ")[0]) not in people:
                longer[label].add(name)
        concluded = []
        for label, bodies in self._open.items():
            plain = without_marks(label)
            if self._is_sender(plain, bodies, bare, people):
                senders.add(plain_label(plain))
                continue
            told, repeated = _longer_names(plain, bodies)
            longer[plain] |= told or repeated
            concluded += sorted(() if told or longer[plain] - repeated else repeated)
        return Labels(
            senders=frozenset(senders | self._actors),
            doubtful=frozenset(self._open),
            longer={label: tuple(sorted(names, key=len, reverse=True)) for label, names in longer.items() if names},
            concluded=tuple(concluded),
            bare=bare,
        )

    def _named_elsewhere(self, people: set[str]) -> set[str]:
        """Names with a colon in the lines of other labels: whom somebody added, whose code changed."""
        names = set()
        for label, bodies in self._open.items():
            plain = without_marks(label)
            for body in bodies:
                notice = notice_of(f"{plain}: {body}")
                if notice and (notice.firm or _named_before(notice, plain) in people):
                    names |= {n for n in notice.names if ": " in n and not n.startswith(f"{plain}: ")}
        return names

    @staticmethod
    def _is_sender(plain: str, bodies: list[str], bare: bool, people: set[str]) -> bool:
        """Whether a label of which no plain words are known is a sender's all the same."""
        if any(_is_torn(plain, f"{plain}: {body}") for body in bodies):
            return False
        if plain_label(plain) in people or (bodies and _is_whole(plain)):
            return True
        if any(_names_after(plain, body) & people for body in bodies):
            return True
        return not bare and any(_first_part(body) is None for body in bodies)


def _names_after(label: str, body: str) -> set[str]:
    """Who is named first in a system message, but for the label: one who writes that Priya left is not Priya."""
    notice = notice_of(f"{label}: {body}")
    first = notice.names[0] if notice and notice.names else ""
    return {plain_label(first.removeprefix(f"{label}: "))} if first.startswith(f"{label}: ") else set()


def _longer_names(label: str, bodies: list[str]) -> tuple[set[str], set[str]]:
    """Names with a colon that a label begins: those that system messages spell out, and those that only repeat."""
    spelt, spoken = set(), []
    for body in bodies:
        notice = notice_of(f"{label}: {body}")
        if notice and notice.firm:
            spelt |= {name for name in notice.names if name.startswith(f"{label}: ")}
        else:
            spoken.append(body)
    parts = Counter(part for body in spoken if (part := _first_part(body)))
    repeated = {part for part, times in parts.items() if times > 1 and _is_name(part)}
    if spoken and all(_first_part(body) in repeated for body in spoken):
        return spelt, {f"{label}: {part}" for part in repeated}
    return spelt, set()


def _first_part(words: str) -> str | None:
    """What a text has before a colon of its own, which a longer name could be the end of."""
    part, colon, rest = words[:80].partition(":")
    return part if colon and (not rest or rest[0] in " \r\n") and 0 < len(part) <= _LONGEST_PART else None


def _is_whole(label: str) -> bool:
    """Whether a label needs no more to be a name: a number, or a name that ends in its organisation."""
    return label.endswith(")") or re.fullmatch(r"\+?[\d\s().‑-]{5,}", plain_label(label)) is not None


_NO_NAME = re.compile(
    r"(?:re|ref|fyi|ps|nb|note|notes|update|updates|reminder|link|q|a|question|answer|https?|agenda|action|actions|subject"
    r"|from|to|cc|date|time|tel|phone|mobile|email|address|urgent|correction|edit|tldr|summary|today|tomorrow|yes|no|ok"
    r"|thanks|sorry|good|great|fw|fwd|option|step|part|item|point|plan|next|first|second|third|also|warning|important"
    r"|total|cost|price|deadline|where|when|what|who|why|how|as|plus|result|status|location|venue|room|poll|event)",
    re.IGNORECASE,
)


def _is_name(part: str) -> bool:
    """Whether words could be the end of a name: each begins with a capital or a digit, and no heading is made so."""
    words = part.split()
    return all(w[0].isupper() or w[0].isdigit() or w[0] in "(&~" for w in words) and not _NO_NAME.fullmatch(words[0])
