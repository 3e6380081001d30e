"""The append-only account of every act: canonical entries, their hashes, and the head that copies witness.

Pure functions. Entries are canonical JSON (RFC 8785); hashes and root are those of RFC 6962; a checkpoint is the text
of C2SP ``tlog-checkpoint`` (origin, size, root), which ``keys.sign`` makes a signed note. No content stands in an entry
and no bare hash of content, only salted commitments, so that a lawful disposal later does not break the log.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from typing import NamedTuple

import rfc8785

BASE64_SHA256 = r"[A-Za-z0-9+/]{43}="


def entry_text(entry: dict[str, object]) -> str:
    """An entry as it is kept: canonical JSON."""
    return rfc8785.dumps(entry).decode()  # type: ignore[arg-type]


def state_in(entry: str) -> str | None:
    """The hash over all seals that an entry names, or None where it names none or is no entry."""
    try:
        state = json.loads(entry)["state"]
    except (ValueError, KeyError, TypeError):
        return None
    return state if isinstance(state, str) else None


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


def grown(frontier: str, size: int, leaf_hash: str) -> str:
    """The frontier of a log of ``size`` entries once one more is there.

    A frontier is what an append needs to know of the tree: the roots of its whole halves, the largest first, in
    hexadecimal one after the other.

    >>> a, b = leaf("1"), leaf("2")
    >>> root_of(grown(grown("", 0, a), 1, b)) == root([a, b])
    True
    """
    halves = [bytes.fromhex(frontier[at : at + 64]) for at in range(0, len(frontier), 64)]
    last = bytes.fromhex(leaf_hash)
    while size & 1:
        last = hashlib.sha256(b"\x01" + halves.pop() + last).digest()
        size >>= 1
    return b"".join([*halves, last]).hex()


def root_of(frontier: str) -> str:
    """The RFC 6962 root of a log by its frontier, in hexadecimal."""
    halves = [bytes.fromhex(frontier[at : at + 64]) for at in range(0, len(frontier), 64)]
    if not halves:
        return root([])
    joined = halves.pop()
    while halves:
        joined = hashlib.sha256(b"\x01" + halves.pop() + joined).digest()
    return joined.hex()


class Head(NamedTuple):
    """What a checkpoint says."""

    origin: str
    size: int
    root: str
    """In hexadecimal."""
    body: str
    """The three lines that a signature signs."""
    signatures: tuple[str, ...]
    """The lines of a signed note that begin with a dash; none, where it is not signed."""


def read_checkpoint(text: str) -> Head:
    """A checkpoint taken apart. Raises ``ValueError`` where it is none.

    >>> read_checkpoint(checkpoint("example.com/a", 1, leaf("{}"))).size
    1
    """
    body, blank, note = text.partition("\n\n")
    match body.removesuffix("\n").split("\n"):
        case [origin, size, root_hash] if re.fullmatch(r"[0-9]+", size) and re.fullmatch(BASE64_SHA256, root_hash):
            signed, signatures = f"{origin}\n{size}\n{root_hash}\n", tuple(note.splitlines())
            if text == signed + ("\n" + "".join(f"{line}\n" for line in signatures) if blank else ""):
                return Head(origin, int(size), base64.b64decode(root_hash).hex(), signed, signatures)
    raise ValueError("this is not a checkpoint as it is written")


def checkpoint(origin: str, size: int, root_hash: str) -> str:
    """The head of the log as receipts print it."""
    return f"{origin}\n{size}\n{base64.b64encode(bytes.fromhex(root_hash)).decode()}\n"


def commitment(salt: str, digest: str) -> str:
    """What the log says of a source: nothing, to whoever lacks the salt that is kept beside the source."""
    return hmac.new(bytes.fromhex(salt), digest.encode(), hashlib.sha256).hexdigest()
