"""References that have been given out keep pointing at the same message, also after a rebuild that numbers otherwise.

A rebuild counts messages anew, in the order in which their captures came. Where that gives other numbers than before
(two chats are one, a match was undone), the numbers from before are put back: each is tied to the place of the sighting
that founded its message, which never changes. A chat's code is tied to the place of its first capture.
"""

from __future__ import annotations

import json
import sqlite3

_FOUNDER = "(SELECT min(y.id) FROM sighting_data y WHERE y.message_id = m.id)"
_PLACE = "x.accession_source_id AS act, x.name AS member, coalesce(d.line, d.box) AS at"
_FIRST_MEMBER = (
    "(SELECT min(y.id) FROM source_members y JOIN captures k ON k.id = y.capture_id"
    " WHERE k.chat_id = c.id AND y.role <> 'attachment')"
)


def remember(connection: sqlite3.Connection) -> None:
    """Before the record is emptied: keep every code, and every reference with its place in a temporary table."""
    for statement in (
        "DROP TABLE IF EXISTS temp.given",
        "DROP TABLE IF EXISTS temp.former",
        f"CREATE TEMP TABLE given AS SELECT m.reference, {_PLACE}, d.id AS sighting_id FROM messages m"
        f" JOIN sighting_data d ON d.id = {_FOUNDER} JOIN source_members x ON x.id = d.member_id"
        " WHERE NOT EXISTS (SELECT 1 FROM kept_references k WHERE k.reference = m.reference)"
        " UNION ALL SELECT reference, accession_source_id, member, at, NULL FROM kept_references",
        f"CREATE TEMP TABLE former AS SELECT f.reference, {_PLACE} FROM former_references f"
        " JOIN messages m ON m.id = f.message_id"
        f" JOIN sighting_data d ON d.id = {_FOUNDER} JOIN source_members x ON x.id = d.member_id",
        "INSERT INTO kept_codes (code, accession_source_id, member, last_number)"
        " SELECT c.code, x.accession_source_id, x.name, c.last_number FROM chats c"
        f" JOIN source_members x ON x.id = {_FIRST_MEMBER} WHERE true"
        " ON CONFLICT (code) DO UPDATE SET last_number = excluded.last_number",
    ):
        connection.execute(statement)


def put_back(connection: sqlite3.Connection) -> None:
    """After the record is derived: find out what is numbered otherwise, keep that, and put the numbers back."""
    run = connection.execute
    run("DELETE FROM kept_references")
    if not _all_as_before(connection):
        _find(connection)
        _keep(connection)
        run("DROP TABLE temp.found")
    run("DROP TABLE temp.given")
    run("DROP TABLE temp.former")
    apply(connection)


def apply(connection: sqlite3.Connection) -> None:
    """Give messages the references that are kept for their places, and count on from the last number given."""
    run = connection.execute
    run(
        "UPDATE chats SET last_number = max(chats.last_number, k.last_number)"
        " FROM kept_codes k WHERE k.code = chats.code"
    )
    if not run("SELECT 1 FROM kept_references LIMIT 1").fetchone():
        return
    run("DROP INDEX messages_reference")
    run("DELETE FROM former_references")  # those that were given are among the kept
    _index_spots(connection)
    run(
        "UPDATE kept_references SET message_id = (SELECT s.message_id FROM spots s"
        " WHERE s.act = kept_references.accession_source_id AND s.member = kept_references.member"
        " AND s.at = kept_references.at)"
    )
    run("DROP TABLE temp.spots")
    run(
        "UPDATE messages SET reference = k.reference FROM kept_references k WHERE k.message_id = messages.id AND stands"
    )
    run("CREATE UNIQUE INDEX messages_reference ON messages (reference)")


def kept(connection: sqlite3.Connection) -> str:
    """What is kept, as one text: the log's entry of a rebuild commits to it."""
    references = connection.execute(
        "SELECT reference, accession_source_id, member, at, stands FROM kept_references ORDER BY reference"
    ).fetchall()
    codes = connection.execute(
        "SELECT code, accession_source_id, member, last_number FROM kept_codes ORDER BY code"
    ).fetchall()
    return json.dumps([[list(row) for row in codes], [list(row) for row in references]], ensure_ascii=False)


def _all_as_before(connection: sqlite3.Connection) -> bool:
    """Whether a plain count gives every message what it had: then nothing need be kept."""
    (others,) = connection.execute(
        "SELECT (SELECT count(*) FROM given) <> (SELECT count(*) FROM messages) OR EXISTS"
        " (SELECT 1 FROM given g LEFT JOIN sighting_data d ON d.id = g.sighting_id"
        "  LEFT JOIN source_members x ON x.id = d.member_id LEFT JOIN messages m ON m.id = d.message_id"
        "  WHERE (g.act, g.member, g.at, g.reference)"
        "  IS NOT (x.accession_source_id, x.name, coalesce(d.line, d.box), m.reference))"
    ).fetchone()
    return not others


def _index_spots(connection: sqlite3.Connection) -> None:
    """Every sighting by its place, in a temporary table."""
    connection.execute(
        f"CREATE TEMP TABLE spots AS SELECT {_PLACE}, d.message_id FROM sighting_data d"
        " JOIN source_members x ON x.id = d.member_id"
    )
    connection.execute("CREATE INDEX temp.spots_place ON spots (at, act, member)")


def _find(connection: sqlite3.Connection) -> None:
    """Every reference with the message that its place is said to be now, in a temporary table."""
    _index_spots(connection)
    for statement in (
        "CREATE TEMP TABLE found AS SELECT s.message_id, m.chat_id, g.reference, g.act, g.member, g.at,"
        " m.reference AS counted FROM (SELECT reference, act, member, at FROM given UNION SELECT * FROM former"
        "  WHERE reference NOT IN (SELECT reference FROM given)) g"
        " JOIN spots s ON s.at = g.at AND s.act = g.act AND s.member = g.member"
        " JOIN messages m ON m.id = s.message_id",
        "CREATE INDEX temp.found_message ON found (message_id)",
        "DROP TABLE temp.spots",
    ):
        connection.execute(statement)


def _keep(connection: sqlite3.Connection) -> None:
    """Keep every reference that a plain count would not give; number what never had one after the last one given."""
    run = connection.execute
    codes = dict(run("SELECT id, code FROM chats").fetchall())
    standing: dict[int, tuple[bool, str]] = {}
    for message, chat, reference in run("SELECT message_id, chat_id, reference FROM found"):
        mark = (not reference.startswith(f"{codes[chat]}/"), reference)
        if message not in standing or mark < standing[message]:
            standing[message] = mark
    rows: list[tuple[object, ...]] = []
    for message, reference, act, member, at, counted in run(
        "SELECT message_id, reference, act, member, at, counted FROM found"
    ):
        stands = standing[message][1] == reference
        if not (stands and reference == counted):
            rows.append((reference, act, member, at, message, stands))
    last: dict[str, int] = dict(run("SELECT code, last_number FROM kept_codes").fetchall())
    for message, chat, act, member, at in run(
        f"SELECT m.id, m.chat_id, {_PLACE} FROM messages m JOIN sighting_data d ON d.id = {_FOUNDER}"
        " JOIN source_members x ON x.id = d.member_id"
        " WHERE NOT EXISTS (SELECT 1 FROM found f WHERE f.message_id = m.id) ORDER BY m.id"
    ).fetchall():
        code = codes[chat]
        last[code] = last.get(code, 0) + 1
        rows.append((f"{code}/{last[code]:05}", act, member, at, message, True))
    connection.executemany("INSERT INTO kept_references VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.executemany(
        "UPDATE kept_codes SET last_number = ? WHERE code = ?", [(number, code) for code, number in last.items()]
    )
