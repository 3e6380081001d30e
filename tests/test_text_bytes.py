"""Bytes: no encoding, line end or size loses one or stops the reading."""

from __future__ import annotations

import io
import time

import pytest
from texts import PASTE, Read, read

from archiver.errors import Refused
from archiver.reading.spans import lines_of

CHAT = "31/12/2024, 09:00 - Al: caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{THUMBS UP SIGN}\n31/12/2024, 09:01 - Bo: £5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_encodings(encoding: str, end: str) -> None:
    """UTF-8 and UTF-16, with a byte order mark or without."""
    done = read(CHAT.replace("\n", end).encode(encoding))
    assert [s.text for s in done.sightings] == ["caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{THUMBS UP SIGN}", "£5"]
    assert done.words == ({"encoding-unmarked"} if encoding in ("utf-16-le", "utf-16-be") else set())


def test_windows_1252() -> None:
    """Also the bytes that it leaves undefined."""
    done = read(b"[10:32, 21/11/2026] Al: \x801.2m \x96 \x93new\x94 \x81 caf\xe9\r\n", PASTE)
    assert done.sightings[0].text == "€1.2m – “new” \x81 café"
    assert done.words == {"encoding-guessed"}


def test_one_bad_byte_does_not_spoil_good_utf_8() -> None:
    """It is read as Windows-1252, all else as what it is."""
    done = read(CHAT.encode() + b"31/12/2024, 09:02 - Al: \xa35\n")
    assert done.sightings[0].text.endswith("\N{THUMBS UP SIGN}")
    assert done.sightings[2].text == "£5"
    assert done.words == {"encoding-guessed"}


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_a_cut_last_character_is_no_other_encoding(kept: int) -> None:
    """The file lost its end: what came before is read as what it is."""
    done = read(CHAT.encode() + b"31/12/2024, 09:02 - Al: ok " + "\N{THUMBS UP SIGN}".encode()[:kept])
    assert done.sightings[0].text.endswith("\N{THUMBS UP SIGN}")
    assert done.sightings[2].text == "ok \N{REPLACEMENT CHARACTER}"
    assert done.words == {"cut-character"}


def test_half_a_character_of_utf_16() -> None:
    """Kept as unreadable and said; nothing in a text is ever half a character."""
    raw = CHAT.encode("utf-16").replace("£".encode("utf-16-le"), b"\x00\xd8")
    done = read(raw + b"\x00")
    assert done.words == {"unreadable-bytes"}
    assert not any("\ud800" <= c <= "\udfff" for s in done.sightings for c in s.text)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"\xff\xfe1", b"\xfe\xff\xff\xfe", b"\xff\xfe\x00\xd8\x00", b"\x00a\x00b\x00"]
)
def test_a_byte_order_mark_before_nothing(content: bytes) -> None:
    """Python's own decoder stops at it in another way than at other faults."""
    with pytest.raises(Refused):
        read(content)


def test_zero_bytes_stay() -> None:
    assert read("31/12/2024, 09:00 - Al: a\0b\n").sightings[0].text == "a\0b"


def lines_covered(done: Read) -> list[int]:
    spans = [(s.line, s.lines) for s in done.sightings]
    spans += [(f.line, f.lines) for f in done.findings if f.word == "blank-lines"]
    return sorted(n for line, lines in spans for n in range(line or 0, (line or 0) + (lines or 0)))


def head(n: int) -> str:
    return f"31/12/2024, 09:{n:02d} - Al: "


BIG = {
    "a message of 100,000 lines": head(0) + "words\n" * 100_000 + head(1) + "b\n",
    "a line of 10 MB": head(0) + "word " * 2_000_000 + "\n" + head(1) + "b\n",
    "a line of 10 MB that ends like a file": head(0) + "a.b " * 2_500_000 + "<attached>\n" + head(1) + "b\n",
    "a million empty lines": head(0) + "\n" * 1_000_000 + head(1) + "b\n",
    "a million empty lines first": "\n" * 1_000 + head(0) + "\n" * 1_000_000 + head(1) + "b\n",
    "a million colons": head(0) + ":" * 1_000_000 + "\n" + head(1) + "b\n",
    "a million brackets": head(0) + "[" * 1_000_000 + "\n" + head(1) + "b\n",
    "100,000 impossible dates": head(0)
    + "".join(f"{d}/{m}/{y}, 10:00 - Al: x\n" for y in range(1000, 2000) for d, m in [(31, 2), (31, 4)] * 50)
    + head(1)
    + "b\n",
    "100,000 names": "".join(f"31/12/2024, 09:00 - Al {n}: MOJ: x\n" for n in range(100_000)),
}


@pytest.mark.parametrize("name", BIG)
def test_big_things_take_no_long_time(name: str) -> None:
    """Time grows with size and no faster, and every line belongs to one sighting."""
    text = BIG[name]
    before = time.process_time()
    done = read(text)
    assert time.process_time() - before < 8
    assert lines_covered(done) == list(range(1, text.count("\n") + 1))
    assert done.sightings[-1].text in ("b", "MOJ: x")


def test_a_message_longer_than_whatsapp_can_send() -> None:
    assert read(head(0) + "x" * 65_536 + "\n").words == set()
    assert read(head(0) + "x" * 65_537 + "\n").words == {"oversized-message"}


def test_an_export_at_whatsapps_limit_is_probably_cut() -> None:
    assert read(f"{head(0)}x\n" * 39_995).words == {"probably-cut"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_text_as_written_is_read_back_by_its_lines(encoding: str) -> None:
    """Line ends and all; past the end there is nothing."""
    text = "one\r\ntwo\nthree\x85\u00a3\r\n\nfive"
    lines = ["one\r\n", "two\n", "three\x85\u00a3\r\n", "\n", "five"]
    if encoding == "cp1252":
        text, lines = text.replace("\x85", "…"), [line.replace("\x85", "…") for line in lines]
    raw = text.encode(encoding)
    for first in range(1, 6):
        for count in range(1, 7 - first):
            assert lines_of(io.BytesIO(raw), encoding, first, count) == "".join(lines[first - 1 : first - 1 + count])
    assert lines_of(io.BytesIO(raw), encoding, 6, 1) == ""
    assert lines_of(io.BytesIO(raw), encoding, 5, 9) == "five"


def test_lines_far_into_a_text() -> None:
    """Over many pieces, also where a piece ends within a line or between CR and LF."""
    lines = [f"{n} " + "x" * (n % 91) + "\r\n" for n in range(20_000)]
    raw = "".join(lines).encode()
    for first in (1, 1_337, 19_990):
        assert lines_of(io.BytesIO(raw), "utf-8", first, 7) == "".join(lines[first - 1 : first + 6])
