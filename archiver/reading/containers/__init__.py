"""Containers: files that hold other files. One container, one file.

    zip.py        Android and iPhone exports, zipped again or several together
    mbox.py       mailboxes: emails, one after another
    email.py      one email
    outlook.py    one email saved out of Outlook

To add one, write a module with what ``Container`` asks for and name it in ``CONTAINERS``.
"""

from __future__ import annotations

from typing import Protocol

from archiver.reading.containers import email, mbox, outlook, zip
from archiver.reading.containers.content import Handed, Opened


class Container(Protocol):
    """What each module of this family has."""

    @property
    def MEDIA_TYPE(self) -> str:
        """Give the word by which ``content.media_type_of`` calls it."""

    def open_container(self, handed: Handed, /) -> Opened:
        """Give what it holds; raise Refused where it cannot be taken."""


CONTAINERS: tuple[Container, ...] = (zip, mbox, email, outlook)
