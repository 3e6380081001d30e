"""Zips as phones and people make them, and as enemies do."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from containers_making import CHAT, IPHONE, JPEG, MINUTES, PNG, bytes_of, mains, opened, raw_zip, zip_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import Refused
from archiver.reading.containers import zip_entries

NAME = "WhatsApp Chat - Budget team.zip"


def refusal(path: Path, data: bytes) -> Refused:
    """The refusal of a zip, which must leave nothing beside it."""
    with pytest.raises(Refused) as refused:  # noqa: PT012 (a lie in a zip may show only when it is read)
        for bundle in opened(path, data).bundles:
            bytes_of(bundle.main)
    assert [other.name for other in path.parent.iterdir()] == [path.name]
    return refused.value


def test_an_android_zip_is_its_text_with_the_other_files(tmp_path: Path) -> None:
    text = "WhatsApp Chat with Budget team.txt"
    data = zip_of((text, CHAT), ("IMG-20260514-WA0003.jpg", JPEG), ("Notes.txt", MINUTES), ("old.zip", b"PK\3\4 no"))
    (bundle,) = opened(tmp_path / "WhatsApp Chat with Budget team.zip", data).bundles
    assert bundle.names == (text, "WhatsApp Chat with Budget team.zip")
    assert [(a.name, a.media_type, a.size) for a in bundle.attachments] == [
        ("IMG-20260514-WA0003.jpg", "image/jpeg", len(JPEG)),
        ("Notes.txt", "text/plain", len(MINUTES)),
        ("old.zip", "application/zip", 7),
    ]
    assert bytes_of(bundle.main) == CHAT
    assert bytes_of(bundle.attachments[0]) == JPEG


def test_an_iphone_zip_keeps_its_line_ends_and_its_numbered_text_is_an_attachment(tmp_path: Path) -> None:
    (bundle,) = opened(tmp_path / NAME, zip_of(("_chat.txt", IPHONE), ("00000012-old chat.txt", CHAT))).bundles
    assert bytes_of(bundle.main) == IPHONE
    assert [a.name for a in bundle.attachments] == ["00000012-old chat.txt"]


def test_a_zip_made_again_on_a_mac_is_read_past_its_litter(tmp_path: Path) -> None:
    folder = "WhatsApp Chat - Café"
    # A Mac writes names as UTF-8, taken apart, and does not say so.
    parted = b"WhatsApp Chat - Cafe\xcc\x81/"
    data = raw_zip(
        {"name": parted, "external": 0o40755 << 16, "method": 0},
        {"name": parted + b"_chat.txt", "data": IPHONE},
        {"name": parted + b".DS_Store", "data": b"\0\0\0\1Bud1"},
        {"name": b"__MACOSX/" + parted + b"._chat.txt", "data": b"\0\5\x16\7"},
        {"name": parted + b"00000004-PHOTO.jpg", "data": JPEG},
    )
    (bundle,) = opened(tmp_path / "Archive.zip", data).bundles
    assert bundle.names[1] != folder, "told as written, not put together"
    assert bundle.names == ("_chat.txt", "WhatsApp Chat - Cafe\N{COMBINING ACUTE ACCENT}", "Archive.zip")
    assert [a.name.rpartition("/")[2] for a in bundle.attachments] == ["00000004-PHOTO.jpg"]


def test_several_chats_in_one_zip_keep_their_own_files(tmp_path: Path) -> None:
    data = zip_of(("A/_chat.txt", IPHONE), ("A/1.jpg", JPEG), ("B/_chat.txt", CHAT), ("B/2.jpg", PNG), ("c.txt", CHAT))
    source = opened(tmp_path / "exports.zip", data)
    assert [(b.main.name, b.names, [a.name for a in b.attachments]) for b in source.bundles] == [
        ("A/_chat.txt", ("_chat.txt", "A"), ["A/1.jpg"]),
        ("B/_chat.txt", ("_chat.txt", "B"), ["B/2.jpg"]),
        ("c.txt", ("c.txt",), []),
    ]


def test_two_exports_zipped_under_the_name_of_one_are_both_taken(tmp_path: Path) -> None:
    data = zip_of(("WhatsApp Chat with A.txt", CHAT), ("WhatsApp Chat with B.txt", IPHONE), ("notes.txt", CHAT))
    source = opened(tmp_path / "WhatsApp Chat with A.zip", data)
    assert list(mains(source)) == ["WhatsApp Chat with A.txt", "WhatsApp Chat with B.txt", "notes.txt"]
    assert [a.name for a in source.bundles[0].attachments] == ["notes.txt"], "perhaps a document of the chat beside it"


def test_a_chat_under_an_odd_name_is_found_by_its_words(tmp_path: Path) -> None:
    assert mains(opened(tmp_path / "a.zip", zip_of(("export.dat", CHAT), ("x.jpg", JPEG)))) == {"export.dat": CHAT}


def test_a_zip_of_pictures_alone_is_screenshots(tmp_path: Path) -> None:
    source = opened(tmp_path / "shots.zip", zip_of(("1.png", PNG), ("2", JPEG), ("notes.pdf", b"%PDF-1.4")))
    assert [(b.picture, b.main.name, b.main.media_type) for b in source.bundles] == [
        (True, "1.png", "image/png"),
        (True, "2", "image/jpeg"),
    ]


@pytest.mark.parametrize("date", [(1980, 1, 1, 0, 0, 0), (2008, 5, 5, 5, 5, 4)])
def test_a_date_that_no_capture_can_have_is_left_out(tmp_path: Path, date: tuple[int, int, int, int, int, int]) -> None:
    (bundle,) = opened(tmp_path / NAME, zip_of(("_chat.txt", IPHONE), date=date)).bundles
    assert [dated.basis for dated in bundle.dates] == ["filed"]


def test_an_entrys_date_is_the_makers_own_clock(tmp_path: Path) -> None:
    (bundle,) = opened(tmp_path / NAME, zip_of(("_chat.txt", IPHONE), date=(2026, 7, 3, 23, 59, 58))).bundles
    assert bundle.dates[0].when == datetime(2026, 7, 3, 23, 59, 58)


@pytest.mark.parametrize(
    ("files", "word", "says"),
    [
        ([("minutes.txt", MINUTES)], "no-chat-text", "exported again"),
        ([("a.zip", zip_of(("_chat.txt", IPHONE))), ("b.zip", b"PK")], "no-chat-text", "hand over the zips in it"),
        ([("_chat.txt", b"")], "empty-file", "empty"),
        ([("_chat.txt", b"\xef\xbb\xbf\r\n"), ("1.pdf", b"%PDF")], "empty-file", "empty"),
        ([("WhatsApp Chat with A.txt", JPEG)], "no-chat-text", "none of the 1 files"),
        ([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x/>")], "binary-file", "plain text"),
        ([], "no-chat-text", "none of the 0 files"),
    ],
)
def test_a_zip_without_a_chat_is_refused(tmp_path: Path, files: list[tuple[str, bytes]], word: str, says: str) -> None:
    refused = refusal(tmp_path / "odd.zip", zip_of(*files))
    assert (refused.word, says in str(refused)) == (word, True)


@pytest.mark.parametrize(
    "name",
    [
        b"../x.txt", b"a/../../x.txt", b"/etc/x.txt", b"C:x.txt", b"c:/x.txt", b"a\\..\\x.txt", b"\\\\host\\x.txt",
        b"a.txt\0.jpg", b"..", b"", b"../",
    ],
)  # fmt: skip
def test_a_name_that_points_outside_is_refused(tmp_path: Path, name: bytes) -> None:
    assert (
        refusal(tmp_path / "a.zip", raw_zip({"name": b"_chat.txt", "data": IPHONE}, {"name": name})).word
        == "unsafe-path"
    )


@pytest.mark.parametrize("kind", [0o120777, 0o060644, 0o010644], ids=["link", "device", "pipe"])
def test_what_is_no_plain_file_is_refused(tmp_path: Path, kind: int) -> None:
    data = raw_zip(
        {"name": b"_chat.txt", "data": IPHONE}, {"name": b"x", "data": b"/etc/passwd", "external": kind << 16}
    )
    assert refusal(tmp_path / "a.zip", data).word == "unsafe-path"


@pytest.mark.parametrize("second", [b"_chat.txt", b"./_chat.txt"])
def test_doubled_names_are_refused(tmp_path: Path, second: bytes) -> None:
    data = raw_zip({"name": b"_chat.txt", "data": IPHONE}, {"name": second, "data": CHAT})
    assert refusal(tmp_path / "a.zip", data).word == "duplicate-entry"


def test_names_that_only_look_alike_to_a_mac_are_doubled_and_capitals_are_not(tmp_path: Path) -> None:
    data = raw_zip({"name": "é.jpg".encode()}, {"name": b"e\xcc\x81.jpg"}, {"name": b"_chat.txt", "data": IPHONE})
    assert refusal(tmp_path / "a.zip", data).word == "duplicate-entry"
    assert opened(tmp_path / "a.zip", zip_of(("_chat.txt", IPHONE), ("a.jpg", JPEG), ("A.JPG", JPEG))).bundles


@pytest.mark.parametrize("entry", [{"flags": 1}, {"flags": 0x41}, {"method": 99}], ids=["old", "strong", "AES"])
def test_a_locked_zip_is_refused(tmp_path: Path, entry: dict[str, Any]) -> None:
    assert refusal(tmp_path / "a.zip", raw_zip({"name": b"_chat.txt", "data": IPHONE, **entry})).word == "encrypted-zip"


@pytest.mark.parametrize(
    "entry",
    [
        {"method": 12},
        {"crc": 1},
        {"size": len(IPHONE) + 5},
        {"size": len(IPHONE) - 5},
        {"size": 3, "crc": 0x9D5CF6EB},
        {"local_name": b"other.txt"},
        {"packed": 9},
        {"packed": 10_000},
        {"method": 0, "size": 5},
    ],
    ids=str,
)
def test_a_zip_that_says_what_is_not_so_is_refused(tmp_path: Path, entry: dict[str, Any]) -> None:
    assert refusal(tmp_path / "a.zip", raw_zip({"name": b"_chat.txt", "data": IPHONE, **entry})).word == "bad-zip"


def test_a_lying_size_never_gives_more_than_was_promised(tmp_path: Path) -> None:
    data = raw_zip({"name": b"_chat.txt", "data": IPHONE * 20_000, "size": 200_000})
    (bundle,) = opened(tmp_path / "a.zip", data).bundles
    read = 0
    with bundle.main.open() as stream, pytest.raises(Refused):  # noqa: PT012 (it is the last piece that raises)
        while piece := stream.read(1000):
            read += len(piece)
    assert read <= 200_000


def test_a_cut_zip_says_that_its_end_is_missing(tmp_path: Path) -> None:
    sound = zip_of(("_chat.txt", IPHONE), ("1.jpg", JPEG))
    refused = refusal(tmp_path / "budget.zip", sound[: len(sound) // 2])
    assert str(refused) == ("budget.zip: the zip is cut short (its end is missing). Ask for it to be sent again.")


def overlapping() -> bytes:
    """Thousands of names over the same bytes, none of them suspicious alone."""
    first = {"name": b"_chat.txt", "data": IPHONE * 200}
    return raw_zip(first, *({"name": b"%d.bin" % n, "data": IPHONE * 200, "offset": 0} for n in range(1000)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: raw_zip({"name": b"_chat.txt", "data": bytes(12_000_000)}),
        lambda: raw_zip(*({"name": b"%d" % n, "data": bytes(9_000_000)} for n in range(12))),
        lambda: raw_zip(*({"name": b"%d" % n, "size": 2**32 - 2, "packed": 2**26} for n in range(3))),
        overlapping,
    ],
    ids=["one entry", "many entries", "sum", "shared bytes"],
)  # fmt: skip
def test_a_bomb_is_refused_before_anything_is_unpacked(tmp_path: Path, make: Callable[[], bytes]) -> None:
    data = make()
    started = time.process_time()
    assert refusal(tmp_path / "a.zip", data).word == "too-large"
    assert time.process_time() - started < 2


def test_a_directory_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_entries, "MAX_ENTRIES", 50)
    data = zip_of(("_chat.txt", IPHONE), *((f"{n}.jpg", b"") for n in range(60)))
    assert refusal(tmp_path / "a.zip", data).word == "too-large"


def test_a_repetitive_chat_is_no_bomb(tmp_path: Path) -> None:
    text = b"".join(b"20/11/2026, %02d:%02d - Alex Black (MOJ): Ok\n" % (n // 60 % 24, n % 60) for n in range(300_000))
    (bundle,) = opened(tmp_path / "a.zip", zip_of(("WhatsApp Chat with A.txt", text))).bundles
    assert bytes_of(bundle.main) == text


def test_a_stream_can_be_opened_again_and_read_line_by_line(tmp_path: Path) -> None:
    (bundle,) = opened(tmp_path / NAME, zip_of(("_chat.txt", IPHONE * 5000))).bundles
    with bundle.main.open() as one, bundle.main.open() as two:
        assert one.readline() == two.readline() == IPHONE.split(b"\n")[0] + b"\n"
        assert sum(1 for _ in one) == 5000 * 3 - 1


def test_listing_ten_thousand_attachments_reads_none_of_them(tmp_path: Path) -> None:
    files = [("_chat.txt", IPHONE), *((f"{n:08}-PHOTO.jpg", JPEG[:200]) for n in range(10_000))]
    data = bytearray(zip_of(*files))
    first = data.index(b"PHOTO.jpg") + 9
    data[first : first + 20] = bytes(20)
    started = time.process_time()
    (bundle,) = opened(tmp_path / NAME, bytes(data)).bundles
    assert time.process_time() - started < 3
    assert len(bundle.attachments) == 10_000
    with pytest.raises(Refused, match="damaged"):
        bytes_of(bundle.attachments[0])
    assert bytes_of(bundle.attachments[-1]) == JPEG[:200]


SOUND = zip_of(("_chat.txt", IPHONE), ("1.jpg", JPEG[:300]))


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=2000)
@given(
    changes=st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=6),
    cut=st.integers(0, 40),
)
def test_a_zip_with_flipped_bytes_is_read_or_refused(tmp_path: Path, changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(SOUND)
    for place, value in changes:
        data[place] = value
    try:
        for bundle in opened(tmp_path / "a.zip", bytes(data[: len(data) - cut])).bundles:
            assert len(bytes_of(bundle.main)) == bundle.main.size
            for attachment in bundle.attachments:
                bytes_of(attachment)
    except Refused:
        pass


def test_a_zip64_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as writer,
        writer.open("_chat.txt", "w", force_zip64=True) as part,
    ):
        part.write(IPHONE)
    assert mains(opened(tmp_path / NAME, out.getvalue())) == {"_chat.txt": IPHONE}


def test_a_zip_behind_a_wrong_directory_offset_is_refused_or_read(tmp_path: Path) -> None:
    data = bytearray(SOUND)
    end = data.rindex(b"PK\5\6")
    struct.pack_into("<I", data, end + 16, 5)
    assert refusal(tmp_path / "a.zip", bytes(data)).word == "bad-zip"
