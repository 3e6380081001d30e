"""The key that signs checkpoints (Ed25519), kept outside the archive: C2SP ``signed-note`` as text in, text out.

Whoever can write the archive's folder can rewrite its whole log; they cannot sign what they wrote, unless the key lies
there too. Source: c2sp.org/signed-note (names, key hashes, signature lines), c2sp.org/tlog-checkpoint.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import MissingTool, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = b"\x01"
"""How signed notes number this kind of key."""
SIGNATURE = "\N{EM DASH} "
"""How a line of signature begins."""
_NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What verifies."""

    name: str
    public: bytes
    """32 bytes."""

    @property
    def number(self) -> bytes:
        """The four bytes by which signatures name the key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as people pass it on."""
        return f"{self.name}+{self.number.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """What signs."""

    name: str
    seed: bytes
    """32 bytes."""

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.name, _ed25519(self.seed).public_key().public_bytes_raw())

    def sign(self, body: str) -> str:
        """A checkpoint's three lines as a signed note."""
        blob = self.public.number + _ed25519(self.seed).sign(body.encode())
        return f"{body}\n{SIGNATURE}{self.name} {base64.b64encode(blob).decode()}\n"


def place() -> Path | None:
    """Where the key is: ``ARCHIVE_KEY``, else ``archiver/key`` in the person's settings; None where that is empty."""
    named = os.environ.get("ARCHIVE_KEY")
    if named is not None:
        return Path(named) if named else None
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "archiver" / "key"


def held() -> PrivateKey | None:
    """The key of the person who runs the program, or None where they have none.

    Raises ``UsageError`` where it cannot be read, is no key, or others than its owner can read it.
    """
    path = place()
    try:
        if path is None or not path.is_file():
            return None
        if path.stat().st_mode & 0o077:
            raise UsageError(f"{path}: others can read this key. Close it with: chmod 600 {path}")
        text = path.read_text("utf-8").strip()
    except OSError as error:
        raise UsageError(f"{path}: the key cannot be read ({error.strerror}).") from error
    parts = text.removeprefix("PRIVATE+KEY+").split("+", 2)
    try:
        name, number, encoded = parts
        kind_and_seed = base64.b64decode(encoded, validate=True)
        key = PrivateKey(name, kind_and_seed[1:])
        if kind_and_seed[:1] == ED25519 and len(key.seed) == 32 and key.public.number.hex() == number:
            return key
    except (ValueError, binascii.Error):
        pass
    raise UsageError(f"{path}: this is not a key as archive key --make writes it.")


def make(name: str) -> PrivateKey:
    """Make a key and keep it in its place, readable by its owner only.

    Raises ``UsageError`` where one is there already, the name cannot be one, or the place cannot be written.
    """
    path = place()
    if path is None:
        raise UsageError("ARCHIVE_KEY is empty: it says that there is no key. Unset it, or name a file.")
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name}: the name of a key has no spaces and no plus signs.")
    key = PrivateKey(name, os.urandom(32))
    encoded = base64.b64encode(ED25519 + key.seed).decode()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"PRIVATE+KEY+{name}+{key.public.number.hex()}+{encoded}\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise UsageError(f"{path}: there is a key already; it is kept. See it with: archive key") from error
    except OSError as error:
        raise UsageError(f"{path}: the key cannot be written ({error.strerror}).") from error
    return key


def read_vkey(text: str) -> PublicKey:
    """A public key from its text. Raises ``UsageError`` where it is none."""
    name, _, rest = text.strip().partition("+")
    number, _, encoded = rest.partition("+")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        blob = b""
    key = PublicKey(name, blob[1:])
    if blob[:1] != ED25519 or len(key.public) != 32 or key.number.hex() != number or not _NAME.fullmatch(name):
        raise UsageError(f"{text}: this is not a public key as archive key prints it (NAME+HASH+KEY).")
    return key


def signed_by(key: PublicKey, body: str, line: str) -> bool | None:
    """Whether a line of signature is this key's and true of a checkpoint's three lines; None: it is another key's."""
    name, _, encoded = line.removeprefix(SIGNATURE).partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        return None
    if not line.startswith(SIGNATURE) or name != key.name or blob[:4] != key.number:
        return None
    _need_cryptography()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(blob[4:], body.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _ed25519(seed: bytes) -> Ed25519PrivateKey:
    _need_cryptography()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)


def _need_cryptography() -> None:
    import importlib.util

    if importlib.util.find_spec("cryptography") is None:
        raise MissingTool("Signing needs the Python package cryptography: pip install cryptography")
