"""A search that is put on record: its certificate, and its entry in the log."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archiver.finding.searching.language import Question


def certify(folder: Path, question: Question, chat_id: int | None, case: str | None, nearly: bool) -> dict[str, Any]:
    """Look once more, in the transaction that writes the entry: so the certificate is of the record at its checkpoint.

    The log says only that a search was made, how much was looked through and found, and a salted commitment to the
    certificate: what was looked for may name people, and stands on the certificate alone.
    """
    from archiver import __version__
    from archiver.finding.searching.certificate import certificate, digest
    from archiver.finding.searching.planning import plan
    from archiver.record import log, store
    from archiver.settings import read_settings

    opened = store.open_for_writing(folder, read_settings(folder).identity)
    try:
        with opened.transaction() as connection:
            asked = {
                "archive": opened.identity, "tool": f"archiver {__version__}", "at": store.utc_now(),
                "by": store.account(),
            }  # fmt: skip
            made = certificate(connection, plan(connection, question, chat_id, nearly), chat_id, case, asked)
            salt = secrets.token_hex(16)
            commitment = log.commitment(salt, digest(made))
            detail = {
                "certificate": commitment, "found": made["found"], "messages": made["searched"]["messages"],
            }  # fmt: skip
            checkpoint = opened.write_log("search", detail)
            (entry,) = connection.execute("SELECT max(id) FROM log").fetchone()
        made["log"] = {"entry": entry, "salt": salt, "commitment": commitment, "checkpoint": checkpoint}
        return made
    finally:
        opened.close()


def print_certificate(made: dict[str, Any]) -> None:
    """The certificate for people."""
    from archiver.cli.terminal import bold, count, one_line

    print(bold("Search certificate"))
    case = f", for {one_line(made['case'])}" if made["case"] else ""
    where = f" in the chat {one_line(made['chat'])}" if made["chat"] else ""
    rows = [
        ("Archive", one_line(made["archive"])),
        ("Asked", f"{made['at']} by {one_line(made['by'])}{case}"),
        ("Typed", one_line(made["typed"])),
        ("Searched for", (one_line(made["searched_for"]) or "nothing") + where),
        *(("Ignored", f"{one_line(one['text'])}: {one['why']}.") for one in made["ignored"]),
        *(("", one_line(note)) for note in made["notes"]),
        ("Program", f"{made['tool']}, SQLite {made['sqlite']}"),
    ]
    for name, text in rows:
        print(f"  {name:<13} {text}")
    print_scope(made["searched"])
    print(f"  {'Found':<13} {count(made['found'], 'message')}{'' if made['found'] else ': not held'}")
    for reference in made["references"] or ():
        print(f"    {reference}")
    if made["references"] is None:
        print(f"    SHA-256 of their references, sorted, one a line: {made['references_sha256']}")
    entry = made["log"]
    print(f"  {'In the log':<13} entry {entry['entry']}, commitment {entry['commitment']}, salt {entry['salt']}")
    print("  Checkpoint")
    for line in entry["checkpoint"].splitlines():
        print(f"    {line}")


def print_scope(searched: dict[str, Any]) -> None:
    """What was looked through: each chat, from whom its spans are held, what lies between them."""
    from archiver.cli.terminal import count, one_line

    wordings = count(searched["other_wordings"], "other wording")
    chats = count(len(searched["chats"]), "chat")
    print(f"  {'Looked in':<13} {count(searched['messages'], 'message')} and {wordings} of them, in {chats}")
    for chat in searched["chats"]:
        span = f", {_span(chat)}" if chat["first_sent"] else ""
        print(f"    {chat['code']}  {one_line(chat['name'])}: {count(chat['messages'], 'message')}{span}")
        for held in chat["held"]:
            whose = f" from {one_line(held['custodian'])}" if held["custodian"] else ", nobody said from whom"
            when = f", captured {held['captured']} ({held['captured_basis']})" if held["captured"] else ""
            print(f"      Held by {held['route']}{whose}{when}: {_span(held)}")
        for gap in chat["gaps"]:
            print(f"      Nothing seen between {gap['after']} and {gap['before']}")


def _span(held: dict[str, Any]) -> str:
    return f"{held['first_sent'] or 'no time'} to {held['last_sent'] or 'no time'}"
