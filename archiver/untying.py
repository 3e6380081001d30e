"""Where it is not plain which sighting is which message, all that is held there is told apart anew.

The bridge between matching, which decides, and the record, which holds: after each capture, for the minutes in which it
left something open or in which an earlier one had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from archiver.matching.knots import Showing, Untied, Who, untie
from archiver.matching.likeness import LOCAL
from archiver.matching.normal import Words
from archiver.model import Seen
from archiver.record.held import HeldChat
from archiver.record.knots import Knots, Place

UNSURE = "unsure"
"""The finding for what fits two ways, or not well enough: kept apart until a person says."""
_FITS_TWO = "This fits two or more held messages equally well. Kept apart until a person says which it is."
_FITS_NEARLY = "This may be a held message of that minute, but not surely. Kept apart until a person says."


class Untying:
    """The knots of a chat, once a capture of it has been written."""

    def __init__(self, knots: Knots, held: HeldChat, words: Words) -> None:
        self.knots, self.held, self.words = knots, held, words

    def untie(self, minutes: Collection[int]) -> None:
        """Set right what is held in these minutes, and say what stays unsure there."""
        if not minutes:
            return
        who = self._who()
        for first, last in self.knots.tie(minutes):
            place = self.knots.place(first, last)
            untied = untie(self._showings(place), self.words, who)
            self.knots.apply(place, [[(seen, rule, score) for seen, rule, score in m] for m in untied.messages])
            self.knots.find(place, UNSURE, self._doubts(untied))

    @staticmethod
    def _doubts(untied: Untied) -> dict[int, str]:
        return dict.fromkeys(untied.near, _FITS_NEARLY) | dict.fromkeys(untied.unsure, _FITS_TWO)

    def _who(self) -> Who:
        late = self.knots.lateness()
        slack: dict[int, int] = {}
        for person, seconds in self.knots.slack(late):
            slack[person] = max(seconds, slack.get(person, 0))
        return Who(self.knots.bearers(), late, slack)

    def _showings(self, place: Place) -> list[Showing]:
        by_capture: dict[int, list[Seen]] = defaultdict(list)
        for seen in place.seen:
            by_capture[seen.capture].append(seen)
        return [
            Showing(
                self.held.rank(capture),
                [seen for seen in shown if not self._is_local(seen)],
                self.knots.is_paste(capture),
                *self.knots.ends(capture, shown[0].sighting, shown[-1].sighting),
            )
            for capture, shown in by_capture.items()
        ]

    def _is_local(self, seen: Seen) -> bool:
        return seen.kind == "system" and self.words.normal("system", seen.event, seen.text).startswith(LOCAL)
