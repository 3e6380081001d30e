"""Bytes from originals, sent so that nothing in them can run: pictures may be looked at, all else is saved to disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO
from urllib.parse import quote

BLOCK = 1 << 18
POLICY = b"default-src 'none'; sandbox; frame-ancestors 'none'"
"""Also for a browser that shows what it was told to save."""

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", b"image/png"),
    (b"\xff\xd8\xff", b"image/jpeg"),
    (b"GIF87a", b"image/gif"),
    (b"GIF89a", b"image/gif"),
)


def picture_type(head: bytes) -> bytes | None:
    """The type of a picture that browsers show, told by its first bytes and by nothing that anybody said of it.

    >>> picture_type(b"GIF89a..."), picture_type(b"<svg onload=...")
    (b'image/gif', None)
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return b"image/webp"
    return next((media_type for start, media_type in _PICTURES if head.startswith(start)), None)


def disposition(name: str, inline: bool) -> bytes:
    """The header that names a file, whatever its name holds.

    >>> disposition('a"b\\r\\nX: y/z.txt', inline=False)
    b"attachment; filename*=UTF-8''a%22b%0D%0AX%3A%20y_z.txt"
    """
    bare = name.replace("/", "_").replace("\\", "_").lstrip(".") or "file"
    how = "inline" if inline else "attachment"
    return f"{how}; filename*=UTF-8''{quote(bare, safe='', errors='replace')}".encode("ascii")


async def send(send: Any, beside: Callable[..., Any], name: str, opened: Callable[[], BinaryIO]) -> None:
    """Send a file a block at a time: a video of gigabytes is never held whole."""
    stream = await beside(opened)
    try:
        block = await beside(stream.read, BLOCK)
        media_type = picture_type(block)
        headers = [
            (b"content-type", media_type or b"application/octet-stream"),
            (b"content-disposition", disposition(name, media_type is not None)),
            (b"content-security-policy", POLICY),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while block:
            await send({"type": "http.response.body", "body": block, "more_body": True})
            block = await beside(stream.read, BLOCK)
        await send({"type": "http.response.body", "body": b""})
    finally:
        stream.close()
