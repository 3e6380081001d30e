"""The schema of an archive, printed: ``python -m archiver.record.schema``."""

from __future__ import annotations

import sqlite3

from archiver.record.migrations import migrate


def schema() -> str:
    """The SQL of a new archive's tables, indexes, views and triggers, as SQLite keeps it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%\\_fts\\_%' ESCAPE '\\'"
        " AND name NOT LIKE '%\\_sqlite\\_migrations%' ESCAPE '\\' ORDER BY rowid"
    )
    return "".join(f"{sql};\n\n" for (sql,) in rows).rstrip("\n") + "\n"


if __name__ == "__main__":
    print(schema(), end="")
