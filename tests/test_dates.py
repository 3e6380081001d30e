"""Dates: which number is the day, by proof over the whole source, and said where there is none."""

from __future__ import annotations

from datetime import date

import pytest
from texts import IPHONE, PASTE, read

from archiver.reading.dates import parse_clock, parse_date
from archiver.reading.order import settle_order


@pytest.mark.parametrize(
    ("written", "order", "proof"),
    [
        (["01/02/2024", "25/02/2024"], "dmy", "25/02/2024"),
        (["01/02/2024", "02/25/2024"], "mdy", "02/25/2024"),
        (["29/02/2024", "01/03/2024"], "dmy", "29/02/2024"),
        (["2024/02/03", "2024/03/02"], "ymd", ""),
        (["03.05.21", "04.05.21"], "dmy", "dots"),
        (["22-01-20", "23-01-20"], "dmy", "22-01-20"),
        (["02-01-20", "03-01-20"], "dmy", "dots"),
        (["24-03-05", "24-03-15"], "ymd", "24-03-05"),
        (["24-03-10", "24-03-11", "24-03-12"], "ymd", "first number"),
        (["24/03/05"], "ymd", "24/03/05"),
        (["12/11/23", "1/5/24", "2/4/24", "3/2/24"], "mdy", "backwards"),
        (["05/04/2024", "04/05/2024"], "dmy", "backwards"),
        (["25/03/2024", "26/03/2024", "03/27/2024"], "dmy", "25/03/2024"),
        (["9 Oct 2015"], "dmy", ""),
        (["05/05/2024", "06/06/2024"], "dmy", ""),
    ],
)
def test_settled_by_the_dates_themselves(written: list[str], order: str, proof: str) -> None:
    """By number, by the age of WhatsApp, by separator, by sequence; and the proof names the date."""
    settled = settle_order(written)
    assert (settled.order, settled.ambiguous) == (order, False)
    assert proof in settled.why


@pytest.mark.parametrize(
    "written",
    [
        ["03/05/2024", "03/06/2024"],
        ["03/04/2024", "03/05/2024", "03/06/2024", "03/07/2024"],
        ["25/03/2024", "03/25/2024"],
        ["1/2/24"],
    ],
)
def test_not_settled(written: list[str]) -> None:
    """Day first is taken, and the doubt is said; steps of a month are no proof."""
    settled = settle_order(written)
    assert (settled.order, settled.ambiguous) == ("dmy", True)


def test_small_steps_back_prove_nothing() -> None:
    """Around midnight phones mix their lines: one day back is no proof against an order."""
    settled = settle_order(["05/03/2024", "04/03/2024", "05/03/2024"])
    assert (settled.order, settled.ambiguous) == ("dmy", False)


def test_settled_by_the_capture() -> None:
    """Nothing is sent after it was captured."""
    assert settle_order(["03/12/2024"], latest=date(2024, 4, 1)).order == "mdy"
    assert settle_order(["12/03/2024"], latest=date(2024, 4, 1)).order == "dmy"
    assert settle_order(["03/12/2024"], latest=date(2025, 4, 1)).ambiguous


def test_settled_by_a_person() -> None:
    """What a person says holds, and what contradicts it is reported."""
    text = "03/05/2024, 14:07 - Al: a\n03/06/2024, 14:07 - Al: b\n"
    done = read(text, order="mdy")
    assert [s.sent_at for s in done.sightings] == ["2024-03-05T14:07", "2024-03-06T14:07"]
    assert done.words == set()
    assert "--date-order" in done.reading.date_order_proof
    done = read("25/03/2024, 14:07 - Al: a\n03/06/2024, 14:07 - Al: b\n", order="mdy")
    assert "date-order-contradicted" in done.words


def test_doubt_is_an_interval_on_every_message() -> None:
    """Also on system messages; none where both readings agree."""
    text = '03/05/2024, 14:07 - Al created group "X"\n05/05/2024, 14:07 - Al: a\n05/06/2024, 14:08 - Al: b\n'
    done = read(text)
    assert [(s.sent_at, s.earliest, s.latest) for s in done.sightings] == [
        ("2024-05-03T14:07", "2024-03-05T14:07", "2024-05-03T14:07"),
        ("2024-05-05T14:07", None, None),
        ("2024-06-05T14:08", "2024-05-06T14:08", "2024-06-05T14:08"),
    ]
    assert done.words == {"ambiguous-date-order"}


def test_a_chat_of_one_day_whose_readings_agree_is_not_in_doubt() -> None:
    done = read("05/05/2024, 14:07 - Al: a\n05/05/2024, 14:08 - Al: b\n")
    assert done.words == set()
    assert done.sightings[0].earliest is None


def test_settled_by_the_names_of_files() -> None:
    """A photo's name bears the day on which its message was sent; a document's name proves nothing."""
    line = "03/05/2024, 14:07 - Al: {} (file attached)\n"
    assert read(line.format("IMG-20240305-WA0001.jpg")).sightings[0].sent_at == "2024-03-05T14:07"
    assert read(line.format("IMG-20240503-WA0001.jpg")).sightings[0].sent_at == "2024-05-03T14:07"
    assert "ambiguous-date-order" in read(line.format("Minutes 2024-03-05.pdf")).words
    mark = "\N{LEFT-TO-RIGHT MARK}"
    text = f"[03/05/2024, 14:07:31] Al: {mark}<attached: 00000004-PHOTO-2024-03-05-14-07-31.jpg>\r\n"
    assert read(text, IPHONE).sightings[0].sent_at == "2024-03-05T14:07:31"


def test_a_pastes_date_order_by_the_noted_capture() -> None:
    done = read("[10:32, 03/12/2026] Al: a\n", PASTE, captured="2026-03-20")
    assert done.sightings[0].sent_at == "2026-03-12T10:32"
    assert done.words == set()


def test_the_proof_names_its_line() -> None:
    done = read("03/05/2024, 14:07 - Al: 25/05/2024\nmore\n25/05/2024, 14:07 - Al: b\n")
    assert done.reading.date_order_proof == "day first: 25/05/2024 can be read no other way (line 3)"


def test_out_of_order_passes_over_system_messages() -> None:
    """Phones often write them late; only a message before the message before it counts."""
    done = read('31/12/2024, 09:05 - Al created group "X"\n31/12/2024, 09:00 - Al: a\n31/12/2024, 09:01 - Al: b\n')
    assert done.words == set()
    done = read("31/12/2024, 09:05 - Al: a\n31/12/2024, 09:00 - Al: b\n31/12/2024, 09:01 - Al: c\n")
    assert [f.line for f in done.findings if f.word == "out-of-order"] == [2]


@pytest.mark.parametrize(
    ("clock", "period", "told"),
    [
        ("12:05", "am", "00:05"),
        ("12:00", "pm", "12:00"),
        ("1:01", "p. m.", "13:01"),
        ("13:01", "PM", "13:01"),
        ("3:50", "in the morning", "03:50"),
        ("12:30", "中午", "12:30"),
        ("0:30", "午後", "12:30"),
        ("12:30", "nachts", "00:30"),
        ("2:56", "م", "14:56"),
        ("8:28", "ip.", "20:28"),
        ("8:28", "μ.μ.", "20:28"),
        ("25:61", "", None),
        ("12:60", "", None),
    ],
)
def test_clocks(clock: str, period: str, told: str | None) -> None:
    """Twelve in the night is 0, twelve at noon is 12, in every language."""
    assert parse_clock(clock, period) == told


@pytest.mark.parametrize("written", ["31/02/2024", "29/02/2023", "45/13/2024", "00/01/2024", "1/2", "12/12/12/12", ""])
def test_days_that_no_calendar_has(written: str) -> None:
    assert parse_date(written, "dmy") is None
