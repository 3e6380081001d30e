"""A receipt held elsewhere against the archive: everything that the log then held must still be there, in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from archiver.errors import UsageError
from archiver.record import keys, log
from archiver.record.verifying.report import Fault, Report
from archiver.record.verifying.subject import Subject

_CHECKPOINT = re.compile(
    rf"^[ \t]*(?P<origin>\S+)[ \t]*\r?\n[ \t]*(?P<size>[0-9]+)[ \t]*\r?\n[ \t]*(?P<root>{log.BASE64_SHA256})[ \t]*\r?$"
    rf"(?P<note>(?:\r?\n[ \t]*\r?$)?(?:\r?\n[ \t]*{keys.SIGNATURE}\S+ [A-Za-z0-9+/=]+[ \t]*\r?$)+)?",
    re.MULTILINE,
)


def read_receipt(path: Path) -> list[log.Head]:
    """The checkpoints on a receipt: as ``archive`` prints it or as JSON, or a checkpoint alone.

    Raises ``UsageError`` where the file cannot be read or bears none.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the receipt cannot be read ({type(error).__name__}).") from error
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if isinstance(said, dict) and isinstance(said.get("checkpoint"), str):
        text = said["checkpoint"]
    heads = [_head(found) for found in _CHECKPOINT.finditer(text)]
    if not heads:
        raise UsageError(f"{path}: there is no checkpoint on it (three lines: the archive's name, a number, a hash).")
    return heads


def _head(found: re.Match[str]) -> log.Head:
    body = f"{found['origin']}\n{int(found['size'])}\n{found['root']}\n"
    lines = [line.strip() for line in (found["note"] or "").splitlines()]
    note = "".join(f"{line}\n" for line in lines if line)
    return log.read_checkpoint(f"{body}\n{note}" if note else body)


def hold_against(subject: Subject, heads: list[log.Head], report: Report) -> None:
    """Hold each checkpoint of a receipt against the log."""
    leaves = [log.leaf(entry) for _, entry, _ in subject.entries]
    for head in heads:
        faults = list(_faults(subject, head, leaves))
        report.faults += faults
        if head.origin == subject.identity and head.size > len(leaves):
            report.older_than = (
                f"The archive is older than the receipt: its log has {len(leaves):,} entries, and had {head.size:,}."
                " Everything after that is missing."
            )
        elif not faults:
            report.checked.append(f"The log begins with the {head.size:,} entries that the receipt proves.")


def _faults(subject: Subject, head: log.Head, leaves: list[str]) -> Iterator[Fault]:
    if subject.identity is not None and head.origin != subject.identity:
        yield Fault("receipt", f"The receipt is of another archive: {head.origin}; this is {subject.identity}.")
    elif head.size <= len(leaves) and log.root(leaves[: head.size]) != head.root:
        yield Fault("receipt", f"The first {head.size:,} entries of the log are not those that the receipt proves.")
    verdicts = [keys.signed_by(key, head.body, line) for key in subject.keys for line in head.signatures]
    if False in verdicts:
        yield Fault("receipt", "The signature on the receipt is false.")
    elif subject.must_sign and True not in verdicts:
        yield Fault("receipt", f"{subject.keys[0].name} did not sign the receipt.")
