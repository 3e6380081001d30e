"""What a person settles in the pages: off unless asked for, by nobody without the link, from no other page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from archiver.browse.review import ACTS, Review
from archiver.browse.serve import datasette_for
from archiver.settings import read_settings
from tests.browse_making import ALEX, PRIYA, SCRIPT, Visitor, build, visiting
from tests.making import archive, rows

DECIDE = "/-/archive/decide"
SIGNED = {"who": "Sam Reid", "why": "I looked at the original."}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("review"))


@pytest.fixture
def record(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "record"))


@pytest.fixture
def site(record: Path) -> Iterator[Visitor]:
    with visiting(datasette_for(record, Review(read_settings(record).identity))) as visitor:
        yield visitor


def decisions(record: Path) -> list[tuple[object, ...]]:
    return rows(record, "SELECT kind, decided_by, why FROM decisions ORDER BY id")


def finding_of(record: Path, word: str) -> int:
    return int(str(rows(record, "SELECT min(id) FROM findings WHERE word = ?", word)[0][0]))


# Who may


def test_nothing_is_written_where_review_was_not_asked_for(record: Path) -> None:
    """No page has a form that posts, and what is posted all the same is not taken."""
    with visiting(datasette_for(record)) as visitor:
        for path in ("/-/archive/findings", "/-/archive/findings/1", "/-/archive/message/BUDGET/00003",
                     "/-/archive/people/1", "/-/archive/decisions"):  # fmt: skip
            assert 'method="post"' not in visitor.page(path)
        page = visitor.get("/-/logout")  # one of Datasette's own with a form
        token = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
        assert token is not None
        answer = visitor.run(
            visitor.datasette.client.post(
                DECIDE,
                data={"act": "accept", "finding": "1", **SIGNED, "csrftoken": token[1]},
                cookies={**visitor.cookies, **dict(page.cookies)},
                headers={"origin": "null", "sec-fetch-site": "same-origin"},
            )
        )
        assert answer.status_code == 404
        assert "archive browse --review" in answer.text
    assert decisions(record) == []


def test_nobody_decides_anything(site: Visitor, record: Path) -> None:
    """Without the link, with a cookie or without, with a token or without."""
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}
    data = {"act": "accept", "finding": "1", **SIGNED}
    for cookies in ({}, {"ds_actor": "forged"}):
        answer = site.run(site.datasette.client.post(DECIDE, data=data, cookies=cookies, headers=headers))
        assert answer.status_code == 403
    assert site.stranger(DECIDE).status_code == 403
    assert decisions(record) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": ""},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": ""},
        {"origin": "", "sec-fetch-site": ""},
        {"origin": "http://127.0.0.1:9999", "sec-fetch-site": "same-site", "host": "127.0.0.1:8001"},
        {"origin": "http://127.0.0.1:9999", "sec-fetch-site": "", "host": "127.0.0.1:8001"},
        {"origin": "http://localhost:8001", "sec-fetch-site": "same-origin", "host": "127.0.0.1:8001"},
        {"origin": "null", "sec-fetch-site": "none"},
    ],
)
def test_what_other_pages_send_is_refused(site: Visitor, record: Path, headers: dict[str, str]) -> None:
    """Also from another port of this machine, which has our cookies, and even with a token that is right."""
    answer = site.post(DECIDE, {"act": "accept", "finding": "1", **SIGNED}, headers=headers)
    assert answer.status_code == 403
    assert decisions(record) == []


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://127.0.0.1:8001", "sec-fetch-site": "", "host": "127.0.0.1:8001"}]
)
def test_what_our_own_pages_send_is_taken(site: Visitor, record: Path, headers: dict[str, str]) -> None:
    answer = site.post(DECIDE, {"act": "accept", "finding": "1", **SIGNED}, headers=headers)
    assert answer.status_code == 303
    assert len(decisions(record)) == 1


def test_without_the_token_of_the_form_nothing_is_taken(site: Visitor, record: Path) -> None:
    answer = site.post(DECIDE, {"act": "accept", "finding": "1", **SIGNED}, token=False)
    assert answer.status_code == 403
    assert decisions(record) == []


def test_a_decision_is_posted_and_never_followed(site: Visitor, record: Path) -> None:
    """A link, or a picture's address, decides nothing."""
    assert site.get(f"{DECIDE}?act=accept&finding=1&who=Sam&why=so").status_code == 405
    assert decisions(record) == []


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        ({"act": "accept", "finding": "1", "who": "", "why": "so"}, "your name and its reason"),
        ({"act": "accept", "finding": "1", "who": "Sam", "why": "  "}, "your name and its reason"),
        ({"act": "drop-everything", "finding": "1", **SIGNED}, "Nothing was chosen"),
        ({"act": "accept", "finding": "999999", **SIGNED}, "settled already"),
        ({"act": "accept", "finding": "x'; --", **SIGNED}, "not a number"),
        ({"act": "text", "message": "NOWHERE/00001", "words": "x", **SIGNED}, "no message has this reference"),
        ({"act": "text", "message": "BUDGET/00003", "words": " \n", **SIGNED}, "nothing was filled in"),
        ({"act": "sent", "message": "BUDGET/00003", "sent": "yesterday", **SIGNED}, "write day and time"),
        ({"act": "sent", "message": "BUDGET/00003", "sent": "2026-03-05", **SIGNED}, "write day and time"),
        ({"act": "people-same", "person": "1", "name": "Nobody", **SIGNED}, "nobody is called so"),
        ({"act": "withdraw", "decision": "7", **SIGNED}, "no such decision"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_decision_is_said_in_a_sentence(
    site: Visitor, record: Path, filled: dict[str, str], told: str
) -> None:
    answer = site.post(DECIDE, filled)
    assert answer.status_code == 400
    assert "<h1>This was not noted</h1>" in answer.text
    assert told in answer.text
    assert decisions(record) == []


# What is decided


def test_a_finding_that_stands_leaves_the_list_with_a_name_and_a_reason(site: Visitor, record: Path) -> None:
    number = finding_of(record, "owner-unknown")
    page = site.page(f"/-/archive/findings/{number}")
    assert 'name="act" value="accept"' in page
    answer = site.post(DECIDE, {"act": "accept", "finding": str(number), **SIGNED})
    assert answer.headers["location"] == "/-/archive/findings?noted=1"
    assert decisions(record) == [("accepted", "Sam Reid", "I looked at the original.")]
    assert f"/-/archive/findings/{number}" not in site.page("/-/archive/findings")
    assert site.get(f"/-/archive/findings/{number}").status_code == 404
    assert 'Noted as <a href="/-/archive/decisions">decision 1</a>' in site.page(answer.headers["location"])
    assert rows(record, "SELECT json_extract(entry, '$.action') FROM log ORDER BY id DESC LIMIT 1") == [("decide",)]


def test_after_one_finding_comes_the_next_of_its_kind(site: Visitor, record: Path) -> None:
    numbers = [int(str(one)) for (one,) in rows(record, "SELECT id FROM findings WHERE word = 'ambiguous-date-order'")]
    answer = site.post(DECIDE, {"act": "accept", "finding": str(numbers[0]), **SIGNED})
    assert answer.headers["location"] == f"/-/archive/findings/{numbers[1]}?noted=1"


def test_a_name_is_remembered_for_the_session(site: Visitor) -> None:
    """It is filled in on the next form, from a cookie that no script and no other site reads, and nobody can forge."""
    answer = site.post(DECIDE, {"act": "accept", "finding": "1", **SIGNED})
    (cookie,) = [line for line in answer.headers.get_list("set-cookie") if line.startswith("archive_reviewer=")]
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()
    assert "max-age" not in cookie.lower()
    value = cookie.partition("=")[2].partition(";")[0].strip('"')
    for held, shown in ((value, 'value="Sam Reid"'), (value[:-2] + "xx", 'value=""')):
        site.cookies["archive_reviewer"] = held
        assert re.search(rf'name="who"[^>]*{shown}', site.page("/-/archive/findings/2"))


def test_words_off_a_picture_are_put_right_beside_its_crop(site: Visitor, record: Path) -> None:
    """What the machine read stays a reading; what the person says is found."""
    number, box = rows(record, "SELECT id, box FROM findings WHERE word = 'emoji-unread'")[0]
    page = site.page(f"/-/archive/findings/{number}")
    crop = re.search(r'<figure class="crop">\s*<svg viewBox="([\d ]+)"', page)
    assert crop is not None
    x, y, width, height = (int(part) for part in crop[1].split())
    left, top, across, down = (int(part) for part in re.findall(r"\d+", str(box)))
    assert x <= left
    assert y <= top
    assert x + width >= left + across
    assert y + height >= top + down
    area = re.search(r"<textarea id=\"words\"[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    reference = re.search(r'name="message" value="([^"]+)"', page)
    assert area is not None
    assert reference is not None
    read = unescape(area[1])
    assert rows(record, "SELECT text FROM messages WHERE reference = ?", reference[1]) == [(read,)]
    filled = {"act": "text", "message": reference[1], "finding": str(number), "words": "Quinquireme\r\nof Nineveh"}
    assert site.post(DECIDE, {**filled, **SIGNED}).headers["location"] == "/-/archive/findings?noted=1"
    assert rows(record, "SELECT decision_id FROM findings WHERE id = ?", number) == [(1,)]
    assert rows(record, "SELECT text FROM messages WHERE reference = ?", reference[1]) == [("Quinquireme\nof Nineveh",)]
    assert reference[1] in site.page("/-/archive/search?q=quinquireme")
    evidence = site.page(f"/-/archive/message/{reference[1]}")
    assert "Decided by a person" in evidence
    assert "Sam Reid" in evidence
    assert "<dt>Corrected</dt>" in evidence


def test_a_date_in_doubt_is_settled(site: Visitor, record: Path) -> None:
    reference = str(rows(record, "SELECT reference FROM messages WHERE doubt_earliest IS NOT NULL")[0][0])
    assert "In doubt between" in site.page(f"/-/archive/message/{reference}")
    filled = {"act": "sent", "message": reference, "sent": "2026-02-03T09:00", **SIGNED}
    answer = site.post(DECIDE, filled)
    assert answer.headers["location"] == f"/-/archive/message/{reference}?noted=1"
    page = site.page(answer.headers["location"])
    assert "3 February 2026, 09:00, as the phone showed it" in page
    assert "the exact time is not certain" not in page


def test_two_messages_are_one_after_a_rebuild(site: Visitor, record: Path) -> None:
    filled = {"act": "messages-same", "message": "BUDGET/00008", "other": "BUDGET/00009", **SIGNED}
    assert site.post(DECIDE, filled).status_code == 303
    assert "1 decision will bear on what is held" in site.page("/-/archive/findings")
    assert archive("rebuild", archive=record).returncode == 0
    assert "will bear on" not in site.page("/-/archive/findings")
    assert "Evidence: seen 2 times" in site.page("/-/archive/message/BUDGET/00009")


def test_a_sighting_is_said_to_be_another_message(site: Visitor, record: Path) -> None:
    page = site.page("/-/archive/message/BUDGET/00003")
    assert '<option value="2">2. Exported chat, WhatsApp Chat with Budget.txt, lines 2 to 3</option>' in page
    site.post(DECIDE, {"act": "sighting-parted", "message": "BUDGET/00003", "sighting": "2", **SIGNED})
    assert [kind for kind, _, _ in decisions(record)] == ["messages-not-same"]


def test_people_are_one_or_are_parted(site: Visitor, record: Path) -> None:
    (alex,) = rows(record, "SELECT id FROM people WHERE name = ?", ALEX)[0]
    answer = site.post(DECIDE, {"act": "people-same", "person": str(alex), "name": PRIYA, **SIGNED})
    assert answer.headers["location"] == "/-/archive/people?noted=1"
    assert len(set(rows(record, "SELECT person_id FROM aliases WHERE name IN (?, ?)", ALEX, PRIYA))) == 1
    page = site.page(f"/-/archive/people/{alex}")
    assert f'<option value="{PRIYA}">' in page
    site.post(DECIDE, {"act": "person-parted", "person": str(alex), "alias": PRIYA, **SIGNED})
    assert len(set(rows(record, "SELECT person_id FROM aliases WHERE name IN (?, ?)", ALEX, PRIYA))) == 2


def test_decisions_are_listed_and_taken_back(site: Visitor, record: Path) -> None:
    number = finding_of(record, "owner-unknown")
    site.post(DECIDE, {"act": "accept", "finding": str(number), "who": SCRIPT, "why": SCRIPT})
    page = site.page("/-/archive/decisions")
    assert "1. Stands as it is" in page
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)" in page
    answer = site.post(DECIDE, {"act": "withdraw", "decision": "1", **SIGNED})
    assert answer.headers["location"] == "/-/archive/decisions?noted=2"
    page = site.page("/-/archive/decisions")
    assert page.index("2. A decision taken back") < page.index("1. Stands as it is")
    assert "taken back</span>" in page
    assert [kind for kind, _, _ in decisions(record)] == ["accepted", "withdrawn"]


def test_every_act_is_offered_on_some_page(site: Visitor, record: Path) -> None:
    """What the pages cannot say is not taken either: the two lists are one."""
    site.post(DECIDE, {"act": "accept", "finding": "1", **SIGNED})
    paths = ["/-/archive/decisions", "/-/archive/message/BUDGET/00003"]
    paths += [f"/-/archive/people/{number}" for (number,) in rows(record, "SELECT id FROM people")]
    paths += [f"/-/archive/findings/{n}" for (n,) in rows(record, "SELECT id FROM findings WHERE decision_id IS NULL")]
    offered = {act for path in paths for act in re.findall(r'name="act" value="([^"]+)"', site.page(path))}
    assert offered | {"chats-same", "chats-not-same"} == set(ACTS)


def test_an_archive_that_is_being_written_says_so(site: Visitor, record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3
    from contextlib import closing

    from archiver.record import store

    monkeypatch.setattr(store, "WAIT", 0.1)
    with closing(sqlite3.connect(record / "archive.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = site.post(DECIDE, {"act": "accept", "finding": "1", **SIGNED})
        other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert "another program is writing" in answer.text
