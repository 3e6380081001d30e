"""The second walk through a text: its lines into sightings, in the grammar that the survey settled.

The text is split at headers a piece at a time and handled in columns, for a department's record is millions of
messages; only a text that may be more than plain words is looked at alone. Every physical line belongs to exactly one
sighting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate, repeat
from operator import add, attrgetter, gt

from archiver.model import Batch, DateOrder, Finding, Member, Sighting
from archiver.reading import findings
from archiver.reading.dates import parse_clock, parse_date
from archiver.reading.dialects import FAMILIES
from archiver.reading.dialects.classify import Told, not_plain, tell, tell_nameless
from archiver.reading.dialects.decode import open_text, pieces
from archiver.reading.dialects.header import NAME
from archiver.reading.dialects.marks import LRM, plain_name, without_marks
from archiver.reading.dialects.notices import notice_of
from archiver.reading.dialects.survey import Grammar

_row = partial(tuple.__new__, Sighting)
"""A sighting from a tuple of its fields, without a call in Python for each."""
_TEXT = attrgetter("text")
_Told = tuple[list[int], list[str | None], list[str], list[str], list[bool], list[str | None], list[str | None]]

_HEADER_LIKE = re.compile(
    "|".join(
        # the same group names stand in each header: they are not needed here
        re.sub(r"\(\?P<separator>", "(", re.sub(r"\(\?P<(?!separator)\w+>", "(?:", header.pattern)).replace(
            "(?P=separator)", rf"\{number}"
        )
        for number, header in enumerate((h for family in FAMILIES for h in family.HEADERS), start=1)
    )
)


def read_lines(member: Member, grammar: Grammar, held_files: frozenset[str]) -> Iterator[Batch]:
    """Walk through a text in the order of its lines.

    ``held_files``: the names of the files that came with it.
    """
    walk = _Walk(grammar, held_files)
    for block in _blocks(member, grammar):
        yield walk.batch(block)
    yield Batch([], walk.closing())


def _blocks(member: Member, grammar: Grammar) -> Iterator[str]:
    """The text in pieces that each begin at a header; the first also holds what stands before the first header."""
    end = grammar.line_end
    at_header = re.compile(re.escape(end) + grammar.shape.pattern(grammar.impossible)).match
    held = [end]
    for piece in pieces(open_text(member, grammar.encoding)):
        text = piece if end == "\r\n" else piece.replace("\r\n", "\n")
        # the last line of what is held may be a header that goes on in this piece
        last = held.pop()
        split = last.rfind(end)
        text, before = last[max(split, 0) :] + text, last[: max(split, 0)]
        if before:
            held.append(before)
        cut = _last_header(text, end, at_header)
        if cut is None:
            held.append(text)
            continue
        held.append(text[:cut])
        if whole := "".join(held):
            yield whole
        held = [text[cut:]]
    yield "".join(held).removesuffix(end)


def _last_header(text: str, end: str, at_header: Callable[[str, int], re.Match[str] | None]) -> int | None:
    at = text.rfind(end)
    while at >= 0:
        if at_header(text, at):
            return at
        at = text.rfind(end, 0, at)
    return None


class _Walk:
    """One walk through one text: what it must remember from one block to the next."""

    def __init__(self, grammar: Grammar, held_files: frozenset[str]) -> None:
        self.grammar = grammar
        self.held_files = held_files
        header = grammar.shape.pattern(grammar.impossible)
        self.split = re.compile(f"{re.escape(grammar.line_end)}{header}(?:({NAME}): )?").split
        self.groups = (*grammar.shape.groups, "sender")
        self.days = _Days(grammar.order.order)
        self.swapped = _Days("mdy" if grammar.order.order == "dmy" else "dmy") if grammar.order.ambiguous else None
        self.clocks = _Clocks()
        self.names = _Names(grammar)
        self.line = 1
        self.last_sent = ""
        self.messages = 0
        self.findings: list[Finding] = []

    def batch(self, block: str) -> Batch:
        """The sightings of one block that begins at a header."""
        width = len(self.groups) + 1
        parts = self.split(block)
        self.findings = []
        sightings = [s] if (s := self.unattributed(parts[0])) else []
        columns = {name: parts[k::width] for k, name in enumerate(self.groups, start=1)}
        bodies = parts[width::width]
        first, covered = self.places(bodies)
        sent = self.sent(columns)
        looked, senders, kinds, texts, edited, files, events = self.told(columns["sender"], bodies)
        earliest, latest = self.doubt(columns, sent)
        rows = list(map(_row, zip(
            sent, senders, kinds, texts, edited, files, first, covered, events, earliest, latest,
            *map(repeat, (None, None, False, None)), strict=False,
        )))  # fmt: skip
        self.check(rows, sent, kinds, looked)
        return Batch(sightings + rows, self.findings)

    def unattributed(self, text: str) -> Sighting | None:
        """What stands before the first header: kept without time and sender, and reported."""
        lines = text.count("\n")
        if not lines:
            return None
        first, self.line = self.line, self.line + lines
        words = without_marks(text).strip("\r\n")
        if not words.strip():
            self.find(findings.BLANK_LINES, "Blank lines stand before the first message.", first, lines)
            return None
        self.find(
            findings.UNATTRIBUTED_TEXT, "Words stand before the first message, without time or name.", first, lines
        )
        return Sighting(None, None, "text", words.replace("\r\n", "\n"), line=first, lines=lines)

    def places(self, bodies: list[str]) -> tuple[list[int], list[int]]:
        """First line and number of lines of each message."""
        covered = list(map(add, map(str.count, bodies, repeat("\n")), repeat(1)))
        first = list(accumulate(covered, initial=self.line))
        self.line = first.pop()
        return first, covered

    def sent(self, columns: dict[str, list[str]]) -> list[str]:
        """When each message was sent, from the columns of its header."""
        return self.instants(columns, self.days)

    def instants(self, columns: dict[str, list[str]], days: _Days) -> list[str]:
        clock = self.clocks
        if "after" in columns:
            times = map(clock.__getitem__, zip(columns["clock"], columns["after"], strict=True))
        elif "before" in columns:
            times = map(clock.__getitem__, zip(columns["clock"], columns["before"], strict=True))
        else:
            times = map(clock.__getitem__, columns["clock"])
        instants = map(add, map(days.__getitem__, columns["date"]), times)
        if "second" in columns:
            instants = map(add, instants, map(_SECONDS.__getitem__, columns["second"]))
        return list(instants)

    def doubt(
        self, columns: dict[str, list[str]], sent: list[str]
    ) -> tuple[Iterator[str | None], Iterator[str | None]]:
        """Both ends of the interval in which each message lies, where the date order is not settled."""
        if self.swapped is None:
            return repeat(None), repeat(None)
        other = self.instants(columns, self.swapped)
        pairs = [
            (min(a, b), max(a, b)) if b[0] != "T" and a != b else (None, None) for a, b in zip(sent, other, strict=True)
        ]
        return iter([a for a, _ in pairs]), iter([b for _, b in pairs])

    def told(self, labels: list[str | None], bodies: list[str]) -> _Told:
        """What each message is, a column each; first the places of those that had to be looked at."""
        count = len(bodies)
        senders = list(map(self.names.__getitem__, labels))
        kinds, texts = ["text"] * count, bodies
        edited = [False] * count
        files: list[str | None] = [None] * count
        events: list[str | None] = [None] * count
        marked, doubtful = self.grammar.marked, self.names.doubtful
        looked = not_plain(bodies)
        if not doubtful.isdisjoint(labels):
            looked = sorted({*looked, *(k for k, label in enumerate(labels) if label in doubtful)})
        for k in looked:
            sender, told = self.look(labels[k], senders[k], bodies[k], marked)
            kinds[k], texts[k], edited[k], files[k], events[k] = told
            senders[k] = None if told.kind == "system" else sender
        return looked, senders, kinds, texts, edited, files, events

    def look(self, label: str | None, sender: str | None, body: str, marked: bool) -> tuple[str | None, Told]:
        """One message looked at alone: its sender and what it is."""
        if self.grammar.line_end == "\r\n" and "\r\n" in body:
            body = body.replace("\r\n", "\n")
        body = body.rstrip("\r\n") if body.endswith(("\n", "\r")) else body
        if label is None:
            return self.nameless(body, marked)
        if label in self.names.doubtful and not (marked and body.startswith(LRM)):
            plain = without_marks(label)
            whole = f"{plain}: {body}"
            for name in self.grammar.colon_names.get(plain, ()):
                if whole.startswith(f"{name}:"):
                    return plain_name(name), tell(whole[len(name) + 1 :].removeprefix(" "), marked)
            if marked and f": {LRM}" in body and label not in self.grammar.known:
                name, _, words = whole.partition(f": {LRM}")
                return plain_name(name), tell(LRM + words, marked)
            notice = None if label in self.grammar.known else notice_of(without_marks(whole))
            if notice is not None and (notice.firm or self.grammar.family.NAME == "web"):
                return None, Told("system", without_marks(whole), event=notice.event)
        return sender, tell(body, marked)

    def nameless(self, body: str, marked: bool) -> tuple[str | None, Told]:
        """A header with no ``Name: `` after it: a notice, or a name with nothing or only a line break after its colon."""
        if found := re.match(r"([^:\n]{1,120}):(?:\n|\Z)", body):
            if plain_name(found[1]) in self.names.senders or self.grammar.family.NAME != "android":
                return plain_name(found[1]), tell(body[found.end() :], marked)
        elif (found := re.match(r"([^:\n]{1,120}):(?! )", body)) and plain_name(found[1]) in self.names.senders:
            return plain_name(found[1]), tell(body[found.end() :], marked)
        if body.startswith(":") and self.grammar.family.NAME != "android":
            return None, tell(body[1:].removeprefix(" "), marked)
        told = tell_nameless(body)
        if self.grammar.family.NAME == "web" and told.event == "other":
            if found := re.match(r"([^:\n]{1,60}):(?! )", body):
                return plain_name(found[1]), tell(body[found.end() :], marked)
            return None, tell(body, marked)
        return None, told

    def check(self, rows: list[Sighting], sent: list[str], kinds: list[str], looked: list[int]) -> None:
        """What is odd about these messages."""
        self.messages += len(rows)
        if "system" in kinds:
            sent = [s for s, kind in zip(sent, kinds, strict=True) if kind != "system"]
        if sent:
            if self.last_sent > sent[0] or any(map(gt, sent, sent[1:])):
                self.out_of_order(rows)
            self.last_sent = sent[-1]
        for k in looked:
            self.check_one(rows[k])
        longest = findings.FOLDED if self.grammar.family.NAME == "web" else findings.OVERSIZED
        if rows and max(map(len, map(_TEXT, rows))) > longest:
            for s in rows:
                self.check_length(s)

    def out_of_order(self, rows: list[Sighting]) -> None:
        before = self.last_sent
        for s in rows:
            if s.kind == "system" or not s.sent_at:
                continue
            if s.sent_at < before:
                self.find(
                    findings.OUT_OF_ORDER, f"Dated {s.sent_at}, but the message before it {before}.", s.line, s.lines
                )
            before = s.sent_at

    def check_one(self, s: Sighting) -> None:
        if s.attachment is not None and s.attachment not in self.held_files:
            self.find(
                findings.MISSING_ATTACHMENT, "The message names a file that did not come with it.", s.line, s.lines
            )
        if not s.text and s.kind != "system":
            self.find(findings.EMPTY_MESSAGE, "The message has a sender and no content.", s.line, s.lines)
        if s.sender is None and s.kind not in ("system", "call") and s.sent_at:
            self.find(findings.MISSING_SENDER, "The header bears no name.", s.line, s.lines)
        if "\n" in s.text and has_header_like_line(s.text):
            self.find(
                findings.HEADER_LIKE_TEXT, "The message contains lines shaped like message headers.", s.line, s.lines
            )

    def check_length(self, s: Sighting) -> None:
        if (
            self.grammar.family.NAME == "web"
            and len(s.text) > findings.FOLDED
            and s.text.endswith(("…", "... Read more", "… Read more"))
        ):
            self.find(
                findings.TRUNCATED_MESSAGE, "The message was copied while folded; its end is missing.", s.line, s.lines
            )
        if len(s.text) > findings.OVERSIZED:
            self.find(
                findings.OVERSIZED_MESSAGE,
                f"The message has {len(s.text):,} characters, more than WhatsApp can send.",
                s.line,
                s.lines,
            )

    def closing(self) -> list[Finding]:
        """What can only be said at the end."""
        out = []
        if self.grammar.order.ambiguous:
            out.append(
                Finding(
                    findings.AMBIGUOUS_DATE_ORDER,
                    "Nothing settles day first or month first: day first is taken. Settle it with --date-order.",
                )
            )
        if self.grammar.encoding_guessed:
            out.append(
                Finding(
                    findings.ENCODING_GUESSED, "The bytes are neither UTF-8 nor marked UTF-16: Windows-1252 is assumed."
                )
            )
        if any(low <= self.messages <= high for low, high in findings.EXPORT_LIMITS):
            out.append(
                Finding(
                    findings.PROBABLY_CUT,
                    f"{self.messages:,} messages: WhatsApp cuts an export at about this number, and the oldest are missing.",
                )
            )
        return out

    def find(self, word: str, detail: str, line: int | None, lines: int | None) -> None:
        self.findings.append(Finding(word, detail, line, lines))


_LINE_START = re.compile("\n(?=[^\\w\n]{0,4}[\\d\\[])")


def has_header_like_line(text: str) -> bool:
    """Whether a line after the first begins like a message header of any app."""
    return any(_HEADER_LIKE.match(text, found.end()) for found in _LINE_START.finditer(text))


class _Days(dict[str, str]):
    """Dates as written to ``YYYY-MM-DDT``, or ``T`` where the day cannot be."""

    def __init__(self, order: DateOrder) -> None:
        super().__init__()
        self.order = order

    def __missing__(self, written: str) -> str:
        day = parse_date(written, self.order)
        self[written] = text = f"{day.isoformat()}T" if day else "T"
        return text


class _Clocks(dict["str | tuple[str, str]", str]):
    """Times as written, alone or with the word of their half of the day, to ``HH:MM``."""

    def __missing__(self, written: str | tuple[str, str]) -> str:
        clock = parse_clock(written) if isinstance(written, str) else parse_clock(*written)
        self[written] = text = clock or ""
        return text


class _Seconds(dict[str, str]):
    def __missing__(self, written: str) -> str:
        self[written] = text = f":{int(written):02d}"
        return text


_SECONDS = _Seconds()


class _Names(dict["str | None", "str | None"]):
    """Labels as they stand to senders' names."""

    def __init__(self, grammar: Grammar) -> None:
        super().__init__({None: None})
        with_colon = frozenset(label for label in grammar.colon_names)
        self.doubtful = frozenset({None, *grammar.doubtful, *with_colon})
        self.senders = {plain_name(label) for label in grammar.known}

    def __missing__(self, label: str | None) -> str | None:
        self[label] = name = plain_name(label or "")
        return name
