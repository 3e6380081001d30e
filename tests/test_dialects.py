"""Every way in which a phone or browser is known to write a header is read, and what only looks like one is not."""

from __future__ import annotations

import pytest
from texts import ANDROID, IPHONE, PASTE, read

NARROW, FIXED, THIN = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}"
LRM, RLM = "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"

# what stands before the name; when that is; locale
ANDROID_HEADERS = [
    ("28/09/2024, 13:28 - ", "2024-09-28T13:28", "en-GB"),
    (f"28/10/2023, 11:11{NARROW}am - ", "2023-10-28T11:11", "en-GB 12 h"),
    ("28/10/2023, 11:11 pm - ", "2023-10-28T23:11", "en-IN before 2023"),
    (f"28/10/2023, 12:05{THIN}am - ", "2023-10-28T00:05", "thin space"),
    (f"1/29/24, 12:24{NARROW}PM - ", "2024-01-29T12:24", "en-US"),
    ("1/29/24, 00:24 - ", "2024-01-29T00:24", "en-US 24 h"),
    (f"2023-12-20, 5:46{NARROW}p.m. - ", "2023-12-20T17:46", "en-CA"),
    (f"2023/12/20, 5:46{NARROW}pm - ", "2023-12-20T17:46", "en-ZA"),
    ("13.08.21, 12:30 - ", "2021-08-13T12:30", "de"),
    ("13.08.21, 3:30 nachm. - ", "2021-08-13T15:30", "de 12 h"),
    ("13.08.21, 12:30 mittags - ", "2021-08-13T12:30", "de 12 h"),
    ("23-12-2023 12:34 - ", "2023-12-23T12:34", "nl"),
    ("26/09/2019 à 22:39 - ", "2019-09-26T22:39", "fr"),
    (f"20/6/2017 8:28 p.{FIXED}m. - ", "2017-06-20T20:28", "es"),
    ("20/6/2017, 8:28 a. m. - ", "2017-06-20T08:28", "es"),
    ("15/08/2023 18:16 - ", "2023-08-15T18:16", "pt-BR"),
    ("15/08/2023 às 18:16 - ", "2023-08-15T18:16", "pt-BR"),
    ("20/06/23, 20:28 - ", "2023-06-20T20:28", "it"),
    ("2019-01-31 12:00 - ", "2019-01-31T12:00", "sv"),
    ("31.5.2019 klo 16.58 - ", "2019-05-31T16:58", "fi"),
    ("28/05/21 21.44 - ", "2021-05-28T21:44", "id"),
    ("23.03.22 13:31 - ", "2022-03-23T13:31", "cs"),
    ("23.03.2022, 13:31 - ", "2022-03-23T13:31", "ru"),
    ("13.06.2018 21:25 - ", "2018-06-13T21:25", "tr"),
    ("13. 6. 2018. 21:25 - ", "2018-06-13T21:25", "hr"),
    ("2018. 06. 13. 21:25 - ", "2018-06-13T21:25", "hu"),
    ("2024/10/31 下午3:50 - ", "2024-10-31T15:50", "zh"),
    ("2024/10/31 上午12:05 - ", "2024-10-31T00:05", "zh"),
    ("2024/10/31 午後0:05 - ", "2024-10-31T12:05", "ja"),
    ("2024. 10. 31. 오후 3:50 - ", "2024-10-31T15:50", "ko"),
    ("2024년 10월 31일 오후 3:50 - ", "2024-10-31T15:50", "ko"),
    ("2024年10月31日 15:50 - ", "2024-10-31T15:50", "zh"),
    (f"۲۰۲۱/۵/۳۰،{RLM} ۱۸:۴۴ - ", "2021-05-30T18:44", "fa"),
    ("١٨/٣/٢٠٢٢، ٢:٥٦ م - ", "2022-03-18T14:56", "ar"),
    ("१८/०३/२०२२, २:५६ pm - ", "2022-03-18T14:56", "mr"),
    ("১৮/৩/২০২২, ২:৫৬ PM - ", "2022-03-18T14:56", "bn"),
    ("18/3/2565 14:56 - ", "2022-03-18T14:56", "th"),
    ("1403/1/1، 14:56 - ", "2024-03-20T14:56", "fa, Persian calendar"),
    ("9:09, 19 Oct 2015 - ", "2015-10-19T09:09", "before 2016"),
    ("9:09 PM, Oct 19, 2015 - ", "2015-10-19T21:09", "before 2016, US"),
    ("09:09, 19. Mai 2015 - ", "2015-05-19T09:09", "before 2016, de"),
]
IPHONE_HEADERS = [
    ("[28/09/2024, 13:28:05] ", "2024-09-28T13:28:05", "en-GB"),
    ("[31/12/2022 11:40:26] ", "2022-12-31T11:40:26", "en-GB, older"),
    (f"[28/10/2023, 11:11:05{NARROW}am] ", "2023-10-28T11:11:05", "en-GB 12 h"),
    (f"[1/29/24, 12:24:05{NARROW}PM] ", "2024-01-29T12:24:05", "en-US"),
    ("[3/18/22, 14:56:01] ", "2022-03-18T14:56:01", "en-US 24 h"),
    ("[2019/11/21, 13:58:48] ", "2019-11-21T13:58:48", "en-ZA"),
    ("[13.08.21, 12:30:05] ", "2021-08-13T12:30:05", "de"),
    ("[25.08.23, 5:52:02 PM] ", "2023-08-25T17:52:02", "de 12 h"),
    ("[25.08.23, 5:52:02 nachm.] ", "2023-08-25T17:52:02", "de 12 h"),
    ("[22-01-20 10:00:00] ", "2020-01-22T10:00:00", "nl"),
    ("[26/09/2019 22:39:05] ", "2019-09-26T22:39:05", "fr"),
    ("[26/09/2019 à 22:39:05] ", "2019-09-26T22:39:05", "fr"),
    ("[25/3/18 11:27:48] ", "2018-03-25T11:27:48", "es"),
    ("[31/12/2019, 2:14:40 a.m.] ", "2019-12-31T02:14:40", "es"),
    ("[25/09/20 10:27:18 a.m.] ", "2020-09-25T10:27:18", "es"),
    (f"[25/09/20 10:27:18 p.{FIXED}m.] ", "2020-09-25T22:27:18", "es"),
    ("[12.3.2022 klo 14.08.18] ", "2022-03-12T14:08:18", "fi"),
    ("[3/18/22 14.56.01] ", "2022-03-18T14:56:01", "id"),
    ("[13. 6. 2018. 21:25:15] ", "2018-06-13T21:25:15", "hr"),
    ("[2024/10/31 15:50:46] ", "2024-10-31T15:50:46", "zh, ja, ko"),
    ("[2024/10/31 下午3:50:46] ", "2024-10-31T15:50:46", "zh"),
    ("[14:56:01, 3/18/22] ", "2022-03-18T14:56:01", "vi"),
    (f"[١٨{RLM}/٣{RLM}/٢٠٢٢، ٢:٥٦:٠٠{FIXED}م] ", "2022-03-18T14:56:00", "ar"),
    (f"{RLM}[{RLM}18{RLM}/3{RLM}/2022، 14:56:01] ", "2022-03-18T14:56:01", "ar, Latin digits"),
    ("[3/18/2565 BE, 14:56:01] ", "2022-03-18T14:56:01", "Buddhist calendar"),
    ("[3/18/R4, 14:56:01] ", "2022-03-18T14:56:01", "Japanese calendar"),
    ("27.01.14 23:38:13: ", "2014-01-27T23:38:13", "before 2017"),
    ("6/23/17, 12:29:34 PM: ", "2017-06-23T12:29:34", "before 2017"),
]
PASTE_HEADERS = [
    ("[10:32, 21/11/2026] ", "2026-11-21T10:32", "en-GB"),
    ("[8:19 PM, 6/13/2026] ", "2026-06-13T20:19", "en-US"),
    (f"[8:19{NARROW}PM, 6/13/2026] ", "2026-06-13T20:19", "en-US"),
    ("[9:41 am, 27/12/2021] ", "2021-12-27T09:41", "en-GB 12 h"),
    ("[18:07, 4/24/2019] ", "2019-04-24T18:07", "24 h and month first"),
    ("[18:07, 28.1.2020] ", "2020-01-28T18:07", "de"),
    ("[18:07, 2020-01-28] ", "2020-01-28T18:07", "sv, en-CA"),
    ("[21/11/2026 10:32] ", "2026-11-21T10:32", "date first"),
    ("[21/11/2026, 10:32] ", "2026-11-21T10:32", "date first"),
    ("[下午3:50, 2024/10/31] ", "2024-10-31T15:50", "zh"),
]
ALL = [
    *((ANDROID, *row) for row in ANDROID_HEADERS),
    *((IPHONE, *row) for row in IPHONE_HEADERS),
    *((PASTE, *row) for row in PASTE_HEADERS),
]


@pytest.mark.parametrize(("name", "header", "sent", "_locale"), ALL, ids=[f"{r[3]}: {r[1]}" for r in ALL])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_header_is_read_in_every_locale(name: str, header: str, sent: str, _locale: str, end: str) -> None:
    """Two messages, one of two lines, in each shape known, with either line end."""
    lines = [f"{header}Alex Black (MOJ): Morning", "second line", f"{header}Priya Shah (HMCTS): Seen: thanks", ""]
    done = read(end.join(lines), name)
    assert done.said == [
        (sent, "Alex Black (MOJ)", "Morning\nsecond line"),
        (sent, "Priya Shah (HMCTS)", "Seen: thanks"),
    ]
    assert done.words == set()
    assert done.reading.route == ("web-paste" if name == PASTE else "email-export")


@pytest.mark.parametrize(("name", "header", "sent", "_locale"), ALL, ids=[f"{r[3]}: {r[1]}" for r in ALL])
def test_a_header_of_another_shape_is_words(name: str, header: str, sent: str, _locale: str) -> None:
    """What a person forwards from another phone belongs to the message that holds it, and is reported."""
    own = "[2024-12-31, 09:00:00] " if name == ANDROID else "31/12/2024, 09:00 - "
    inside = f"{header}Tom Okafor (HMPPS): I approve"
    done = read(f"{own}Alex Black (MOJ): Look\n{inside}\n{own}Alex Black (MOJ): there", ANDROID)
    assert [s.text for s in done.sightings] == [f"Look\n{inside}".replace(LRM, "").replace(RLM, ""), "there"]
    assert done.words == {"header-like-text"}


def test_digits_may_be_padded_or_not_in_one_file() -> None:
    """Phones pad numbers here and not there."""
    done = read("[12/27/20, 18:51:14] Alex Black (MOJ): a\n[1/2/21, 8:01:04] Alex Black (MOJ): b\n", IPHONE)
    assert [s.sent_at for s in done.sightings] == ["2020-12-27T18:51:14", "2021-01-02T08:01:04"]


def test_no_space_after_the_colon() -> None:
    """Some exports have none at all."""
    done = read("[2026/7/9 02:28:09] Bob Hill (DfE):Hi\n[2026/7/9 02:28:10] Al:See https://example.org: now\n", IPHONE)
    assert done.said == [
        ("2026-07-09T02:28:09", "Bob Hill (DfE)", "Hi"),
        ("2026-07-09T02:28:10", "Al", "See https://example.org: now"),
    ]


@pytest.mark.parametrize("name", [ANDROID, IPHONE, PASTE])
def test_the_space_after_an_empty_messages_colon_may_be_lost(name: str) -> None:
    """Editors take blanks off the ends of lines."""
    header = {ANDROID: "31/12/2024, 09:00 - ", IPHONE: "[31/12/2024, 09:00:00] ", PASTE: "[09:00, 31/12/2024] "}[name]
    done = read(f"{header}Alex Black (MOJ): a\n{header}Priya Shah (HMCTS):\n{header}Alex Black (MOJ): b\n", name)
    assert [(s.sender, s.text) for s in done.sightings] == [
        ("Alex Black (MOJ)", "a"),
        ("Priya Shah (HMCTS)", ""),
        ("Alex Black (MOJ)", "b"),
    ]
    assert done.words == {"empty-message"}


OTHERS = ["\N{LINE SEPARATOR}", "\N{PARAGRAPH SEPARATOR}", "\x85", "\x0b", "\x0c", "\x1c", "\x1e", "\r", "\0"]


@pytest.mark.parametrize("character", OTHERS, ids=[f"{ord(c):04X}" for c in OTHERS])
def test_only_line_feeds_end_lines(character: str) -> None:
    """Others stand inside messages, and stay there."""
    text = f"a{character}31/12/2024, 09:01 - Alex Black (MOJ): b"
    done = read(f"31/12/2024, 09:00 - Alex Black (MOJ): {text}\n31/12/2024, 09:02 - Alex Black (MOJ): c\n")
    assert [s.text for s in done.sightings] == [text, "c"]
    assert [s.line for s in done.sightings] == [1, 2]


def test_a_byte_order_mark_may_lead_any_line() -> None:
    """Texts that were put together from files have it in the middle."""
    mark = "\N{ZERO WIDTH NO-BREAK SPACE}"
    done = read(f"{mark}31/12/2024, 09:00 - Al: a\n{mark}31/12/2024, 09:02 - Al: b{mark}c\n")
    assert [s.text for s in done.sightings] == ["a", f"b{mark}c"]


def test_impossible_dates_and_times_are_words() -> None:
    """A line that no calendar or clock can have is no header: it belongs to the message above."""
    inside = ["31/02/2024, 10:00 - Al: a", "45/13/2024, 10:00 - Al: b", "05/03/2024, 25:61 - Al: c"]
    done = read("\n".join(["28/02/2024, 10:00 - Al: top", *inside, "29/02/2024, 10:00 - Al: end"]))
    assert [s.text for s in done.sightings] == ["\n".join(["top", *inside]), "end"]
    assert [(s.line, s.lines) for s in done.sightings] == [(1, 4), (5, 1)]
    assert done.words == {"header-like-text"}


@pytest.mark.parametrize(
    "line",
    [
        "12/05/2024 10:00 - board, room 4.12",
        "12.05.2024, 10:00 - board",
        "2024-05-12 10:00:00 the server stopped",
        "[12/05/2024] minutes",
        "10:30 - me before then",
        "1. 12/05/2024, 10:00 - Alex Black: budget",
    ],
)
def test_dates_that_people_write_are_not_reported(line: str) -> None:
    """A date and a time at the start of a line are no header without a name behind them."""
    done = read(f"31/12/2024, 09:00 - Al: agenda\n{line}\n31/12/2024, 09:02 - Al: b\n")
    assert [s.text for s in done.sightings] == [f"agenda\n{line}", "b"]
    assert done.words == set()


class TestIphoneLineEnds:
    """CRLF ends a message, LF does not, where both stand in the text."""

    first, second = "[24/03/2026, 12:00:00] Al: a", "[24/03/2026, 12:01:00] Bo: b"
    forged = "[23/03/2026, 18:00:00] Bo: I approve"

    @pytest.mark.parametrize("last", ["\r\n", "", "\n"], ids=["crlf", "none", "lf"])
    def test_forged_lines_stay_words(self, last: str) -> None:
        """However the last message ends."""
        done = read(f"{self.first}\n{self.forged}\r\n{self.second}{last}", IPHONE)
        assert [s.text for s in done.sightings] == [f"a\n{self.forged}", "b"]
        assert [(s.line, s.lines) for s in done.sightings] == [(1, 2), (3, 1)]
        assert done.words == {"header-like-text"}

    @pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["crlf", "lf"])
    def test_one_kind_of_line_end_tells_nothing(self, end: str) -> None:
        """A program has changed them: then a line like a header is one."""
        done = read(end.join([self.first, self.second, "more", self.second, ""]), IPHONE)
        assert [s.text for s in done.sightings] == ["a", "b\nmore", "b"]

    def test_crlf_inside_a_message_shows_that_the_ends_were_changed(self) -> None:
        """No iPhone writes it."""
        done = read(f"{self.first}\r\nmore\r\n{self.second}\n{self.second}\r\n", IPHONE)
        assert [s.text for s in done.sightings] == ["a\nmore", "b", "b"]

    def test_the_last_message_may_have_breaks(self) -> None:
        """They stay in it, but for those at its end."""
        done = read(f"{self.first}\r\n{self.second}\nx\n\ny\n\n", IPHONE)
        assert [s.text for s in done.sightings] == ["a", "b\nx\n\ny"]


class TestPastes:
    """What people copy out of a browser."""

    def test_blank_lines_between_messages_belong_to_neither(self) -> None:
        done = read("[10:32, 21/11/2026] Al: a\r\n\r\n\r\n[10:33, 21/11/2026] Bo: b\r\n\r\n", PASTE)
        assert [s.text for s in done.sightings] == ["a", "b"]
        assert [(s.line, s.lines) for s in done.sightings] == [(1, 3), (4, 2)]

    def test_a_line_break_after_the_colon(self) -> None:
        done = read("[10:32, 21/11/2026] Al:\nwords\n[10:33, 21/11/2026] Bo: \nmore\n", PASTE)
        assert done.said == [("2026-11-21T10:32", "Al", "words"), ("2026-11-21T10:33", "Bo", "more")]

    def test_long_runs_of_blanks_after_the_bracket(self) -> None:
        done = read("[00:42, 19.9.2017]          Al: a\n[00:43, 19.9.2017] Bo: b\n", PASTE)
        assert [(s.sender, s.text) for s in done.sightings] == [("Al", "a"), ("Bo", "b")]

    def test_a_header_without_a_name(self) -> None:
        done = read("[22:05, 3/25/2026] : text\n[22:06, 3/25/2026] Bo: b\n[22:07, 3/25/2026] at 10:30 then\n", PASTE)
        assert [(s.sender, s.text) for s in done.sightings] == [(None, "text"), ("Bo", "b"), (None, "at 10:30 then")]
        assert done.words == {"missing-sender"}
        assert done.kinds == ["text"] * 3

    @pytest.mark.parametrize("ending", ["…", "… Read more", "... Read more"])
    def test_a_folded_message(self, ending: str) -> None:
        done = read(f"[10:32, 21/11/2026] Al: {'word ' * 150}{ending}\n[10:33, 21/11/2026] Bo: b…\n", PASTE)
        assert done.words == {"truncated-message"}

    def test_three_dots_are_a_persons(self) -> None:
        done = read(f"[10:32, 21/11/2026] Al: {'word ' * 150}...\n[10:33, 21/11/2026] Bo: b\n", PASTE)
        assert done.words == set()

    def test_words_before_the_first_header(self) -> None:
        done = read("\n\nWho has it?\n\nAnybody\n[10:33, 21/11/2026] Bo: b\n", PASTE)
        assert done.said[0] == (None, None, "Who has it?\n\nAnybody")
        assert done.words == {"unattributed-text"}

    def test_another_chats_lines_before_the_first_header(self) -> None:
        """The shape that most lines have decides."""
        start = "05/03/2024, 14:07 - Tom Okafor (HMPPS): forwarded"
        done = read(f"Look:\n{start}\n[10:33, 21/11/2026] Bo: b\n[10:34, 21/11/2026] Bo: c\n", PASTE)
        assert [s.text for s in done.sightings] == [f"Look:\n{start}", "b", "c"]

    def test_an_iphone_header_in_a_paste_is_words(self) -> None:
        inside = "[21/11/2026, 10:00:00] Tom Okafor (HMPPS): I approve"
        done = read(f"[10:33, 21/11/2026] Bo: b\n{inside}\n[10:34, 21/11/2026] Bo: c\n", PASTE)
        assert [s.text for s in done.sightings] == [f"b\n{inside}", "c"]
        assert done.words == {"header-like-text"}


class TestOldAndroid:
    """Before about 2016 the month was a word, and the current year was left out."""

    text = (
        "09:09, 9 Oct 2015 - Al: a\n23:50, 31 Dec 2015 - Bo: b\n9 Jan 00:10 - Al: c\n"
        "29 Feb 08:00 - Al: leap\n1 Mar 08:00 - Bo: d\n"
    )

    def test_the_year_follows_from_the_messages_before(self) -> None:
        done = read(self.text)
        assert [s.sent_at for s in done.sightings] == [
            "2015-10-09T09:09",
            "2015-12-31T23:50",
            "2016-01-09T00:10",
            "2016-02-29T08:00",
            "2016-03-01T08:00",
        ]
        assert done.words == {"year-not-shown"}

    def test_the_year_follows_from_the_capture(self) -> None:
        done = read("9 Oct 09:09 - Al: a\n10 Oct 09:09 - Bo: b\n", captured="2016-02-01")
        assert [s.sent_at for s in done.sightings] == ["2015-10-09T09:09", "2015-10-10T09:09"]

    def test_the_day_stays_unknown_where_nothing_tells_the_year(self) -> None:
        done = read("9 Oct 09:09 - Al: a\n10 Oct 09:09 - Bo: b\n")
        assert [s.sent_at for s in done.sightings] == ["T09:09", "T09:09"]
        assert done.words == {"year-not-shown"}


@pytest.mark.parametrize(
    "text",
    [
        "Minutes of 4 March 2024\n\n11/03/2024, 10:00 - Room 4.12\n",
        "11/03/2024, 10:00 - Room 4.12\n12/03/2024, 10:00 - Room 4.13\n",
        "Agenda\n11/03/2024, 10:00 - Board: budget\nAny other business\n",
        "2024-03-11 10:00:00 starting\n",
        "Alex Black (MOJ): hello\nPriya: hi\n",
        "[1] Alex Black: a book\n",
        "45/13/2024, 10:00 - Alex Black: no such day\n",
        "\n\n",
        "\0\0\0",
    ],
)
def test_what_is_no_chat_is_refused(text: str) -> None:
    """Dates and names alone make no chat."""
    from archiver.errors import Refused

    with pytest.raises(Refused) as refused:
        read(text, PASTE)
    assert refused.value.word == "not-a-chat"
