"""Halves and parts of the day as phones write them beside a 12-hour clock: adding a language is a row.

Source: case t02 and the text-format notes for am and pm in their spellings, ``in the morning``, Arabic, Chinese and
German words; Unicode CLDR for the other languages.
"""

from __future__ import annotations

import re

from archiver.reading.marks import SPACE_CHARACTERS

# language: words before noon | words after noon
_ROWS = (
    "in the morning | in the afternoon, in the evening, at night",
    "ص, صباحًا, صباحا | م, مساءً, مساء, ظهرًا",  # Arabic
    "ق.ظ., ق.ظ | ب.ظ., ب.ظ",  # Persian
    "قبل دوپہر, صبح | بعد دوپہر, شام",  # Urdu
    "上午, 凌晨, 早上, 清晨 | 下午, 晚上, 中午",  # Chinese
    "午前 | 午後",  # Japanese
    "오전, 새벽, 아침 | 오후, 저녁, 밤",  # Korean
    "vorm., morgens, vormittags, nachts | nachm., mittags, nachmittags, abends",  # German
    "π.μ. | μ.μ.",  # Greek
    "пр.об. | сл.об.",  # Bulgarian
    "дп | пп",  # Ukrainian
    "пре подне | по подне",  # Serbian
    "dop. | odp., pop.",  # Czech, Slovenian
    "de., d. e. | du., d. u.",  # Hungarian
    "ÖÖ | ÖS",  # Turkish
    "SA | CH",  # Vietnamese
    "PG | PTG",  # Malay
    "fm, fm. | em, em.",  # Swedish
    "ap. | ip.",  # Finnish
    "vm. | nm.",  # Afrikaans
    "priešpiet | popiet",  # Lithuanian
    "priekšp. | pēcp.",  # Latvian
    "da manhã | da tarde, da noite",  # Portuguese
    "de la mañana | de la tarde, de la noche",  # Spanish
    "पूर्वाह्न, म.पू., सुबह | अपराह्न, म.उ., शाम",  # Hindi, Nepali, Marathi
    "পূর্বাহ্ণ, পূর্বাহ্ন | অপরাহ্ণ, অপরাহ্ন",  # Bengali
    "ਪੂ.ਦੁ. | ਬਾ.ਦੁ.",  # Punjabi
    "முற்பகல் | பிற்பகல்",  # Tamil
    "ಪೂರ್ವಾಹ್ನ | ಅಪರಾಹ್ನ",  # Kannada
    "පෙ.ව. | ප.ව.",  # Sinhala
    "ก่อนเที่ยง | หลังเที่ยง",  # Thai
    "לפנה״צ | אחה״צ",  # Hebrew
    "r.n. | i.n.",  # Irish
    "yb | yh",  # Welsh
)

_DROP = dict.fromkeys(map(ord, SPACE_CHARACTERS + "."))


def _key(word: str) -> str:
    return word.translate(_DROP).casefold()


def _words() -> dict[str, bool]:
    """Each word as written, and whether it is after noon."""
    words: dict[str, bool] = {}
    for row in _ROWS:
        before, after = row.split("|")
        words |= {w.strip(): False for w in before.split(",")} | {w.strip(): True for w in after.split(",")}
    return words


_WORDS = _words()
_AFTERNOON = {**{_key(word): later for word, later in _WORDS.items()}, "am": False, "pm": True}


def _pattern() -> str:
    """One regular expression for all of them, longest first; ``a.m.`` in any spacing and case."""
    words = sorted(_WORDS, key=lambda w: (-len(w), w))
    rest = "|".join(re.escape(word).replace(r"\ ", f"[{SPACE_CHARACTERS}]") for word in words)
    return rf"(?:[aApP]\.?[{SPACE_CHARACTERS}]?[mM]\b\.?|(?:{rest})(?![^\W\d_]))"


PERIOD = _pattern()


def afternoon(period: str, hour: int) -> int:
    """The hour of the 24-hour clock for an hour of 0 to 12 beside a period's word.

    >>> afternoon("p. m.", 12), afternoon("AM", 12), afternoon("下午", 3), afternoon("午後", 0)
    (12, 0, 15, 12)
    """
    return hour % 12 + 12 if _AFTERNOON[_key(period)] else hour % 12
