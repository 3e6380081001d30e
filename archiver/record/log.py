"""The append-only account of every act: canonical entries, their hashes, and the head that copies witness.

Pure functions. Entries are canonical JSON (RFC 8785); hashes and root are those of RFC 6962; a checkpoint is the text
of C2SP ``tlog-checkpoint`` (origin, size, root), unsigned. No content stands in an entry and no bare hash of content,
only salted commitments, so that a lawful disposal later does not break the log.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

import rfc8785


def entry_text(entry: dict[str, object]) -> str:
    """An entry as it is kept: canonical JSON."""
    return rfc8785.dumps(entry).decode()  # type: ignore[arg-type]


def leaf(entry: str) -> str:
    """The RFC 6962 hash of an entry, in hexadecimal."""
    return hashlib.sha256(b"\x00" + entry.encode()).hexdigest()


def root(leaves: Sequence[str]) -> str:
    """The RFC 6962 root over all entries' hashes, in hexadecimal; of none, the hash of nothing.

    >>> root([leaf("{}")]) == leaf("{}")
    True
    """
    return _root([bytes.fromhex(one) for one in leaves]).hex()


def _root(hashes: list[bytes]) -> bytes:
    """Pairs from the left, level by level: the same tree as RFC 6962's largest power of two below the size."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 1:
        paired = [hashlib.sha256(b"\x01" + hashes[at] + hashes[at + 1]).digest() for at in range(0, len(hashes) - 1, 2)]
        hashes = paired + hashes[len(paired) * 2 :]
    return hashes[0]


def checkpoint(origin: str, size: int, root_hash: str) -> str:
    """The head of the log as receipts print it."""
    return f"{origin}\n{size}\n{base64.b64encode(bytes.fromhex(root_hash)).decode()}\n"


def commitment(salt: str, digest: str) -> str:
    """What the log says of a source: nothing, to whoever lacks the salt that is kept beside the source."""
    return hmac.new(bytes.fromhex(salt), digest.encode(), hashlib.sha256).hexdigest()
