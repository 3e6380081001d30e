"""Halves and parts of the day as phones write them beside a 12-hour clock: adding a language is a row."""

from __future__ import annotations

import re

from archiver.reading.dialects.marks import SPACE_CHARACTERS

_AM = (
    "ص صباحًا صباحا ق.ظ. ق.ظ "  # Arabic, Persian
    "上午 凌晨 早上 清晨 午前 오전 "  # Chinese, Japanese, Korean
    "vorm. morgens nachts "  # German
    "π.μ. пп dop. de. d.o. öö ÖÖ SA PG fm fm. ip. "  # Greek, Bulgarian, Polish, Hungarian, Turkish, Vietnamese, Malay, Swedish
    "पूर्वाह्न म.पू. पू. सुबह পূর্বাহ্ণ ਪੂ.ਦੁ. ДП дп"  # Hindi, Marathi, Bengali, Punjabi, Russian
)
_PM = (
    "م مساءً مساء ب.ظ. ب.ظ "
    "下午 晚上 午後 오후 "
    "nachm. abends "
    "μ.μ. сл.об. odp. du. d.u. ös ÖS CH PTG em em. "
    "अपराह्न म.उ. शाम অপরাহ্ণ ਬਾ.ਦੁ. ПП"
)
_NOON = "中午 mittags noon"
"""Words for the hours around noon: 12 is 12, and 1 or 2 are in the afternoon."""
_PHRASES = {"in the morning": False, "in the afternoon": True, "in the evening": True, "at night": True}

_DROP = dict.fromkeys(map(ord, SPACE_CHARACTERS + "."))


def _key(word: str) -> str:
    return word.translate(_DROP).casefold()


_AFTERNOON = {
    **{_key(w): False for w in _AM.split()},
    **{_key(w): True for w in _PM.split()},
    **{_key(w): True for w in _NOON.split()},
    **{_key(w): later for w, later in _PHRASES.items()},
}
_AFTERNOON.update({"am": False, "pm": True})


def _pattern() -> str:
    """One regular expression for all of them, longest first; ``a.m.`` in any spacing and case."""
    words = sorted({*_AM.split(), *_PM.split(), *_NOON.split(), *_PHRASES}, key=lambda w: (-len(w), w))
    rest = "|".join(re.escape(word) for word in words)
    return rf"(?:[aApP]\.?[{SPACE_CHARACTERS}]?[mM]\b\.?|{rest})"


PERIOD = _pattern()


def afternoon(period: str, hour: int) -> int:
    """The hour of the 24-hour clock for an hour of 1 to 12 beside a period's word.

    >>> afternoon("p. m.", 12), afternoon("AM", 12), afternoon("下午", 3)
    (12, 0, 15)
    """
    return hour % 12 + 12 if _AFTERNOON[_key(period)] else hour % 12
