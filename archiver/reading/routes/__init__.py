"""The ways in which a chat is captured: adding one is adding a file here and a word in ``read_bundle``."""

from __future__ import annotations

from archiver.model import Bundle, Reading, ReadingOptions


def read_bundle(bundle: Bundle, options: ReadingOptions) -> Reading:
    """The reading of one bundle by the route that its content shows.

    Raises ``Refused`` where it is no chat.
    """
    if bundle.picture:
        from archiver.reading.routes import screenshot

        return screenshot.read(bundle, options)
    from archiver.reading.routes import text

    return text.read(bundle, options)
