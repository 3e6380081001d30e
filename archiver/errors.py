"""Why work stops, and the exit code a script sees.

Every message is one clear sentence (what, which file, what to do). A *finding* does not stop the work and
is no error: see ``model.Finding``.
"""

from __future__ import annotations

from typing import ClassVar

DONE, FAILED, USAGE, REVIEW, DAMAGED, MISSING_TOOL, OLDER, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130


class ArchiverError(Exception):
    """Root of the tree; ``exit_code`` is what the command ends with."""

    exit_code: ClassVar[int] = FAILED


class Refused(ArchiverError):
    """A source cannot be taken; the rest of the batch goes on.

    ``word`` is the class a program sees, one of those in ``fixtures/text/README.md``.
    """

    def __init__(self, word: str, sentence: str) -> None:
        super().__init__(sentence)
        self.word = word


class UsageError(ArchiverError):
    """The command was given something it cannot act on."""

    exit_code = USAGE


class NeedsPerson(ArchiverError):
    """Only a person can say it: a capture date that nothing carries."""

    exit_code = REVIEW


class Damaged(ArchiverError):
    """The archive is not as it was left."""

    exit_code = DAMAGED


class MissingTool(ArchiverError):
    """A program or library of the machine is absent; the sentence says what to install."""

    exit_code = MISSING_TOOL
