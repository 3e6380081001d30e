"""WhatsApp into the official record: one true record out of many imperfect captures, with the proof beside it."""

__version__ = "0.1.0"
