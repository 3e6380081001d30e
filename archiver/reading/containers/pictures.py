"""Pictures, wherever they lie: alone, in a zip or in an email."""

from __future__ import annotations

from pathlib import PurePosixPath

from archiver.model import Dated, Member
from archiver.reading.containers.content import UNKNOWN, media_type_by_name


def picture_dates(picture: Member) -> tuple[Dated, ...]:
    """Give the dates that a picture itself carries (EXIF, its name), best basis first."""
    # Imported late: it imports the picture library, which texts must not pay for.
    from archiver.reading import provenance_picture

    with picture.open() as stream:
        return provenance_picture.picture_dates(PurePosixPath(picture.name).name, stream)


def is_misnamed(name: str) -> bool:
    """Tell whether a picture bears the name of something else: ``WhatsApp Chat with Photos.txt``.

    Then a chat's text was meant, and taking the picture in its place would hide that the text is missing.
    """
    told = media_type_by_name(PurePosixPath(name).name)
    return told != UNKNOWN and not told.startswith("image/")
