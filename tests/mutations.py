"""What somebody may do to an archive, and which check sees it: the table in the README is printed from here.

Each is done the way someone would who knows the program: triggers are put back, search is made anew. What is marked as
"and the log made anew" also seals the rows again and computes every hash of the log, as only a signature or a receipt
held elsewhere stands against.
"""

from __future__ import annotations

import base64
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archiver import rebuilding
from archiver.record import keys, log, seals
from archiver.record.verifying import verify
from archiver.record.verifying.against import read_receipt
from archiver.record.verifying.report import Report, Tier
from archiver.record.verifying.subject import Subject, opened
from archiver.settings import read_settings
from tests.making import Line, android, archive, iphone, zipped

QUICK, STANDARD, FULL, WITNESS, SIGNED, ROLLED_BACK = (
    "`--quick`", "`verify`", "`--full`", "`--against` a receipt, or `--key`", "`--key`", "`--against` a receipt",
)  # fmt: skip

CHAT: list[Line] = [
    ("13/03/2026, 09:01", "Alex Black (MOJ)", "Morning"),
    ("13/03/2026, 09:02", "Priya Shah (HMT)", "The figures are in\nthe annex"),
    ("14/03/2026, 10:02", "Priya Shah (HMT)", "IMG-0001.jpg (file attached)"),
    ("14/03/2026, 10:02", "Tom Okafor (No10)", "Ok"),
    ("14/07/2026, 10:02", "Alex", "Agreed, as we said"),
]
OTHER: list[Line] = [("05/03/2026, 09:01", "Tom Okafor (No10)", "Is this on?"), ("06/03/2026, 09:02", "Tom", "Yes")]


@dataclass(frozen=True)
class Base:
    """A sound, signed archive, how it was before its last act, the receipt of that, and the key."""

    record: Path
    before: Path
    receipt: Path
    key: keys.PublicKey


def base(folder: Path) -> Base:
    """Make one: two phones, an attachment, a chat with doubtful dates, two decisions."""
    os.environ["ARCHIVE_KEY"] = str(folder / "key")
    try:
        key = keys.make("archive").public
        record = folder / "record"
        first = zipped(
            folder / "WhatsApp Chat with Budget.zip",
            {"WhatsApp Chat with Budget.txt": android(CHAT), "IMG-0001.jpg": b"not quite a picture"},
        )
        (folder / "other").mkdir()
        second = zipped(folder / "other" / "WhatsApp Chat - Budget.zip", {"_chat.txt": iphone(CHAT[:2])})
        third = folder / "WhatsApp Chat with Tom.txt"
        third.write_bytes(android(OTHER))
        done = archive("ingest", first, second, archive=record)
        done = archive("people", "same", "Alex", "Alex Black (MOJ)", "--why", "one phone", archive=record)
        assert done.returncode == 0, done.stdout + done.stderr
        before = shutil.copytree(record, folder / "before")
        done = archive("ingest", third, archive=record)
        receipt = folder / "receipt.txt"
        receipt.write_text(done.stdout, "utf-8")
    finally:
        del os.environ["ARCHIVE_KEY"]
    return Base(record, Path(before), receipt, key)


def check(made: Base, record: Path, tier: Tier, *, against: bool = False, key: bool = False) -> Report:
    """Verify as the command does, without an entry in the log."""
    receipt = read_receipt(made.receipt) if against else None
    with opened(record) as connection:

        def derive(folder: Path, held: sqlite3.Connection, into: Path) -> None:
            rebuilding.derive(folder, held, into, lambda name, done: None)

        named = (made.key,) if key else ()
        subject = Subject(record, connection, read_settings(record).identity, named, must_sign=key, derive=derive)
        return verify(subject, tier, receipt)


# ---- the tools of whoever alters it


@contextmanager
def hands_on(record: Path) -> Iterator[sqlite3.Connection]:
    """The database open to anything; triggers are put back afterwards, and search fits the words."""
    connection = sqlite3.connect(record / "archive.db", isolation_level=None)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    for name in ("messages_fts", "readings_fts"):
        connection.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
    for _, sql in triggers:
        connection.execute(sql)
    connection.close()


def sql(*statements: str) -> Callable[[Base, Path], None]:
    """Some statements, done so."""

    def act(made: Base, record: Path) -> None:
        with hands_on(record) as connection:
            for statement in statements:
                connection.execute(statement)

    return act


def anew(act: Callable[[Base, Path], None]) -> Callable[[Base, Path], None]:
    """The same, and then all rows are sealed again and every hash and checkpoint of the log is made anew."""

    def both(made: Base, record: Path) -> None:
        act(made, record)
        with hands_on(record) as connection:
            rechain(connection, read_settings(record).identity, reseal=True)

    return both


def rechain(connection: sqlite3.Connection, identity: str, *, reseal: bool = False) -> None:
    """Number the entries from 1, and make their hashes and checkpoints anew: nobody can sign them."""
    run = connection.execute
    entries = [entry for (entry,) in run("SELECT entry FROM log ORDER BY id")]
    if reseal:
        seals.watch(connection)
        seals.note_all(connection)
        seals.seal(connection, None)
        run("DROP TABLE temp.touched")
        entries[-1] = entries[-1].replace(str(log.state_in(entries[-1])), seals.state(connection))
    run("DELETE FROM log")
    run("DELETE FROM checkpoints")
    frontier = ""
    for size, entry in enumerate(entries, 1):
        frontier = log.grown(frontier, size - 1, log.leaf(entry))
        root = log.root_of(frontier)
        run("INSERT INTO log VALUES (?, ?, ?)", (size, entry, log.leaf(entry)))
        run(
            "INSERT INTO checkpoints (size, root, frontier, text) VALUES (?, ?, ?, ?)",
            (size, root, frontier, log.checkpoint(identity, size, root)),
        )


def originals(record: Path) -> list[Path]:
    """The files in the archive's care, in the order of their names; writable from now on."""
    found = sorted(path for path in (record / "originals").glob("??/*") if path.parent.name != "incoming")
    for path in found:
        path.chmod(0o600)
    return found


def original(change: Callable[[bytes], bytes]) -> Callable[[Base, Path], None]:
    """The bytes of one original changed."""

    def act(made: Base, record: Path) -> None:
        path = originals(record)[0]
        path.write_bytes(change(path.read_bytes()))

    return act


def _swap(made: Base, record: Path) -> None:
    one, other, *_ = originals(record)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def _add_original(made: Base, record: Path) -> None:
    shutil.copy(made.receipt, originals(record)[0].parent)


def _roll_back(made: Base, record: Path) -> None:
    shutil.rmtree(record)
    shutil.copytree(made.before, record)


def _reorder_log(made: Base, record: Path) -> None:
    with hands_on(record) as connection:
        for column in ("entry", "leaf"):
            one, other = (
                connection.execute(f"SELECT {column} FROM log WHERE id = ?", (number,)).fetchone()[0]
                for number in (1, 2)
            )
            connection.executemany(f"UPDATE log SET {column} = ? WHERE id = ?", [(other, 1), (one, 2)])


def _log_anew(*statements: str) -> Callable[[Base, Path], None]:
    def act(made: Base, record: Path) -> None:
        with hands_on(record) as connection:
            for statement in statements:
                connection.execute(statement)
            rechain(connection, read_settings(record).identity)

    return act


def _forge(made: Base, record: Path) -> None:
    """The newest checkpoint signed by a key of one's own, under the same name and number."""
    forger = keys.PrivateKey(made.key.name, bytes(32))
    with hands_on(record) as connection:
        size, text = connection.execute("SELECT size, text FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
        body = log.read_checkpoint(text).body
        blob = made.key.number + base64.b64decode(forger.sign(body).split()[-1])[4:]
        line = f"{keys.SIGNATURE}{made.key.name} {base64.b64encode(blob).decode()}"
        connection.execute("UPDATE checkpoints SET text = ? WHERE size = ?", (f"{body}\n{line}\n", size))


def _strip(made: Base, record: Path) -> None:
    with hands_on(record) as connection:
        for size, text in connection.execute("SELECT size, text FROM checkpoints").fetchall():
            connection.execute("UPDATE checkpoints SET text = ? WHERE size = ?", (log.read_checkpoint(text).body, size))


def _rename(made: Base, record: Path) -> None:
    path = record / "archive.toml"
    path.write_text(path.read_text().replace("archiver.invalid/", "archiver.invalid/0"))


def _drop_trigger(made: Base, record: Path) -> None:
    with sqlite3.connect(record / "archive.db") as connection:
        connection.execute("DROP TRIGGER sighting_data_no_delete")
    connection.close()


def _hide_trigger(made: Base, record: Path) -> None:
    with sqlite3.connect(record / "archive.db") as connection:
        connection.execute("CREATE TRIGGER _sqlite_fts_x AFTER INSERT ON chats BEGIN DELETE FROM findings; END")
    connection.close()


def _damage_search(made: Base, record: Path) -> None:
    with sqlite3.connect(record / "archive.db") as connection:
        connection.execute("UPDATE messages_fts_data SET block = zeroblob(8) WHERE id > 10")
    connection.close()


@dataclass(frozen=True)
class Mutation:
    """One way to alter an archive, and the least check that sees it."""

    what: str
    caught_by: str
    act: Callable[[Base, Path], None]


_MORNING = "(SELECT id FROM messages WHERE text = 'Morning')"
_DELETE = (
    f"DELETE FROM sighting_data WHERE message_id = {_MORNING}",
    f"DELETE FROM messages WHERE id = {_MORNING}",
)
_ADD = (
    "INSERT INTO messages (id, reference, chat_id, sent_at, sender_id, kind, text, sighting_id)"
    " SELECT id + 1, 'BUDGET/00099', chat_id, sent_at, sender_id, kind, 'I never said so', sighting_id"
    f" FROM messages WHERE id = {_MORNING}",
    "INSERT INTO sighting_data (member_id, line, lines, alias_id, message_id, rule_id)"
    f" SELECT member_id, line, lines, alias_id, message_id + 1, rule_id FROM sighting_data"
    f" WHERE message_id = {_MORNING} LIMIT 1",
)
_TEXT = sql("UPDATE messages SET text = 'Evening' WHERE text = 'Morning'")
_DECISION = sql("UPDATE decisions SET why = 'as the minister asked'")

MUTATIONS = (
    Mutation("an original: one bit flipped", STANDARD, original(lambda old: bytes([old[0] ^ 1]) + old[1:])),
    Mutation("an original: cut by one byte", QUICK, original(lambda old: old[:-1])),
    Mutation("an original: one byte added", QUICK, original(lambda old: old + b"\n")),
    Mutation("an original: deleted", QUICK, lambda made, record: originals(record)[0].unlink()),
    Mutation("two originals: swapped", QUICK, _swap),
    Mutation("an original: one more put there", QUICK, _add_original),
    Mutation("a message: its text", STANDARD, _TEXT),
    Mutation("a message: its sender", STANDARD, sql("UPDATE messages SET sender_id = 2 WHERE text = 'Morning'")),
    Mutation("a message: when it was sent", STANDARD, sql(
        "UPDATE messages SET sent_at = '2026-03-13T09:03' WHERE text = 'Morning'")),
    Mutation("a message: its chat", STANDARD, sql(
        "UPDATE messages SET chat_id = (SELECT max(id) FROM chats) WHERE text = 'Morning'")),
    Mutation("a message: its place in the order", STANDARD, sql(
        f"UPDATE sighting_data SET message_id = message_id + (9 << 12) WHERE message_id = {_MORNING}",
        "UPDATE messages SET id = id + (9 << 12) WHERE text = 'Morning'")),
    Mutation("a message: its reference", STANDARD, sql(
        "UPDATE messages SET reference = 'BUDGET/00077' WHERE text = 'Morning'")),
    Mutation("a message: deleted, with its sightings", QUICK, sql(*_DELETE)),
    Mutation("a message: added, with a sighting", QUICK, sql(*_ADD)),
    Mutation("a message: deleted and another added", STANDARD, sql(
        "UPDATE messages SET text = 'Another', reference = 'BUDGET/00078' WHERE text = 'Morning'",
        "UPDATE sighting_data SET line = 7 WHERE id = (SELECT sighting_id FROM messages WHERE text = 'Another')")),
    Mutation("a sighting: its line", STANDARD, sql("UPDATE sighting_data SET line = line + 1 WHERE id = 1")),
    Mutation("a sighting: deleted", QUICK, sql(
        "DELETE FROM sighting_data WHERE id = (SELECT max(d.id) FROM sighting_data d JOIN messages m"
        " ON m.id = d.message_id WHERE m.sighting_id <> d.id)")),
    Mutation("a sighting: added", QUICK, sql(_ADD[1].replace("message_id + 1", "message_id"))),
    Mutation("a match: to another message", STANDARD, sql(
        "UPDATE sighting_data SET message_id = (SELECT max(id) FROM messages) WHERE id ="
        " (SELECT max(d.id) FROM sighting_data d JOIN messages m ON m.id = d.message_id WHERE m.sighting_id <> d.id)")),
    Mutation("a match: its reason", STANDARD, sql("UPDATE sighting_data SET rule_id = 3 WHERE rule_id = 2")),
    Mutation("a decision: its words", STANDARD, _DECISION),
    Mutation("a decision: deleted", QUICK, sql("DELETE FROM decisions")),
    Mutation("a decision: added", QUICK, sql(
        "INSERT INTO decisions (decided_at, decided_by, kind, detail, why, entry)"
        " SELECT decided_at, 'Sam Green (DfE)', kind, detail, why, entry FROM decisions")),
    Mutation("a finding: its words", STANDARD, sql("UPDATE findings SET detail = 'Nothing odd'")),
    Mutation("a finding: deleted", QUICK, sql("DELETE FROM findings")),
    Mutation("a finding: added", QUICK, sql("INSERT INTO findings (word, detail) VALUES ('unsure', 'Who knows')")),
    Mutation("a person: renamed", STANDARD, sql("UPDATE people SET name = 'Sam Green (DfE)' WHERE id = 1")),
    Mutation("an accession: who handed it over", STANDARD, sql(
        "UPDATE accession_sources SET custodian = 'Sam Green (DfE)'")),
    Mutation("a capture: its date", STANDARD, sql("UPDATE captures SET captured = '2026-03-01'")),
    Mutation("a seal", QUICK, sql("UPDATE seals SET digest = hex(zeroblob(32)) WHERE name = 'people'")),
    Mutation("the log: an entry edited", QUICK, sql("UPDATE log SET entry = replace(entry, 'ingest', 'verify')")),
    Mutation("the log: an entry dropped", QUICK, sql("DELETE FROM log WHERE id = 2")),
    Mutation("the log: two entries exchanged", QUICK, _reorder_log),
    Mutation("the log: its end cut off", QUICK, sql(
        "DELETE FROM log WHERE id > 2", "DELETE FROM checkpoints WHERE size > 2")),
    Mutation("the log: an entry edited, the log made anew", WITNESS, _log_anew(
        "UPDATE log SET entry = replace(entry, '\"by\":\"', '\"by\":\"not-')")),
    Mutation("the log: its end cut off, and the rest made anew", QUICK, _log_anew("DELETE FROM log WHERE id > 2")),
    Mutation("the newest checkpoint: signed with another key", SIGNED, _forge),
    Mutation("all checkpoints: signatures taken away", SIGNED, _strip),
    Mutation("the schema: a trigger dropped", QUICK, _drop_trigger),
    Mutation("the schema: a trigger added under a name like SQLite's own", QUICK, _hide_trigger),
    Mutation("search: an index damaged", QUICK, _damage_search),
    Mutation("archive.toml: the archive's name", QUICK, _rename),
    Mutation("a message: its text, rows sealed again and the log made anew", FULL, anew(_TEXT)),
    Mutation("a message: deleted, rows sealed again and the log made anew", FULL, anew(sql(*_DELETE))),
    Mutation("a message: added, rows sealed again and the log made anew", FULL, anew(sql(*_ADD))),
    Mutation("a match: its reason, rows sealed again and the log made anew", FULL, anew(
        sql("UPDATE sighting_data SET rule_id = 3 WHERE rule_id = 2"))),
    Mutation("a finding: deleted, rows sealed again and the log made anew", FULL, anew(sql("DELETE FROM findings"))),
    Mutation("a decision: its words, rows sealed again and the log made anew", WITNESS, anew(_DECISION)),
    Mutation("the whole archive: put back to how it was before", ROLLED_BACK, _roll_back),
)  # fmt: skip


def matrix() -> str:
    """The table of the README."""
    lines = ["| what is altered | seen by |", "| --- | --- |"]
    lines += [f"| {mutation.what} | {mutation.caught_by} |" for mutation in MUTATIONS]
    return "\n".join(lines)
