"""What must always hold of reading a text: what was written is read back, and no bytes stop it or go missing."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from texts import ANDROID, IPHONE, PASTE, Read, read

from archiver.errors import Refused
from archiver.model import Sighting
from archiver.reading.dialects import header_of
from archiver.reading.dialects.oddities import is_header_like
from archiver.reading.spans import lines_of

NARROW, LRM = "\N{NARROW NO-BREAK SPACE}", "\N{LEFT-TO-RIGHT MARK}"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def half(when: datetime) -> tuple[int, str]:
    return (when.hour % 12 or 12), "PM" if when.hour > 11 else "AM"


# how a phone or browser writes the header of a message; the file's name; how much of the time it shows
DIALECTS = {
    "Android, UK": (lambda d: f"{d:%d/%m/%Y, %H:%M} - ", ANDROID, 16),
    "Android, UK 12 h": (lambda d: f"{d:%d/%m/%Y}, {half(d)[0]}:{d:%M}{NARROW}{half(d)[1].lower()} - ", ANDROID, 16),
    "Android, US": (lambda d: f"{d.month}/{d.day}/{d:%y}, {half(d)[0]}:{d:%M}{NARROW}{half(d)[1]} - ", ANDROID, 16),
    "Android, de": (lambda d: f"{d:%d.%m.%y, %H:%M} - ", ANDROID, 16),
    "Android, fr": (lambda d: f"{d:%d/%m/%Y} à {d:%H:%M} - ", ANDROID, 16),
    "Android, sv": (lambda d: f"{d:%Y-%m-%d %H:%M} - ", ANDROID, 16),
    "Android, fi": (lambda d: f"{d.day}.{d.month}.{d.year} klo {d.hour}.{d:%M} - ", ANDROID, 16),
    "Android, ar": (lambda d: f"{d:%d/%m/%Y، %H:%M} - ".translate(ARABIC), ANDROID, 16),
    "Android, old": (lambda d: f"{d:%H:%M}, {d.day} {d:%b} {d.year} - ", ANDROID, 16),
    "iPhone, UK": (lambda d: f"[{d:%d/%m/%Y, %H:%M:%S}] ", IPHONE, 19),
    "iPhone, US 12 h": (
        lambda d: f"[{d.month}/{d.day}/{d:%y}, {half(d)[0]}:{d:%M:%S}{NARROW}{half(d)[1]}] ",
        IPHONE,
        19,
    ),
    "iPhone, vi": (lambda d: f"[{d:%H:%M:%S}, {d.month}/{d.day}/{d:%y}] ", IPHONE, 19),
    "iPhone, old": (lambda d: f"{d:%d.%m.%y %H:%M:%S}: ", IPHONE, 19),
    "paste, UK": (lambda d: f"[{d:%H:%M, %d/%m/%Y}] ", PASTE, 16),
    "paste, US": (lambda d: f"[{half(d)[0]}:{d:%M} {half(d)[1]}, {d.month}/{d.day}/{d.year}] ", PASTE, 16),
}

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\r\N{ZERO WIDTH NO-BREAK SPACE}"),
    max_size=60,
).map(lambda text: re.sub(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text))
NAMES = st.sampled_from(
    ["Alex Black (MOJ)", "Priya - Shah", "+44 7700 900123", "~ Jo Grey", "10.30", "Zoë 2", "[Duty]"]
)
WHEN = st.datetimes(datetime(2013, 1, 1), datetime(2026, 12, 31))
MESSAGES = st.lists(st.tuples(NAMES, TEXT), min_size=1, max_size=8)


def looks_like_a_header(text: str) -> bool:
    """Whether a line of it could be taken for the phone's: what no reader could tell apart on its own."""
    return any(header_of(line) for line in text.split("\n"))


def is_words(text: str, paste: bool) -> bool:
    """Whether it can only be read as words, and stands in a file as it was sent."""
    if paste and (text[:1] in ("\n", " ") or len(text) > 600):
        return False
    return not text.endswith("\n") and not looks_like_a_header(text)


@given(st.sampled_from(sorted(DIALECTS)), MESSAGES, WHEN, st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=400, deadline=None)
def test_what_was_written_is_read_back(
    dialect: str, messages: list[tuple[str, str]], start: datetime, line_end: str
) -> None:
    """Who, when and what of each message, in each dialect and with either line end."""
    header, name, shown = DIALECTS[dialect]
    assume(all(is_words(text, name == PASTE) for _, text in messages))
    when = [start + timedelta(minutes=7 * n) for n in range(len(messages) + 2)]
    # Who speaks plainly is known; a day above 12 settles the date order.
    plain = [(who, "plain words") for who in {who for who, _ in messages}]
    sure = datetime(2012, 12, 25, 10, 30)
    lines = [f"{header(sure)}{who}: {text}" for who, text in plain]
    lines += [f"{header(d)}{who}: {text}" for d, (who, text) in zip(when, messages, strict=False)]
    done = read((line_end.join(lines) + line_end).replace("\r\n", "\n").replace("\n", line_end), name)
    assume(not any(s.edited for s in done.sightings))
    told = [(s.sent_at, s.sender, s.text) for s in done.sightings[len(plain) :]]
    sent = [(d.isoformat()[:shown], who, text) for d, (who, text) in zip(when, messages, strict=False)]
    assert told == sent
    assert_nothing_lost(done, sum(line.count("\n") + 1 for line in lines))


@given(MESSAGES, WHEN)
@settings(max_examples=200, deadline=None)
def test_an_untouched_iphone_export_holds_any_lines(messages: list[tuple[str, str]], start: datetime) -> None:
    """Where CRLF ends messages and LF does not, even header-shaped lines inside them are told apart."""
    header = DIALECTS["iPhone, UK"][0]
    forged = f"\n{header(start)}Tom Okafor (HMPPS): I approve"
    text = f"{header(start)}Gold: {LRM}Messages and calls are end-to-end encrypted.\r\n"
    text += "".join(f"{header(start)}{who}: words: {words}{forged}\r\n" for who, words in messages)
    done = read(text, IPHONE)
    wanted = [(who, f"words: {words}{forged}") for who, words in messages]
    assert [(s.sender, s.text) for s in done.sightings[1:]] == wanted
    assert "header-like-text" in done.words


def assert_nothing_lost(done: Read, lines: int) -> None:
    """Each physical line belongs to exactly one sighting, or to one finding of blank lines."""
    spans: list[Sighting | tuple[int, int]] = [(s.line or 0, s.lines or 0) for s in done.sightings]
    spans += [(f.line or 0, f.lines or 0) for f in done.findings if f.word == "blank-lines"]
    covered = sorted(n for first, count in spans for n in range(first, first + count))
    assert covered == list(range(1, lines + 1))


PIECES = st.lists(
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from(
            [
                *(header(datetime(2024, 5, 13, 14, 7, 9)).encode() for header, _, _ in DIALECTS.values()),
                *(header(datetime(2024, 5, 3, 14, 7, 9)).encode() for header, _, _ in DIALECTS.values()),
                *(b"\n", b"\r\n", b"\r", b"\n\n", b": ", b":", b"<", b">", b"(", b")", b'"', b"\0"),
                *("Al", " added Bo", " left", "“", "”", LRM, "\N{RIGHT-TO-LEFT MARK}", "🙂", "\ufeff"),
                *(
                    "<Media omitted>",
                    "a.jpg (file attached)",
                    "<attached: 00000001-a.jpg>",
                    "POLL:\n",
                    "OPTION: a (1 vote)",
                ),
                *(
                    "31/02/2024, 10:00 - ",
                    "9 Oct 09:09 - ",
                    "https://",
                    "https://foursquare.com/v/a",
                    "Missed voice call",
                ),
            ]
        ).map(lambda piece: piece if isinstance(piece, bytes) else piece.encode()),
    ),
    max_size=30,
).map(b"".join)


@given(PIECES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from([ANDROID, IPHONE, PASTE]))
@settings(max_examples=1000, deadline=None)
def test_any_bytes_are_read_whole_or_refused(content: bytes, encoding: str, name: str) -> None:
    """Nothing is raised but Refused; every line is covered, and all of them read back give the text."""
    if encoding != "utf-8":
        content = content.decode("utf-8", "replace").encode(encoding)
    try:
        done = read(content, name)
    except Refused:
        return
    told_in = done.reading.dialect.rsplit(" ", 1)[-1]
    whole = lines_of(io.BytesIO(content), told_in, 1, 10**9)
    assert_nothing_lost(done, whole.count("\n") + (not whole.endswith("\n")))
    spans = sorted((s.line or 0, s.lines or 0) for s in done.sightings)
    spans += [(f.line or 0, f.lines or 0) for f in done.findings if f.word == "blank-lines"]
    assert "".join(lines_of(io.BytesIO(content), told_in, *span) for span in sorted(spans)) == whole
    assert not any("\ud800" <= c <= "\udfff" for s in done.sightings for c in s.text)


def test_every_dialects_header_is_seen() -> None:
    """As a header, and inside another message as a line that looks like one."""
    for header, _, _ in DIALECTS.values():
        line = f"{header(datetime(2026, 3, 24, 12))}Al: a"
        assert is_header_like(line, 0)
        assert header_of(line)
