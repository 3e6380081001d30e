"""``archive verify`` on one page: every check of its tier, every fault listed, and what was not looked at."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress

from archiver.errors import ArchiverError
from archiver.record.log import Head
from archiver.record.verifying import derived, files, ledger, rows, signed, structure
from archiver.record.verifying.against import hold_against
from archiver.record.verifying.report import TIERS, Fault, Report, Tier
from archiver.record.verifying.signed import note_unsigned
from archiver.record.verifying.subject import Subject

UNSEALED = "which no seal covers yet"

Check = Callable[[Subject], Iterator[Fault]]

CHECKS: tuple[tuple[Tier, str, str, Check], ...] = (
    ("quick", "schema", "the schema is the program's own", structure.schema),
    ("quick", "integrity", "SQLite finds the database whole", structure.integrity),
    ("quick", "keys", "every row that names another finds it", structure.foreign_keys),
    ("quick", "search", "the search indexes hold the words of the record", structure.search),
    ("quick", "settings", "the archive has its name, in archive.toml", ledger.settings),
    ("quick", "log", "the log's entries stand in order with their hashes", ledger.entries),
    ("quick", "checkpoints", "every checkpoint is that of the entries up to it", ledger.checkpoints),
    ("quick", "state", "the seals and the counts of all rows are those that the log names", ledger.state),
    ("quick", "originals", "every source has its original, of its size, and every original its source", files.there),
    ("standard", "bytes", "every original has the bytes that its name says", files.bytes_of),
    ("standard", "commitments", "every source and decision is the one that the log commits to", ledger.commitments),
    ("standard", "signatures", "every signature by the key that is known is true", signed.signatures),
    ("standard", "rows", "every row is as it was sealed", rows.sealed),
    ("full", "derived", "the record is what its originals and decisions come to", derived.derived),
)
"""In the order in which they are made: the tier, the word in faults, what it shows, the check."""


def verify(
    subject: Subject, tier: Tier, receipt: list[Head] | None = None, tell: Callable[[str], None] = lambda title: None
) -> Report:
    """Make every check of a tier and of those below it; a check that breaks down is a fault too.

    ``receipt``: checkpoints held elsewhere, all of whose entries must be there still.
    """
    report = Report(tier)
    for of_tier, word, title, check in CHECKS:
        if TIERS.index(of_tier) > TIERS.index(tier):
            report.not_checked.append(f"Whether {title} (archive verify{_option(of_tier)}).")
            continue
        tell(title)
        before = len(report.faults)
        try:
            report.faults += check(subject)
        except (sqlite3.OperationalError, ArchiverError) as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" not in str(error):
                report.faults.append(Fault(word, f"The check could not be finished ({error})."))
            else:  # another program writes: that is no fault, but it was not checked either
                report.not_checked.append(f"Whether {title}: another program was writing ({error}). Try again.")
                continue
        except (sqlite3.DatabaseError, UnicodeDecodeError, OSError) as error:
            report.faults.append(Fault(word, f"The check could not be finished ({error})."))
        if len(report.faults) == before:
            report.checked.append(f"{title[0].upper()}{title[1:]}.")
    with suppress(sqlite3.DatabaseError, UnicodeDecodeError):  # what cannot be read is among the faults by now
        _note_log(subject, report)
        _note_waiting(subject, report)
        if receipt:
            hold_against(subject, receipt, report)
        if tier == "full":
            derived.note_pictures(subject, report)
    return report


def _option(tier: Tier) -> str:
    return " --full" if tier == "full" else ""


def _note_log(subject: Subject, report: Report) -> None:
    report.entries = len(subject.entries)
    row = subject.connection.execute("SELECT text FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    report.checkpoint = row and row[0]
    if report.tier != "quick":
        note_unsigned(subject, report)


def _note_waiting(subject: Subject, report: Report) -> None:
    for name, number in sorted(rows.waiting(subject).items()):
        report.not_checked.append(f"{number:,} rows of {name}, {UNSEALED}.")
