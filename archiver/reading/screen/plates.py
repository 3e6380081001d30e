"""Finds plates: regions of one flat colour with straight left and right sides, such as bubbles and chips.

A bubble's fill is the one thing that no phone, font or wallpaper changes: it is flat, and its padding runs
round its letters unbroken. So the picture is labelled with its few most frequent flat colours, the labels are
opened a little (never closed: bubbles of one run stand 2 css pixels apart), and each connected region is
kept if most of its rows start and end at the same column. A wallpaper, a photo or a gradient does not.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.picture import Pixels

Labels = NDArray[np.uint8]
"""Rows, columns; 0 is no flat colour, else 1 + the index in the palette."""

MOST_COLOURS: Final = 40
LOSSY_FROM: Final = 5
"""Noise from which a picture has been squeezed."""
LOSSY_TINT: Final = 14
"""Levels of blue that squeezing, which is roughest with blue, sets between two patches of one fill."""
WAIST_REACH: Final = 8
"""Rows above and below with which a waist is compared."""
LEAST_SHARE: Final = 0.0008
"""Of all pixels: a chip of one word covers about 0.2 % of a screen."""


class Rect(NamedTuple):
    """Pixels from the top left; ``right`` and ``bottom`` are one past the last."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


class Plate(NamedTuple):
    """One flat region with straight sides."""

    rect: Rect
    """Without tails: the columns at which most rows start and end."""
    outer: Rect
    """With tails and whatever else of its colour hangs on to it."""
    colour: int
    """Index in the palette."""
    straight: float
    """Share of its middle rows that start at its left side and end at its right, the mean of both; 0 to 1."""
    area: int
    square_top: bool
    """True where neither upper corner is round: something cuts it there."""
    square_bottom: bool


def palette(pixels: Pixels, noise: int) -> NDArray[np.int16]:
    """The most frequent flat colours, most frequent first; rows of red, green, blue.

    ``noise`` is the distance, in levels, within which two pixels of one fill may lie.
    """
    flat = _flat(pixels, max(3, noise))
    sixes = _sixes(pixels)
    counts = np.bincount(sixes[flat], minlength=1 << 18)
    bins = np.flatnonzero(counts)
    if not len(bins):
        return np.zeros((0, 3), np.int16)
    weights = counts[bins].astype(np.float64)
    colours = np.stack([(bins >> 12) & 63, (bins >> 6) & 63, bins & 63], axis=1).astype(np.int32) * 4 + 2
    floor = LEAST_SHARE * pixels.shape[0] * pixels.shape[1]
    found: list[NDArray[np.float64]] = []
    for _ in range(MOST_COLOURS):
        top = int(weights.argmax())
        near = np.abs(colours - colours[top]).max(axis=1) <= noise + 2
        if weights[near].sum() < floor:
            if weights[top] < floor / 4:
                break
            weights[near] = 0
            continue
        found.append(np.average(colours[near], axis=0, weights=weights[near]))
        weights[near] = 0
    return np.array(found).round().astype(np.int16).reshape(-1, 3)


def label(pixels: Pixels, colours: NDArray[np.int16], noise: int) -> Labels:
    """Each pixel's nearest colour of the palette, 0 where none lies within ``noise``."""
    table = np.zeros(1 << 18, np.uint8)
    sixes = _sixes(pixels)
    present = np.flatnonzero(np.bincount(sixes.ravel(), minlength=1 << 18))
    values = np.stack([(present >> 12) & 63, (present >> 6) & 63, present & 63], axis=1).astype(np.int16) * 4 + 2
    best = np.full(len(present), noise + 3, np.int16)
    for index, colour in enumerate(colours):
        distance = np.abs(values - colour).max(axis=1)
        nearer = distance < best
        best[nearer] = distance[nearer]
        # What squeezing has made two colours of one fill counts as the more frequent of them.
        table[present[nearer]] = 1 + int(_alike(colours[: index + 1] - colour, noise).argmax())
    return table[sixes]


def _alike(differences: NDArray[np.int16], noise: int) -> NDArray[np.bool_]:
    """True for what squeezing may have made of one fill: near in every channel, or told apart by blue alone."""
    widest = np.abs(differences).max(axis=1)
    if noise < LOSSY_FROM:
        return np.asarray(widest <= noise + 2)
    apart = np.abs(differences)
    return np.asarray((widest <= noise + 2) | ((apart[:, :2].max(axis=1) <= 3) & (apart[:, 2] <= LOSSY_TINT)))


def find(labels: Labels, least_width: int, least_height: int) -> list[Plate]:
    """All plates at least so large, from top to bottom. Regions that touch both sides are left out."""
    runs = _runs(_open(labels))
    if not len(runs):
        return []
    owners = _connect(runs, labels.shape[1])
    order = np.argsort(owners, kind="stable")
    bounds = np.flatnonzero(np.diff(owners[order])) + 1
    plates = []
    for member in np.split(order, bounds):
        if len(member) < least_height - 2:
            continue
        for part in _parted(runs[member], int(1.5 * least_height)):
            plate = _plate(part, labels.shape[1])
            if plate and plate.rect.width >= least_width and plate.rect.height >= least_height:
                plates.append(plate)
    return sorted(plates, key=lambda plate: plate.rect.top)


def spans(marked: NDArray[np.bool_] | np.bool, gap: int = 1) -> list[tuple[int, int]]:
    """Runs of True, first and one past the last; runs fewer than ``gap`` apart count as one.

    >>> spans(np.array([0, 1, 1, 0, 1, 0, 0, 1], bool), 2)
    [(1, 5), (7, 8)]
    """
    at = np.flatnonzero(marked)
    if not len(at):
        return []
    breaks = np.flatnonzero(np.diff(at) > gap)
    starts = at[np.concatenate([[0], breaks + 1])]
    ends = at[np.concatenate([breaks, [len(at) - 1]])] + 1
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def _flat(pixels: Pixels, tolerance: int) -> NDArray[np.bool_]:
    """True where the pixel is like its neighbours to the right, below and beyond."""
    rows, columns = pixels.shape[:2]
    flat = np.zeros((rows, columns), bool)
    here = pixels[:-2, :-2].astype(np.int16)
    alike = np.ones(here.shape[:2], bool)
    for down, right in ((0, 2), (2, 0), (2, 2)):
        there = pixels[down : rows - 2 + down, right : columns - 2 + right]
        alike &= np.abs(here - there).max(axis=2) <= tolerance
    flat[:-2, :-2] = alike
    return flat


def _sixes(pixels: Pixels) -> NDArray[np.int32]:
    """Six bits a channel: 4 levels to a bin."""
    red, green, blue = (pixels[..., channel].astype(np.int32) >> 2 for channel in range(3))
    return (red << 12) | (green << 6) | blue


def _open(labels: Labels) -> Labels:
    """Zero wherever the 3 x 3 neighbourhood is not all of one label."""
    same = np.zeros(labels.shape, bool)
    across = (labels[:, 1:-1] == labels[:, :-2]) & (labels[:, 1:-1] == labels[:, 2:])
    centre = labels[1:-1, 1:-1]
    along = (centre == labels[:-2, 1:-1]) & (centre == labels[2:, 1:-1])
    same[1:-1, 1:-1] = across[1:-1] & across[:-2] & across[2:] & along
    # The picture's own edge is no neighbour to differ from.
    same[:, 0], same[:, -1] = same[:, 1], same[:, -2]
    same[0], same[-1] = same[1], same[-2]
    return np.where(same, labels, 0).astype(np.uint8)


def _runs(labels: Labels) -> NDArray[np.int64]:
    """Horizontal runs of one label: row, start, end, label; by row, then start."""
    rows, columns = labels.shape
    change = np.ones((rows, columns + 1), bool)
    change[:, 1:-1] = labels[:, 1:] != labels[:, :-1]
    at = np.flatnonzero(change.ravel())
    row, column = np.divmod(at, columns + 1)
    keep = column[:-1] < columns
    row, start, end = row[:-1][keep], column[:-1][keep], column[1:][keep]
    of = labels[row, start].astype(np.int64)
    real = of > 0
    return np.stack([row[real], start[real], end[real], of[real]], axis=1)


def _connect(runs: NDArray[np.int64], columns: int) -> NDArray[np.int64]:
    """For each run the number of its region: runs of one label that touch in consecutive rows."""
    stride = columns + 1
    starts, ends = runs[:, 0] * stride + runs[:, 1], runs[:, 0] * stride + runs[:, 2]
    low = np.searchsorted(ends, ends - runs[:, 2] + stride + runs[:, 1], side="right")
    high = np.searchsorted(starts, starts - runs[:, 1] + stride + runs[:, 2], side="left")
    many = np.maximum(high - low, 0)
    upper = np.repeat(np.arange(len(runs)), many)
    lower = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + np.repeat(low, many)
    same = runs[upper, 3] == runs[lower, 3]
    upper, lower = upper[same], lower[same]
    parent = np.arange(len(runs))
    while True:
        least = np.minimum(parent[upper], parent[lower])
        before = parent.copy()
        np.minimum.at(parent, parent[upper], least)
        np.minimum.at(parent, parent[lower], least)
        np.minimum.at(parent, upper, least)
        np.minimum.at(parent, lower, least)
        parent = parent[parent]
        if np.array_equal(parent, before):
            return parent


def _sides(runs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Each row of a region, its first and its last column."""
    rows = runs[:, 0]
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    return rows[first], np.minimum.reduceat(runs[:, 1], first), np.maximum.reduceat(runs[:, 2], first)


def _parted(runs: NDArray[np.int64], least: int) -> list[NDArray[np.int64]]:
    """Part a region at its waists, where both sides draw in: bubbles that noise has joined across their gap.

    ########
     ######      <- a waist: round corners above and below, and a bridge between
       ##
     ######
    ########
    """
    rows, lefts, rights = _sides(runs)
    if len(rows) < 2 * least:
        return [runs]
    drawn_in = (lefts - _reach(lefts, np.minimum) >= 3) & (_reach(rights, np.maximum) - rights >= 3)
    at = np.flatnonzero(drawn_in)
    at = at[(at > least) & (at < len(rows) - least)]
    if not len(at):
        return [runs]
    parts, begin = [], int(rows[0])
    for waist in np.split(at, np.flatnonzero(np.diff(at) > WAIST_REACH) + 1):
        narrowest = waist[(rights[waist] - lefts[waist]).argmin()]
        end = int(rows[narrowest])
        parts.append(runs[(runs[:, 0] >= begin) & (runs[:, 0] < end)])
        begin = end + 1
    parts.append(runs[runs[:, 0] >= begin])
    return [part for part in parts if len(part)]


def _reach(values: NDArray[np.int64], choose: np.ufunc) -> NDArray[np.int64]:
    """The least or greatest of each row's neighbours."""
    ends = np.pad(values, WAIST_REACH, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(ends, 2 * WAIST_REACH + 1)
    result: NDArray[np.int64] = choose.reduce(windows, axis=1)
    return result


def _plate(runs: NDArray[np.int64], columns: int) -> Plate | None:
    """Measure one region; None where its sides are not straight or it spans the picture."""
    starts, ends = runs[:, 1], runs[:, 2]
    rows, lefts, rights = _sides(runs)
    if lefts.min() <= 2 and rights.max() >= columns - 2:
        return None
    # Where squeezing has eaten one rim beside a photo, a row is as narrow as the other rim.
    wide = rights - lefts > 0.5 * (rights.max() - lefts.min())
    left, right = _usual(lefts[wide], columns), _usual(rights[wide], columns)
    # Rows far narrower than the rest belong to something that touches it from above or below.
    broad = np.flatnonzero(rights - lefts > 0.4 * (right - left))
    if not len(broad):
        return None
    own = slice(int(broad[0]), int(broad[-1]) + 1)
    rows, lefts, rights = rows[own], lefts[own], rights[own]
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    straight = _straight(rows - top, lefts - left, rights - right, bottom - top)
    if straight < 0.6:
        # Of what a panel has parted, keep the part whose sides are both whole.
        whole = max(spans((np.abs(lefts - left) <= 2) & (np.abs(rights - right) <= 2), 3), key=_length, default=(0, 0))
        if whole[1] - whole[0] < min(0.25 * len(rows), 10 * columns / 400):
            return None
        # Corners are as round at the left as at the right.
        even = np.abs((lefts - left) - (right - rights)) <= 4
        first, last = whole
        while first > 0 and even[first - 1]:
            first -= 1
        while last < len(rows) and even[last]:
            last += 1
        own = slice(first, last)
        rows, lefts, rights = rows[own], lefts[own], rights[own]
        top, bottom, straight = int(rows[0]), int(rows[-1]) + 1, 0.8
    if right - left < 8:
        return None
    # The opening took one pixel from each side.
    rect = Rect(max(left - 1, 0), max(top - 1, 0), min(right + 1, columns), bottom + 1)
    outer = Rect(int(starts.min()), top, int(ends.max()), bottom)
    area = int((ends - starts).sum())
    upper = _square(lefts, rights, left, right)
    lower = _square(lefts[::-1], rights[::-1], left, right)
    return Plate(rect, outer, int(runs[0, 3]) - 1, straight, area, upper, lower)


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _straight(rows: NDArray[np.int64], lefts: NDArray[np.int64], rights: NDArray[np.int64], height: int) -> float:
    """How straight the sides are in the middle third; above and below may be corners. Something may cover one side."""
    middle = (rows >= height // 3) & (rows < height - height // 3)
    # A bubble of one line may be nearly all corner.
    slack = min(max(1, int(0.08 * height)), 4) if height < 90 else 1
    on_left, on_right = np.abs(lefts) <= slack, np.abs(rights) <= slack
    least = max(1, height - 2 * (height // 3))
    left, right = float((middle & on_left).sum()) / least, float((middle & on_right).sum()) / least
    if min(left, right) < 0.6 and max(left, right) > 0.9:
        # A panel that noise has joined to one side's padding; above and below it the side goes on.
        broken = on_right if right < left else on_left
        upper, lower = broken & (rows < height // 2), broken & (rows >= height // 2)
        if broken.sum() > 0.3 * height and min(upper.sum(), lower.sum()) > 0.04 * height:
            return 0.8
    return (left + right) / 2


def _usual(columns: NDArray[np.int64], width: int) -> int:
    """The most frequent column, counting its neighbours in."""
    counts = np.bincount(columns, minlength=width + 2)
    return int(np.convolve(counts, [1, 2, 1], mode="same").argmax())


def _square(lefts: NDArray[np.int64], rights: NDArray[np.int64], left: int, right: int) -> bool:
    """True where the first rows already start and end at the sides: no round corner, so it is cut."""
    return bool(lefts[0] - left <= 1 and right - rights[0] <= 1)
