"""Which sighting is which message: each rule by a small case, with what it must leave alone."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.matching.align import align
from archiver.matching.clock import Profile, reference
from archiver.matching.likeness import ANYBODY, NOBODY, Side
from archiver.matching.normal import Words

NINE = 540
Row = tuple[int, int, int, str, str, bool]


def row(
    words: str, at: float = NINE, person: int = 1, kind: str = "text", *, second: int = -1, edited: bool = False
) -> Row:
    return int(at), second, person, kind, words, edited


def notice(words: str, at: int = NINE) -> Row:
    return row(words, at, NOBODY, "system")


def poll(option: str) -> Row:
    return row(f"POLL:\nWhen?\nOPTION: {option}", kind="poll")


def side(rows: Iterable[Row], **more: object) -> Side:
    minutes, seconds, people, kinds, words, edited = map(list, zip(*rows, strict=True))
    normal = Words().normal
    words = [normal(kind, "left" if kind == "system" else None, text) for kind, text in zip(kinds, words, strict=True)]
    return Side(minutes, seconds, people, kinds, words, edited, **more)  # type: ignore[arg-type]


def matched(shown: Sequence[Row], held: Sequence[Row], **more: object) -> list[tuple[int, str] | None]:
    found = align(side(shown, **more), side(held)).matches
    return [None if match is None else (match.held, match.rule) for match in found]


MAP = "location: https://maps.google.com/?q="
LONG = "The submission to ministers needs clearing by noon"


@pytest.mark.parametrize(
    ("shown", "held", "rule"),
    [
        (row(LONG), row(LONG), "exact"),
        (row(LONG, second=31), row(LONG), "exact"),
        (row(LONG, NINE + 1, second=0), row(LONG, second=59), "near-time"),
        (row("Ok", NINE + 1, second=0), row("Ok", second=59), "near-time"),
        (row(LONG + " today", edited=True), row(LONG), "edited"),
        (row(LONG), row(LONG + " today", edited=True), "edited"),
        (row("", kind="deleted"), row(LONG), "deleted-later"),
        (row(LONG), row("", kind="deleted"), "deleted-later"),
        (row("image omitted", kind="media"), row("<Media omitted>", kind="media"), "exact"),
        (row("Our boiler image omitted", kind="media"), row("<Media omitted>\nOur boiler", kind="media"), "exact"),
        (row("image omitted", kind="media"), row("<Media omitted>\nOur boiler", kind="media"), "caption"),
        (row("Our boiler"), row("<Media omitted>\nOur boiler", kind="media"), "exact"),
        (row("@Somebody Else can you send it"), row("@Nobody can you send it"), "mention"),
        (poll("Noon (1 vote)"), poll("Noon (4 votes)"), "exact"),
        (poll("Noon (1 vote)"), poll("One (4 votes)"), "grown"),
        (row("Missed call", person=ANYBODY, kind="call"), row("Missed call", person=ANYBODY, kind="call"), "exact"),
        (notice("~ Ben left"), notice("Ben Patel (MOJ) left"), "exact"),
        (row("Contact card omitted", kind="contact"), row("Ann.vcf (file attached)", kind="contact"), "exact"),
    ],
)  # fmt: skip
def test_what_is_one_message(shown: Row, held: Row, rule: str) -> None:
    """Two phones show one message each in its way."""
    assert matched([shown], [held]) == [(0, rule)]


@pytest.mark.parametrize(
    ("shown", "held"),
    [
        (row(LONG), row(LONG, person=2)),
        (row(LONG), row(LONG, NINE + 3)),
        (row(LONG), row("Lines to take are attached, page 4")),
        (row(LONG), row(LONG + " today")),
        (row("Link: https://example.gov.uk/a?ref=12"), row("Link: https://example.gov.uk/a?ref=13")),
        (row("Ok", second=4), row("Ok", second=52)),
        (row("Ok", NINE + 1, second=30), row("Ok", second=20)),
        (row("", kind="deleted"), row(LONG, person=2)),
        (row("", NINE + 1, kind="deleted", second=30), row(LONG)),
        (row("", kind="deleted", second=28), row("the real words", second=29)),
        (row("the real words", second=29), row("", kind="deleted", second=28)),
        (row("", NINE + 1, kind="deleted"), row(LONG)),
        (row("I never agreed to anything", edited=True), row("point 20 of the plan")),
        (row("second point entirely", edited=True), row("first point")),
        (row("sell 7", edited=True), row("buy 5")),
        (row("Ok", NINE + 1), row("Ok")),
        (notice("Ann left"), notice("Ann left", NINE + 5)),
        (row(f"{MAP}51.5,-0.1", kind="location"), row(f"{MAP}51.6,-0.1", kind="location")),
        (row("Our boiler image omitted", kind="media"), row("<Media omitted>\nThe hall", kind="media")),
    ],
)  # fmt: skip
def test_what_is_two_messages(shown: Row, held: Row) -> None:
    """Where in doubt, apart: a wrong match loses a message."""
    assert matched([shown], [held]) == [None]


def test_two_equal_in_a_minute_stay_two() -> None:
    """The first is the first; where one phone lost one, its neighbours tell which."""
    held = [row("Ok"), row(LONG, person=2), row("Ok")]
    assert matched([row("Ok"), row(LONG, person=2), row("Ok")], held) == [(0, "exact"), (1, "exact"), (2, "exact")]
    assert matched([row(LONG, person=2), row("Ok")], held) == [(1, "exact"), (2, "exact")]
    assert matched([row("Ok"), row("Ok"), row("Ok")], [row("Ok"), row("Ok")])[:2] == [(0, "exact"), (1, "exact")]


def test_seconds_tell_equal_messages_apart() -> None:
    """Also where they changed places on one phone."""
    held = [row("Ok", second=5), row("Ok", second=9)]
    assert matched([row("Ok", second=9), row("Ok", second=5)], held) == [(1, "exact"), (0, "exact")]
    assert matched([row("Ok", second=9)], held) == [(1, "exact")]


def test_a_second_more_or_less_does_not_change_the_order() -> None:
    """The first of two is the first, also where its export shows it a second, and so a minute, later."""
    held = [row("Done", second=59), row("Done", second=59)]
    assert matched([row("Done", NINE + 1, second=0), row("Done", second=59)], held) == [(0, "near-time"), (1, "exact")]


def test_a_deletion_that_may_be_of_two_messages_is_of_neither() -> None:
    """It is left apart and said to be unsure."""
    found = align(side([row("", kind="deleted")]), side([row(LONG), row("Another thing that was said")]))
    assert (found.matches, found.unsure) == ([None], [0])


def test_what_nearly_fits_is_kept_apart_and_said() -> None:
    """A deletion a second off, words that an edit would not leave, a short text a minute off."""
    for shown, held in (
        (row("", kind="deleted", second=28), row("the real words", second=29)),
        (row("I never agreed to anything", edited=True), row("point 20 of the plan")),
        (row("Ok", NINE + 1), row("Ok")),
    ):
        found = align(side([shown]), side([held]))
        assert (found.matches, found.near) == ([None], [0])


def test_a_deletion_is_not_of_what_the_same_capture_shows() -> None:
    """The real words stand in both; nothing is left that the deletion could be of."""
    shown = [row("", kind="deleted", second=29), row("the real words", second=29)]
    assert matched(shown, [row("the real words", second=29)]) == [None, (0, "exact")]


def test_a_number_may_be_edited_where_all_around_it_is_the_same() -> None:
    """Next to it, on both sides and in both captures, stand the same messages."""
    before, after = row(LONG, NINE - 1), row("Agreed then", NINE + 1)
    edited, held = row("£9m", edited=True), row("£5m")
    assert matched([before, edited, after], [before, held, after]) == [(0, "exact"), (1, "edited"), (2, "exact")]
    assert matched([before, edited], [before, held, after]) == [(0, "exact"), None]
    assert matched([before, edited, after], [before, held, row("Aside"), after])[1] is None


def test_seconds_that_drift_elsewhere_may_drift_for_a_deletion() -> None:
    """Two exports of one phone differ by a second here and there."""
    held = [row(f"{LONG} {n}", NINE + n, second=10) for n in range(5)]
    shown = [
        *(row(f"{LONG} {n}", NINE + n, second=11 - n % 2) for n in range(4)),
        row("", NINE + 4, kind="deleted", second=11),
    ]
    assert matched(shown, held)[4] == (4, "deleted-later")


def test_a_late_clock_is_seen_by_long_texts() -> None:
    """Where a long text stands a minute later too, so may a short one."""
    held = [row(LONG), row("Ok", NINE + 2), row("Done", NINE + 4, 2)]
    shown = [row(LONG, NINE + 1), row("Ok", NINE + 3), row("Done", NINE + 4, 2)]
    assert matched(shown, held) == [(0, "near-time"), (1, "near-time"), (2, "exact")]


def test_a_paste_that_was_folded_is_the_whole_message() -> None:
    """Only a paste is cut, and only where it says so."""
    assert matched([row(LONG[:40] + "…")], [row(LONG)], paste=True) == [(0, "cut")]
    assert matched([row(LONG[:40] + "…")], [row(LONG)]) == [None]


def test_the_clock_most_captures_agree_on_is_shown_whichever_came_first() -> None:
    """A tie goes to the capture that was taken first."""
    brussels, london = ((0, 900, 0),), ((0, 900, -60),)
    two = [Profile(brussels, True, ("2026-01-02",)), Profile(london, True, ("2026-01-01",))]
    assert reference(two) == reference(two[::-1]) == [(0, -60)]


said = st.lists(
    st.tuples(st.sampled_from(["Ok", "Thanks", "Yes"]), st.integers(0, 2), st.integers(1, 2)), min_size=1, max_size=12
)


@given(said, st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_no_two_messages_of_a_capture_become_one(rows: list[tuple[str, int, int]], chance: random.Random) -> None:
    """Whatever is held, a capture's messages go to as many messages."""
    ordered = [row(words, NINE + at, person) for words, at, person in sorted(rows, key=lambda r: r[1])]
    kept = [one for one in ordered if chance.random() < 0.7]
    if not kept:
        return
    found = [match for match in matched(kept, ordered) if match]
    assert len({j for j, _ in found}) == len(found)
    assert len(found) == len(kept)


@given(said)
def test_a_capture_is_itself(rows: list[tuple[str, int, int]]) -> None:
    """The same again matches message by message, in order."""
    ordered = [row(words, NINE + at, person) for words, at, person in sorted(rows, key=lambda r: r[1])]
    assert matched(ordered, ordered) == [(at, "exact") for at in range(len(ordered))]
