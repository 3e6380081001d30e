"""The addresses of our pages, each spelt in one place."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

ROOT = "/-/archive"


class Addresses:
    """Makes addresses for one Datasette, which may lie below another path."""

    def __init__(self, datasette: Any) -> None:
        self._urls = datasette.urls

    def _path(self, path: str, **query: object) -> str:
        said = {name.rstrip("_"): value for name, value in query.items() if value not in (None, "")}
        return str(self._urls.path(f"{ROOT}{path}")) + (f"?{urlencode(said)}" if said else "")

    def home(self) -> str:
        return self._path("")

    def chat(self, code: str, **query: object) -> str:
        """``first``: from this id on; ``before``: what lies before it; ``date``; ``at``: where a message stands."""
        return self._path(f"/chat/{quote(code, safe='')}", **query)

    def in_chat(self, reference: str) -> str:
        """A message where it stands in its chat."""
        code = reference.rpartition("/")[0]
        return f"{self.chat(code, at=reference)}#{anchor(reference)}"

    def message(self, reference: str, **query: object) -> str:
        """``noted``: the number of the decision that was just noted, here and below."""
        return self._path(f"/message/{quote(reference, safe='/')}", **query)

    def search(self, **query: object) -> str:
        return self._path("/search", **query)

    def saved(self, ending: str, **query: object) -> str:
        """The messages of a page of the search as a file."""
        return self._path(f"/search.{ending}", **query)

    def language(self) -> str:
        return self._path("/search/language")

    def people(self, **query: object) -> str:
        return self._path("/people", **query)

    def person(self, identity: int) -> str:
        return self._path(f"/people/{identity}")

    def captures(self, **query: object) -> str:
        return self._path("/captures", **query)

    def findings(self, **query: object) -> str:
        return self._path("/findings", **query)

    def finding(self, identity: int, **query: object) -> str:
        return self._path(f"/findings/{identity}", **query)

    def decisions(self, **query: object) -> str:
        return self._path("/decisions", **query)

    def decide(self) -> str:
        return self._path("/decide")

    def member(self, identity: int) -> str:
        """The bytes of a file of a source."""
        return self._path(f"/evidence/{identity}")

    def source(self, identity: int) -> str:
        """The bytes of a source, as handed over."""
        return self._path(f"/original/{identity}")

    def tables(self, database: str) -> str:
        return str(self._urls.database(database))

    def style(self, name: str) -> str:
        return str(self._urls.static_plugins("archiver", name))


def anchor(reference: str) -> str:
    """A message's name inside a page."""
    return reference.replace("/", "-")
