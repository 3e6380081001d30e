"""Named moments at which a test kills the program, as a power cut would.

Outside tests nothing happens: only the environment names a moment, ``ARCHIVE_FAIL_AT=source-recorded``, or
``ARCHIVE_FAIL_AT=batch-written:3`` for the third time that it comes. ``tests/test_crash.py`` finds every call and kills
at each.
"""

from __future__ import annotations

import os
import signal
from itertools import count

_NAME, _, _TIME = os.environ.get("ARCHIVE_FAIL_AT", "").partition(":")
_come = count(1)


def fail_point(name: str) -> None:
    """The moment called ``name`` has come."""
    if name == _NAME and next(_come) == int(_TIME or 1):
        os.kill(os.getpid(), signal.SIGKILL)
