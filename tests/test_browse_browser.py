"""The pages in a real browser, at the width of a desk and of a phone, served by the real command."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.browse_making import build
from tests.making import archive, rows

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
"""All of axe-core for WCAG 2.2 AA, and its advice."""
WIDTHS = {"desk": 1280, "phone": 390}
PAGES = {
    "home": "/-/archive",
    "chat": "/-/archive/chat/BUDGET",
    "long-chat": "/-/archive/chat/LONG?at=LONG/00300",
    "message": "/-/archive/message/BUDGET/00003",
    "picture": "/-/archive/message/BUDGET/00006",
    "screenshot": "",
    "hostile-chat": "",
    "search": "/-/archive/search?q=minister",
    "search-nothing": "/-/archive/search?q=rhinoceros",
    "search-around": "/-/archive/search?q=item+OR+treacle&around=2",
    "language": "/-/archive/search/language",
    "search-hostile": "/-/archive/search?q=treacle",
    "people": "/-/archive/people",
    "person": "",
    "captures": "/-/archive/captures",
    "decisions": "/-/archive/decisions",
    "findings": "/-/archive/findings",
    "finding": "/-/archive/findings/1",
    "missing": "/-/archive/chat/NOWHERE",
    "tables": "/archive",
    "record": "/archive/record",
}


@dataclass(frozen=True)
class Served:
    """An archive that is being served."""

    record: Path
    link: str
    base: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    record = build(tmp_path_factory.mktemp("served"))
    with start(record) as process:
        assert process.stdout is not None
        link = process.stdout.readline().strip()
        yield Served(record, link, link.partition("/-/")[0])
        process.send_signal(signal.SIGINT)
        process.wait(20)


def start(record: Path, *options: str) -> subprocess.Popen[str]:
    """The command as a person starts it, on a free port."""
    command = [sys.executable, "-m", "archiver", "browse", "--archive", str(record), "--port", "0", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail(f"No browser: these tests need one of {', '.join(BROWSERS)} on the PATH. `./run test` installs it.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def person(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """Someone who has followed the link."""
    context = browser.new_context()
    context.new_page().goto(served.link)
    yield context
    context.close()


@pytest.fixture
def page(person: BrowserContext) -> Iterator[Page]:
    opened = person.new_page()
    yield opened
    opened.close()


def address(served: Served, name: str) -> str:
    """The address of a page; some are only known from what was ingested."""
    if name == "screenshot":
        screens = "SELECT g.reference FROM messages g JOIN sightings s ON s.message_id = g.id WHERE s.box IS NOT NULL"
        return f"/-/archive/message/{rows(served.record, screens)[0][0]}"
    if name == "hostile-chat":
        hostile = "SELECT code FROM chats WHERE name LIKE '%<%'"
        return f"/-/archive/chat/{rows(served.record, hostile)[0][0]}"
    if name == "person":
        return f"/-/archive/people/{rows(served.record, 'SELECT id FROM people WHERE name LIKE ?', '%<svg%')[0][0]}"
    return PAGES[name]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_says_nothing_amiss(served: Served, page: Page, name: str, width: str) -> None:
    """No error in the console, no request to anywhere else, nothing that sticks out sideways, no dialogue.

    And everyone can use it: axe-core finds no violation.
    """
    look_at(served, page, address(served, name), WIDTHS[width], 404 if name == "missing" else 200)


def look_at(served: Served, page: Page, path: str, width: int, status: int = 200) -> None:
    """Open a page and find nothing wrong with it; what is folded away is opened too."""
    said: list[str] = []
    asked: list[str] = []
    page.set_viewport_size({"width": width, "height": 900})

    def hear(message: ConsoleMessage) -> None:
        said.append(message.text)

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(f"dialogue {dialog.message}"))
    page.on("request", note)
    answer = page.goto(served.base + path, wait_until="networkidle")
    assert answer is not None
    assert answer.status == status
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert [line for line in said if "404" not in line or status != 404] == []
    assert asked
    assert [url for url in asked if not url.startswith(served.base + "/")] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.evaluate("document.querySelectorAll('h1').length") == 1
    assert violations(page) == []


@contextmanager
def reviewing(folder: Path, browser: Browser) -> Iterator[tuple[Served, BrowserContext]]:
    """An archive whose findings may be settled, and someone who has followed the link."""
    record = build(folder)
    with start(record, "--review") as process:
        assert process.stdout is not None
        link = process.stdout.readline().strip()
        context = browser.new_context()
        context.new_page().goto(link)
        yield Served(record, link, link.partition("/-/")[0]), context
        context.close()
        process.send_signal(signal.SIGINT)
        process.wait(20)


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[Served, BrowserContext]]:
    """One for all who only look."""
    with reviewing(tmp_path_factory.mktemp("reviewed"), browser) as opened:
        yield opened


def test_a_finding_is_settled_in_the_browser(tmp_path: Path, browser: Browser) -> None:
    """The words are put right beside their picture; the name is there again on the next form."""
    with reviewing(tmp_path, browser) as (served, person):
        settle(served, person)


def settle(served: Served, person: BrowserContext) -> None:
    (number,) = rows(served.record, "SELECT id FROM findings WHERE word = 'emoji-unread'")[0]
    page = person.new_page()
    page.goto(f"{served.base}/-/archive/findings/{number}", wait_until="networkidle")
    assert page.locator(".crop svg image").is_visible()
    page.get_by_label("It says:").check()
    page.get_by_label("What it says", exact=True).fill("Approved HMT, said with a thumb")
    page.get_by_label("Why").fill("The picture shows a thumb.")
    page.get_by_label("Your name").fill("Sam Reid")
    page.get_by_role("button", name="Note this decision").click()
    assert "Noted as decision 1" in page.get_by_role("status").inner_text()
    assert rows(served.record, "SELECT decided_by FROM decisions") == [("Sam Reid",)]
    page.goto(f"{served.base}/-/archive/findings/1")
    assert page.get_by_label("Your name").input_value() == "Sam Reid"
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["finding", "crop", "unsure", "message", "person", "findings", "decisions"])
def test_a_page_with_forms_fits_and_says_nothing_amiss(
    reviewed: tuple[Served, BrowserContext], name: str, width: str
) -> None:
    served, person = reviewed
    page = person.new_page()
    boxed = "SELECT max(id) FROM findings WHERE box IS NOT NULL"
    paths = {
        "finding": "/findings/1",
        "crop": f"/findings/{rows(served.record, boxed)[0][0]}",
        "unsure": f"/findings/{rows(served.record, 'SELECT max(id) FROM findings WHERE decision_id IS NULL')[0][0]}",
        "message": "/message/BUDGET/00003",
        "person": "/people/1",
        "findings": "/findings",
        "decisions": "/decisions",
    }
    look_at(served, page, f"/-/archive{paths[name]}", WIDTHS[width])
    assert name in ("findings", "decisions") or page.locator("form[method=post]").count()
    page.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a page, each with its places. It is not loaded: our policy forbids scripts."""
    page.evaluate(AXE_FILE_PATH.read_text("utf-8"))
    found = page.evaluate(
        "rules => axe.run({runOnly: rules, resultTypes: ['violations']}).then(result => result.violations)", RULES
    )
    return [f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def test_the_accessibility_check_sees_a_fault(served: Served, page: Page) -> None:
    """A field that has lost its label and words too faint to read."""
    page.goto(served.base + PAGES["search"])
    page.evaluate("document.querySelector('label[for=question]').remove()")
    page.evaluate("document.querySelector('h1').style.color = '#ccc'")
    assert {line.partition(":")[0] for line in violations(page)} >= {"label", "color-contrast"}


def test_the_screenshot_and_its_box_are_really_drawn(served: Served, page: Page) -> None:
    """The picture is fetched, and the box lies on it where the bubble is."""
    pictures: list[int] = []
    page.on("response", lambda answer: pictures.append(answer.status) if "/evidence/" in answer.url else None)
    page.goto(served.base + address(served, "screenshot"), wait_until="networkidle")
    assert pictures == [200]
    frame, box = page.locator("figure svg").bounding_box(), page.locator("figure svg rect").bounding_box()
    assert frame is not None
    assert box is not None
    assert frame["x"] - 2 <= box["x"] < box["x"] + box["width"] <= frame["x"] + frame["width"] + 2
    assert frame["y"] - 2 <= box["y"] < box["y"] + box["height"] <= frame["y"] + frame["height"] + 2


def test_all_works_without_scripts_and_by_keyboard(browser: Browser, served: Served, person: BrowserContext) -> None:
    """From the first page to a message's evidence, by the search box alone."""
    context = browser.new_context(java_script_enabled=False, storage_state=person.storage_state())
    page = context.new_page()
    page.goto(served.base)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.get_by_label("Search the record").fill("minister")
    page.keyboard.press("Enter")
    assert page.locator("mark").inner_text() == "minister"
    page.get_by_role("link", name="BUDGET/00003", exact=True).click()
    assert page.locator(".its").first.inner_text().startswith("02/03/2026, 09:02")
    page.get_by_role("link", name="See it in the chat").click()
    assert page.url.endswith("#BUDGET-00003")
    context.close()


def test_paper_shows_the_chat_and_not_the_furniture(served: Served, page: Page) -> None:
    page.emulate_media(media="print")
    page.goto(served.base + PAGES["chat"])
    assert page.locator("#BUDGET-00003").is_visible()
    assert not page.get_by_label("Search the record").is_visible()
    assert not page.get_by_label("Go to a day").is_visible()


def test_a_browser_without_the_link_is_told_what_to_do(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(f"{served.base}/-/archive")
    assert answer is not None
    assert answer.status == 403
    assert "Open this record with the link that archive browse printed" in page.locator("main").inner_text()
    context.close()


def test_ctrl_c_ends_it_cleanly_and_nothing_asked_is_written_down(served: Served) -> None:
    """The link alone goes to standard output; what was searched for goes nowhere."""
    with start(served.record) as process:
        assert process.stdout is not None
        link = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/-/auth-token\?token=[0-9a-f]{64}", link)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out == ""
    assert "Ctrl-C ends it" in err
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_said_in_a_sentence(served: Served) -> None:
    port = served.base.rpartition(":")[2]
    done = archive("browse", "--port", port, archive=served.record)
    assert done.returncode == 1
    assert done.stderr.startswith(f"archive: Port {port} of 127.0.0.1 cannot be used: another program has it")
    assert len(done.stderr.splitlines()) == 1
