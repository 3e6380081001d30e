"""What stands before every page: foreign hosts and origins are refused, browsers are told to be careful.

A page in the person's browser from anywhere can make a name of its own point at this machine, and then read what is
served here as if it were its own. Such a request bears that name in ``Host``: only names of this machine are answered.
"""

from __future__ import annotations

from typing import Any

from archiver.browse.archive import archive_of

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

# Datasette's own pages carry scripts and style in the page.
TABLES_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_ASKING = ("GET", "HEAD", "OPTIONS")
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def guarded(app: Any, datasette: Any) -> Any:
    """The application, behind both. It changes nothing where no archive is served."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or archive_of(datasette) is None:
            await app(scope, receive, send)
        elif not is_own(scope["headers"]):
            await _refuse(send, b"This archive is shown on this machine only. Open it as http://127.0.0.1\n")
        elif scope["method"] not in _ASKING and not is_from_here(scope["headers"]):
            await _refuse(send, b"Only what the pages of this archive themselves send is taken.\n")
        else:
            await app(scope, receive, _careful(send))

    return wrapped


def is_own(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a request names this machine, and no other, as its host."""
    named = [value.decode("latin-1").lower() for name, value in headers if name.lower() == b"host"]
    return len(named) == 1 and _without_port(named[0]) in LOOPBACK


def _without_port(host: str) -> str:
    """
    >>> _without_port("127.0.0.1:8001"), _without_port("[::1]:8001"), _without_port("localhost")
    ('127.0.0.1', '[::1]', 'localhost')
    """
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def is_from_here(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether the browser says that a page of this very address sends a request.

    Another program's page on this machine is of the same site, and has our cookies; it is of another port, and so of
    another origin. Where a page sends no referrer, as ours, ``Origin`` says ``null`` and ``Sec-Fetch-Site`` tells.
    """
    said: dict[bytes, list[str]] = {}
    for name, value in headers:
        said.setdefault(name.lower(), []).append(value.decode("latin-1").lower())
    sites, origins = said.get(b"sec-fetch-site", []), said.get(b"origin", [])
    if sites:
        return sites == ["same-origin"] and origins in ([], ["null"], [f"http://{said[b'host'][0]}"])
    return origins == [f"http://{said[b'host'][0]}"]


async def _refuse(send: Any, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": [*headers, *_ALWAYS]})
    await send({"type": "http.response.body", "body": body})


def _closed(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header, where it sets a cookie so that no script can read it."""
    if name.lower() == b"set-cookie" and b"httponly" not in value.lower():
        return name, value + b"; HttpOnly"
    return name, value


def _careful(send: Any) -> Any:
    async def with_headers(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = [_closed(*header) for header in message.get("headers", [])]
            there = {name.lower() for name, _ in headers}
            policy = ((b"content-security-policy", TABLES_POLICY.encode()),)
            headers += [(name, value) for name, value in (*_ALWAYS, *policy) if name not in there]
            message = {**message, "headers": headers}
        await send(message)

    return with_headers
