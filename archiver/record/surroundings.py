"""What around an archive endangers it: who else can look in, where its disk is, what the clock says."""

from __future__ import annotations

import re
import sqlite3
import stat
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

NETWORK = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "afs", "9p", "ceph", "glusterfs", "lustre",
        "davfs", "webdav", "vboxsf", "prl_fs", "fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.glusterfs",
        "fuse.ceph", "fuse.vmhgfs-fuse", "fuse.smbnetfs",
    }
)  # fmt: skip
"""Kinds of file system on which SQLite's WAL must not be trusted: its index is memory shared by one machine's programs.
Source: sqlite.org/wal.html, "all processes using a database must be on the same host computer"."""

_BACK = timedelta(seconds=60)
"""Clocks that are set right by a network step back by less."""


def cautions(folder: Path, connection: sqlite3.Connection | None = None) -> list[str]:
    """What a person should put right, a sentence each; none where all is well.

    ``connection``: to the archive, where its log can be asked.
    """
    found = [*_shared(folder, "archive"), *_remote(folder)]
    if connection is not None:
        found += _clock(connection)
    return found


def cautions_of_backup(archive: Path, destination: Path) -> list[str]:
    """The same of a folder of backups."""
    found = _shared(destination, "backup")
    with suppress(OSError):
        if archive.stat().st_dev == destination.stat().st_dev:
            found.append(f"{destination}: it is on the disk of the archive itself; a fault of that disk takes both.")
    return found


def _shared(folder: Path, what: str) -> list[str]:
    """Other accounts that are let in, by the modes of the folder and of what lies in it at the top."""
    with suppress(OSError):
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & 0o077:
            return [f"{folder}: other accounts can open the {what}'s folder (mode {mode:04o}). chmod 700 closes it."]
        for path in sorted(folder.iterdir()):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                return [f"{path}: it is open to other accounts (mode {mode:04o}). chmod go= closes it."]
    return []


def _remote(folder: Path) -> list[str]:
    kind = network_kind(folder.resolve(), _mounts())
    if kind is None:
        return []
    return [
        f"{folder}: it is on a network share ({kind}), where SQLite cannot keep two machines from damaging the archive."
        " Keep the archive on a disk of this machine and the backups on the share."
    ]


def network_kind(folder: Path, mounts: str) -> str | None:
    """The kind of the network file system that a folder is on; None where it is on a disk of the machine.

    ``mounts``: as in Linux's /proc/mounts, or as the command ``mount`` of macOS prints them.
    """
    places: dict[str, str] = {}
    for line in mounts.splitlines():
        fields = line.split(" ")
        if told := re.fullmatch(r".* on (/.*) \(([\w.]+)[,)].*", line):
            places[told[1]] = told[2]
        elif len(fields) >= 3 and fields[1].startswith("/"):
            places[re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[1])] = fields[2]
    for parent in (folder, *folder.parents):
        if (kind := places.get(str(parent))) is not None:
            return kind if kind in NETWORK else None
    return None


def _mounts() -> str:
    with suppress(OSError):
        return Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=True, timeout=10).stdout
    return ""


def _clock(connection: sqlite3.Connection) -> list[str]:
    """The clock of the machine against the log: an entry from the future means that one of them is wrong."""
    now = datetime.now(UTC)
    with suppress(TypeError, ValueError, sqlite3.DatabaseError):  # a log that is not as it was is for archive verify
        row = connection.execute("SELECT max(json_extract(entry, '$.at')) FROM log").fetchone()
        if datetime.fromisoformat(row[0]) > now + _BACK:
            return [
                f"The clock of this machine says {now:%Y-%m-%dT%H:%M:%SZ}, but the archive's log has an entry of"
                f" {row[0]}. Set it right: the times of what is taken in are this clock's."
            ]
    return []
