"""An archive with a little of everything for the tests of the pages, and a visitor who asks for them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.making import FIXTURES, Line, android, archive, zipped

ALEX, PRIYA = "Alex Black (MOJ)", "Priya Shah (HMT)"
SCRIPT, PICTURE = "<script>alert(1)</script>", "<img src=x onerror=alert(2)>"
QUOTE = "\"'><svg onload=alert(3)>"
HOSTILE = (SCRIPT, PICTURE, QUOTE)

BUDGET: list[Line] = [
    ("02/03/2026, 09:00", None, f'{ALEX} created group "Budget"'),
    ("02/03/2026, 09:01", ALEX, "Morning all"),
    ("02/03/2026, 09:02", PRIYA, "The minister's figures: £2.9bn\nand a second line"),
    ("02/03/2026, 09:02", PRIYA, "Sent in error <This message was edited>"),
    ("03/03/2026, 10:00", ALEX, "This message was deleted"),
    ("03/03/2026, 10:05", ALEX, "\N{LEFT-TO-RIGHT MARK}plan.png (file attached)"),
    ("03/03/2026, 10:06", PRIYA, "\N{LEFT-TO-RIGHT MARK}notes.html (file attached)"),
    ("03/03/2026, 10:07", PRIYA, "See https://example.org/?a=1&b=<2> or o'clock"),
]
LATER: list[Line] = [
    ("13/04/2026, 08:00", ALEX, "After Easter: the Treasury's answer"),
    ("13/04/2026, 08:01", PRIYA, "Thanks"),
]
LONG = 450
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


def build(folder: Path) -> Path:
    """An archive made by the installed command, from texts, a zip with files, hostile names, and a screenshot."""
    record, given = folder / "record", folder / "given"
    given.mkdir()
    files = {"WhatsApp Chat with Budget.txt": android(BUDGET), "plan.png": PNG, "notes.html": SCRIPT.encode()}
    zipped(given / "WhatsApp Chat with Budget.zip", files)
    take(record, given / "WhatsApp Chat with Budget.zip", "--custodian", PRIYA, "--captured", "2026-03-20")
    again = given / "WhatsApp Chat with Budget.txt"
    again.write_bytes(android(BUDGET[1:4]))
    take(record, again, "--custodian", ALEX, "--captured", "2026-03-21")
    again.write_bytes(android(LATER))
    take(record, again, "--captured", "2026-05-01")
    take(record, long_chat(given), "--captured", "2026-05-01")
    take(record, hostile_chat(given), "--captured", "2026-05-01", "--custodian", QUOTE, "--work", SCRIPT)
    doubtful = given / "WhatsApp Chat with Doubt.txt"
    doubtful.write_bytes(
        b"\xef\xbb\xbf" + android([("03/05/2026, 10:00", ALEX, "Third of May?"), ("04/05/2026, 10:00", ALEX, "Or not")])
    )
    take(record, doubtful, "--captured", "2026-07-01")
    two_phones(record, given)
    take(record, FIXTURES / "screens" / "dev01.png", "--captured", "2026-11-20")
    return record


def take(record: Path, path: Path, *options: str) -> None:
    """Ingest; what needs a person afterwards is well too."""
    done = archive("ingest", path, *options, archive=record)
    assert done.returncode in (0, 3), done.stderr + done.stdout


def long_chat(given: Path) -> Path:
    """Several pages of messages, some of them in one minute."""
    lines: list[Line] = [
        (f"{1 + n // 60:02}/06/2025, 10:{n // 2 % 60:02}", ALEX if n % 3 else PRIYA, f"Item {n} of the list")
        for n in range(LONG)
    ]
    path = given / "WhatsApp Chat with Long list.txt"
    path.write_bytes(android(lines))
    return path


def two_phones(record: Path, given: Path) -> None:
    """One chat from two phones, which have two names for one of its people; two come, one goes."""
    noor, number = "Noor Haddad (DfE)", "+44 7700 900456"
    said = [
        "Who is in the cell?",
        "I am",
        "Figures at noon",
        "Seen by the department",
        "Sent to the press office",
        "Done",
    ]
    for owner, name in ((ALEX, noor), (PRIYA, number)):
        words: list[Line] = [(f"10/07/2026, 10:{n:02}", (ALEX, name)[n % 2], text) for n, text in enumerate(said, 20)]
        notices: list[Line] = [
            ("10/07/2026, 10:10", None, f'{ALEX} created group "Cell"'),
            ("10/07/2026, 10:11", None, f"{ALEX} added {PRIYA} and {name}"),
            ("11/07/2026, 18:00", None, f"{name} left"),
        ]
        path = given / "WhatsApp Chat with Cell.txt"
        path.write_bytes(android([*notices[:2], *words, *notices[2:]]))
        take(record, path, "--custodian", owner, "--captured", "2026-07-12")


def hostile_chat(given: Path) -> Path:
    """Markup in every field that a source can carry: chat, sender, words, notice, files, the source's own name."""
    lines: list[Line] = [
        ("05/06/2026, 10:00", None, f'{PICTURE} created group "{SCRIPT}"'),
        ("05/06/2026, 10:01", f"{PICTURE}", f"treacle {SCRIPT} {PICTURE} {QUOTE}"),
        ("05/06/2026, 10:02", QUOTE, "\N{RIGHT-TO-LEFT OVERRIDE}treacle\x1b[2J {{ 7 * 7 }} javascript:alert(4)"),
        ("05/06/2026, 10:03", QUOTE, "\N{LEFT-TO-RIGHT MARK}<b onclick=x>.html (file attached)"),
    ]
    name = "WhatsApp Chat with <img src=x onerror=alert(2)>"
    files = {f"{name}.txt": android(lines), "<b onclick=x>.html": SCRIPT.encode()}
    return zipped(given / f"{name}.zip", files)


class Visitor:
    """Asks a Datasette for pages, without a server."""

    def __init__(self, datasette: Any) -> None:
        self.datasette = datasette
        self.loop = asyncio.new_event_loop()
        self.run(datasette.invoke_startup())
        self.cookies = {"ds_actor": datasette.sign({"a": {"id": "root"}}, "actor")}

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def get(self, path: str, **more: Any) -> Any:
        """As the person with the link."""
        return self.run(self.datasette.client.get(path, cookies=self.cookies, **more))

    def page(self, path: str) -> str:
        """The HTML of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:2000]}"
        return str(answer.text)

    def post(self, path: str, filled: dict[str, str], token: bool = True, **more: Any) -> Any:
        """A form filled in on one of our pages, as a browser sends it."""
        page = self.get("/-/archive/findings/1")
        cookies = {**self.cookies, **dict(page.cookies)}
        found = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
        data = {**filled, "csrftoken": found[1] if found else ""} if token else filled
        headers = {"origin": "null", "sec-fetch-site": "same-origin", **more.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value}
        return self.run(self.datasette.client.post(path, data=data, cookies=cookies, headers=headers, **more))

    def stranger(self, path: str, **more: Any) -> Any:
        """As nobody in particular."""
        return self.run(self.datasette.client.get(path, **more))


@contextmanager
def visiting(datasette: Any) -> Iterator[Visitor]:
    visitor = Visitor(datasette)
    try:
        yield visitor
    finally:
        for database in datasette.databases.values():
            database.close()
        datasette.executor.shutdown()
        visitor.loop.close()
