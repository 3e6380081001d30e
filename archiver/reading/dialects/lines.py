"""The second walk through a text: its lines into sightings, in the grammar that the survey settled.

The text is split at headers a piece at a time and handled in columns, for a department's record is millions of
messages; only a text that may be more than plain words is looked at alone. Every physical line belongs to exactly one
sighting, or to a finding of blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, repeat
from operator import add

from archiver.columns import Columns, Rows, Same, one_after_another
from archiver.model import Batch, Finding, Member, Sighting
from archiver.reading import findings
from archiver.reading.dialects.blocks import blocks
from archiver.reading.dialects.classify import Told, not_plain, tell, tell_nameless, whole_texts
from archiver.reading.dialects.header import NAME
from archiver.reading.dialects.instants import Instants
from archiver.reading.dialects.labels import name_with_colon_inside
from archiver.reading.dialects.notices import notice_of
from archiver.reading.dialects.oddities import Oddities, of_the_whole
from archiver.reading.dialects.survey import Grammar, both
from archiver.reading.marks import LRM, RLM, plain_label, without_marks

_Told = tuple[list[int], list[str | None], list[str], list[str], list[bool], list[str | None], list[str | None]]


def read_lines(member: Member, grammar: Grammar, held_files: frozenset[str]) -> Iterator[Batch]:
    """Walk through a text in the order of its lines.

    ``held_files``: the names of the files that came with it.
    """
    walk = _Walk(grammar, held_files)
    for block in blocks(member, grammar):
        yield walk.batch(block)
    yield Batch([], list(of_the_whole(grammar, walk.messages, walk.instants.unknown_years)))


class _Walk:
    """One walk through one text: what it must remember from one block to the next."""

    def __init__(self, grammar: Grammar, held_files: frozenset[str]) -> None:
        self.grammar = grammar
        self.header = re.compile(f"{grammar.line_end}{grammar.shape.pattern}(?:({NAME}): )?")
        self.width = self.header.groups + 1
        self.instants = Instants(grammar)
        self.oddities = Oddities(grammar, held_files)
        self.names = _Names()
        self.doubtful = frozenset((None, *grammar.labels.doubtful))
        self.whole = whole_texts(grammar.style)
        self.line = 1
        self.messages = 0

    def batch(self, block: str) -> Batch:
        """The sightings of one block that begins at a header."""
        parts = self.parts(block)
        above, found = self.unattributed(parts[0])
        columns = [parts[k :: self.width] for k in range(1, self.width + 1)]
        labels, bodies = columns[-2:]
        first, covered = self.places(bodies)
        dates, times = both(self.grammar.shape, columns[:-2])
        sent = self.instants.sent(dates, times)
        looked, senders, kinds, texts, edited, files, events = self.told(labels, bodies, covered)
        nothing = Same(None, len(bodies))
        earliest, latest = self.instants.doubt(dates, times, sent) or (nothing, nothing)
        rows = Rows(
            Columns(
                sent, senders, kinds, texts, edited, files, first, covered, events, earliest, latest,
                confidence=nothing, box=nothing, partial=Same(False, len(bodies)), quoted=nothing,
            )
        )  # fmt: skip
        found += self.oddities.among(rows, looked)
        self.messages += len(rows)
        return Batch(one_after_another([above, rows]) if above else rows, found)

    def parts(self, block: str) -> list[str]:
        """What stands before the first header; then, for each header, its groups and what stands behind it."""
        parts = self.header.split(block)
        impossible = self.grammar.impossible
        if not impossible or all(impossible.isdisjoint(parts[k :: self.width]) for k in range(1, self.width - 1)):
            return parts
        parts, at = [], 0
        for found in self.header.finditer(block):
            if impossible.isdisjoint(found.groups()):
                parts += [block[at : found.start()], *found.groups()]
                at = found.end()
        return [*parts, block[at:]]

    def unattributed(self, text: str) -> tuple[list[Sighting], list[Finding]]:
        """What stands before the first header: kept without time and sender, and reported."""
        lines = text.count("\n")
        if not lines:
            return [], []
        first, self.line = self.line, self.line + lines
        words = without_marks(text.replace("\r\n", "\n")).strip("\r\n")
        if not words.strip():
            detail = "Blank lines stand before the first message."
            return [], [Finding(findings.BLANK_LINES, detail, first, lines)]
        detail = "Words stand before the first message, without time or name."
        sighting = Sighting(None, None, "text", words, line=first, lines=lines)
        return [sighting], [Finding(findings.UNATTRIBUTED_TEXT, detail, first, lines)]

    def places(self, bodies: list[str]) -> tuple[list[int], list[int]]:
        """First line and number of lines of each message."""
        covered = list(map(add, map(str.count, bodies, repeat("\n")), repeat(1)))
        first = list(accumulate(covered, initial=self.line))
        self.line = first.pop()
        return first, covered

    def told(self, labels: Sequence[str | None], bodies: list[str], covered: list[int]) -> _Told:
        """What each message is, a column each; first the places of those that had to be looked at."""
        count = len(bodies)
        senders = list(map(self.names.__getitem__, labels))
        kinds, texts = ["text"] * count, bodies
        edited = [False] * count
        files: list[str | None] = [None] * count
        events: list[str | None] = [None] * count
        looked = not_plain(bodies, covered)
        doubtful, style, whole = self.doubtful, self.grammar.style, self.whole
        if not doubtful.isdisjoint(labels):
            looked = sorted({*looked, *(k for k, label in enumerate(labels) if label in doubtful)})
        for k in looked:
            label, body = labels[k], bodies[k]
            if label in doubtful or "\r" in body or style == "web":
                sender, told = self.look(label, body)
                senders[k] = None if told.kind == "system" else sender
            elif kind := whole.get(body):
                kinds[k] = kind
                continue
            else:
                told = tell(body, style)
                if told.kind == "system":
                    senders[k] = None
            kinds[k], texts[k], edited[k], files[k], events[k] = told
        return looked, senders, kinds, texts, edited, files, events

    def look(self, label: str | None, body: str) -> tuple[str | None, Told]:
        """One message looked at alone: its sender and what it is."""
        if "\r" in body:
            body = body.replace("\r\n", "\n").rstrip("\r\n")
        style = self.grammar.style
        if label is None:
            return self.nameless(body)
        if label not in self.grammar.labels.doubtful or (style == "iphone" and body.startswith((LRM, RLM))):
            return self.names[label], tell(self.begun(body), style)
        parted = self.grammar.labels.parted(label, body)
        if parted is None:
            return None, tell_nameless(f"{label}: {body}")
        name, words = parted
        return name, tell(self.begun(words), style)

    def begun(self, words: str) -> str:
        """The words from where they begin: in a paste a line break may stand between the colon and them."""
        return words.lstrip("\n") if self.grammar.style == "web" else words

    def nameless(self, body: str) -> tuple[str | None, Told]:
        """A header with no ``Name: `` after it: a system message, or a name with nothing or no blank after its colon."""
        paste, style = self.grammar.style == "web", self.grammar.style
        if body.startswith(":"):
            return None, tell(self.begun(body[1:].removeprefix(" ")), style)
        if not paste and not self.grammar.close and (found := name_with_colon_inside(body)):
            return plain_label(found[1]), tell(body[found.end() :], style)
        label, colon, words = body.partition(":")
        if colon and self.is_sender(label, words):
            return plain_label(label), tell(words.removeprefix("\n"), style)
        told = tell_nameless(body)
        if paste and told.event == "other":
            return None, tell(body, style)
        return None, told

    def is_sender(self, label: str, words: str) -> bool:
        """Whether what stands before a colon without a blank after it is a sender's name."""
        if "\n" in label or len(label) > 120 or label.startswith((LRM, RLM)):
            return False
        if plain_label(label) in self.grammar.labels.senders:
            return True
        if not words or words.startswith("\n"):
            return notice_of(without_marks(label)) is None
        return (
            self.grammar.close and not words.startswith("//") and notice_of(without_marks(f"{label}:{words}")) is None
        )


class _Names(dict["str | None", "str | None"]):
    """Labels as they stand to senders' names."""

    def __init__(self) -> None:
        super().__init__({None: None})

    def __missing__(self, label: str | None) -> str | None:
        self[label] = name = plain_label(label or "")
        return name
