"""The shape of ``archive.db``, as numbered steps: each runs once, in a transaction, and leaves a record of itself.

A step is never edited after release. ``schemas/archive.sql`` is the tested print-out of their sum.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from archiver.record.tokenizer import TOKENIZER

if TYPE_CHECKING:
    from sqlite_utils import Database

FIRST = """
-- An accession: one act of taking sources into custody.
CREATE TABLE accessions (
    id INTEGER PRIMARY KEY,
    ingested_at TEXT NOT NULL,              -- UTC, our clock
    ingested_by TEXT NOT NULL,              -- the account of the machine
    stated_name TEXT,                       -- who they said they are
    tool TEXT NOT NULL                      -- name and version of the program
) STRICT;

-- One conversation, however it was called.
CREATE TABLE chats (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,              -- the first part of its messages' references
    is_group INTEGER,                       -- null: not known
    clock TEXT NOT NULL DEFAULT '[]',       -- JSON: since when its times are shown how much ahead of those kept
    last_number INTEGER NOT NULL DEFAULT 0  -- references are never reused
) STRICT;

-- A capture: one taking of one chat by one route at one time.
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    accession_id INTEGER NOT NULL REFERENCES accessions (id),
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    route TEXT NOT NULL CHECK (route IN ('email-export', 'web-paste', 'screenshot')),
    captured TEXT,                          -- when the person took it, local; null: not known
    captured_basis TEXT CHECK (captured_basis IN ('noted', 'embedded', 'named', 'filed')),
    captured_from TEXT,                     -- where that date stands, in words
    noted_by TEXT,
    custodian TEXT,                         -- whose phone or account
    work TEXT,                              -- the piece of work
    timezone TEXT NOT NULL,                 -- the zone assumed for the phone's clock
    clock TEXT NOT NULL DEFAULT '[]',       -- JSON: what was learnt of it: since, minutes ahead, votes, until
    dialect TEXT NOT NULL,                  -- which reader read it, with its version
    date_order TEXT,
    date_order_proof TEXT NOT NULL DEFAULT '',
    date_order_doubtful INTEGER NOT NULL DEFAULT 0,
    ingested_at TEXT NOT NULL
) STRICT;
CREATE INDEX captures_chat ON captures (chat_id);

-- One file as handed over. Its digest is its identity; its bytes lie in originals/.
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    capture_id INTEGER REFERENCES captures (id)  -- the first, where it bears several chats
) STRICT;

-- Each time a source was handed over, also when its bytes were held already.
CREATE TABLE accession_sources (
    id INTEGER PRIMARY KEY,
    accession_id INTEGER NOT NULL REFERENCES accessions (id),
    source_id INTEGER NOT NULL REFERENCES sources (id),
    name TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('taken', 'held')),
    custodian TEXT,                         -- whose phone or account, as said this time
    work TEXT,                              -- the piece of work, as said this time
    said TEXT NOT NULL DEFAULT '{}',        -- JSON: what else was said this time (chat, captured, date order, …)
    read_with TEXT NOT NULL DEFAULT '{}',   -- JSON: zone, OCR language, the file's own time
    at TEXT NOT NULL,                       -- UTC, our clock
    entry INTEGER NOT NULL,                 -- the log's entry of this act
    salt TEXT NOT NULL                      -- opens the log's commitment to the source
) STRICT;
CREATE INDEX accession_sources_source ON accession_sources (source_id);

-- The files of a source: itself, or those inside its zip or email.
CREATE TABLE source_members (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    accession_source_id INTEGER NOT NULL REFERENCES accession_sources (id),  -- the act by which it came
    capture_id INTEGER REFERENCES captures (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('chat', 'picture', 'attachment')),
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT                             -- null: the bytes could not be read
) STRICT;
CREATE INDEX source_members_source ON source_members (source_id);

-- What a machine read off a picture, whole, so that the record is derived again without reading it again.
CREATE TABLE recognitions (
    accession_source_id INTEGER NOT NULL REFERENCES accession_sources (id),
    member TEXT NOT NULL,                   -- the picture's name, as in source_members
    engine TEXT NOT NULL,                   -- what read it, with its version and language data
    asked TEXT NOT NULL,                    -- JSON: what it was told beforehand (capture date, custodian, language)
    reading TEXT NOT NULL,                  -- JSON: chat, clock, sightings, findings
    PRIMARY KEY (accession_source_id, member)
) STRICT;

CREATE TABLE chat_names (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    name TEXT NOT NULL,
    capture_id INTEGER REFERENCES captures (id)
) STRICT;
CREATE INDEX chat_names_chat ON chat_names (chat_id);

-- Someone known under one or more aliases.
CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    organisation TEXT                       -- from First Last (Organisation); null: not shown
) STRICT;

-- In this capture, this name means this person, because.
CREATE TABLE aliases (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people (id),
    capture_id INTEGER NOT NULL REFERENCES captures (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('saved', 'push', 'number', 'custodian')),
    rule TEXT NOT NULL,                     -- why: same-name, new, custodian, votes, decision
    late INTEGER NOT NULL DEFAULT 0,        -- seconds by which their times stand later here than in the record
    UNIQUE (capture_id, name)
) STRICT;
CREATE INDEX aliases_person ON aliases (person_id);
CREATE INDEX aliases_name ON aliases (name);

CREATE TABLE memberships (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,                     -- the person's, for reading
    first_sent TEXT,                        -- of their messages in the chat
    last_sent TEXT,
    messages INTEGER NOT NULL,
    UNIQUE (chat_id, person_id)
) STRICT;

-- The message as the archive holds it: what its sightings agree on. Ids run in the order of time.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    reference TEXT NOT NULL,                -- the short citable name, never reused
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    sent_at TEXT,                           -- the phone's clock; perhaps only a day, or only T and a time
    doubt_earliest TEXT,                    -- both ends of the span in which it was sent, where that is wider
    doubt_latest TEXT,
    sender_id INTEGER REFERENCES people (id),
    kind TEXT NOT NULL,
    event TEXT,                             -- what a system message says has happened
    text TEXT NOT NULL,
    edited INTEGER NOT NULL DEFAULT 0,
    deleted_seen INTEGER NOT NULL DEFAULT 0,
    sighting_id INTEGER NOT NULL,           -- the sighting whose words and time stand here
    corrected TEXT,                         -- what a person put right: text, sent_at; null: nothing
    sent_earliest TEXT GENERATED ALWAYS AS (coalesce(doubt_earliest, sent_at)) VIRTUAL,
    sent_latest TEXT GENERATED ALWAYS AS (coalesce(doubt_latest, sent_at)) VIRTUAL,
    precision TEXT GENERATED ALWAYS AS (
        CASE length(sent_at) WHEN 16 THEN 'minute' WHEN 19 THEN 'second' WHEN 10 THEN 'day' WHEN 6 THEN 'time'
             ELSE 'unknown' END) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX messages_reference ON messages (reference);
CREATE INDEX messages_chat ON messages (chat_id);
-- The few whose time is not one minute: a search by date must look at each, for their place does not say it.
CREATE INDEX messages_odd_time ON messages (chat_id)
WHERE doubt_earliest IS NOT NULL OR sent_at IS NULL OR length(sent_at) < 16;
-- Who came and who went.
CREATE INDEX messages_event ON messages (event) WHERE event IS NOT NULL;
CREATE INDEX messages_corrected ON messages (chat_id) WHERE corrected IS NOT NULL;

-- References of messages that turned out to be another: they lead to that.
CREATE TABLE former_references (
    reference TEXT PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES messages (id)
) STRICT;

-- Why a sighting is this message: the rules there are.
CREATE TABLE match_rules (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    meaning TEXT NOT NULL
) STRICT;

-- Where one capture shows one message, and which message it is. What is seen never changes; which message it is
-- is derived and reversible. People read the view ``sightings``.
CREATE TABLE sighting_data (
    id INTEGER PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES source_members (id),
    line INTEGER,                           -- 1-based, of its first physical line; null on a screen
    lines INTEGER,
    alias_id INTEGER REFERENCES aliases (id),
    box TEXT,                               -- [x, y, width, height] in pixels; null in a text
    confidence REAL,                        -- 0.0 to 1.0; null where nothing was guessed
    partial INTEGER,                        -- cut by the edge of the screen; null in a text
    sent_at TEXT,                           -- as shown, where it is not as the message has it
    text TEXT,                              -- as read from a picture; a text is read back from its original
    quoted TEXT,                            -- JSON of what the bubble quotes
    message_id INTEGER NOT NULL REFERENCES messages (id),
    rule_id INTEGER NOT NULL REFERENCES match_rules (id),
    score REAL,                             -- of the match, 0.0 to 1.0; null where it is exact
    decision_id INTEGER REFERENCES decisions (id)  -- null: the program decided
) STRICT;
CREATE INDEX sighting_data_message ON sighting_data (message_id);
CREATE INDEX sighting_data_quoted ON sighting_data (message_id) WHERE quoted IS NOT NULL;

-- What a sighting in a text shows, where its message says otherwise; one without a row shows what its message says.
CREATE TABLE as_shown (
    sighting_id INTEGER PRIMARY KEY REFERENCES sighting_data (id),
    kept_at TEXT,                           -- by the clock the chat is kept by; null: as sighting_data tells
    kind TEXT NOT NULL,
    event TEXT,
    text TEXT NOT NULL,
    edited INTEGER NOT NULL
) STRICT;

-- Minutes in which captures do not tell which sighting is which message: all are compared anew with each capture.
CREATE TABLE knots (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    minute INTEGER NOT NULL,                -- since 1970, by the clock the chat is kept by
    UNIQUE (chat_id, minute)
) STRICT;

-- Other words of a message: what another sighting shows, an earlier edit, a correction.
CREATE TABLE readings (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES messages (id),
    sighting_id INTEGER REFERENCES sighting_data (id),
    text TEXT NOT NULL,
    basis TEXT NOT NULL
) STRICT;
CREATE INDEX readings_message ON readings (message_id);

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES messages (id),
    sighting_id INTEGER NOT NULL REFERENCES sighting_data (id),
    name TEXT NOT NULL,
    member_id INTEGER REFERENCES source_members (id)  -- null: the file did not come with the chat
) STRICT;
CREATE INDEX attachments_message ON attachments (message_id);

-- What a named person settled. Append-only.
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    decided_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,                   -- JSON: what it is about, by places that outlast a rebuild
    why TEXT NOT NULL,
    entry INTEGER NOT NULL                  -- the log's entry of this act
) STRICT;

-- The span of a chat that a capture shows.
CREATE TABLE coverage (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    capture_id INTEGER NOT NULL REFERENCES captures (id),
    first_sent TEXT,
    last_sent TEXT,
    first_sighting INTEGER NOT NULL,        -- sightings of a capture have ids in a row
    sightings INTEGER NOT NULL,
    new_messages INTEGER NOT NULL
) STRICT;

-- Something odd, to be settled by a person.
CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    word TEXT NOT NULL,
    detail TEXT NOT NULL,
    source_id INTEGER REFERENCES sources (id),
    member_id INTEGER REFERENCES source_members (id),
    capture_id INTEGER REFERENCES captures (id),
    line INTEGER,
    lines INTEGER,
    box TEXT,
    decision_id INTEGER REFERENCES decisions (id)  -- null: not settled
) STRICT;
CREATE INDEX findings_capture ON findings (capture_id);

-- Every act, hash-linked (RFC 6962 leaf hashes). No content stands in it.
CREATE TABLE log (
    id INTEGER PRIMARY KEY,                 -- from 1 without gaps
    entry TEXT NOT NULL,                    -- canonical JSON (RFC 8785)
    leaf TEXT NOT NULL                      -- its RFC 6962 leaf hash
) STRICT;
CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY,               -- entries of the log that it covers
    root TEXT NOT NULL,                     -- RFC 6962 root
    frontier TEXT NOT NULL,                 -- the roots of the tree's whole halves: what the next entry is added to
    text TEXT NOT NULL                      -- as printed on receipts (C2SP tlog-checkpoint, perhaps signed)
) STRICT;

-- Rebuilds: what a person said before the last one counts from the first capture on.
CREATE TABLE rebuilds (
    entry INTEGER PRIMARY KEY,              -- the log's entry of this act
    salt TEXT NOT NULL                      -- opens the log's commitment to what is kept
) STRICT;

-- The codes of chats at the last rebuild, and the references that a plain count would not give again.
CREATE TABLE kept_codes (
    code TEXT PRIMARY KEY,
    accession_source_id INTEGER NOT NULL,   -- with member: the place of the chat's first capture
    member TEXT NOT NULL,
    last_number INTEGER NOT NULL
) STRICT;
CREATE TABLE kept_references (
    reference TEXT PRIMARY KEY,
    accession_source_id INTEGER NOT NULL,   -- with member and at: the place of the sighting that founded it
    member TEXT NOT NULL,
    at ANY NOT NULL,                        -- line in a text, box on a picture
    message_id INTEGER REFERENCES messages (id),
    stands INTEGER NOT NULL                 -- 0: the message bears another one, this one still finds it
) STRICT;
CREATE INDEX kept_references_message ON kept_references (message_id);

-- Salted digests of the rows of every other table, in blocks; each entry of the log holds the hash of them all.
CREATE TABLE seals (
    name TEXT NOT NULL,                     -- the table
    part INTEGER NOT NULL,                  -- of messages: the chat; else 0
    block INTEGER NOT NULL,                 -- of messages: id >> 29, about three months; else rowid >> 10
    row_count INTEGER,
    salt TEXT,
    digest TEXT,                            -- HMAC-SHA256; null: changed since, not sealed again yet
    PRIMARY KEY (name, part, block)
) STRICT, WITHOUT ROWID;

CREATE VIEW sightings AS
SELECT d.id, d.message_id, m.source_id, m.name AS member, d.line, d.lines, d.box, d.confidence,
       d.partial, a.name AS sender_as_written, d.text AS text_as_read, r.name AS rule, d.score, d.member_id
FROM sighting_data d
JOIN source_members m ON m.id = d.member_id
JOIN match_rules r ON r.id = d.rule_id
LEFT JOIN aliases a ON a.id = d.alias_id;

CREATE VIEW matches AS
SELECT d.id AS sighting_id, d.message_id, r.name AS rule, r.meaning, d.score, d.decision_id,
       coalesce((SELECT decided_by FROM decisions WHERE id = d.decision_id), 'the program') AS decided_by
FROM sighting_data d
JOIN match_rules r ON r.id = d.rule_id;

CREATE VIEW record AS
SELECT g.reference, c.name AS chat, g.sent_at AS sent, p.name AS sender, p.organisation, g.kind, g.text,
       (SELECT group_concat(DISTINCT k.route) FROM sighting_data d
        JOIN source_members m ON m.id = d.member_id JOIN captures k ON k.id = m.capture_id
        WHERE d.message_id = g.id) AS routes,
       (SELECT count(*) FROM sighting_data d WHERE d.message_id = g.id) AS sightings,
       (SELECT max(k.captured) FROM sighting_data d
        JOIN source_members m ON m.id = d.member_id JOIN captures k ON k.id = m.capture_id
        WHERE d.message_id = g.id) AS captured,
       g.edited, g.deleted_seen, g.id
FROM messages g
JOIN chats c ON c.id = g.chat_id
LEFT JOIN people p ON p.id = g.sender_id;

-- The lengths of messages are not kept beside it (columnsize): a quarter less work and a twentieth less disk on ingest,
-- and best first, which ranks a bounded number, counts the words of those.
CREATE VIRTUAL TABLE messages_fts USING fts5 (
    text, content="messages", content_rowid="id", columnsize=0, tokenize="$TOKENIZER"
);

-- The other words of messages are searched too: what was edited or misread must not be out of reach.
CREATE VIRTUAL TABLE readings_fts USING fts5 (
    text, content="readings", content_rowid="id", tokenize="$TOKENIZER"
);
CREATE TRIGGER readings_search_insert AFTER INSERT ON readings
BEGIN INSERT INTO readings_fts (rowid, text) VALUES (new.id, new.text); END;
CREATE TRIGGER readings_search_delete AFTER DELETE ON readings
BEGIN INSERT INTO readings_fts (readings_fts, rowid, text) VALUES ('delete', old.id, old.text); END;
CREATE TRIGGER readings_search_update AFTER UPDATE OF text ON readings
BEGIN INSERT INTO readings_fts (readings_fts, rowid, text) VALUES ('delete', old.id, old.text);
INSERT INTO readings_fts (rowid, text) VALUES (new.id, new.text); END;
""".replace("$TOKENIZER", TOKENIZER)

APPEND_ONLY = (
    "decisions", "log", "checkpoints", "accessions", "accession_sources", "recognitions", "rebuilds",
)  # fmt: skip
"""Tables in which nothing may be changed or taken away."""

SEEN = ("id", "member_id", "line", "lines", "alias_id", "box", "confidence", "partial", "sent_at", "text", "quoted")
"""What a sighting shows: it never changes, unlike the message it is said to be."""

MATCH_RULES = (
    (1, "first", "Nothing held matched it: it founded the message."),
    (2, "exact", "Same chat, minute, sender and words, and the same occurrence of them."),
    (3, "near-time", "Same sender and words, at times that two clocks may show for one instant."),
    (4, "mention", "Same minute and sender; the words differ only in how someone mentioned is called."),
    (5, "edited", "Same minute, sender and place; one side is marked as edited. Both readings are kept."),
    (6, "deleted-later", "Same minute, sender and place; one side shows that the message was deleted."),
    (7, "caption", "Same minute, sender and place; one phone left out the caption of the file."),
    (8, "grown", "Same minute, sender and question of a poll; its votes had changed."),
    (9, "cut", "Same minute and sender; the paste ends with dots where the message goes on."),
    (10, "screen", "A picture shows it: same order, sender and time, and nearly the same words."),
    (11, "decision", "A person said so."),
)


def _refusals() -> str:
    """Triggers that refuse what must not happen."""
    acts = [(table, act, act) for table in APPEND_ONLY for act in ("UPDATE", "DELETE")]
    acts += [("sighting_data", "UPDATE", f"UPDATE OF {', '.join(SEEN)}"), ("sighting_data", "DELETE", "DELETE")]
    return "".join(
        f"CREATE TRIGGER {table}_no_{name.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT raise(ABORT, '{table} is append-only'); END;\n"
        for table, name, act in acts
    )


def m001_first_tables(db: Database) -> None:
    """Everything there is at the start."""
    for statement in _statements(FIRST + _refusals()):
        db.execute(statement)
    db.conn.executemany("INSERT INTO match_rules VALUES (?, ?, ?)", MATCH_RULES)


STEPS = (m001_first_tables,)
VERSION = len(STEPS)
"""Kept as ``PRAGMA user_version``, so that a reader knows at once whether the archive is of its time."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an archive to this program's version; nothing happens where it is there already."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("archiver")
    for step in STEPS:
        migrations(name=step.__name__)(step)
    migrations.apply(Database(connection))
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _statements(script: str) -> list[str]:
    """The statements of a script, each whole (a trigger's body holds semicolons)."""
    statements, gathered = [], ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            statements.append(gathered.strip())
            gathered = ""
    return statements
