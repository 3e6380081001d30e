"""The search language: what a person may type, what it finds, what is said back."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archiver.finding.searching import asking, context, facets, pages
from archiver.finding.searching.cutting import FIELDS
from archiver.finding.searching.planning import plan
from archiver.finding.searching.tokens import END, START
from archiver.finding.searching.understanding import MOST, understand
from archiver.record.store import open_for_reading
from tests.making import ROOT, android, receipt

ALEX, PRIYA = "Alex Black (MOJ)", "Priya Shah (HMT)"
LINES = [
    ("05/03/2026, 09:00", None, f"{ALEX} created group “Budget”"),
    ("05/03/2026, 09:01", ALEX, "Minutes are with the minister’s office by 5 o’clock"),
    ("05/03/2026, 09:02", PRIYA, "Thanks🤝 see https://example.com/a?b=c at 14:07"),
    ("05/03/2026, 09:03", "+44 7700 900123", "Ring me on (0)7700 900 456"),
    ("05/03/2026, 09:04", ALEX, "The SAGE café paper, £9m ❤️"),
    ("13/03/2026, 09:05", PRIYA, "Lunch? <b>treasury</b> '; DROP TABLE messages; --"),
    ("13/03/2026, 11:00", PRIYA, "minister lunch"),
    ("14/03/2026, 09:00", None, f"{ALEX} added Dan Whitlock (DfE)"),
    ("14/03/2026, 09:01", ALEX, "Welcome Dan"),
]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    folder = tmp_path_factory.mktemp("search")
    export = folder / "WhatsApp Chat with Budget.txt"
    export.write_bytes(android(LINES))
    receipt(export, "--captured", "2026-04-01", "--work", "Spring statement", archive=folder / "record")
    return open_for_reading(folder / "record")


def found(connection: sqlite3.Connection, typed: str) -> list[int]:
    """The lines of the export that answer, counted from 1."""
    planned = plan(connection, understand(typed))
    return [int(hit.reference[-5:]) for hit in pages.page(connection, planned, "oldest", limit=100).hits]


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("minister", [2, 7]),
        ("MINISTER -lunch", [2]),
        ("minist* NOT lunch", [2]),
        ("lunch OR thanks", [3, 6, 7]),
        ("(lunch OR thanks) minister", [7]),
        ("lunch OR thanks minister", [7]),
        ('"minister lunch"', [7]),
        ("“minister lunch”", [7]),
        ("minutes NEAR/5 office", [2]),
        ("minutes NEAR/2 office", []),
        ("o'clock", [2]),
        ("o’clock", [2]),
        ("thanks", [3]),
        ("🤝", [3]),
        ("❤", [5]),
        ("❤️", [5]),
        ("cafe", [5]),
        ("CAFE\N{COMBINING ACUTE ACCENT}", [5]),
        ("£9m", [5]),
        ('"£"', [5]),
        ("14:07", [3]),
        ("https://example.com/a?b=c", [3]),
        ("07700900456", [4]),
        ("+44 (0) 7700-900 456", [4]),
        ('"0044 7700 900456"', [4]),
        ("from:07700900123", [4]),
        ("from:+44 7700 900123", [4]),
        ("from:priya", [3, 6, 7]),
        ('from:"Shah Priya"', [3, 6, 7]),
        ("from:HMT minister", [7]),
        ("-from:priya lunch", []),
        ("with:Dan", [8, 9]),
        ("to:Dan", [8, 9]),
        ("between:Dan,Priya", [8, 9]),
        ("chat:budget welcome", [9]),
        ("chat:other", []),
        ("about:statement minister", [2, 7]),
        ("about:lunch -about:budget", []),
        ("route:export welcome", [9]),
        ("route:screenshot", []),
        ("kind:system", [1, 8]),
        ("event:added", [8]),
        ("before:2026-03-06 minister", [2]),
        ("after:13/03/2026", [8, 9]),
        ('on:"13 March 2026" lunch', [6, 7]),
        ("on:2026-03-13T11:00", [7]),
        ("certainly:2026-03-14", [8, 9]),
        ("possibly:before:2026-03-14 after:2026-03-05", [6, 7]),
        ("has:attachment", []),
        ("is:edited", []),
        ("minutes .. sage within 10 messages", [2, 5]),
        ("minutes .. sage within 2 messages", []),
        ("minutes .. sage within 3 minutes", [2, 5]),
        ("minutes .. treasury within 1 hour", []),
        ("office .. minister within 20 messages", [2, 7]),
        ("'; DROP TABLE messages; --", [6]),
        ('" OR 1=1', []),
        ("<b>", [3, 6]),
        ("created added", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(record: sqlite3.Connection, typed: str, lines: list[int]) -> None:
    assert found(record, typed) == lines


@pytest.mark.parametrize(
    ("typed", "text", "why"),
    [
        ("lunch ?", "?", "in quotes it is searched for as it is"),
        ("lunch kind:letter", "kind:letter", "a kind is one of text, system"),
        ("lunch before:yesterday", "before:yesterday", "it is not a date"),
        ("lunch on:31/02/2026", "on:31/02/2026", "it is not a date"),
        ("lunch OR", "OR", "nothing follows"),
        ("OR lunch", "OR", "nothing stands before it"),
        ("lunch)", ")", "no bracket was opened"),
        ("lunch from:", "from:", "nothing stands after the colon"),
        ("lunch is:funny", "is:funny", "edited, deleted or unsure"),
        ("lunch between:Priya", "between:Priya", "two names"),
        ("lunch NEAR/3 from:Priya", "NEAR/3", "two words or phrases only"),
        ("lunch -", "-", "no letter, digit or emoji"),
    ],
)
def test_what_is_not_searched_for_is_said_with_the_reason(typed: str, text: str, why: str) -> None:
    question = understand(typed)
    assert "lunch" in question.said
    assert [(one.text, why in one.why) for one in question.ignored] == [(text, True)]


def test_words_past_the_limit_are_said_to_be_ignored() -> None:
    question = understand(" ".join(f"w{at}" for at in range(MOST + 5)))
    assert [one.text for one in question.ignored] == [f"w{at}" for at in range(MOST, MOST + 5)]


def test_brackets_beyond_the_limit_are_said_to_be_ignored(record: sqlite3.Connection) -> None:
    question = understand("(" * 5_000 + "lunch" + ")" * 5_000)
    assert len(question.ignored) > 1_000
    assert asking.count(record, plan(record, question)) == 2


@pytest.mark.parametrize("typed", ["", "   ", "?", "()", "-", '""', "kind:x", "*", "..", "NEAR/5", "OR", "from:"])
def test_nothing_to_search_for_finds_nothing_and_says_so(record: sqlite3.Connection, typed: str) -> None:
    question = understand(typed)
    assert question.wants is None
    assert question.said == ""
    assert found(record, typed) == []


def test_dates_in_doubt_are_said_to_be_possible_or_certain() -> None:
    assert understand("on:2026-03-05").said == "sent on 2026-03-05 (possibly)"
    assert understand("certainly:before:2026-03-05").said == "sent up to 2026-03-04 (certainly)"
    assert understand("after:2026-03-05").said == "sent from 2026-03-06 on (possibly)"


def test_a_person_is_told_what_they_may_have_meant() -> None:
    assert 'from:"Priya Shah"' in understand("from:Priya Shah").notes[0]
    assert "written OR it joins" in understand("lunch or tea").notes[0]
    assert "minutes .. sage" in understand("within 3 messages").notes[0]


def test_whom_a_name_means_is_said(record: sqlite3.Connection) -> None:
    assert plan(record, understand("from:hmt")).notes == (f"hmt: {PRIYA}.",)
    assert plan(record, understand("from:nobody")).notes == ("nobody: nobody is called so.",)
    assert plan(record, understand("chat:x")).notes == ("x: no chat is called so.",)


def test_what_was_found_is_set_off(record: sqlite3.Connection) -> None:
    hits = pages.page(record, plan(record, understand("lunch 🤝 OR minister"))).hits
    assert [hit.text for hit in hits] == [f"{START}minister{END} {START}lunch{END}"]
    hits = pages.page(record, plan(record, understand("🤝"))).hits
    assert hits[0].text.startswith(f"Thanks{START}🤝{END} see")


def test_pages_follow_one_another_and_hold_every_answer_once(record: sqlite3.Connection) -> None:
    planned = plan(record, understand("-xyzzy"))
    for order in ("newest", "oldest", "best"):
        seen, start = [], None
        while True:
            page = pages.page(record, planned, order, start, 4)  # type: ignore[arg-type]
            seen += [hit.id for hit in page.hits]
            if page.after is None:
                break
            start = page.after
        assert len(seen) == len(set(seen)) == 9
        assert order == "best" or seen == sorted(seen, reverse=order == "newest")


def test_best_first_puts_the_fuller_answer_first_and_says_how_many_were_weighed(record: sqlite3.Connection) -> None:
    page = pages.page(record, plan(record, understand("minister OR lunch")), "best")
    assert page.hits[0].text.count(START) == 2
    assert page.ranked == 3


def test_the_spread_of_what_was_found(record: sqlite3.Connection) -> None:
    spread = facets.facets(record, plan(record, understand("minister OR welcome OR lunch")))
    assert [(one.name, one.messages) for one in spread.people] == [(ALEX, 2), (PRIYA, 2)]
    assert [(one.key, one.messages) for one in spread.chats] == [("BUDGET", 4)]
    assert [(one.key, one.messages) for one in spread.months] == [("2026-03", 4)]
    assert [(one.key, one.messages) for one in spread.routes] == [("email-export", 4)]
    assert (spread.counted, spread.whole) == (4, True)
    newest = facets.facets(record, plan(record, understand("minister OR welcome OR lunch")), most=1)
    assert (newest.counted, newest.whole, newest.people[0].name) == (1, False, ALEX)


def test_what_was_said_around_a_message(record: sqlite3.Connection) -> None:
    (hit,) = pages.page(record, plan(record, understand("sage"))).hits
    near = context.around(record, hit.id, 2)
    assert [one.reference[-1] for one in (*near.before, *near.after)] == ["3", "4", "6", "7"]
    near = context.around(record, hit.id, 2, minutes=True)
    assert [one.reference[-1] for one in (*near.before, *near.after)] == ["3", "4"]


PIECES = st.sampled_from(
    ["OR", "AND", "NOT", "NEAR/5", "NEAR", "..", "within 3 messages", "within 2 hours", "(", ")", '"', "-", "*",
     "from:", "to:Priya", "with:Dan", 'between:"Dan and Priya"', "chat:budget", "about:", "route:paste", "kind:text",
     "event:added", "before:2026", "after:T", "on:2026-03-12", "certainly:before:2026-05", "has:file", "is:unsure",
     "👍", "é", "the", "a*", "07700 900123", "\0", "\ud800", "\x02", "\x03", "日本", "o'clock", "“", "”", "'", ";--",
     "%", "\\", "^", "{", "}", ":", "+", "rowid:1", "NEAR(a b)", "\N{ZERO WIDTH JOINER}",
     "\N{COMBINING ACUTE ACCENT}"]
)  # fmt: skip


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES).map("".join)))
@example('"' * 1001)
@example("-" * 3000 + "x")
@example("NOT " * 2000 + "x")
@example("0" * 4000)
def test_nothing_typed_is_an_error(record: sqlite3.Connection, typed: str) -> None:
    """Whatever is typed: an answer, whose count, pages and spread agree; and the record is as it was."""
    planned = plan(record, understand(typed))
    number = asking.count(record, planned)
    assert number == len(set(asking.ids(record, planned))) == facets.facets(record, planned).counted
    assert all(len(pages.page(record, planned, order).hits) == number for order in ("newest", "best"))  # type: ignore[arg-type]
    assert record.execute("SELECT count(*) FROM messages").fetchone()[0] == len(LINES)


def test_what_is_typed_reaches_the_database_as_a_value_only(record: sqlite3.Connection) -> None:
    """No letter of it stands in a statement."""
    statements: list[str] = []
    typed = 'xyzzyword from:xyzzyname chat:xyzzychat event:xyzzyevent about:xyzzyabout "xyzzy%" xyzzyone .. xyzzytwo'
    connection = sqlite3.connect(
        Path(record.execute("PRAGMA database_list").fetchone()[2]).as_uri() + "?mode=ro", uri=True
    )
    watched = _Watched(connection, statements)
    planned = plan(watched, understand(typed))  # type: ignore[arg-type]
    asking.count(watched, planned)  # type: ignore[arg-type]
    connection.close()
    assert len(statements) > 10
    assert not any("xyzzy" in statement for statement in statements)


class _Watched:
    def __init__(self, connection: sqlite3.Connection, statements: list[str]) -> None:
        self.connection, self.statements = connection, statements

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        self.statements.append(sql)
        return self.connection.execute(sql, *values)  # type: ignore[arg-type]


def test_every_example_of_the_page_is_understood_whole() -> None:
    page = (ROOT / "schemas" / "search-language.md").read_text("utf-8")
    examples = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert len(examples) > 20
    for typed in examples:
        question = understand(typed)
        assert question.said, typed
        assert question.ignored == (), typed
    assert {name for name in FIELDS if f"`{name}:" not in page} == set()
