"""How full-text search cuts words: runs of letters and digits, without case, Latin letters without accents.

SQLite's own table of characters is of 2012. What came later it takes for letters: without this list ``thanks🤝`` would
be one word, and nobody who looks for ``thanks`` would find it. Source: SQLite 3.40.1, each character asked; a SQLite
that knows them already is told nothing new.
"""

from __future__ import annotations

_SEPARATORS = (
    (0x20BA, 0x20CF),  # signs of currencies
    (0x23F4, 0x23FF),  # pause, stop, record
    (0x2B4D, 0x2BFF),  # arrows
    (0x2E3C, 0x2E5D),  # punctuation
    (0x32FF, 0x32FF),
    (0x1F000, 0x1FAFF),  # emoji and their skin tones
)
"""First and last of each range."""

SEPARATORS = "".join(chr(code) for first, last in _SEPARATORS for code in range(first, last + 1))

TOKENIZER = f"unicode61 remove_diacritics 2 separators '{SEPARATORS}'"
"""For ``tokenize`` of a table of FTS5, within double quotes."""
