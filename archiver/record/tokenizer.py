"""How full-text search cuts words: runs of letters and digits, without case, Latin letters without accents.

SQLite's own table of characters is of 2012. What came later it takes for letters: without this list ``thanks🤝`` would
be one word, and nobody who looks for ``thanks`` would find it. Source: SQLite 3.40.1, each character asked; a SQLite
that knows them already is told nothing new.
"""

from __future__ import annotations

_SEPARATORS = (
    (0x20BA, 0x20C0),  # signs of currencies
    (0x23F4, 0x23FF),  # pause, stop, record
    (0x1F300, 0x1F64F),  # emoji and their skin tones
    (0x1F6C6, 0x1F6FF),
    (0x1F7E0, 0x1F7F0),
    (0x1F900, 0x1F9FF),
    (0x1FA70, 0x1FAFF),
)
"""First and last of each range; no more than is needed, for SQLite sorts them anew for every table it opens."""

SEPARATORS = "".join(chr(code) for first, last in _SEPARATORS for code in range(first, last + 1))

TOKENIZER = f"unicode61 remove_diacritics 2 separators '{SEPARATORS}'"
"""For ``tokenize`` of a table of FTS5, within double quotes."""
