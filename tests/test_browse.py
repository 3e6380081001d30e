"""The pages: who may see them, what they show, that what a chat holds is never obeyed."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from archiver import browse, evidence
from archiver.browse import comings, lines
from archiver.browse.counting import COUNTED_BY
from archiver.browse.routes import ROUTES
from archiver.browse.serve import datasette_for
from archiver.browse.views import search
from archiver.browse.visit import STRICT_POLICY
from tests.browse_making import ALEX, HOSTILE, LATER, LONG, PNG, PRIYA, SCRIPT, Visitor, build, take, visiting
from tests.making import android, archive, rows

EXAMPLES = {
    r"^/$": "/",
    r"^/-/archive$": "/-/archive",
    r"^/-/archive/chat/(?P<code>[^/]+)$": "/-/archive/chat/BUDGET",
    r"^/-/archive/message/(?P<reference>[^/]+/[^/]+)$": "/-/archive/message/BUDGET/00003",
    r"^/-/archive/search$": "/-/archive/search?q=minister",
    r"^/-/archive/search\.csv$": "/-/archive/search.csv?q=minister",
    r"^/-/archive/search\.json$": "/-/archive/search.json?q=minister",
    r"^/-/archive/search/language$": "/-/archive/search/language",
    r"^/-/archive/people$": "/-/archive/people",
    r"^/-/archive/people/(?P<person>\d{1,18})$": "/-/archive/people/2",
    r"^/-/archive/captures$": "/-/archive/captures",
    r"^/-/archive/findings$": "/-/archive/findings",
    r"^/-/archive/findings/(?P<finding>\d{1,18})$": "/-/archive/findings/1",
    r"^/-/archive/decisions$": "/-/archive/decisions",
    r"^/-/archive/decide$": "/-/archive/decide",
    r"^/-/archive/evidence/(?P<member>\d{1,18})$": "/-/archive/evidence/1",
    r"^/-/archive/original/(?P<source>\d{1,18})$": "/-/archive/original/1",
}
CORE = (
    "/archive", "/archive.db", "/archive.json", "/archive/record", "/archive/record.json", "/archive/messages.csv",
    "/archive/messages_fts", "/archive?sql=select+1", "/-/databases.json", "/-/metadata.json", "/-/plugins.json",
    "/-/settings.json", "/-/versions.json", "/-/threads.json", "/_internal",
)  # fmt: skip
PAGES = [
    path
    for path in EXAMPLES.values()
    if path != "/" and not re.search(r"/(evidence|original|decide)|\.(csv|json)", path)
]
BOTH_VERSIONS = {
    "actor_from_request", "asgi_wrapper", "extra_css_urls", "extra_template_vars", "prepare_connection",
    "register_routes", "render_cell", "startup",
}  # fmt: skip


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("browse"))


@pytest.fixture(scope="module")
def site(record: Path) -> Iterator[Visitor]:
    with visiting(datasette_for(record)) as visitor:
        yield visitor


class Seen(HTMLParser):
    """What a browser makes of a page: its elements, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def links(self, **wanted: str) -> list[str]:
        found = (a for tag, a in self.elements if tag == "a")
        return [str(a["href"]) for a in found if all(a.get(name) == value for name, value in wanted.items())]


# Who may see it


def test_every_route_has_an_example() -> None:
    """A page that is added is tested with the others."""
    assert [pattern for pattern, _ in ROUTES] == list(EXAMPLES)


@pytest.mark.parametrize("path", [*EXAMPLES.values(), *CORE])
def test_nobody_sees_anything_without_the_link(site: Visitor, path: str) -> None:
    """Every page of ours, and every page of Datasette's that shows data."""
    answer = site.stranger(path)
    assert answer.status_code == 403
    assert "Budget" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_but_our_style_and_pictures(site: Visitor, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == STRICT_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    seen = Seen(answer.text)
    assert not [tag for tag, _ in seen.elements if tag in ("script", "style", "iframe", "object")]
    loaded = [a.get("src") or a.get("href") for tag, a in seen.elements if tag in ("link", "img", "image")]
    assert loaded
    assert all(str(address).startswith("/-/") for address in loaded)
    assert not [a for _, a in seen.elements if "style" in a]


def test_the_link_works_once_and_its_cookie_is_closed_to_scripts(record: Path) -> None:
    with visiting(datasette_for(record)) as visitor:
        link = f"/-/auth-token?token={visitor.datasette._root_token}"
        first = visitor.stranger(link)
        assert first.status_code == 302
        assert "httponly" in first.headers["set-cookie"].lower()
        assert "samesite=lax" in first.headers["set-cookie"].lower()
        assert visitor.stranger(link).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", "", "127.0.0.1@evil.example"]
)
def test_foreign_hosts_are_refused(site: Visitor, host: str) -> None:
    """A name that somebody else pointed at this machine is not answered, link or no link."""
    for path in ("/-/archive", "/archive.json", "/-/static/app.css"):
        answer = site.get(path, headers={"host": host})
        assert answer.status_code == 403
        assert "Budget" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost", "[::1]:80"])
def test_names_of_this_machine_are_answered(site: Visitor, host: str) -> None:
    assert site.get("/-/archive", headers={"host": host}).status_code == 200


def test_nothing_can_be_written(site: Visitor, record: Path) -> None:
    """Not even by what asks Datasette for a connection to write."""
    before = (record / "archive.db").read_bytes()
    write = site.datasette.get_database("archive").execute_write("DELETE FROM chat_names")
    with pytest.raises(Exception, match="readonly"):
        site.run(write)
    assert (record / "archive.db").read_bytes() == before


def test_the_database_cannot_be_downloaded(site: Visitor) -> None:
    assert site.get("/archive.db").status_code == 403


def test_only_hooks_that_the_next_datasette_has_too() -> None:
    assert set(browse.__all__) <= BOTH_VERSIONS


def test_a_failing_page_does_not_print_what_messages_hold(site: Visitor) -> None:
    """Datasette would print all variables of every frame, were Rich left to it."""
    from datasette import handle_exception

    assert handle_exception.rich is None


# What it shows


def test_home_lists_chats_with_their_spans(site: Visitor) -> None:
    seen = Seen(site.page("/-/archive"))
    assert "/-/archive/chat/BUDGET" in seen.links()
    assert re.search(r"Budget\s+BUDGET\s+Messages 10\s+Sent 2 March to 13 April 2026", " ".join(seen.words.split()))
    assert "url(#gap)" in {a.get("fill") for tag, a in seen.elements if tag == "rect"}


def test_a_chat_reads_in_order_under_its_days(site: Visitor) -> None:
    html = site.page("/-/archive/chat/BUDGET")
    words = " ".join(Seen(html).words.split())
    parts = (
        "Monday 2 March 2026", "Alex Black (MOJ) created group", "Morning all", "and a second line",
        "Tuesday 3 March 2026", "This message was deleted", "Monday 13 April 2026", "After Easter",
    )  # fmt: skip
    places = [words.index(part) for part in parts]
    assert places == sorted(places)
    assert '<time datetime="2026-03-02T09:01:00">09:01</time>' in html


def test_a_gap_that_no_capture_shows_is_said(site: Visitor) -> None:
    words = " ".join(Seen(site.page("/-/archive/chat/BUDGET")).words.split())
    assert "No capture shows what lies between 3 March 2026, 10:07 and 13 April 2026." in words


def test_the_custodian_of_the_first_capture_stands_on_the_right(site: Visitor) -> None:
    bubbles = [a for tag, a in Seen(site.page("/-/archive/chat/BUDGET")).elements if tag == "li" and "bubble" in str(a)]
    own = {str(a["id"]) for a in bubbles if " own " in f" {a['class']} "}
    assert own == {"BUDGET-00003", "BUDGET-00004", "BUDGET-00007", "BUDGET-00008", "BUDGET-00010"}


def test_edits_deletions_and_attachments_are_marked(site: Visitor) -> None:
    html = site.page("/-/archive/chat/BUDGET")
    edited = html.index('id="BUDGET-00004"')
    assert '<span class="tag">Edited</span>' in html[edited : html.index("</li>", edited)]
    deleted = html.index('id="BUDGET-00005"')
    assert '<span class="tag warn">Deleted</span>' in html[deleted : html.index("</li>", deleted)]
    assert "Attachment: <bdi>plan.png</bdi>" in html


def test_a_date_in_doubt_is_marked(site: Visitor, record: Path) -> None:
    (reference,) = rows(record, "SELECT reference FROM messages WHERE sent_earliest <> sent_latest LIMIT 1")[0]
    assert "the exact time is not certain" in site.page(f"/-/archive/message/{reference}")
    code = str(reference).partition("/")[0]
    assert '<span class="tag warn">date in doubt: ' in site.page(f"/-/archive/chat/{code}")


def test_a_doubt_that_a_whole_day_shares_is_said_once(site: Visitor) -> None:
    """At the day, not at each of its messages; where only some are in doubt, at those."""
    html = site.page("/-/archive/chat/BUDGET")
    assert html.count("date in doubt: 3 February to 2 March 2026") == 1
    assert 'Monday 2 March 2026 <span class="tag warn">date in doubt: 3 February to 2 March 2026</span></h2>' in html
    assert "date in doubt" in Seen(site.page("/-/archive/message/BUDGET/00002")).words


def test_a_chat_names_the_people_who_wrote_in_it(site: Visitor, record: Path) -> None:
    html = site.page("/-/archive/chat/BUDGET")
    (number,) = rows(record, "SELECT id FROM people WHERE name = ?", PRIYA)[0]
    assert f'<a href="/-/archive/people/{number}"><bdi>{PRIYA}</bdi></a> <small>5 messages' in html


def test_walking_through_a_chat_shows_every_message_once(site: Visitor) -> None:
    """Forwards by Later, backwards by Earlier: the same messages, none twice, none left out."""
    forwards = walk(site, "/-/archive/chat/LONG", "next")
    assert [number for page in forwards for number in page] == list(range(1, LONG + 1))
    backwards = walk(site, "/-/archive/chat/LONG?before=end", "prev")
    assert [number for page in reversed(backwards) for number in page] == list(range(1, LONG + 1))


def walk(site: Visitor, path: str, rel: str) -> list[list[int]]:
    pages = []
    for _ in range(20):
        html = site.page(path)
        pages.append([int(number) for number in re.findall(r'<li id="LONG-(\d+)"', html)])
        links = Seen(html).links(rel=rel)
        if not links:
            return pages
        path = links[0]
    raise AssertionError("the pages do not end")


def test_a_chat_opens_at_a_day_or_at_a_message(site: Visitor) -> None:
    assert re.findall(r'<li id="LONG-(\d+)"', site.page("/-/archive/chat/LONG?date=2025-06-03"))[0] == "00121"
    around = site.page("/-/archive/chat/LONG?at=LONG/00300")
    assert 'id="LONG-00300" class="bubble own sender' in around or 'id="LONG-00300" class="bubble sender' in around
    assert re.search(r'id="LONG-00300" class="[^"]* asked"', around)
    assert re.findall(r'<li id="LONG-(\d+)"', around)[0] == "00280"


@pytest.mark.parametrize(
    "path",
    [
        "/-/archive/chat/NOWHERE", "/-/archive/chat/BUDGET?date=nonsense", "/-/archive/chat/BUDGET?at=LONG/00001",
        "/-/archive/message/NOWHERE/00001", "/-/archive/evidence/99999", "/-/archive/original/99999",
        "/-/archive/findings/99999", "/-/archive/people/99999", "/-/archive/search?q=x&chat=NOWHERE",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_a_sentence(site: Visitor, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert "<h1>Page not found</h1>" in answer.text


@pytest.mark.parametrize(
    "query", ["first=-1", "first=9" * 30, "before=x", "date=0001-01-01", "date=9999-12-31", "first=%00"]
)
def test_odd_places_in_a_chat_are_no_error(site: Visitor, query: str) -> None:
    assert site.get(f"/-/archive/chat/LONG?{query}").status_code == 200


# People


def test_a_person_has_their_names_with_the_evidence_for_each(site: Visitor, record: Path) -> None:
    """A phone that has no name for someone shows their number: three messages say who it is."""
    (number,) = rows(record, "SELECT id FROM people WHERE name = 'Noor Haddad (DfE)'")[0]
    words = " ".join(Seen(site.page(f"/-/archive/people/{number}")).words.split())
    assert "Organisation: DfE, as the name says. 3 messages in 1 chat." in words
    named = words[words.index("Names, and why") :]
    assert re.search(r"Noor Haddad \(DfE\) as saved on the phone .* Seen nowhere before", named)
    assert re.search(
        r"\+44 7700 900456 telephone number .* from Priya Shah \(HMT\) Why Told by its messages."
        r" 3 of its messages are held also under another name of theirs. First over CELL/00004",
        named,
    )


def test_a_person_came_and_went_as_system_messages_say(site: Visitor, record: Path) -> None:
    (number,) = rows(record, "SELECT id FROM people WHERE name = 'Noor Haddad (DfE)'")[0]
    words = " ".join(Seen(site.page(f"/-/archive/people/{number}")).words.split())
    assert "Cell 3 messages: the first 10 July 2026, 10:21, the last 10 July 2026, 10:25." in words
    assert f"Came 10 July 2026, 10:11: {ALEX} added {PRIYA} and Noor Haddad (DfE) CELL/00002" in words
    assert "Went 11 July 2026, 18:00: Noor Haddad (DfE) left CELL/00009" in words


def test_a_chat_in_which_someone_is_only_named_is_theirs_too(site: Visitor, record: Path) -> None:
    (number,) = rows(record, "SELECT id FROM people WHERE name = ?", PRIYA)[0]
    words = " ".join(Seen(site.page(f"/-/archive/people/{number}")).words.split())
    assert "Cell No message of theirs is held; system messages name them." in words
    assert "Went" not in words


@pytest.mark.parametrize(
    ("event", "text", "names"),
    [
        ("added", "You added Ann", {"Ann"}),
        ("added", "Ann was added", {"Ann"}),
        ("removed", "Ann removed you", {"you"}),
        ("left", "Ann left", {"Ann"}),
        ("created", 'Ann created group "Ann and Bob"', {"Ann"}),
        ("joined-by-link", "Ann joined using this group's invite link", {"Ann"}),
        ("added", "Nobody knows this wording", set()),
    ],
)
def test_whom_a_system_message_names(event: str, text: str, names: set[str]) -> None:
    """The one who came or went, not the one who did it."""
    assert comings.whom(event, text) == names


def test_what_a_person_decided_about_people_is_shown(record: Path, tmp_path: Path) -> None:
    """Also when the people have got other numbers since."""
    copy = shutil.copytree(record, tmp_path / "record")
    said = ("same", "Noor Haddad (DfE)", "Tom Okafor (No10)", "--by", "Sam Reid", "--why", "<b>One phone</b>")
    done = archive("people", *said, archive=copy)
    assert done.returncode == 0, done.stderr
    (number,) = rows(copy, "SELECT person_id FROM aliases WHERE name = 'Tom Okafor (No10)'")[0]
    with visiting(datasette_for(copy)) as visitor:
        html = visitor.page(f"/-/archive/people/{number}")
    words = " ".join(Seen(html).words.split())
    assert "One and the same: Noor Haddad (DfE); +44 7700 900456; Tom Okafor (No10)" in words
    assert "<b>One phone</b>" in words


# Evidence


def test_a_message_shows_every_sighting_as_written_with_lines_around(site: Visitor) -> None:
    html = site.page("/-/archive/message/BUDGET/00003")
    words = " ".join(Seen(html).words.split())
    assert "Evidence: seen 2 times" in words
    assert '<li value="3" class="its"><code dir="auto">02/03/2026, 09:02 - Priya Shah (HMT): The minister' in html
    assert '<li value="4" class="its"><code dir="auto">and a second line</code>' in html
    assert '<li value="2"><code dir="auto">02/03/2026, 09:01 - Alex Black (MOJ): Morning all</code>' in html
    assert "File inside it: WhatsApp Chat with Budget.txt" in words
    assert "from the phone or account of Priya Shah (HMT)" in words
    assert "Same chat, minute, sender and words" in words
    assert "BUDGET/00003 (Budget, Priya Shah (HMT), 2 March 2026, 09:02, date in doubt)" in words


@given(
    parts=st.lists(st.text(alphabet="ab\r\u2028é", max_size=9), max_size=30),
    ended=st.booleans(),
    block=st.integers(1, 12),
    line=st.integers(1, 32),
    many=st.integers(1, 5),
)
def test_lines_are_found_wherever_blocks_part_them(
    parts: list[str], ended: bool, block: int, line: int, many: int
) -> None:
    r"""Only ``\n`` ends a line, as everywhere here."""
    text = ("\n".join(parts) + ("\n" if ended else "")).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK", block)
        ends = lines.line_ends(io.BytesIO(text))
        assert lines.line_ends(Packed(text)) == ends
        found = [lines.lines_at(stream, ends, line, many) for stream in (io.BytesIO(text), Packed(text))]
    assert found == [b"".join(io.BytesIO(text).readlines()[line - 1 : line - 1 + many])] * 2


class Packed(io.BytesIO):
    """A stream as from inside a zip: it only goes forwards, in pieces of its own."""

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1 if size else 0)

    def seek(self, *place: int) -> int:
        raise io.UnsupportedOperation(str(place))


def test_lines_found_the_quick_way_are_those_of_the_evidence(record: Path) -> None:
    """The first time and the next, with and without a mark at the start of the file."""
    for source, sha256, member, dialect in rows(
        record,
        "SELECT s.name, s.sha256, m.name, k.dialect FROM source_members m JOIN sources s ON s.id = m.source_id"
        " JOIN captures k ON k.id = m.capture_id WHERE m.role = 'chat'",
    ):
        for line, many in ((1, 1), (2, 3), (1, 1)):
            at = {"source": source, "sha256": sha256, "member": member, "dialect": dialect, "line": line, "lines": many}
            assert lines.as_written(record, at) == evidence.as_written(record, at)


def test_invisible_marks_in_a_line_are_made_visible(site: Visitor) -> None:
    assert "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}LRM" in site.page("/-/archive/message/BUDGET/00006")


def test_a_screenshot_is_shown_with_its_box(site: Visitor, record: Path) -> None:
    reference, box = rows(
        record,
        "SELECT g.reference, s.box FROM messages g JOIN sightings s ON s.message_id = g.id"
        " WHERE s.box IS NOT NULL LIMIT 1",
    )[0]
    seen = Seen(site.page(f"/-/archive/message/{reference}"))
    (drawn,) = [a for tag, a in seen.elements if tag == "rect"]
    assert [int(str(drawn[name])) for name in ("x", "y", "width", "height")] == json.loads(str(box))
    (image,) = [a for tag, a in seen.elements if tag == "image"]
    answer = site.get(str(image["href"]))
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == (Path(__file__).parent.parent / "fixtures/screens/dev01.png").read_bytes()


def test_only_pictures_are_shown_and_all_else_is_saved(site: Visitor, record: Path) -> None:
    """Told by the bytes: an HTML file inside a zip never opens here, whatever it is called."""
    members = dict(rows(record, "SELECT name, id FROM source_members WHERE name IN ('plan.png', 'notes.html')"))
    picture = site.get(f"/-/archive/evidence/{members['plan.png']}")
    assert picture.content == PNG
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["content-disposition"] == "inline; filename*=UTF-8''plan.png"
    page = site.get(f"/-/archive/evidence/{members['notes.html']}")
    assert page.content == SCRIPT.encode()
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"].startswith("attachment")
    for answer in (picture, page):
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_original_comes_as_it_was_handed_over(site: Visitor, record: Path) -> None:
    name, digest = rows(record, "SELECT name, sha256 FROM sources WHERE id = 1")[0]
    answer = site.get("/-/archive/original/1")
    assert answer.content == (record / "originals" / str(digest)[:2] / str(digest)[2:]).read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert str(name) == "WhatsApp Chat with Budget.zip"


def test_a_message_whose_original_is_gone_is_shown_and_says_so(record: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(record, tmp_path / "record")
    shutil.rmtree(copy / "originals")
    with visiting(datasette_for(copy)) as visitor:
        html = visitor.page("/-/archive/message/BUDGET/00003")
        assert "The original cannot be shown here" in html
        assert visitor.get("/-/archive/evidence/1").status_code == 404


# Search


def test_a_search_says_what_was_searched_for_and_marks_it(site: Visitor) -> None:
    html = site.page("/-/archive/search?q=minist*+-lunch")
    words = " ".join(Seen(html).words.split())
    assert "1 message found" in words
    assert "minist*" in words
    assert "without lunch" in words
    assert "The <mark>minister</mark>&#39;s figures" in html


def test_a_search_in_one_chat(site: Visitor) -> None:
    assert f"{LONG} messages found" in site.page("/-/archive/search?q=list+OR+treasury&chat=LONG")
    assert "1 message found" in site.page("/-/archive/search?q=treasury&chat=BUDGET")
    assert "0 messages found" in site.page("/-/archive/search?q=treasury&chat=LONG")


def test_pages_of_a_search_show_every_answer_once_newest_first(site: Visitor) -> None:
    found, path = [], "/-/archive/search?q=item"
    while path:
        html = site.page(path)
        found += [int(number) for number in re.findall(r'<h2><a href="/-/archive/message/LONG/(\d+)"', html)]
        path = next(iter(Seen(html).links(rel="next")), "")
    assert found == list(range(LONG, 0, -1))


def test_oldest_first_and_best_first_show_the_same_messages(site: Visitor) -> None:
    found: dict[str, list[int]] = {}
    for order in ("oldest", "best"):
        path = f"/-/archive/search?q=item&order={order}"
        while path:
            html = site.page(path)
            found.setdefault(order, []).extend(
                map(int, re.findall(r'<h2><a href="/-/archive/message/LONG/(\d+)"', html))
            )
            path = next(iter(Seen(html).links(rel="next")), "")
    assert found["oldest"] == sorted(found["best"]) == list(range(1, LONG + 1))


def test_what_was_said_around_it_is_shown_where_it_is_asked_for(site: Visitor) -> None:
    html = site.page("/-/archive/search?q=minister&around=1")
    words = " ".join(Seen(html).words.split())
    assert re.search(r"Alex Black \(MOJ\), 09:01 Morning all BUDGET/00002 The minister.*09:02 Sent in error", words)
    assert "Morning all" not in site.page("/-/archive/search?q=minister")


@pytest.mark.parametrize("typed", ["item OR treacle OR minister", '"the list', "the", "from:alex", "figures .. seen"])
def test_each_way_to_narrow_a_search_finds_as_many_as_it_says(site: Visitor, typed: str) -> None:
    """Chats, people, months and routes: the link asks what its number counts, in the same language.

    A message whose date is in doubt is counted in the month shown, and found in each in which it may have been sent.
    """
    html = site.page(f"/-/archive/search?{urlencode({'q': typed})}")
    aside = html[html.index('id="narrow"') :]
    ways = re.findall(r'<li><a href="([^"]+)"><bdi>.*?</bdi></a> <small>([\d,]+)</small>', aside)
    assert ways
    for address, number in ways:
        found = re.search(r"<b>([\d,]+) messages? found", site.page(unescape(address)))
        assert found is not None
        assert found[1] == number or ("on%3A" in address and int(found[1]) > int(number)), (address, number, found[1])


def test_the_spread_is_said_to_be_of_the_newest_where_there_are_many(
    site: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 30)
    html = site.page("/-/archive/search?q=Item+-treacle")
    assert "Counted over the newest 30." in html
    assert f"<b>{LONG} messages found</b>" in html


def test_what_is_shown_is_saved_exactly(site: Visitor, record: Path) -> None:
    """The same messages in the same order, page by page, as a table and as the command line's own JSON."""
    path, seen = "/-/archive/search?q=item&order=oldest&start=", []
    for _ in range(3):
        html = site.page(path)
        shown = re.findall(r'<h2><a href="/-/archive/message/(LONG/\d+)"', html)
        for ending in ("csv", "json"):
            (address,) = [link for link in Seen(html).links() if f"/search.{ending}?" in link]
            answer = site.get(address)
            assert answer.headers["content-disposition"] == f'attachment; filename="search.{ending}"'
            assert answer.headers["cache-control"] == "private, no-store"
            if ending == "json":
                found = answer.json()
                assert [one["reference"] for one in found["messages"]] == shown
                assert found["total"] == LONG
            else:
                table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
                assert [one["reference"] for one in table] == shown
        seen += shown
        path = Seen(html).links(rel="next")[0]
    assert seen == [f"LONG/{number:05}" for number in range(1, 61)]
    printed = json.loads(archive("search", "minister", "--json", archive=record).stdout)
    saved = site.get("/-/archive/search.json?q=minister").json()
    assert saved["messages"] == printed["messages"]
    assert saved["searched_for"] == printed["searched_for"]


def test_no_cell_of_a_saved_search_is_a_formula(record: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(record, tmp_path / "record")
    given = tmp_path / "WhatsApp Chat with =HYPERLINK.txt"
    words = ("=1+1 cress", "+44 cress", "-cress", "@cress", '"cress', "'cress")
    given.write_bytes(android([(f"05/06/2026, 11:0{n}", "=cmd|' /C calc'!A0", text) for n, text in enumerate(words)]))
    take(copy, given, "--captured", "2026-07-01")
    with visiting(datasette_for(copy)) as visitor:
        body = visitor.get("/-/archive/search.csv?q=cress&order=oldest").content.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(body, newline="")))
    assert len(table) == 7
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    column = table[0].index("text")
    assert [row[column].removeprefix("'") for row in table[1:]] == list(words)


def test_nothing_found_says_what_was_looked_through(site: Visitor) -> None:
    """Spans, from whom, and the gaps: not held is not the same as never sent."""
    words = " ".join(Seen(site.page("/-/archive/search?q=rhinoceros")).words.split())
    assert "0 messages found" in words
    assert re.search(r"Looked through \d+ messages and \d+ other wordings? of them, in 6 chats", words)
    assert "2 to 3 March 2026: exported chat from Priya Shah (HMT), captured 20 March 2026 (noted by a person)" in words
    assert "Not held: what lies between 3 March 2026, 10:07 and 13 April 2026, 08:00" in words
    assert "What was looked through" not in site.page("/-/archive/search?q=minister")
    one = " ".join(Seen(site.page("/-/archive/search?q=rhinoceros&chat=LONG")).words.split())
    assert "in 1 chat." in one


def test_the_page_on_the_language_is_the_documentation(site: Visitor) -> None:
    """Every row of its table, as it lies in schemas/."""
    html = site.page("/-/archive/search/language")
    written = (Path(__file__).parent.parent / "schemas" / "search-language.md").read_text("utf-8")
    words = " ".join(Seen(html).words.split())
    for piece in re.findall(r"^\| `([^`]+)`", written, re.MULTILINE):
        assert " ".join(piece.split()) in words
    assert html.count("<tr>") == len(re.findall(r"^\|(?! ---)", written, re.MULTILINE))
    assert Seen(html).links().count("/-/archive/search") >= 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.text(max_size=40) | st.sampled_from(["o'clock", "10:30", '"', "*", "OR", "-", "NEAR(a b)", "a AND", "\0"])
)
def test_nothing_that_is_typed_is_an_error(site: Visitor, typed: str) -> None:
    safe = typed.encode("utf-8", "replace").decode()
    assert site.get(f"/-/archive/search?{urlencode({'q': safe})}").status_code == 200


# What a chat holds is data


def test_markup_in_any_field_stays_text(site: Visitor, record: Path) -> None:
    """Chat, sender, words, notices, files, sources, custodian, work: nowhere does any of it become an element."""
    paths = [
        "/-/archive",
        "/-/archive/people",
        "/-/archive/captures",
        "/-/archive/findings",
        "/-/archive/search?q=treacle",
    ]
    for code, reference in rows(
        record, "SELECT c.code, g.reference FROM messages g JOIN chats c ON c.id = g.chat_id WHERE c.name LIKE '%<%'"
    ):
        paths += [f"/-/archive/chat/{code}", f"/-/archive/message/{reference}"]
    paths += [f"/-/archive/findings/{number}" for (number,) in rows(record, "SELECT id FROM findings")]
    paths += [f"/-/archive/people/{number}" for (number,) in rows(record, "SELECT id FROM people")]
    tables = ("record", "messages", "chats", "people", "captures", "sources", "source_members", "sightings")
    shown = ""
    for path in dict.fromkeys([*paths, *(f"/archive/{table}" for table in tables)]):
        html = site.page(path)
        shown += html
        for tag, attributes in Seen(html).elements:
            assert not [name for name in attributes if name.startswith("on")], (path, tag, attributes)
            assert not str(attributes.get("href")).lower().startswith("javascript:")
            assert attributes.get("src") != "x"
        assert "<script>alert" not in html
    for text in HOSTILE:
        assert str(escape(text)) in shown


def test_control_characters_are_shown_and_not_obeyed(site: Visitor) -> None:
    html = site.page("/-/archive/search?q=treacle")
    assert "\x1b" not in html
    assert "\N{SYMBOL FOR ESCAPE}" in html
    assert "{{ 7 * 7 }}" in html


# Datasette's own pages


def test_tables_have_names_labels_and_links(site: Visitor) -> None:
    front = site.page("/archive")
    assert "sighting_data" not in re.sub(r"\?_show_hidden.*?<", "<", front)
    assert '<a href="archive/record">The record</a>' in front
    messages = site.page("/archive/messages?_facet=chat_id")
    assert 'href="/-/archive/message/BUDGET/00003">BUDGET/00003</a>' in messages or "Budget" in messages
    assert re.search(r'<a href="/archive/chats/\d+">Budget</a>', messages)
    assert re.search(rf'<a href="/archive/people/\d+">{re.escape(PRIYA)}</a>', messages)
    assert '<label for="find">Search the record</label>' in messages
    assert '<html lang="en-GB">' in messages


@pytest.mark.parametrize("view", COUNTED_BY)
def test_views_are_counted_by_what_they_show(site: Visitor, record: Path, view: str) -> None:
    """The number on the page is the number of rows that the view has; where it is filtered, of those that are left."""
    column = {"record": "chat", "sightings": "member", "matches": "rule"}[view]
    (value,) = rows(record, f"SELECT {column} FROM {view} GROUP BY 1 HAVING count(*) > 1 ORDER BY count(*) LIMIT 1")[0]
    some = rows(record, f"SELECT count(*) FROM {view} WHERE {column} = ?", value)[0][0]
    every = rows(record, f"SELECT count(id) FROM (SELECT *, 1 AS id FROM {view})")[0][0]
    assert every != some
    for query, count in (("", every), (f"?{urlencode({column: value})}", some)):
        assert f"{count:,} rows" in " ".join(Seen(site.page(f"/archive/{view}{query}")).words.split())


def test_references_in_the_view_lead_to_messages(site: Visitor) -> None:
    assert '<a href="/-/archive/message/BUDGET/00001">BUDGET/00001</a>' in site.page("/archive/record?chat=Budget")


def test_plain_datasette_shows_our_pages_and_names_too(record: Path) -> None:
    """``datasette archive.db``, with nothing said: open to who can reach it, as Datasette is, and no less readable."""
    from datasette.app import Datasette

    with visiting(Datasette(files=[str(record / "archive.db")])) as visitor:
        assert "One row a message" in visitor.stranger("/archive/record").text
        assert visitor.stranger("/-/archive").status_code == 200
        assert visitor.stranger("/-/archive", headers={"host": "evil.example"}).status_code == 403


def test_a_datasette_without_an_archive_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    from datasette.app import Datasette

    sqlite3.connect(tmp_path / "other.db").executescript("CREATE TABLE t (reference TEXT)")
    with visiting(Datasette(files=[str(tmp_path / "other.db")])) as visitor:
        assert visitor.stranger("/").status_code == 200
        assert visitor.stranger("/-/archive").status_code == 404
        assert visitor.stranger("/other/t", headers={"host": "elsewhere.example"}).status_code == 200
        assert "content-security-policy" not in visitor.stranger("/other").headers


def test_what_is_ingested_meanwhile_is_seen(record: Path, tmp_path: Path) -> None:
    """Also what the pages had counted and kept."""
    copy = shutil.copytree(record, tmp_path / "record")
    with visiting(datasette_for(copy)) as visitor:
        before = Seen(visitor.page("/-/archive")).words
        assert "Budget BUDGET Messages 10" in " ".join(before.split())
        more = tmp_path / "WhatsApp Chat with Budget.txt"
        more.write_bytes(android([*LATER, ("14/04/2026, 08:00", ALEX, "One more")]))
        take(copy, more, "--captured", "2026-05-02")
        after: Any = Seen(visitor.page("/-/archive")).words
        assert "Budget BUDGET Messages 11" in " ".join(after.split())
