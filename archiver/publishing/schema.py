"""The tables of the index. Who may read what is decided by PostgreSQL itself, row by row.

A row belongs to a chat of an archive. ``access`` says which role may read which chat; null stands for every chat of the
archive. The owner of the tables (who publishes) reads all.
"""

from __future__ import annotations

import zlib

from archiver.record.tokenizer import TOKENIZER

TABLES = """
CREATE SCHEMA archiver;

CREATE TABLE archiver.archives (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identity text NOT NULL UNIQUE,          -- as on its checkpoints
    name text NOT NULL,
    form bigint NOT NULL,
    log_size bigint NOT NULL,               -- entries of the archive's log that are in the index
    published_at timestamptz NOT NULL
);

CREATE TABLE archiver.access (
    archive integer NOT NULL REFERENCES archiver.archives ON DELETE CASCADE,
    chat bigint,                            -- null: every chat of the archive
    role text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (archive, chat, role)
);

CREATE TABLE archiver.chats (
    archive integer NOT NULL REFERENCES archiver.archives ON DELETE CASCADE,
    id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    names text[] NOT NULL,                  -- all it bore
    is_group boolean,
    PRIMARY KEY (archive, id)
);

CREATE TABLE archiver.works (
    archive integer NOT NULL REFERENCES archiver.archives ON DELETE CASCADE,
    chat bigint NOT NULL,
    work text NOT NULL,                     -- a piece of work for which the chat was captured
    PRIMARY KEY (archive, chat, work)
);

CREATE TABLE archiver.people (
    archive integer NOT NULL REFERENCES archiver.archives ON DELETE CASCADE,
    id bigint NOT NULL,
    name text NOT NULL,
    organisation text,
    PRIMARY KEY (archive, id)
);

CREATE TABLE archiver.names (
    archive integer NOT NULL REFERENCES archiver.archives ON DELETE CASCADE,
    chat bigint NOT NULL,                   -- in whose captures the person bears the name
    person bigint NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (archive, chat, person, name)
);

CREATE TABLE archiver.memberships (
    archive integer NOT NULL REFERENCES archiver.archives ON DELETE CASCADE,
    chat bigint NOT NULL,
    person bigint NOT NULL,
    first_sent text,
    last_sent text,
    messages bigint NOT NULL,
    PRIMARY KEY (archive, chat, person)
);

CREATE TABLE archiver.messages (
    archive integer NOT NULL REFERENCES archiver.archives ON DELETE CASCADE,
    id bigint NOT NULL,                     -- runs in the order of time, in every archive alike
    chat bigint NOT NULL,
    reference text NOT NULL,
    sent_at text,
    sent_earliest text,
    sent_latest text,
    precision text NOT NULL,
    earliest text COLLATE "C" NOT NULL,     -- to the second; both ends of the span in which it was sent
    latest text COLLATE "C" NOT NULL,
    sender bigint,
    kind text NOT NULL,
    event text,
    text text NOT NULL,
    edited boolean NOT NULL,
    deleted_seen boolean NOT NULL,
    unsure boolean NOT NULL,
    has_file boolean NOT NULL,
    routes text[] NOT NULL,                 -- by which it was captured
    works text[] NOT NULL,                  -- for which it was captured
    others text[] NOT NULL,                 -- its other wordings
    bases text[] NOT NULL,                  -- why there is each of them
    words text COLLATE "C" NOT NULL,        -- the tokens of every wording, as SQLite cuts them; a line a wording
    state bytea NOT NULL,                   -- digest of all this
    tokens tsvector GENERATED ALWAYS AS
        (array_to_tsvector(array_remove(string_to_array(translate(words, E'\\n', ' '), ' '), ''))) STORED,
    PRIMARY KEY (archive, id)
);
CREATE INDEX messages_tokens ON archiver.messages USING gin (tokens);
CREATE INDEX messages_time ON archiver.messages (id DESC);
CREATE INDEX messages_chat ON archiver.messages (archive, chat);
"""

_MAY = """{table}.archive IN (SELECT x.archive FROM archiver.access x WHERE x.chat IS NULL)
    OR ({table}.archive, {table}.{chat}) IN
    (SELECT x.archive, x.chat FROM archiver.access x WHERE x.chat IS NOT NULL)"""
"""Two lists that are made once for a query, not once a row."""
_BY_CHAT = {"chats": "id", "works": "chat", "names": "chat", "memberships": "chat", "messages": "chat"}


def policies() -> str:
    """Row-level security: what a role sees hangs on ``access``, of which it sees its own rows only."""
    rules = [
        "ALTER TABLE archiver.access ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY own ON archiver.access FOR SELECT USING (EXISTS (SELECT 1 FROM pg_catalog.pg_roles r"
        " WHERE r.rolname = access.role AND pg_has_role(current_user, r.oid, 'USAGE')))",
        "ALTER TABLE archiver.archives ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY granted ON archiver.archives FOR SELECT USING"
        " (EXISTS (SELECT 1 FROM archiver.access x WHERE x.archive = archives.id))",
        "ALTER TABLE archiver.people ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY met ON archiver.people FOR SELECT USING (EXISTS (SELECT 1 FROM archiver.names n"
        " WHERE n.archive = people.archive AND n.person = people.id))",
    ]
    for table, chat in _BY_CHAT.items():
        rules.append(f"ALTER TABLE archiver.{table} ENABLE ROW LEVEL SECURITY")
        rules.append(
            f"CREATE POLICY granted ON archiver.{table} FOR SELECT USING ({_MAY.format(table=table, chat=chat)})"
        )
    return ";\n".join(rules)


def form() -> int:
    """Of the tables and of how words are cut; an index of another form is dropped and published again."""
    return zlib.crc32(f"{TABLES}{policies()}{TOKENIZER}".encode())
