# ruff: noqa: E501 -- tables of colours
"""The looks of the drawn screens: colours, shapes and fonts, more varied than any one phone's."""

from __future__ import annotations

import random
from dataclasses import dataclass

LABELS = {
    "light": ("#c4532d", "#029d00", "#5b61d6", "#b4256f", "#007bfc", "#c88d00", "#7f66ff", "#1fa855", "#e0326a", "#027eb5"),
    "dark": ("#fc9775", "#06cf9c", "#a5b4fc", "#ff7eb6", "#53bdeb", "#ffd279", "#a791ff", "#42c7b8", "#e542a3", "#25d366"),
}  # fmt: skip


@dataclass(frozen=True)
class Skin:
    """Colours are CSS; lengths are css pixels."""

    name: str
    platform: str
    theme: str
    header: str
    title: str
    bar: str
    field: str
    wall: str
    doodle: str
    into: str
    out: str
    text: str
    grey: str
    chip: str
    chip_text: str
    quote: str
    quote_out: str
    link: str
    tick: str
    radius: float
    avatars: bool
    tail: str
    hairline: str = "transparent"


SKINS = (
    Skin("android", "android", "light", "#ffffff", "#111b21", "transparent", "#ffffff", "#f5f1eb", "#e6ddd0", "#ffffff",
         "#d9fdd3", "#111b21", "#667781", "#ffffff", "#54656f", "#f5f6f6", "#d1f4cc", "#027eb5", "#53bdeb", 10, True, "top"),
    Skin("android", "android", "dark", "#0b141a", "#e9edef", "transparent", "#1f2c34", "#0b141a", "#131f27", "#202c33",
         "#005c4b", "#e9edef", "#8696a0", "#182229", "#8696a0", "#1d282f", "#025144", "#53bdeb", "#53bdeb", 10, True, "top"),
    Skin("android-old", "android", "light", "#075e54", "#ffffff", "transparent", "#ffffff", "#ece5dd", "#ddd3c8", "#ffffff",
         "#dcf8c6", "#262626", "#888f88", "#d4eaf4", "#3b5a66", "#f2f2f2", "#cfe9ba", "#0366a6", "#4fc3f7", 6, False, "top"),
    Skin("android-black", "android", "dark", "#000000", "#ffffff", "transparent", "#1f1f1f", "#000000", "#0d0d0d", "#1f2425",
         "#144d37", "#f1f1f1", "#9aa5a8", "#1b2021", "#a0a8aa", "#2a3031", "#1b5d44", "#6cc7f2", "#53bdeb", 12, True, "top"),
    Skin("ios", "ios", "light", "#f6f6f6", "#000000", "#f6f6f6", "#ffffff", "#efe7dd", "#e0d6c8", "#ffffff",
         "#dcf7c5", "#000000", "#8a8a8e", "#dfe9f0", "#4a4a4c", "#f1f1f3", "#cdeab5", "#007aff", "#3497f9", 16, True, "bottom",
         "#c8c8cc"),
    Skin("ios", "ios", "dark", "#1c1c1e", "#ffffff", "#1c1c1e", "#2c2c2e", "#0c0c0d", "#1d1d1f", "#313135",
         "#005047", "#fafafa", "#98989f", "#2a2a2c", "#d0d0d4", "#3b3b40", "#0b6055", "#4ea6ff", "#34b7f1", 16, True, "bottom",
         "#3a3a3c"),
    Skin("ios-black", "ios", "dark", "#000000", "#ffffff", "#000000", "#1c1c1e", "#000000", "#101012", "#232326",
         "#15503f", "#ffffff", "#8e8e93", "#1a1a1c", "#a8a8ad", "#2d2d31", "#1d6450", "#0a84ff", "#3ab0ff", 18, True, "bottom"),
    Skin("lilac", "android", "light", "#faf8ff", "#1d1730", "transparent", "#ffffff", "#f1ecfb", "#e2d8f5", "#ffffff",
         "#e2d5ff", "#1d1730", "#6f6883", "#ffffff", "#5d5573", "#f4f1fb", "#d6c6fb", "#4b52d1", "#3a8fe0", 14, True, "none"),
    Skin("ocean", "ios", "light", "#ffffff", "#04243a", "#ffffff", "#f0f4f7", "#cfe3ee", "#bdd6e4", "#fdfdfd",
         "#c2e5fb", "#04243a", "#5f7a8a", "#eef6fb", "#3d5868", "#f0f3f5", "#aedaf6", "#0067b8", "#0090ff", 20, True, "none",
         "#d7dfe4"),
    Skin("android-new", "android", "light", "#ffffff", "#0a0a0a", "transparent", "#ffffff", "#efeae2", "#e3dacb", "#ffffff",
         "#d9fdd3", "#0a0a0a", "#5b6368", "#fbfbfa", "#5b6368", "#f6f5f3", "#cef3c8", "#1b8755", "#007bfc", 12, True, "top"),
    Skin("android-new", "android", "dark", "#0b1014", "#fafafa", "transparent", "#242626", "#0b1014", "#161b1f", "#242626",
         "#144d37", "#fafafa", "#a5a5a5", "#1d1f1f", "#c4c7c5", "#2e3030", "#103529", "#21c063", "#53bdeb", 12, True, "top"),
    Skin("rose", "ios", "light", "#fff7f8", "#2b0a12", "#fff7f8", "#ffffff", "#f7e4e8", "#edd3d9", "#ffffff",
         "#ffd6e0", "#2b0a12", "#8d6f76", "#fdf3f5", "#6c4b53", "#f7eff1", "#f6c3d0", "#b3003c", "#1e88ff", 17, True, "bottom",
         "#e6cfd4"),
    Skin("grape", "android", "dark", "#120d1c", "#f3eefc", "transparent", "#251d36", "#120d1c", "#1c1529", "#251d36",
         "#4a2f86", "#f3eefc", "#a79bbd", "#1e1730", "#b9aed0", "#30264a", "#3f2775", "#b69cff", "#8ab4ff", 11, False, "top"),
)  # fmt: skip
FONTS = (
    "Inter",
    "Roboto",
    "DejaVu Sans",
    "Liberation Sans",
    "Inter Display",
    "Roboto Condensed",
    "Liberation Sans Narrow",
)


def wallpaper(skin: Skin, kind: str, random_: random.Random) -> str:
    """CSS of the ground behind the bubbles."""
    if kind == "plain":
        return f"background:{skin.wall}"
    if kind == "doodle":
        return f"background:{skin.wall} url('data:image/svg+xml,{_doodles(skin.doodle, random_)}')"
    if kind == "gradient":
        hue, angle = random_.randrange(360), random_.randrange(360)
        low, high = (14, 30) if skin.theme == "dark" else (72, 90)
        return f"background:linear-gradient({angle}deg,hsl({hue} 45% {low}%),hsl({(hue + 70) % 360} 50% {high}%))"
    spots = []
    for _ in range(14):
        light = random_.randrange(8, 40) if skin.theme == "dark" else random_.randrange(35, 85)
        x, y, size = random_.randrange(100), random_.randrange(100), random_.randrange(8, 45)
        colour = f"hsl({random_.randrange(360)} {random_.randrange(15, 70)}% {light}%)"
        spots.append(f"radial-gradient(circle at {x}% {y}%,{colour} 0,{colour} {size // 3}%,transparent {size}%)")
    return f"background:{','.join(spots)},linear-gradient(#7a8a99,#44503c)"


def _doodles(colour: str, random_: random.Random) -> str:
    shapes = []
    for _ in range(34):
        x, y, size, turn = (
            random_.randrange(8, 310),
            random_.randrange(8, 310),
            random_.randrange(7, 20),
            random_.randrange(360),
        )
        path = random_.choice(
            (
                f"<circle r='{size}'/>",
                f"<rect x='-{size}' y='-{size // 2}' width='{2 * size}' height='{size}' rx='3'/>",
                f"<path d='M-{size} 0 L0 -{size} L{size} 0 L0 {size} Z'/>",
                f"<path d='M-{size} 0 Q0 -{2 * size} {size} 0 T{3 * size} 0'/>",
                f"<path d='M-{size} 0H{size}M0 -{size}V{size}'/>",
            )
        )
        shapes.append(f"<g transform='translate({x} {y}) rotate({turn})'>{path}</g>")
    body = "".join(shapes).replace("<", "%3C").replace(">", "%3E")
    head = f"%3Csvg xmlns='http://www.w3.org/2000/svg' width='320' height='320' fill='none' stroke='{colour}' stroke-width='2'%3E"
    return (head + body + "%3C/svg%3E").replace("#", "%23").replace("'", '"').replace('"', "%22")
