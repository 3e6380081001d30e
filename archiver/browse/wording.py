"""Values put into words for people: dates, sizes, what kinds and bases mean."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from archiver.browse.addresses import anchor
from archiver.finding.searching.tokens import END, START

__all__ = ["anchor"]

ROUTES = {"email-export": "Exported chat", "web-paste": "Copied from WhatsApp Web", "screenshot": "Screenshot"}
BASES = {
    "noted": "noted by a person",
    "embedded": "stands inside the file",
    "named": "stands in the file's name",
    "filed": "the file system's date",
}
FINDINGS = {
    "ambiguous-date-order": "Day and month may be the other way round",
    "out-of-order": "Messages not in the order of time",
    "empty-message": "Empty messages",
    "missing-attachment": "Attachments that did not come with the chat",
    "unattributed-text": "Text that belongs to no message",
    "missing-sender": "Messages without a sender",
    "truncated-message": "Messages cut short",
    "header-like-text": "Text that looks like the start of a message",
    "encoding-guessed": "Encoding guessed",
    "oversized-message": "Messages longer than WhatsApp allows",
    "capture-date-needed": "Capture date needed",
    "probably-cut": "Exports probably cut at WhatsApp's limit",
    "name-with-colon": "Names with a colon",
    "unnamed-chat": "Chats without a name",
    "blank-lines": "Blank lines",
    "unsure": "May be the same as another, or not",
    "low-confidence": "Hard to read off a picture",
    "cut-bubble": "Cut off at the edge of a screen",
    "emoji-unread": "Emoji that were not read",
    "unread-region": "Part of a picture that was not read",
    "owner-unknown": "Phone's owner not known",
    "no-date-on-screen": "Screens without a day",
    "sender-off-screen": "Senders who are not on the screen",
    "sent-after-capture": "Messages later than their capture",
    "edited": "Edited since another capture",
}
KINDS_OF_NAME = {
    "saved": "as saved on the phone",
    "push": "as they call themself",
    "number": "telephone number",
    "custodian": "whose phone or account it is",
}
RULES_OF_NAME = {
    "new": "Seen nowhere before: the person was founded on it.",
    "same-name": "Another capture calls them the same.",
    "votes": "Told by its messages.",
    "shared": "Several people bear this name here: it is nobody's own.",
}
DECISIONS = {
    "people-same": "One and the same",
    "people-not-same": "Not the same",
    "chats-same": "One and the same chat",
    "chats-not-same": "Not the same chat",
    "messages-same": "One and the same message",
    "messages-not-same": "Not the same message",
    "corrected": "Put right",
    "accepted": "Stands as it is",
    "withdrawn": "A decision taken back",
}
MOST_PLACES = 6
"""Places of one side of a decision that are listed."""
ORDERS = {"newest": "Newest", "oldest": "Oldest", "best": "Best match"}
LINE = 200
"""Characters of a message that is only shown beside another."""
SHORTEST_CUT = 700
"""Characters of a hit that are shown whole."""
_AROUND = 250

_CONTROL = {code: chr(0x2400 + code) for code in range(32) if code not in (0x09, 0x0A)}
_CONTROL |= {0x7F: "\N{SYMBOL FOR DELETE}"} | dict.fromkeys(range(0x80, 0xA0), "\N{REPLACEMENT CHARACTER}")
_DIRECTION = {
    code: f"\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}{name}\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
    for code, name in {
        0x200E: "LRM", 0x200F: "RLM", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO",
        0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0x202F: "NNBSP", 0xFEFF: "BOM", 0x0D: "CR",
    }.items()
}  # fmt: skip


def plain(text: str) -> str:
    """Text in which control characters are shown and not obeyed; line breaks stay.

    >>> plain("\\x1b[2Jgone")
    '\N{SYMBOL FOR ESCAPE}[2Jgone'
    """
    return text.translate(_CONTROL)


def bare(text: str) -> str:
    """A line as it stands in a file, with its invisible marks made visible.

    >>> bare("\\u200eimage omitted\\r")
    '\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}LRM\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}image omitted'
    """
    return text.removesuffix("\r").translate(_DIRECTION).translate(_CONTROL)


def day(value: str | date | None) -> str:
    """A day in full, from any written time that begins with one; ``T14:07`` and None have no day.

    >>> day("2026-03-05T14:07")
    '5 March 2026'
    """
    found = _date(value)
    return f"{found.day} {found:%B %Y}" if found else "Day not known"


def weekday(value: str | None) -> str:
    """The day with its weekday."""
    found = _date(value)
    return f"{found:%A} {day(found)}" if found else "Day not known"


def _date(value: str | date | None) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None


def clock(value: str | None) -> str:
    """The time of day as shown, or empty.

    >>> clock("2026-03-05T14:07"), clock("T14:07"), clock("2026-03-05")
    ('14:07', '14:07', '')
    """
    return value.partition("T")[2] if value else ""


def moment(value: str | None) -> str:
    """Day and time.

    >>> moment("2026-03-05T14:07"), moment("T14:07"), moment(None)
    ('5 March 2026, 14:07', '14:07, day not known', 'Not known')
    """
    if not value:
        return "Not known"
    time = clock(value.rstrip("Z"))
    if _date(value) is None:
        return f"{time}, day not known"
    return f"{day(value)}, {time}" if time else day(value)


def span(first: str | None, last: str | None) -> str:
    """From a day to a day, what they share said once.

    >>> span("2024-03-04T09:00", "2024-03-14T10:00"), span("2024-03-04T09:00", "2024-03-04")
    ('4 to 14 March 2024', '4 March 2024')
    >>> span("2024-03-04", "2024-04-01"), span("2023-03-04", "2024-03-04")
    ('4 March to 1 April 2024', '4 March 2023 to 4 March 2024')
    """
    start, end = _date(first), _date(last)
    if start is None or end is None:
        return "dates not known"
    if start == end:
        return day(end)
    shared = f"{start.day}" if (start.year, start.month) == (end.year, end.month) else f"{start.day} {start:%B}"
    return f"{day(start) if start.year != end.year else shared} to {day(end)}"


def count(number: int | None, noun: str, plural: str | None = None) -> str:
    """A number and its noun.

    >>> count(1, "message"), count(1200, "message")
    ('1 message', '1,200 messages')
    """
    number = number or 0
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def size(number: int) -> str:
    """Bytes in the unit that people use.

    >>> size(900), size(12_345_678)
    ('900 bytes', '12.3 MB')
    """
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")):
        if number >= unit:
            return f"{number / unit:.1f} {name}"
    return count(number, "byte")


def name_of_chat(name: str) -> str:
    return plain(" ".join(name.split())) or "Chat without a name"


def route(word: str) -> str:
    return ROUTES.get(word, word)


def basis(word: str | None) -> str:
    return BASES.get(word or "", "how it is known was not kept")


def finding(word: str) -> str:
    return FINDINGS.get(word, word.replace("-", " ").capitalize())


def kind_of_name(word: str) -> str:
    return KINDS_OF_NAME.get(word, word)


def rule_of_name(word: str) -> str:
    return RULES_OF_NAME.get(word, word)


def decision(word: str) -> str:
    return DECISIONS.get(word, word.replace("-", " ").capitalize())


def about(detail: dict[str, Any]) -> list[str]:
    """What a decision is about, in lines: its places, and what was said of them.

    >>> about({"message": [[1, "a.txt", 12]], "field": "text", "value": "Noon"})
    ['a.txt, 12', 'text: Noon']
    """
    said = []
    for side in ("one", "other", "message"):
        for place in detail.get(side, [])[:MOST_PLACES]:
            said.append(plain(", ".join(map(str, place[1:]))))
        if len(detail.get(side, [])) > MOST_PLACES:
            said.append(f"and {count(len(detail[side]) - MOST_PLACES, 'more place')}")
    if "field" in detail:
        said.append(f"{detail['field'].replace('_', ' ')}: {plain(detail['value'])}")
    if "finding" in detail:
        said.append(f"{finding(detail['finding'][0])}: {plain(str(detail['finding'][5]))}")
        said.append(plain(str(detail["finding"][2])))
    if "decision" in detail:
        said.append(f"decision {detail['decision']}")
    return said


def lines(first: int, many: int) -> str:
    """Which lines of a file.

    >>> lines(12, 1), lines(12, 3)
    ('line 12', 'lines 12 to 14')
    """
    return f"line {first:,}" if many == 1 else f"lines {first:,} to {first + many - 1:,}"


def doubts(message: dict[str, Any]) -> list[str]:
    """What is not certain about a message, a few words each; empty where nothing is."""
    said = when_in_doubt(message["precision"], message["sent_earliest"], message["sent_latest"])
    if message.get("partial"):
        said.append("cut at the edge of the screen")
    confidence = message.get("confidence")
    if confidence is not None and confidence < 0.8:
        said.append(f"read with confidence {confidence:.0%}")
    return said


def when_in_doubt(precision: str, earliest: str | None, latest: str | None) -> list[str]:
    """What is not certain about when a message was sent.

    >>> when_in_doubt("day", "2026-03-05", "2026-03-05"), when_in_doubt("minute", "2026-03-05", "2026-05-03")
    (['time not known'], ['date in doubt: 5 March to 3 May 2026'])
    """
    if precision in ("time", "unknown"):
        return ["day not known"]
    if precision == "day":
        return ["time not known"]
    return [f"date in doubt: {span(earliest, latest)}"] if earliest != latest else []


def order(word: str) -> str:
    return ORDERS.get(word, word)


def facet(heading: str, key: str, name: str) -> str:
    """What one of the ways to narrow a search is called.

    >>> facet("Month", "2026-03", "2026-03"), facet("Person", "", "")
    ('March 2026', 'No sender')
    """
    if heading == "Month":
        return f"{date.fromisoformat(key + '-01'):%B %Y}" if key else "Day not known"
    if heading == "Route":
        return route(key)
    return name_of_chat(name) if heading == "Chat" else plain(name) or "No sender"


def short(text: str) -> str:
    """A message in a line.

    >>> short("Morning,\\nall")
    'Morning, all'
    """
    line = " ".join(plain(text).split())
    return line if len(line) <= LINE else line[: LINE - 1] + "…"


def highlighted(text: str) -> Markup:
    """A hit's text with the words found in ``<mark>``: everything is escaped first, whatever it holds.

    >>> highlighted(f"<b> {START}minister{END} & co")
    Markup('&lt;b&gt; <mark>minister</mark> &amp; co')
    """
    before, *pieces = _cut(text).split(START)
    out = escape(plain(before))
    for piece in pieces:
        word, _, rest = piece.partition(END)
        out += Markup("<mark>") + escape(plain(word)) + Markup("</mark>") + escape(plain(rest.replace(END, "")))
    return out


def _cut(text: str) -> str:
    """A long text from a little before the first word found."""
    if len(text) <= SHORTEST_CUT:
        return text
    start = max(0, text.find(START) - _AROUND)
    end = start + SHORTEST_CUT
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def iso(value: str | None) -> str | None:
    """A written time as HTML's ``datetime`` takes it; None where it has no such form."""
    try:
        return datetime.fromisoformat(value).isoformat() if value and len(value) > 10 else value
    except ValueError:
        return value.removeprefix("T") if value else None
