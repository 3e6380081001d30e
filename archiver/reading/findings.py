"""The words of findings: one a kind of oddity, each with the sentence that a person reads.

The first ten are promised to other programs (fixtures/text/README.md); the rest are our own.
"""

from __future__ import annotations

AMBIGUOUS_DATE_ORDER = "ambiguous-date-order"
OUT_OF_ORDER = "out-of-order"
EMPTY_MESSAGE = "empty-message"
MISSING_ATTACHMENT = "missing-attachment"
UNATTRIBUTED_TEXT = "unattributed-text"
MISSING_SENDER = "missing-sender"
TRUNCATED_MESSAGE = "truncated-message"
HEADER_LIKE_TEXT = "header-like-text"
ENCODING_GUESSED = "encoding-guessed"
OVERSIZED_MESSAGE = "oversized-message"

CAPTURE_DATE_NEEDED = "capture-date-needed"
PROBABLY_CUT = "probably-cut"
NAME_WITH_COLON = "name-with-colon"
UNNAMED_CHAT = "unnamed-chat"
ATTACHMENTS_DIFFER = "attachments-differ"
SENT_AFTER_CAPTURE = "sent-after-capture"
BLANK_LINES = "blank-lines"
CUT_CHARACTER = "cut-character"
UNREADABLE_BYTES = "unreadable-bytes"
ENCODING_UNMARKED = "encoding-unmarked"
DATE_ORDER_CONTRADICTED = "date-order-contradicted"
YEAR_NOT_SHOWN = "year-not-shown"

OVERSIZED = 65_536
"""Characters that WhatsApp can send in one message."""
FOLDED = 600
"""A pasted message longer than this that ends in an ellipsis was copied while folded (case t16)."""
EXPORT_LIMITS = ((39_990, 40_000), (9_990, 10_000))
"""Messages at which WhatsApp cuts an export, without and with media; the oldest are missing."""
