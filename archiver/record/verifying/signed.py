"""Signatures: on the checkpoints that the archive keeps, and what nobody has signed."""

from __future__ import annotations

from collections.abc import Iterator

from archiver.record import keys, log
from archiver.record.verifying.report import Fault, Report
from archiver.record.verifying.subject import Subject


def signatures(subject: Subject) -> Iterator[Fault]:
    """Every signature by a key that is known is true; where a person named the key, the newest checkpoint bears one."""
    newest, signed = 0, 0
    for size, head in _heads(subject):
        newest = size
        for key in subject.keys:
            verdicts = [keys.signed_by(key, head.body, line) for line in head.signatures]
            if False in verdicts:
                yield Fault("signatures", f"The signature of {key.name} on the checkpoint of entry {size} is false.")
            if True in verdicts:
                signed = size
    if subject.must_sign and signed < newest:
        last = f"the last it signed is that of entry {signed}" if signed else "it signed none"
        yield Fault("signatures", f"{subject.keys[0].name} did not sign the newest checkpoint; {last}.")


def note_unsigned(subject: Subject, report: Report) -> None:
    """Say which entries no known key vouches for."""
    newest, signed, others = 0, 0, False
    for size, head in _heads(subject):
        newest = size
        if any(keys.signed_by(key, head.body, line) for key in subject.keys for line in head.signatures):
            signed = size
        elif head.signatures:
            others = True
    if others:
        report.not_checked.append("Signatures by keys that are not known here (name one with --key).")
    if signed < newest:
        which = f"Entries {signed + 1} to {newest}" if signed + 1 < newest else f"Entry {newest}"
        report.not_checked.append(
            f"{which} of the log: no known key signed them. Whoever can write the folder could have rewritten them;"
            " a receipt held elsewhere shows it (--against)."
        )
    if signed and subject.key_from_archive:
        report.not_checked.append("Whether the key is the right one: it was taken from the archive itself.")


def _heads(subject: Subject) -> Iterator[tuple[int, log.Head]]:
    for size, text in subject.connection.execute("SELECT size, text FROM checkpoints ORDER BY size"):
        try:
            yield size, log.read_checkpoint(text)
        except ValueError:
            continue
