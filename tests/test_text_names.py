"""Where a name ends: names and system messages hold colons, and so do people's words."""

# ruff: noqa: E501 - a table of names: a row a line
from __future__ import annotations

import pytest
from texts import IPHONE, PASTE, read

LRM, NARROW = "\N{LEFT-TO-RIGHT MARK}", "\N{NARROW NO-BREAK SPACE}"


def android(*lines: str) -> list[tuple[str | None, str]]:
    """Who and what of an Android export of one-line messages."""
    done = read("".join(f"31/12/2024, 09:00 - {line}\n" for line in lines))
    return [(s.sender, s.text) for s in done.sightings]


NAMES = [
    ("Alex Black (MOJ)", "Alex Black (MOJ)"),
    ("Alex - Black", "Alex - Black"),
    ("[Duty] Alex", "[Duty] Alex"),
    ("Alex 2024", "Alex 2024"),
    ("10.30", "10.30"),
    ("Zoë \N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}", "Zoë \N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}"),
    ("~ Jo Grey", "~ Jo Grey"),
    (f"~{NARROW}Jo Grey", "~ Jo Grey"),
    ("~Jo Grey", "~Jo Grey"),
    ("+44 7700 900123", "+44 7700 900123"),
    (
        "\N{LEFT-TO-RIGHT EMBEDDING}+44\N{NO-BREAK SPACE}7700\N{NO-BREAK SPACE}900123\N{POP DIRECTIONAL FORMATTING}",
        "+44 7700 900123",
    ),
    ("+44\N{NON-BREAKING HYPHEN}7700\N{NON-BREAKING HYPHEN}900123", "+44\N{NON-BREAKING HYPHEN}7700\N{NON-BREAKING HYPHEN}900123"),
    ("You", "You"),
    ("Plumber 5\"", "Plumber 5\""),
    ("Sam 'the map' Hill", "Sam 'the map' Hill"),
    ("https", "https"),
    ("10:30 club", "10:30 club"),
    ("MOJ:Duty:Line", "MOJ:Duty:Line"),
    ("पूजा शाह", "पूजा शाह"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "name"), NAMES, ids=[ascii(row[1]) for row in NAMES])
def test_a_name_as_written(written: str, name: str) -> None:
    """Without marks, odd spaces made plain; nothing else is changed."""
    text = f"31/12/2024, 09:00 - {written}: One\n31/12/2024, 09:01 - {written}: Two: or three\n"
    iphone = text.replace("31/12/2024, 09", "[31/12/2024, 09").replace("0 - ", "0:00] ").replace("1 - ", "1:00] ")
    for done in (read(text), read(iphone, IPHONE)):
        assert [(s.sender, s.text) for s in done.sightings] == [(name, "One"), (name, "Two: or three")]
        assert done.words == set()


def test_a_system_message_spells_a_name_with_a_colon() -> None:
    assert android("MOJ: Duty Line joined using this group's invite link", "MOJ: Duty Line: Phones: back") == [
        (None, "MOJ: Duty Line joined using this group's invite link"),
        ("MOJ: Duty Line", "Phones: back"),
    ]


def test_a_name_with_two_colons() -> None:
    lines = ["MOJ: Duty: Line changed this group's icon", "MOJ: Duty: Line: a", "MOJ: Duty: Line: b: c", "Sam Hill: d"]
    assert android(*lines)[1:] == [("MOJ: Duty: Line", "a"), ("MOJ: Duty: Line", "b: c"), ("Sam Hill", "d")]


def test_a_longer_name_that_repeats() -> None:
    """Where nothing but repetition shows it, a person is asked to look."""
    done = read("31/12/2024, 09:00 - MOJ: Duty Line: a\n31/12/2024, 09:00 - MOJ: Duty Line: b\n")
    assert [s.sender for s in done.sightings] == ["MOJ: Duty Line"] * 2
    assert done.words == {"name-with-colon"}


@pytest.mark.parametrize(
    "lines",
    [
        ["Sam Hill: Update: a", "Sam Hill: Update: b"],
        ["Sam Hill: Q: a", "Sam Hill: Q: b"],
        ["Sam Hill: Duty Line: a", "Sam Hill: Duty Line: b", "Sam Hill: yes"],
        ["Sam Hill (MOJ): Duty Line: a", "Sam Hill (MOJ): Duty Line: b"],
        ["+44 7700 900123: Duty Line: a", "+44 7700 900123: Duty Line: b"],
        ["Sam Hill: see you then: ok", "Sam Hill: see you then: ok"],
        ["Sam Hill: Duty Line: a"],
        ["Sam Hill: Sam left: who has the keys?"],
        ["Sam Hill: left", "Jo Grey: I added sugar: two spoons"],
        ["Sam Hill: Priya added you to the list of speakers, didn't she"],
        ["Sam Hill: Priya left", "Sam Hill: ok"],
        ["Sam Hill: Priya changed this group's icon", "Sam Hill: ok"],
        ["Sam Hill (MOJ): Priya changed this group's icon"],
        ["Priya Shah: ok", "Sam Hill: Priya Shah changed this group's icon"],
        ['Sam Hill: he said "go: now" and left', "Sam Hill: ok"],
        ["Sam Hill: https://example.org: look", "Sam Hill: 10:30: then"],
    ],
    ids=lambda lines: lines[0],
)
def test_what_people_write_stays_theirs(lines: list[str]) -> None:
    """No ordinary words become part of a name or a system message."""
    assert android(*lines) == [tuple(line.split(": ", 1)) for line in lines]


@pytest.mark.parametrize(
    "line",
    [
        'Alex Black (MOJ) changed the group name from "Courts:north: a" to "Courts: all"',
        "Alex Black (MOJ) started a call at 10:30",
        "See https://faq.example.org/settings: Learn more",
        'Alex Black (MOJ) changed the group name from "Courts: north" to "Courts: all"',
        "Alex Black (MOJ) changed the subject to “Courts: all”",
        'You created group "Courts: north"',
        "Lena Brandt hat den Betreff zu „Gericht: Nord“ geändert",
        'Somebody did a thing that no table has to "Courts: north"',
        "Your security code with MOJ: Duty Line changed. Tap to learn more.",
        "Sam Hill added MOJ: Duty Line",
        "MOJ: Duty Line changed their phone number to a new number. Tap to message or add the new number.",
    ],
)
def test_a_system_message_with_a_colon(line: str) -> None:
    """It has no sender, whatever its colon looks like."""
    lines = ["Sam Hill created group “Courts”", line, "Sam Hill: Good: thanks"]
    assert android(*lines) == [(None, lines[0]), (None, line), ("Sam Hill", "Good: thanks")]


def test_on_an_iphone_the_mark_shows_where_a_name_ends() -> None:
    text = (
        f"[31/12/2024, 08:59:00] Gold: north: {LRM}Messages and calls are end-to-end encrypted.\r\n"
        f"[31/12/2024, 09:00:00] Gold: north: {LRM}MOJ: Duty Line was added\r\n"
        "[31/12/2024, 09:00:01] MOJ: Duty Line: Phones are back\r\n"
        "[31/12/2024, 09:00:02] MOJ: Duty Line: Closing\r\n"
        "[31/12/2024, 09:00:03] Sam Hill: Priya changed this group's icon\r\n"
        f"[31/12/2024, 09:00:04] {LRM}Sam Hill changed the subject to “Courts: all”\r\n"
    )
    done = read(text, IPHONE)
    assert done.reading.chat == "Gold: north"
    assert [(s.sender, s.text) for s in done.sightings][1:] == [
        (None, "MOJ: Duty Line was added"),
        ("MOJ: Duty Line", "Phones are back"),
        ("MOJ: Duty Line", "Closing"),
        ("Sam Hill", "Priya changed this group's icon"),
        (None, "Sam Hill changed the subject to “Courts: all”"),
    ]


def test_a_caption_before_a_mark_is_no_name() -> None:
    """``See: `` and then a photo."""
    text = f"[31/12/2024, 09:00:00] Al: See: {LRM}<attached: 00000001-PHOTO-2024-12-31-09-00-00.jpg>\r\n"
    assert [(s.sender, s.text[:4]) for s in read(text, IPHONE).sightings] == [("Al", "See:")]


def test_pastes_have_no_system_messages() -> None:
    """A line with a name is a person's, whatever it says."""
    done = read("[10:33, 21/11/2026] Bo: Priya changed this group's icon\n", PASTE)
    assert [(s.sender, s.kind) for s in done.sightings] == [("Bo", "text")]


CHATS = [
    ("WhatsApp Chat with Courts - all.txt", "Courts - all"),
    ("WhatsApp Chat - Courts.zip", "Courts"),
    ("WhatsApp Chat with Courts (1).txt", "Courts"),
    ("WhatsApp Chat with Flood desk (gold).txt", "Flood desk (gold)"),
    ("WhatsApp_Chat_with_Flood_desk.txt", "Flood desk"),
    ("WhatsApp%20Chat%20with%20Flood%20desk.txt", "Flood desk"),
    ("WhatsApp Chat with Courts.txt.txt", "Courts"),
    ("Fwd: WhatsApp Chat with Courts", "Courts"),
    ("RE: WhatsApp Chat: Courts", "Courts"),
    ("WhatsApp Chat mit Lena Brandt.txt", "Lena Brandt"),
    ("WhatsApp-Chat mit Lena Brandt.txt", "Lena Brandt"),
    ("Chat de WhatsApp con Lena.txt", "Lena"),
    ("Conversa do WhatsApp com Lena.txt", "Lena"),
    ("Conversa no WhatsApp com Lena.txt", "Lena"),
    ("Discussion WhatsApp avec Lena.txt", "Lena"),
    ("Chat WhatsApp con Lena.txt", "Lena"),
    ("WhatsApp-chat met Lena.txt", "Lena"),
    ("Чат WhatsApp с контактом Лена.txt", "Лена"),
    ("Чат WhatsApp с\N{NO-BREAK SPACE}контактом Лена.txt", "Лена"),
    ("Chat WhatsApp s uživatelem Lena.txt", "Lena"),
    ("与Lena的 WhatsApp 聊天.txt", "Lena"),
    ("與Lena的 WhatsApp 對話.txt", "Lena"),
    (
        "WhatsApp Chat - Cafe\N{COMBINING ACUTE ACCENT}.zip",
        "Caf\N{LATIN SMALL LETTER E WITH ACUTE}",
    ),  # as a Mac writes it
    ("_chat.txt", None),
    ("notes.txt", None),
]


@pytest.mark.parametrize(("name", "chat"), CHATS)
def test_the_chats_name(name: str, chat: str | None) -> None:
    """As phones in many languages name the file, and as copying, mailing and zipping change it."""
    from archiver.reading.chatname import chat_name

    assert chat_name([name]) == chat
