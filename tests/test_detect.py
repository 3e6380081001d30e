"""What is told from a file's bytes alone, whatever its name says; and the dates that files carry."""

from __future__ import annotations

import builtins
import json
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from containers_making import CHAT, IPHONE, JPEG, MINUTES, PNG, bytes_of, is_chat, mail_of, mains, opened, zip_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import MissingTool, Refused
from archiver.model import Dated, Source
from archiver.reading import provenance
from archiver.reading.containers import content
from archiver.reading.detect import open_source, plain_name
from archiver.reading.dialects import is_chat as reads_as_chat

CASES = Path(__file__).parents[1] / "fixtures" / "text"


@pytest.mark.parametrize(
    ("name", "data", "media_type", "main"),
    [
        ("paste.txt", CHAT, "text/plain", CHAT),
        ("export.txt", zip_of(("_chat.txt", IPHONE)), "application/zip", IPHONE),
        ("export.eml", zip_of(("_chat.txt", IPHONE)), "application/zip", IPHONE),
        ("mail.txt", bytes(mail_of(("ATT00001.txt", IPHONE))), "message/rfc822", IPHONE),
        ("chat.zip", CHAT, "text/plain", CHAT),
        ("no ending", PNG, "image/png", PNG),
        ("shot.png", JPEG, "image/jpeg", JPEG),
    ],
)
def test_bytes_tell_the_type_and_the_name_does_not(
    tmp_path: Path, name: str, data: bytes, media_type: str, main: bytes
) -> None:
    source = opened(tmp_path / name, data)
    assert source.media_type == media_type
    assert [bytes_of(bundle.main) for bundle in source.bundles] == [main]


@pytest.mark.parametrize(
    "text",
    [
        CHAT.decode().encode("utf-16"),
        b"\xef\xbb\xbf" + CHAT,
        b"\xfe\xff" + CHAT.decode().encode("utf-16-be"),
        CHAT.replace("–".encode(), b"\x96"),
        CHAT + b"20/11/2026, 09:02 - A: odd \x00 and \x01\n",
    ],
    ids=["utf-16", "utf-8 with mark", "utf-16 big-endian", "windows-1252", "control characters in a message"],
)
def test_a_chat_in_any_alphabet_is_a_text(tmp_path: Path, text: bytes) -> None:
    assert mains(opened(tmp_path / "notes.txt", text)) == {"notes.txt": text}


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("empty.txt", b"", "empty-file"),
        ("mark.txt", b"\xef\xbb\xbf\r\n \n", "empty-file"),
        ("mark16.txt", b"\xff\xfe\n\x00", "empty-file"),
        ("blank.txt", b" \n" * 200_000, "empty-file"),
        ("minutes.txt", MINUTES, "not-a-chat"),
        ("page.html", b"<html><body>20 Nov</body></html>", "not-a-chat"),
        ("WhatsApp Chat with Photos.txt", JPEG, "binary-file"),
        ("paper.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "binary-file"),
        ("program", b"\x7fELF\x02\x01\x01" + bytes(500), "binary-file"),
        ("zeros.txt", bytes(5000), "binary-file"),
    ],
)
def test_what_is_no_chat_is_refused_with_its_class(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    with pytest.raises(Refused) as refused:
        opened(tmp_path / name, data)
    assert refused.value.word == word
    assert str(refused.value).startswith(f"{name}: ")


def cases() -> list[Path]:
    """The folders of the text cases."""
    return sorted(path.parent for path in CASES.glob("*/expected.json"))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_every_case_is_opened_or_refused_as_expected(case: Path) -> None:
    expected: dict[str, Any] = json.loads((case / "expected.json").read_text("utf-8"))
    (path,) = (path for path in case.iterdir() if path.name not in ("expected.json", "case.toml"))

    def opening() -> Source:
        return open_source(path, sha256="", size=path.stat().st_size, is_chat=reads_as_chat)

    if "error" in expected:
        with pytest.raises(Refused) as refused:
            opening()
        assert refused.value.word == expected["error"]
    else:
        chats = expected.get("chats", [expected])
        assert len(opening().bundles) == len(chats)


def test_a_zips_date_is_embedded_and_comes_before_the_files(tmp_path: Path) -> None:
    source = opened(tmp_path / "WhatsApp Chat - Budget.zip", zip_of(("_chat.txt", IPHONE)), modified=0)
    assert source.bundles[0].dates == (
        Dated(datetime(2026, 11, 20, 9, 30), "embedded", "the date of _chat.txt in the zip"),
    )


def test_a_bare_text_has_the_date_of_its_name_before_the_file_systems(tmp_path: Path) -> None:
    path = tmp_path / "paste 2026-11-16.txt"
    path.write_bytes(CHAT)
    os.utime(path, (1_800_000_000, 1_800_000_000))
    dates = opened(path).bundles[0].dates
    assert [(dated.basis, dated.precise) for dated in dates] == [("named", False), ("filed", True)]
    assert dates[0].when == datetime(2026, 11, 16)
    assert dates[1].when == datetime(2027, 1, 15, 8, 0)


def test_a_stored_original_is_opened_under_the_name_and_time_it_was_handed_over_with(tmp_path: Path) -> None:
    (tmp_path / "cdef01").write_bytes(CHAT)
    source = open_source(
        tmp_path / "cdef01",
        "paste 2026-11-16.txt",
        sha256="ab",
        size=len(CHAT),
        is_chat=is_chat,
        modified=1_800_000_000,
    )
    (bundle,) = source.bundles
    assert (source.name, bundle.main.name, bundle.names) == ("paste 2026-11-16.txt",) * 2 + (("paste 2026-11-16.txt",),)
    assert [dated.when for dated in bundle.dates] == [datetime(2026, 11, 16), datetime(2027, 1, 15, 8, 0)]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("paste 2026-11-16.txt", (2026, 11, 16)),
        ("20261116 notes.txt", (2026, 11, 16)),
        ("notes_20261116_0931.txt", (2026, 11, 16)),
        ("2026.03.05.txt", (2026, 3, 5)),
        ("WhatsApp 16-11-2026.txt", (2026, 11, 16)),
        ("notes 11-16-2026.txt", (2026, 11, 16)),
        ("notes 11.11.2026.txt", (2026, 11, 11)),
        ("paste 5 March 2026.txt", (2026, 3, 5)),
        ("paste 5th_Sept_2026.txt", (2026, 9, 5)),
        ("March 5, 2026.txt", (2026, 3, 5)),
    ],
)
def test_a_full_date_in_a_name_is_read(name: str, day: tuple[int, int, int]) -> None:
    assert [dated.when for dated in provenance.dates_of_name(name)] == [datetime(*day)]


@pytest.mark.parametrize(
    "name",
    [
        "paste.txt",
        "paste 03-05-2026.txt",
        "2026-13-01.txt",
        "30-02-2026.txt",
        "447700900123.txt",
        "2026-11-01 to 2026-11-16.txt",
        "20020101.txt",
        "WhatsApp Chat with Panel 16-11-2026.txt",
        "WhatsApp Chat - 2026-11-16 incident.zip",
        "WhatsApp Chat mit Krise 2026-11-16.txt",
    ],
)
def test_a_doubtful_date_in_a_name_is_not_read(name: str) -> None:
    assert provenance.dates_of_name(name) == ()


@pytest.mark.parametrize(
    "value", ["", "yesterday", "Fri, 99 Nov 2026 09:31:07 +0000", "Thu, 1 Jan 1970 00:00:00 +0000"]
)
def test_a_senseless_date_of_an_email_is_left_out(value: str) -> None:
    assert provenance.date_of_mail_header(value, "Europe/London") == ()


def test_an_emails_date_is_told_by_the_clock_of_the_zone() -> None:
    (dated,) = provenance.date_of_mail_header("Fri, 03 Jul 2026 09:31:07 +0000", "Europe/London")
    assert (dated.when, dated.basis) == (datetime(2026, 7, 3, 10, 31, 7), "embedded")


def test_names_are_made_plain_before_they_are_shown(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        opened(tmp_path / "a\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}b\n.txt", b"")
    assert str(refused.value).isprintable()
    assert len(plain_name("x" * 1000)) == 120


def test_a_machine_without_libmagic_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    importing = builtins.__import__

    def without_magic(name: str, *rest: Any) -> Any:
        if name == "magic":
            raise ImportError("failed to find libmagic")
        return importing(name, *rest)

    content._libmagic.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without_magic)
    with pytest.raises(MissingTool, match="apt install libmagic1"):
        opened(tmp_path / "odd", bytes(100))
    assert opened(tmp_path / "chat.txt", CHAT).bundles, "a chat needs no libmagic"
    content._libmagic.cache_clear()


def test_a_long_text_is_told_by_its_head_alone(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    with path.open("wb") as stream:
        stream.write(CHAT)
        stream.truncate(4 * 1024**3)
    started = time.process_time()
    source = opened(path)
    assert time.process_time() - started < 1
    assert source.bundles[0].main.size == 4 * 1024**3


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=2000)
@given(
    data=st.binary(max_size=3000) | st.text().map(str.encode), name=st.sampled_from(["a.txt", "a.zip", "a.eml", "a"])
)
def test_any_bytes_are_opened_or_refused(tmp_path: Path, data: bytes, name: str) -> None:
    try:
        source = opened(tmp_path / name, data)
    except Refused as refused:
        word = refused.word
        assert word in WORDS
    else:
        assert source.bundles


WORDS = {
    "empty-file", "binary-file", "not-a-chat", "bad-zip", "encrypted-zip", "unsafe-path", "duplicate-entry",
    "too-large", "no-chat-text",
}  # fmt: skip
