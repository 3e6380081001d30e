"""Layout, without the engine: small screens drawn with Pillow, and the pieces of reading that need no letters."""

from __future__ import annotations

import io
import zlib
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw

from archiver.errors import Refused
from archiver.reading.provenance_picture import named_date, picture_dates
from archiver.reading.screen import sheet
from archiver.reading.screen.bubble import open_bubbles
from archiver.reading.screen.confidence import WEIGHTS, Doubts, odd_share, probability
from archiver.reading.screen.layout import find_screen
from archiver.reading.screen.picture import Picture, open_picture, unframe
from archiver.reading.screen.pills import find_pills
from archiver.reading.screen.plates import Rect, spans
from archiver.reading.screen.reach import has_sides
from archiver.reading.screen.recognise import parse
from archiver.reading.screen.times import read_clock, read_day
from archiver.reading.screen.unread import unread_bands

WALL, HEADER, INTO, OUT = (239, 231, 221), (18, 94, 84), (255, 255, 255), (220, 248, 198)


def screen(*bubbles: tuple[str, int, int], dark: bool = False, gap: int = 6) -> Image.Image:
    """A plain chat 720 wide: each bubble is its side, width and height."""
    wall, into, out = ((0, 0, 0), (36, 37, 38), (0, 92, 75)) if dark else (WALL, INTO, OUT)
    image = Image.new("RGB", (720, 1400), wall)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 720, 150), fill=HEADER)
    draw.ellipse((60, 70, 130, 140), fill=(122, 146, 160))
    top = 200
    for side, width, height in bubbles:
        left = 24 if side == "left" else 696 - width
        draw.rounded_rectangle(
            (left, top, left + width - 1, top + height - 1), 18, fill=into if side == "left" else out
        )
        draw.rectangle((left + 22, top + 20, left + width // 2, top + 26), fill=(120, 120, 120))
        top += height + gap
    return image


def found(image: Image.Image, lossy: bool = False) -> list[tuple[str, int, int]]:
    laid = find_screen(Picture(np.asarray(image), lossy))
    return [(bubble.side, bubble.rect.width, bubble.rect.height) for bubble in laid.bubbles]


@pytest.mark.parametrize("dark", [False, True])
def test_bubbles_are_found_with_their_sides(dark: bool) -> None:
    """Each bubble is found to the pixel or two, on the side where it stands, in light and in true black."""
    drawn = [("left", 400, 120), ("left", 300, 70), ("right", 420, 160), ("left", 180, 64)]
    for (side, width, height), (was, wide, high) in zip(found(screen(*drawn, dark=dark)), drawn, strict=True):
        assert side == was
        assert abs(width - wide) <= 4
        assert abs(height - high) <= 4


def test_bubbles_four_pixels_apart_stay_two() -> None:
    """Bubbles of one run stand so near that closing the mask would join them."""
    assert len(found(screen(("left", 400, 100), ("left", 400, 100), gap=4))) == 2


def test_a_squeezed_screen_is_laid_out_alike() -> None:
    """JPEG of quality 60 changes no bubble."""
    image = screen(("left", 400, 120), ("right", 420, 160), ("left", 180, 64))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=60)
    assert [side for side, _, _ in found(Image.open(kept).convert("RGB"), lossy=True)] == ["left", "right", "left"]


def test_a_bubble_cut_by_the_header_is_marked() -> None:
    """Its upper corners are square."""
    image = screen(("left", 400, 120))
    ImageDraw.Draw(image).rectangle((0, 150, 720, 240), fill=WALL)
    ImageDraw.Draw(image).rectangle((24, 151, 423, 300), fill=INTO)
    assert find_screen(Picture(np.asarray(image), False)).bubbles[0].cut_top


def test_a_frame_is_cut_off_and_remembered() -> None:
    """A letterbox of one colour goes, and boxes can still be told in pixels of the original."""
    inner = screen(("left", 400, 120), ("right", 300, 90))
    framed = Image.new("RGB", (900, 1400), "black")
    framed.paste(inner, (90, 0))
    cut = unframe(np.asarray(framed), False)
    assert (cut.left, cut.top, cut.pixels.shape[1]) == (90, 0, 720)


def test_a_photo_is_no_chat() -> None:
    """Noise has no plates."""
    noise = np.random.default_rng(1).integers(0, 255, (900, 600, 3), dtype=np.uint8)
    assert not find_screen(Picture(noise, False)).bubbles


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    arrays(
        np.uint8,
        st.tuples(st.integers(8, 40), st.integers(8, 40), st.just(3)),
        elements=st.sampled_from([0, 7, 200, 255]),
    )
)
def test_no_picture_breaks_the_layout(blocks: np.ndarray) -> None:
    """Whatever is on it, a picture is laid out and its bubbles opened without an exception."""
    pixels = blocks.repeat(18, axis=0).repeat(18, axis=1)
    laid = find_screen(Picture(pixels, False))
    for inside in open_bubbles(pixels, laid):
        assert all(rect.width > 0 and rect.height > 0 for rect in inside.body)


def test_hostile_pictures_are_refused() -> None:
    """Too many pixels, too many bytes, no picture, a broken one, HEIC: each its own word, naming the file."""
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    whole = io.BytesIO()
    screen(("left", 400, 120)).save(whole, "PNG")
    cases = {
        "too-large": huge.getvalue(),
        "broken-picture": whole.getvalue()[:1500],
        "unsupported-picture": b"\0\0\0\x18ftypheic" + bytes(40),
    }
    for word, data in cases.items():
        with pytest.raises(Refused) as refused:
            open_picture("shot.png", io.BytesIO(data))
        assert refused.value.word == word
        assert "shot.png" in str(refused.value)
    with pytest.raises(Refused, match="JPEG"):
        open_picture("x.heic", io.BytesIO(cases["unsupported-picture"]))


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\0\0\0\0WEBP"]),
)
def test_bytes_are_read_or_refused(data: bytes, head: bytes) -> None:
    """No bytes end in anything but a picture or a refusal."""
    words = {"broken-picture", "unsupported-picture", "not-a-chat", "too-large", ""}
    word = ""
    try:
        open_picture("x", io.BytesIO(head + data))
    except Refused as refused:
        word = refused.word
    assert word in words


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("09:04", "09:04"),
        ("Edited 9:07 pm W", "21:07"),
        ("12:30 a.m.", "00:30"),
        ("O9:O4", "09:04"),
        ("7.10 PM", "19:10"),
    ],
)
def test_clocks(text: str, clock: str) -> None:
    """A time is told in 24 hours, whatever the phone shows."""
    read = read_clock(text)
    assert read
    assert read.text == clock


def test_no_clock_is_invented() -> None:
    """Words, and times that no day has, are no time."""
    assert read_clock("hello") is None
    assert read_clock("29:75") is None


@pytest.mark.parametrize(
    ("chip", "day"),
    [
        ("Today", date(2026, 3, 12)),
        ("Yesterday", date(2026, 3, 11)),
        ("Thursday", date(2026, 3, 5)),
        ("Wed 4 Mar", date(2026, 3, 4)),
        ("March 1, 2026", date(2026, 3, 1)),
        ("5 February 2026", date(2026, 2, 5)),
        ("25 Dec", date(2025, 12, 25)),
        ("03/02/2026", date(2026, 2, 3)),
        ("2 unread messages", None),
        ("Dan added you", None),
    ],
)
def test_days(chip: str, day: date | None) -> None:
    """Chips are resolved against the day of capture; a weekday is in the week before it."""
    assert read_day(chip, date(2026, 3, 12)) == day


def test_relative_days_stay_open_without_a_capture_date() -> None:
    """Nothing is claimed that the screen does not show; a written date needs no capture."""
    assert read_day("Today", None) is None
    assert read_day("4 Mar", None) is None
    assert read_day("4 March 2026", None) == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("Screenshot_20260312-084155_WhatsApp.jpg", "2026-03-12T08:41:55"),
        ("Screenshot_2026-03-12-08-41-55-123_com.whatsapp.png", "2026-03-12T08:41:55"),
        ("Screenshot 2026-03-12 at 08.41.55.png", "2026-03-12T08:41:55"),
        ("Screenshot 2026-03-12 084155.png", "2026-03-12T08:41:55"),
        ("Photo 12-03-2026, 08 41 55.png", "2026-03-12T08:41:55"),
        ("folder/WhatsApp Image 2026-03-12 at 8.41.55 PM.jpeg", "2026-03-12T20:41:55"),
        ("IMG-20260312-WA0003.jpg", "2026-03-12T00:00:00"),
        ("IMG_4711.PNG", None),
        ("Screenshot_20261399-084155.png", None),
    ],
)
def test_names_of_pictures_tell_the_day(name: str, when: str | None) -> None:
    """The names that phones and computers give to screenshots."""
    dated = named_date(name)
    assert (dated.when.isoformat() if dated else None) == when


def test_embedded_date_comes_first() -> None:
    """EXIF is the better basis; a broken picture carries none."""
    kept, exif = io.BytesIO(), Image.Exif()
    exif[0x0132] = "2026:03:12 08:41:55"
    Image.new("RGB", (200, 200)).save(kept, "JPEG", exif=exif)
    dates = picture_dates("IMG-20260313-WA0003.jpg", io.BytesIO(kept.getvalue()))
    assert [dated.basis for dated in dates] == ["embedded", "named"]
    assert picture_dates("x.png", io.BytesIO(b"not a picture")) == ()


def test_words_go_back_to_their_piece() -> None:
    """What the engine reads on the page is told in pixels of the picture."""
    ink = np.zeros((30, 100), np.uint8)
    ink[5:25, 10:60] = 200
    pieces = [
        sheet.Piece("one", ink, sheet.Rect(300, 400, 400, 430)),
        sheet.Piece("two", ink, sheet.Rect(10, 20, 110, 50)),
    ]
    page, placed = sheet.paint(pieces, sheet.UNIT_ON_PAGE)
    row = placed[1].top + 5
    table = f"head\n5\t1\t1\t1\t2\t1\t{sheet.MARGIN + 10}\t{row}\t50\t20\t91.5\tHello\n"
    lines = sheet.gather(parse(table), placed)
    word = lines["two"][0].words[0]
    assert (word.text, word.left, word.top, page.shape[0] > row) == ("Hello", 20, 25, True)


def test_spans_join_what_is_near() -> None:
    """Runs nearer than the gap are one."""
    assert spans(np.array([0, 1, 1, 0, 1, 0, 0, 1], bool), 2) == [(1, 5), (7, 8)]


def test_a_pill_of_nearly_its_bubble_s_colour_is_found() -> None:
    """Ten levels apart, and half over the wallpaper: its edges tell it, not its colour."""
    image = screen(("left", 600, 300), dark=True)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((300, 220, 419, 267), 16, fill=(26, 27, 28))
    draw.rectangle((325, 236, 395, 250), fill=(160, 160, 160))
    (pill,) = find_pills(np.asarray(image), 150, 1400, 1.8, 3)
    assert abs(pill.left - 300) <= 2
    assert abs(pill.right - 420) <= 2


def test_a_bubble_parted_by_its_quotation_stays_whole() -> None:
    """The quotation is nearly as wide as the bubble; only two pixels of padding join what is above and below."""
    image = screen(("right", 420, 200))
    ImageDraw.Draw(image).rectangle((279, 212, 693, 290), fill=(200, 230, 180))
    (bubble,) = find_screen(Picture(np.asarray(image), False)).bubbles
    assert bubble.side == "right"
    assert abs(bubble.rect.height - 200) <= 16


def test_a_name_above_a_panel_belongs_to_its_bubble() -> None:
    """The panel reaches the round corner, so that the row with the name is no part of the plate below it."""
    image = screen(("left", 420, 260))
    draw = ImageDraw.Draw(image)
    draw.rectangle((24, 240, 443, 380), fill=(240, 242, 245))
    (bubble,) = find_screen(Picture(np.asarray(image), False)).bubbles
    assert abs(bubble.rect.top - 200) <= 4
    assert abs(bubble.rect.height - 260) <= 6


def test_a_patch_of_a_gradient_has_no_sides() -> None:
    """A band of one colour that its neighbours fade into is no bubble; a plate is one."""
    row = np.linspace(120, 200, 700).astype(np.uint8)
    fading = np.repeat(np.repeat(row[None, :, None], 400, axis=0), 3, axis=2)
    assert not has_sides(fading, Rect(200, 50, 320, 300))
    plate = fading.copy()
    plate[50:300, 200:320] = 250
    assert has_sides(plate, Rect(200, 50, 320, 300))


def test_keys_are_no_chips() -> None:
    """A keyboard ends the chat above its first row of keys."""
    image = screen(("left", 400, 120), ("right", 420, 160))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 1000, 720, 1400), fill=(209, 212, 218))
    for row in range(3):
        for column in range(10):
            left, top = 8 + 71 * column, 1020 + 95 * row
            draw.rounded_rectangle((left, top, left + 60, top + 76), 8, fill=(255, 255, 255))
    laid = find_screen(Picture(np.asarray(image), False))
    assert laid.chat_bottom <= 1020
    assert len(laid.bubbles) == 2
    assert laid.chips == ()


def test_a_picture_cropped_to_its_bubbles_has_no_header() -> None:
    """Bubbles from the very top: none of them is taken for a header, and none is lost."""
    whole = screen(("left", 400, 120), ("right", 420, 160), ("left", 380, 100), ("left", 300, 90))
    cropped = whole.crop((0, 190, 720, 1000))
    laid = find_screen(Picture(np.asarray(cropped), False))
    assert laid.header_bottom == 0
    assert len(laid.bubbles) == 4


def test_a_ground_that_shows_at_both_sides_is_no_frame() -> None:
    """Only bubbles differ from a dark chat's margin, not nearly every row."""
    image = screen(("left", 660, 400), ("right", 660, 400), dark=True)
    ImageDraw.Draw(image).rectangle((0, 0, 720, 150), fill=(0, 0, 0))
    assert unframe(np.asarray(image), False).left == 0


def test_a_stretch_with_letters_and_no_bubble_is_told() -> None:
    """What has sharp edges and belongs to nothing becomes a finding; plain wallpaper does not."""
    image = screen(("left", 400, 120), ("right", 420, 160))
    assert unread_bands(np.asarray(image), find_screen(Picture(np.asarray(image), False))) == []
    draw = ImageDraw.Draw(image)
    for column in range(100, 600, 12):
        draw.rectangle((column, 700, column + 4, 760), fill=(20, 20, 20))
    (band,) = unread_bands(np.asarray(image), find_screen(Picture(np.asarray(image), False)))
    assert band.top < 700 < 760 < band.bottom


def test_every_doubt_makes_less_sure() -> None:
    """No weight is below 0, a clean reading is surer than 0.9, and an unread time is worth less than even."""
    assert all(weight >= 0 for weight in WEIGHTS)
    assert probability(Doubts()) > 0.95
    assert probability(Doubts(no_time=1.0, mean_word=0.3)) < 0.6
    assert probability(Doubts(stroke=1.0)) < probability(Doubts())


def test_odd_characters_are_doubted() -> None:
    """Litter of the engine, but not the marks that people write."""
    assert odd_share("Room 4.17 (not 4.71!) £25,000 & 50%") == 0.0
    assert odd_share("Davi (dvivier\\") > 0.5


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of some chunks."""
    made = b"\x89PNG\r\n\x1a\n"
    for kind, content in chunks:
        made += len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
    return made


def test_a_png_is_decoded_for_its_date_only_where_it_may_carry_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """EXIF may stand behind the pixels; a screenshot without any costs no decoding."""
    exif = Image.Exif()
    exif[0x0132] = "2026:03:12 08:41:55"
    head = (b"IHDR", (1).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0]))
    pixels, end = (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")
    dated = png(head, pixels, (b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")), end)
    assert [one.when.isoformat() for one in picture_dates("x.png", io.BytesIO(dated))] == ["2026-03-12T08:41:55"]
    opened = []
    monkeypatch.setattr(Image, "open", lambda *_: opened.append(1))
    for plain in (png(head, pixels, end), png(head, pixels, end)[:-9], png(head), b"\x89PNG\r\n\x1a\n"):
        assert picture_dates("x.png", io.BytesIO(plain)) == ()
    assert opened == []
