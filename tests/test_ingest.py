"""Taking sources into the record, at the public edge: the installed command and plain SQL."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.making import FIXTURES, Line, android, archive, iphone, receipt, rows, zipped

ALEX, PRIYA = "Alex Black (MOJ)", "Priya Shah (HMT)"
CHAT: list[Line] = [
    ("13/03/2026, 09:00", None, f'{ALEX} created group "Budget"'),
    ("13/03/2026, 09:01", ALEX, "Morning all"),
    ("13/03/2026, 09:02", PRIYA, "Ok"),
    ("13/03/2026, 09:02", PRIYA, "Ok"),
    ("13/03/2026, 09:05", ALEX, "The minister's figures: £2.9bn"),
]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "WhatsApp Chat with Budget.txt"
    path.write_bytes(android(CHAT))
    return path


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "record"


def test_an_export_becomes_messages_with_sender_time_words_and_reference(export: Path, record: Path) -> None:
    assert archive("ingest", export, archive=record).returncode == 0
    found = rows(
        record, "SELECT reference, chat, sent, sender, organisation, kind, text, routes, sightings FROM record"
    )
    assert len(found) == len(CHAT)
    assert found[4] == (
        "BUDGET/00005", "Budget", "2026-03-13T09:05", ALEX, "MOJ", "text", "The minister's figures: £2.9bn",
        "email-export", 1,
    )  # fmt: skip


def test_original_bytes_are_kept_under_their_digest_read_only(export: Path, record: Path) -> None:
    receipt(export, archive=record)
    digest = hashlib.sha256(export.read_bytes()).hexdigest()
    kept = record / "originals" / digest[:2] / digest[2:]
    assert kept.read_bytes() == export.read_bytes()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o400
    assert stat.S_IMODE(record.stat().st_mode) == 0o700
    assert stat.S_IMODE((record / "archive.db").stat().st_mode) == 0o600
    assert not list((record / "originals" / "incoming").iterdir())


def test_the_same_bytes_again_add_an_accession_line_and_no_message(export: Path, record: Path) -> None:
    receipt(export, archive=record)
    before = rows(record, "SELECT * FROM messages")
    again = receipt(export, archive=record)
    assert [s["outcome"] for s in again["sources"]] == ["held"]
    assert rows(record, "SELECT * FROM messages") == before
    assert rows(record, "SELECT outcome FROM accession_sources") == [("taken",), ("held",)]


def test_the_same_bytes_twice_in_one_accession_are_one_source(export: Path, record: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    shutil.copy(export, copy)
    both = receipt(export, copy, archive=record)
    assert [s["outcome"] for s in both["sources"]] == ["taken", "held"]
    assert rows(record, "SELECT count(*) FROM messages") == [(len(CHAT),)]


def test_a_message_in_two_captures_is_one_message_with_two_sightings(
    export: Path, record: Path, tmp_path: Path
) -> None:
    receipt(export, archive=record)
    second = zipped(tmp_path / "WhatsApp Chat - Budget.zip", {"_chat.txt": iphone(CHAT[1:])})
    counted = receipt(second, archive=record)["sources"][0]["chats"][0]
    assert (counted["new"], counted["seen_before"]) == (0, 4)
    assert rows(record, "SELECT text, sightings FROM record ORDER BY id") == [
        (CHAT[0][2], 1), *((words, 2) for _, _, words in CHAT[1:])
    ]  # fmt: skip
    assert rows(record, "SELECT DISTINCT rule FROM matches ORDER BY 1") == [("exact",), ("first",)]


def test_two_equal_messages_of_one_minute_stay_two_also_when_one_phone_lost_one(record: Path, tmp_path: Path) -> None:
    whole, lost = tmp_path / "WhatsApp Chat with A.txt", tmp_path / "a" / "WhatsApp Chat with A.txt"
    lost.parent.mkdir()
    whole.write_bytes(android(CHAT))
    lost.write_bytes(android(CHAT[:3] + CHAT[4:]))
    for order in ((whole, lost), (lost, whole)):
        shutil.rmtree(record, ignore_errors=True)
        for path in order:
            receipt(path, archive=record)
        assert rows(record, "SELECT count(*) FROM messages WHERE text = 'Ok'") == [(2,)]
        assert rows(
            record, "SELECT count(*) FROM sightings JOIN messages m ON m.id = message_id WHERE text = 'Ok'"
        ) == [(3,)]


def test_the_second_is_learnt_from_the_capture_that_shows_it(export: Path, record: Path, tmp_path: Path) -> None:
    receipt(export, archive=record)
    receipt(zipped(tmp_path / "WhatsApp Chat - Budget.zip", {"_chat.txt": iphone(CHAT[1:])}), archive=record)
    assert rows(record, "SELECT sent_at, precision FROM messages WHERE text = 'Morning all'") == [
        ("2026-03-13T09:01:00", "second")
    ]


def test_a_paste_without_a_date_is_refused_and_taken_with_one(record: Path, tmp_path: Path) -> None:
    paste = tmp_path / "notes.txt"
    paste.write_text("[10:32, 16/11/2026] Alex Black (MOJ): Morning\n")
    refused = archive("ingest", paste, archive=record)
    assert refused.returncode == 3
    assert "--captured" in refused.stdout
    assert not rows(record, "SELECT * FROM sources")
    taken = receipt(paste, "--captured", "2026-11-16", "--noted-by", ALEX, archive=record)["sources"][0]["chats"][0]
    assert (taken["captured"], taken["captured_basis"]) == ("2026-11-16", "noted")
    assert rows(record, "SELECT captured, captured_basis, noted_by FROM captures") == [("2026-11-16", "noted", ALEX)]


def test_a_file_name_or_a_zip_carries_the_capture_date(record: Path, tmp_path: Path) -> None:
    paste = tmp_path / "paste 2026-11-16.txt"
    paste.write_text("[10:32, 16/11/2026] Alex Black (MOJ): Morning\n")
    export = zipped(tmp_path / "WhatsApp Chat - Budget.zip", {"_chat.txt": iphone(CHAT[1:])})
    taken = receipt(paste, export, archive=record)
    dated = [(c["captured"], c["captured_basis"]) for s in taken["sources"] for c in s["chats"]]
    assert dated == [("2026-11-16", "named"), ("2026-03-20T09:30", "embedded")]


BAD = {
    "empty.txt": (b"", "empty-file"),
    "photo.txt": (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)) * 9, "binary-file"),
    "cut.zip": (b"PK\x03\x04" + b"x" * 300, "bad-zip"),
    "minutes.txt": (b"Minutes of the board, 4 March 2024\nPresent: Alex Black (MOJ)\n", "not-a-chat"),
}


def test_one_bad_file_among_good_is_refused_in_one_sentence_and_the_good_are_taken(export: Path, record: Path) -> None:
    folder = export.parent / "handed over"
    folder.mkdir()
    shutil.copy(export, folder)
    for name, (content, _) in BAD.items():
        (folder / name).write_bytes(content)
    done = archive("ingest", "--json", folder, archive=record)
    assert done.returncode == 1
    sources = {s["source"]: s for s in json.loads(done.stdout)["sources"]}
    assert sources.pop(export.name)["outcome"] == "taken"
    assert {name: s["error"] for name, s in sources.items()} == {name: word for name, (_, word) in BAD.items()}
    for name, source in sources.items():
        assert source["detail"].startswith(f"{name}: ")
        assert "\n" not in source["detail"]
    assert rows(record, "SELECT name FROM sources") == [(export.name,)]
    assert not list((record / "originals" / "incoming").iterdir())
    assert len([p for p in (record / "originals").rglob("*") if p.is_file()]) == 1


def test_where_all_is_refused_nothing_is_written(record: Path, tmp_path: Path) -> None:
    bad = tmp_path / "empty.txt"
    bad.write_bytes(b"")
    assert archive("ingest", bad, archive=record).returncode == 1
    for table in ("accessions", "sources", "captures", "messages", "log"):
        assert rows(record, f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_missing_file_is_one_sentence(record: Path, tmp_path: Path) -> None:
    done = archive("ingest", tmp_path / "nowhere.txt", archive=record)
    assert done.returncode == 1
    assert "nowhere.txt: the file cannot be read" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_chat_that_nothing_names_is_taken_and_says_so(record: Path, tmp_path: Path) -> None:
    paste = tmp_path / "notes.txt"
    paste.write_text("[10:32, 16/11/2026] Alex Black (MOJ): Morning\n")
    chat = receipt(paste, "--captured", "2026-11-16", archive=record)["sources"][0]["chats"][0]
    assert chat["chat"] == "Unnamed chat (notes.txt)"
    assert chat["findings"] == {"unnamed-chat": 1}


def test_attachments_are_tied_by_name_and_digest_and_missing_ones_reported(record: Path) -> None:
    receipt(FIXTURES / "text/t06-android-zip-media-captions/WhatsApp Chat with Court 4 works.zip", archive=record)
    found = rows(
        record,
        "SELECT a.name, m.sha256 IS NOT NULL FROM attachments a"
        " LEFT JOIN source_members m ON m.id = a.member_id ORDER BY a.id",
    )
    assert ("IMG-20260514-WA0003.jpg", 1) in found
    assert ("IMG-20260514-WA0009.jpg", 0) in found
    assert rows(record, "SELECT word, line FROM findings") == [("missing-attachment", 10)]


def test_an_ambiguous_date_keeps_both_ends(record: Path) -> None:
    case = FIXTURES / "text/t10-date-order-ambiguous/WhatsApp Chat with Priya Shah (HMCTS).txt"
    assert archive("ingest", case, archive=record).returncode == 3
    assert rows(record, "SELECT sent_at, sent_earliest, sent_latest FROM messages ORDER BY id LIMIT 1") == [
        ("2024-05-03T14:07", "2024-03-05T14:07", "2024-05-03T14:07")
    ]
    shutil.rmtree(record)
    assert archive("ingest", "--date-order", "mdy", case, archive=record).returncode == 0
    assert rows(record, "SELECT sent_at, sent_earliest, sent_latest FROM messages ORDER BY id LIMIT 1") == [
        ("2024-03-05T14:07", "2024-03-05T14:07", "2024-03-05T14:07")
    ]


def test_nothing_that_a_message_contains_acts_on_the_terminal(record: Path, tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat with \x1b[31mRed.txt"
    path.write_bytes(
        android([("13/03/2026, 09:01", "Eve \x1b]0;title\x07", "\x1b[2J gone"), ("14/03/2026, 09:01", ALEX, "x")])
    )
    outputs = [archive("ingest", path, archive=record), archive("search", "gone", archive=record)]
    outputs += [archive(word, archive=record) for word in ("chats", "people", "status")]
    outputs.append(archive("show", rows(record, "SELECT reference FROM messages LIMIT 1")[0][0], archive=record))  # type: ignore[arg-type]
    for done in outputs:
        assert "\x1b" not in done.stdout + done.stderr
        assert "\x07" not in done.stdout + done.stderr


def test_the_demo_routes_come_together(record: Path) -> None:
    """Two exports and a paste of one chat: each message once, with every place where it was seen."""
    demo = FIXTURES / "demo"
    receipt(demo / "phone of Alex Black" / "WhatsApp Chat with Pupil Premium – PO cell.txt", archive=record)
    receipt(demo / "phone of Dan Whitlock", archive=record)
    receipt(demo / "pasted", "--captured", "2026-03-12", "--chat", "Pupil Premium – PO cell", archive=record)
    found = rows(record, "SELECT sightings, routes FROM record WHERE text = 'Sending to private office at 08:30.'")
    assert found[0][0] == 3
    assert set(str(found[0][1]).split(",")) == {"email-export", "web-paste"}


def test_a_fault_of_the_program_stops_one_source_and_tells_no_words(
    record: Path, export: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from archiver import pipeline, settings
    from archiver.model import ReadingOptions
    from archiver.record import store
    from archiver.record.capture import CaptureWriter

    good = tmp_path / "WhatsApp Chat with Good.txt"
    good.write_bytes(android(CHAT[1:]))
    real = CaptureWriter.find

    def failing(self: CaptureWriter, *arguments: object) -> None:
        if self.code == "BUDGET":
            raise ZeroDivisionError(CHAT[1][2])
        real(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(CaptureWriter, "find", failing)
    store.create(record, "Europe/London")
    opened = store.open_for_writing(record, settings.read_settings(record).identity)
    files = pipeline.files_of([export, good])
    receipt = pipeline.ingest(opened, files, ReadingOptions(), None, lambda name: None, lambda name, done: None)
    opened.close()
    assert [(s.outcome, s.error) for s in receipt.sources] == [("refused", "fault"), ("taken", None)]
    assert CHAT[1][2] not in f"{receipt.sources[0].detail}{receipt.sources[0].fault}"
    assert rows(record, "SELECT name FROM chats") == [("Good",)]


def test_pictures_of_one_chat_are_one_capture(record: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        shutil.copy(
            FIXTURES / f"screens/stitch{number}.png", tmp_path / f"Screenshot 2026-03-12 at 08.4{number}.00.png"
        )
    pictures = sorted(tmp_path.glob("*.png"))
    receipt(*pictures, "--custodian", ALEX, "--chat", "Autumn Statement comms", archive=record)
    assert rows(record, "SELECT count(*) FROM captures") == [(1,)]
    assert rows(record, "SELECT count(DISTINCT source_id) FROM sightings WHERE box IS NOT NULL") == [(2,)]
    assert rows(record, "SELECT count(*) FROM chats") == [(1,)]


def test_a_clock_that_shows_another_zone_is_said_on_the_receipt(record: Path) -> None:
    exports = sorted((FIXTURES / "matching/zone-shift").glob("*.txt"))
    shown = receipt(*exports, archive=record)
    ahead = [chat["clock_minutes_ahead"] for source in shown["sources"] for chat in source["chats"]]
    assert sorted(set(map(abs, ahead))) == [0, 60]


def test_equal_bytes_of_another_chat_are_a_capture_of_that_chat(record: Path, tmp_path: Path) -> None:
    exports = [tmp_path / f"WhatsApp Chat with Year {year} parents.txt" for year in (5, 6)]
    for export in exports:
        export.write_bytes(android([("13/03/2026, 09:01", ALEX, "School is closed today")]))
    receipt(*exports, archive=record)
    assert rows(record, "SELECT name FROM chats ORDER BY id") == [("Year 5 parents",), ("Year 6 parents",)]
    assert rows(record, "SELECT count(*) FROM messages") == [(2,)]
    assert rows(record, "SELECT count(*) FROM sources") == [(1,)]
    again = receipt(*exports, archive=record)
    assert [source["outcome"] for source in again["sources"]] == ["held", "held"]


def test_what_is_said_of_held_bytes_is_kept_and_told(export: Path, record: Path) -> None:
    receipt(export, "--custodian", ALEX, archive=record)
    done = archive("ingest", export, "--custodian", PRIYA, "--captured", "2026-04-01", archive=record)
    assert done.returncode == 3
    assert "--captured is kept with this accession; what was read changes with: archive rebuild." in done.stdout
    assert rows(record, "SELECT custodian, said FROM accession_sources ORDER BY accession_id") == [
        (ALEX, "{}"),
        (PRIYA, '{"captured": "2026-04-01"}'),
    ]


def test_a_name_that_is_no_text_is_taken_all_the_same(record: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/WhatsApp Chat with \xff.txt"))
    odd.write_bytes(android(CHAT))
    assert receipt(tmp_path, archive=record)["sources"][0]["outcome"] == "taken"


def test_links_are_refused_and_an_empty_folder_is_said(export: Path, record: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    empty = archive("ingest", folder, archive=record)
    assert (empty.returncode, "holds no file" in empty.stderr) == (2, True)
    (folder / "link.txt").symlink_to(export)
    done = archive("ingest", folder, archive=record)
    assert done.returncode == 1
    assert "link.txt: this is a link or no file." in done.stdout


def test_a_damaged_archive_ends_with_its_own_exit_code(export: Path, record: Path) -> None:
    receipt(export, archive=record)
    with (record / "archive.db").open("r+b") as database:
        database.seek(100)
        database.write(b"\xff" * 60_000)
    done = archive("status", archive=record)
    assert done.returncode == 4
    assert "Traceback" not in done.stderr


def test_messages_sent_after_the_capture_are_a_finding(record: Path, export: Path) -> None:
    found = receipt(export, "--captured", "2026-03-01", archive=record)["sources"][0]["chats"][0]["findings"]
    assert found["sent-after-capture"] == 1


def test_an_export_inside_a_zip_beside_a_chat_is_not_passed_over_in_silence(record: Path, tmp_path: Path) -> None:
    inner = zipped(tmp_path / "second.zip", {"_chat.txt": iphone(CHAT[1:])})
    pack = zipped(
        tmp_path / "pack.zip",
        {"WhatsApp Chat with Budget.txt": android(CHAT), "second.zip": inner.read_bytes(), "notes.pdf": b"%PDF-1.4"},
    )
    chat = receipt(pack, archive=record)["sources"][0]["chats"][0]
    assert chat["findings"] == {"chat-not-read": 1}
    previewed = archive("preview", "--json", pack)
    assert previewed.returncode == 3
    assert json.loads(previewed.stdout)["sources"][0]["warnings"] == ["chat-not-read"]


@pytest.mark.parametrize(
    ("chat", "reference"),
    [("A", "A/00001"), ("Pupil Premium – PO cell", "PUPIL/00001"), ("Évora", "EVORA/00001"), ("群", "CHAT/00001")],
)
def test_a_reference_bears_the_chats_first_word(record: Path, tmp_path: Path, chat: str, reference: str) -> None:
    path = tmp_path / f"WhatsApp Chat with {chat}.txt"
    path.write_bytes(android(CHAT))
    receipt(path, archive=record)
    assert rows(record, "SELECT min(reference) FROM messages") == [(reference,)]


def test_two_files_of_one_name_that_differ_are_both_kept_and_told(record: Path, tmp_path: Path) -> None:
    photo = "IMG-20260313-WA0001.jpg"
    lines: list[Line] = [*CHAT, ("13/03/2026, 09:10", ALEX, f"{photo} (file attached)")]
    for number, content in enumerate((b"one", b"one", b"other"), start=1):
        folder = tmp_path / str(number)
        folder.mkdir()
        note = f"{number}".encode()
        files = {"WhatsApp Chat with Budget.txt": android(lines), photo: content, "note.pdf": note}
        chat = receipt(zipped(folder / "WhatsApp Chat with Budget.zip", files), archive=record)["sources"][0]["chats"][
            0
        ]
        assert chat["findings"].get("attachments-differ", 0) == (1 if content == b"other" else 0)
    assert rows(record, "SELECT count(*) FROM messages") == [(len(lines),)]
    assert rows(record, "SELECT count(*) FROM attachments") == [(3,)]


@pytest.mark.parametrize("order", [("text", "zip"), ("zip", "text")])
def test_a_file_that_another_capture_brings_is_not_missing(
    record: Path, tmp_path: Path, order: tuple[str, str]
) -> None:
    """Whichever came first; a file that nobody brings stays a finding."""
    photo, note = "IMG-20260313-WA0001.jpg", "IMG-20260313-WA0002.jpg"
    attached = [("13/03/2026, 09:10", ALEX, f"{name} (file attached)") for name in (photo, note)]
    lines: list[Line] = [*CHAT, *attached]
    bare = tmp_path / "WhatsApp Chat with Budget.txt"
    bare.write_bytes(android(lines))
    files = {bare.name: android(lines), photo: b"a picture"}
    made = {"text": bare, "zip": zipped(tmp_path / "WhatsApp Chat with Budget.zip", files)}
    for kind in order:
        receipt(made[kind], archive=record)
    missing = rows(record, "SELECT line FROM findings WHERE word = 'missing-attachment'")
    assert missing == [(len(lines),)] * 2
