# ruff: noqa: E501 -- lines of CSS, HTML and flags
"""Draws screens of invented chats that look different from each other, with what is written on them.

    python benchmarks/screens/draw.py FOLDER --count 60 --seed 7

Each NAME.png or NAME.jpg has a NAME.json of the form described in fixtures/screens/README.md. Needs chromium.
"""

from __future__ import annotations

import argparse
import datetime as dt
import html
import io
import json
import pathlib
import random
import sys
from typing import Any

from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import talk
from chrome import Chrome
from skins import FONTS, LABELS, SKINS, Skin, wallpaper

PHONES = (
    (360, 800, 2),
    (375, 667, 2),
    (390, 844, 3),
    (393, 852, 2.75),
    (411, 891, 2.625),
    (412, 915, 3.5),
    (428, 926, 3),
    (430, 932, 3),
    (384, 832, 2.8125),
)
MEASURE = """(() => {
  const chat = document.getElementById('chat').getBoundingClientRect();
  const box = e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  return {chat: [chat.left, chat.top, chat.right, chat.bottom],
    items: [...document.querySelectorAll('[data-i]')].map(e => ({i: +e.dataset.i, box: box(e),
      label: e.querySelector('.label') ? box(e.querySelector('.label')) : null})),
    short: (b => b.scrollWidth > b.clientWidth)(document.querySelector('#bar b')),
    floats: [...document.querySelectorAll('.float')].map(box)};
})()"""


class Maker:
    """Makes up one screen: what was said, and how it looks."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        pick = self.random.choice
        self.skin: Skin = pick(SKINS)
        self.group = self.random.random() < 0.6
        self.width, self.height, self.ratio = pick(PHONES)
        self.font, self.size = pick(FONTS), pick((15, 16, 16, 17, 17, 18.5, 20))
        self.wall = pick(("plain", "doodle", "doodle", "gradient", "photo"))
        self.twelve = pick((None, None, None, "am", "AM", "a.m."))
        self.owner = "Alex Black (MOJ)"
        self.captured = dt.date(2026, 1, 5) + dt.timedelta(days=self.random.randrange(320))
        others = [person for person in talk.PEOPLE if person != self.owner]
        self.people = self.random.sample(others, 4) if self.group else [pick(others)]
        self.chat = pick(talk.GROUPS) if self.group else self.people[0]
        self.unsaved = dict(talk.UNSAVED)
        if self.group and self.random.random() < 0.5:
            self.people[0] = pick(talk.UNSAVED)[0]
        colours = list(LABELS[self.skin.theme])
        self.random.shuffle(colours)
        self.colours = dict(zip(self.people, colours, strict=False))
        self.avatars = self.group and self.skin.avatars
        self.pad = self.random.uniform(8, 11)
        self.made_as = pick(
            (
                *("png", "png", "png", "jpg60", "wa", "scale0.5q60", "letterbox"),
                *("jpg40", "scale0.7q50", "enlarged", "cropped"),
            )
        )
        self.keyboard = self.random.random() < 0.1

    def talk(self) -> list[dict[str, Any]]:
        """Chips and messages from top to bottom."""
        day = self.captured - dt.timedelta(days=self.random.choice((0, 1, 1, 2, 4, 30, 400)))
        minute, items = self.random.randrange(420, 900), []
        sender = self.random.choice([self.owner, *self.people])
        # Half of the screens begin within a day, so that no chip is above.
        if self.random.random() < 0.5:
            items.append({"chip": "date", "text": self.day(day), "date": day.isoformat()})
        for _ in range(26):
            if self.random.random() < 0.07 and day < self.captured:
                day, minute = day + dt.timedelta(days=1), self.random.randrange(420, 700)
                items.append({"chip": "date", "text": self.day(day), "date": day.isoformat()})
            elif self.group and self.random.random() < 0.05:
                text = self.random.choice(talk.SYSTEM).format(self.people[0], self.people[-1])
                items.append({"chip": "system", "text": text})
            elif self.random.random() < 0.02:
                items.append({"chip": "unread", "text": f"{self.random.randrange(2, 9)} unread messages"})
            if self.random.random() < 0.6:
                sender = self.random.choice([self.owner, *self.people])
            minute = min(minute + self.random.choice((0, 0, 1, 1, 2, 5, 17, 40)), 1439)
            items.append(self.message(sender, minute, day))
        return items

    def day(self, day: dt.date) -> str:
        ago = (self.captured - day).days
        if ago < 2:
            return ("Today", "Yesterday")[ago]
        if ago < 7:
            return day.strftime("%A")
        forms = ["%-d %B %Y", "%B %-d, %Y", "%d/%m/%Y"]
        if ago < 300:
            forms += ["%a, %-d %b", "%a %-d %b"]
        return day.strftime(self.random.choice(forms))

    def message(self, sender: str, minute: int, day: dt.date) -> dict[str, Any]:
        kind = self.random.choices(
            ("short", "middle", "long", "link", "photo", "file", "voice", "deleted"), (30, 45, 8, 4, 5, 3, 3, 3)
        )[0]
        item: dict[str, Any] = {
            "sender": sender,
            "minute": minute,
            "kind": "text",
            "edited": False,
            "quoted": None,
            "text": "",
        }
        if kind in ("short", "middle", "long"):
            item["text"] = self.random.choice({"short": talk.SHORT, "middle": talk.MIDDLE, "long": talk.LONG}[kind])
            item["edited"] = kind == "middle" and self.random.random() < 0.12
            item["forwarded"] = kind != "short" and self.random.random() < 0.06
            if self.random.random() < 0.12:
                other = self.random.choice([self.owner, *self.people])
                words = self.random.choice(talk.MIDDLE)
                item["quoted"] = {"sender": "You" if other == self.owner else other, "text": words}
        elif kind == "link":
            item["link"] = self.random.choice(talk.LINKS)
            item["text"] = item["link"][0]
        elif kind == "deleted":
            item.update(
                kind="deleted", text="You deleted this message" if sender == self.owner else "This message was deleted"
            )
        else:
            item.update(kind="media", media={"type": kind})
            if kind == "photo" and self.random.random() < 0.5:
                item["text"] = self.random.choice(talk.MIDDLE)
            if kind == "file":
                item["file"] = self.random.choice(talk.FILES)
                item["media"]["name"] = item["file"][0]
            if kind == "voice":
                item["media"]["duration"] = f"0:{self.random.randrange(10, 59)}"
        if self.random.random() < 0.06:
            item["reaction"] = self.random.choice(("👍", "❤️ 2", "😂 3", "🎉"))
        return item

    def time(self, minute: int) -> str:
        hours, minutes = divmod(minute, 60)
        if not self.twelve:
            return f"{hours:02}:{minutes:02}"
        half = self.twelve if hours < 12 else self.twelve.replace("a", "p").replace("A", "P")
        return f"{hours % 12 or 12}:{minutes:02} {half}"


def bubble(maker: Maker, index: int, item: dict[str, Any], first: bool, last: bool) -> str:
    """One message as HTML."""
    skin, own = maker.skin, item["sender"] == maker.owner
    parts = []
    if maker.group and not own and first:
        number = maker.unsaved.get(item["sender"])
        beside = f'<span class="number">{number}</span>' if number else ""
        parts.append(
            f'<div class="label" style="color:{maker.colours[item["sender"]]}"><b>{html.escape(item["sender"])}</b>{beside}</div>'
        )
    if item.get("forwarded"):
        parts.append(
            '<div class="forwarded"><svg width=14 height=11 viewBox="0 0 14 11" fill="none" stroke="currentColor" stroke-width="1.6"><path d="M1 10C2 5 6 4 12 4M9 1l4 3-4 3"/></svg> Forwarded</div>'
        )
    if item["quoted"]:
        quoted = item["quoted"]
        colour = maker.colours.get(quoted["sender"], "#06a884")
        parts.append(
            f'<div class="quote" style="background:{skin.quote_out if own else skin.quote};border-left-color:{colour}">'
            f'<b style="color:{colour}">{html.escape(quoted["sender"])}</b><br>{html.escape(quoted["text"])}</div>'
        )
    parts.append(panel(maker, item, own))
    ticks = "" if not own or item["kind"] == "deleted" else tick(maker, index)
    edited = "Edited " if item["edited"] else ""
    stamp = f'<span class="time">{edited}{maker.time(item["minute"])}{ticks}</span>'
    if item.get("media", {}).get("type") == "photo" and not item["text"]:
        parts.append(f'<div class="over">{stamp}</div>')
    else:
        parts.append(words(maker, item) + stamp + '<div style="clear:both"></div>')
    reaction = f'<div class="reaction">{item["reaction"]}</div>' if item.get("reaction") else ""
    side = "own" if own else "other"
    gap = maker.random.choice((2, 2, 3)) if not first else maker.random.choice((6, 8, 10))
    tail = f'<i class="tail {side}"></i>' if (first if skin.tail == "top" else last) and skin.tail != "none" else ""
    wide = "max-width:78%" + (";width:64%" if item.get("media") or item.get("link") else "")
    avatar = ""
    if maker.avatars and not own and (first if skin.tail != "bottom" else last):
        avatar = f'<span class="avatar" style="background:{maker.colours[item["sender"]]}">{item["sender"].strip("~ ")[0]}</span>'
    return (
        f'<div class="row {side}" style="margin-top:{gap}px;{"margin-bottom:18px" if reaction else ""}">{avatar}'
        f'<div class="bubble {side}" data-i="{index}" style="{wide}">{"".join(parts)}{reaction}{tail}</div></div>'
    )


def tick(maker: Maker, index: int) -> str:
    colour = maker.random.choice((maker.skin.tick, maker.skin.tick, maker.skin.grey))
    second = maker.random.choice(('<path d="M6 9l2 2 7-8"/>', '<path d="M6 9l2 2 7-8"/>', ""))
    return (
        f'<svg class="tick" width="17" height="13" viewBox="0 0 17 13" fill="none" stroke="{colour}" stroke-width="1.5">'
        f'<path d="M1 7l3 4 7-8"/>{second}</svg>'
    )


def panel(maker: Maker, item: dict[str, Any], own: bool) -> str:
    """What a bubble holds beside words."""
    skin, choose = maker.skin, maker.random
    ground = skin.quote_out if own else skin.quote
    picture = f"background:linear-gradient({choose.randrange(360)}deg,hsl({choose.randrange(360)} 50% 55%),hsl({choose.randrange(360)} 40% 30%))"
    if item.get("media", {}).get("type") == "photo":
        sign = choose.choice(("", "", "ROOM 12", "Minutes of the meeting 4 May"))
        return f'<div class="photo" style="height:{choose.randrange(110, 240)}px;{picture}"><span>{sign}</span></div>'
    if item.get("link"):
        _, title, about = item["link"]
        return (
            f'<div class="card" style="background:{ground};padding:0;overflow:hidden"><div style="height:90px;{picture}"></div>'
            f'<div style="padding:6px 9px"><b>{title}</b><br><small>{about}</small></div></div>'
        )
    if item.get("file"):
        name, sort = item["file"]
        return (
            f'<div class="card" style="background:{ground};display:flex;gap:8px"><span class="sort">{sort}</span>'
            f"<div>{name}<br><small>3 pages • 88 kB • {sort}</small></div></div>"
        )
    if item.get("media", {}).get("type") == "voice":
        bars = "".join(f'<i style="height:{choose.randrange(3, 22)}px"></i>' for _ in range(34))
        return f'<div class="voice">▶ <span class="bars">{bars}</span></div><span class="length">{item["media"]["duration"]}</span>'
    return ""


def words(maker: Maker, item: dict[str, Any]) -> str:
    text = html.escape(item["text"]).replace("\n", "<br>")
    if item["kind"] == "deleted":
        return f'<span class="deleted">🛇 {text}</span>'.replace(
            "🛇",
            "<svg width=14 height=14 viewBox='0 0 14 14' fill=none stroke=currentColor stroke-width=1.4><circle cx=7 cy=7 r=5.6 /><path d='M3 3l8 8'/></svg>",
        )
    for start in ("https://", "@Sam", "07700"):
        at = text.find(start)
        if at >= 0:
            end = next((n for n in range(at, len(text)) if text[n] in " <"), len(text))
            text = f'{text[:at]}<a style="color:{maker.skin.link}">{text[at:end]}</a>{text[end:]}'
    big = bool(item["text"]) and len(item["text"]) <= 3 and ord(item["text"][0]) > 0x2000
    return f'<span class="{"big" if big else "words"}">{text}</span>'


def style(maker: Maker) -> str:
    skin, size, pad = maker.skin, maker.size, maker.pad
    left = 42 if maker.avatars else 12
    cropped = "#head,#foot{display:none!important}" if maker.made_as == "cropped" else ""
    corner = "top:0" if skin.tail == "top" else "bottom:0"
    return f"""{cropped} *{{box-sizing:border-box}} body{{margin:0;font:{size}px/1.3 '{maker.font}','Noto Color Emoji';overflow:hidden;color:{skin.text}}}
#screen{{width:100vw;height:100vh;display:flex;flex-direction:column;{wallpaper(skin, maker.wall, maker.random)}}}
#head{{background:{skin.header};color:{skin.title};border-bottom:{0.5 if skin.hairline != "transparent" else 0}px solid {skin.hairline};z-index:3}}
#status{{display:flex;justify-content:space-between;padding:4px 22px;height:{maker.random.choice((24, 28, 44, 50)) if skin.platform == "ios" else 26}px;align-items:center;font-size:14px;font-weight:600}}
#bar{{display:flex;align-items:center;height:{58 if skin.platform == "android" else 46}px;padding:0 12px;gap:10px}}
#bar .face{{width:36px;height:36px;border-radius:50%;background:#7a93a0}} #bar .name{{flex:1;min-width:0}}
#bar .name b{{display:block;font-size:{17 if skin.platform == "ios" else 18}px;font-weight:600;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;line-height:1.25}}
#bar .name small{{display:block;font-size:12.5px;opacity:.7;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}}
#chat{{flex:1;position:relative;overflow:hidden}} #inner{{position:absolute;left:0;right:0;bottom:0;padding:0 12px 7px {left}px}}
#foot{{background:{skin.bar};display:flex;gap:8px;align-items:center;padding:7px 8px {22 if skin.platform == "ios" else 12}px;border-top:{0.5 if skin.hairline != "transparent" else 0}px solid {skin.hairline};z-index:3}}
#foot .field{{flex:1;height:{36 if skin.platform == "ios" else 46}px;border-radius:24px;background:{skin.field};color:{skin.grey};padding:9px 18px;{"border:.5px solid " + skin.hairline if skin.platform == "ios" else ""}}}
#foot .mic{{width:44px;height:44px;border-radius:50%;background:{"#1daa61" if skin.platform == "android" else "transparent"}}}
.row{{display:flex;position:relative}} .row.own{{justify-content:flex-end}}
.avatar{{position:absolute;left:-34px;{"top:0" if skin.tail != "bottom" else "bottom:0"};width:28px;height:28px;border-radius:50%;color:#fff;text-align:center;line-height:28px;font-size:14px}}
.bubble{{position:relative;border-radius:{skin.radius}px;padding:6px {pad}px 7px {pad}px;{"box-shadow:0 1px .5px rgba(11,20,26,.13)" if skin.theme == "light" else ""}}}
.bubble.own{{background:{skin.out}}} .bubble.other{{background:{skin.into}}}
.tail{{position:absolute;{corner};width:9px;height:11px}} .tail.own{{right:-7px;background:{skin.out};clip-path:polygon(0 0,100% {0 if skin.tail == "top" else 100}%,0 100%)}}
.tail.other{{left:-7px;background:{skin.into};clip-path:polygon(100% 0,0 {0 if skin.tail == "top" else 100}%,100% 100%)}}
.label{{font-size:{size * 0.8:.1f}px;line-height:1.35;display:flex;justify-content:space-between;gap:22px;white-space:nowrap;max-width:100%;overflow:hidden}} .label b{{font-weight:{maker.random.choice((500, 600))}}}
.number{{color:{skin.grey};font-weight:400}} .forwarded{{color:{skin.grey};font-style:italic;font-size:{size * 0.78:.1f}px}}
.words,.deleted{{white-space:normal;overflow-wrap:break-word}} .deleted{{font-style:italic;color:{skin.grey}}} .big{{font-size:{size * 2:.0f}px;line-height:1.2}}
.time{{float:right;font-size:{max(11, size * 0.68):.1f}px;color:{skin.grey};margin:{size * 0.38:.1f}px 0 -2px {maker.random.choice((9, 11, 13))}px;white-space:nowrap;line-height:1.25}}
.big+.time{{margin-top:{size * 1.5:.1f}px}}
.tick{{margin-left:{maker.random.choice((3, 4))}px;vertical-align:-2px}}
.quote{{border-left:4px solid;border-radius:6px;padding:4px 9px;font-size:{size * 0.82:.1f}px;color:{skin.grey};margin:2px -{pad - 4:.1f}px 4px}}
.card{{border-radius:7px;padding:9px;margin:0 -{pad - 4:.1f}px 5px;font-size:{size * 0.85:.1f}px}} .sort{{background:#d6443c;color:#fff;font-size:10px;padding:9px 3px;border-radius:3px;height:36px}}
.photo{{margin:0 -{pad - 3.5:.1f}px 3px;border-radius:{max(3, skin.radius - 4)}px;display:flex;align-items:center;justify-content:center;color:#fff;font-size:22px;font-family:'Liberation Serif'}}
.over{{position:absolute;right:{pad:.0f}px;bottom:16px}} .over .time{{color:#fff;text-shadow:0 0 3px rgba(0,0,0,.5)}}
.voice{{height:34px;display:flex;align-items:center;gap:9px;color:{skin.grey}}} .bars{{display:flex;align-items:center;gap:2px}} .bars i{{width:2.5px;background:{skin.grey};border-radius:2px}}
.length{{font-size:{max(11, size * 0.68):.1f}px;color:{skin.grey};margin-left:26px}}
.reaction{{position:absolute;left:10px;bottom:-17px;height:24px;border-radius:13px;background:{skin.into};border:1.5px solid {skin.wall};padding:0 7px;font-size:13px;line-height:21px;color:{skin.grey}}}
.chip{{margin:9px auto 4px;width:fit-content;max-width:86%;background:{skin.chip};color:{skin.chip_text};border-radius:9px;padding:5px 12px;font-size:12.5px;text-align:center;{"box-shadow:0 1px 1px rgba(0,0,0,.1)" if skin.theme == "light" else ""}}}
.row+.chip,.chip{{margin-left:auto;margin-right:auto;transform:translateX({(12 - left) / 2}px)}} .chip.date{{font-weight:500}}
.strip{{margin:8px -12px 6px -{left}px;background:color-mix(in srgb,{skin.chip} 55%,transparent);padding:4px 0;text-align:center;font-size:13px;color:{skin.chip_text}}}
.pill{{position:absolute;left:50%;transform:translateX(-50%);top:7px;background:{skin.chip};color:{skin.chip_text};border-radius:9px;padding:5px 12px;font-size:12.5px;font-weight:500;z-index:2;box-shadow:0 1px 2px rgba(0,0,0,.25)}}
.down{{position:absolute;right:10px;bottom:9px;width:42px;height:42px;border-radius:50%;background:{skin.chip};z-index:2;box-shadow:0 1px 3px rgba(0,0,0,.35);color:{skin.grey};text-align:center;line-height:40px;font-size:20px}}"""


def page(maker: Maker, items: list[dict[str, Any]], pill: str | None, down: bool, clock: str) -> str:
    rows = []
    for index, item in enumerate(items):
        if "chip" in item:
            kind = item["chip"]
            sort = "strip" if kind == "unread" else f"chip {kind}"
            rows.append(f'<div class="{sort}" data-i="{index}">{html.escape(item["text"])}</div>')
            continue
        before = items[index - 1].get("sender") if index else None
        after = items[index + 1].get("sender") if index + 1 < len(items) else None
        rows.append(bubble(maker, index, item, before != item["sender"], after != item["sender"]))
    below = (
        ", ".join([*(person.strip("~ ").split()[0] for person in maker.people), "You"])
        if maker.group
        else maker.random.choice(("online", "last seen today at 09:12", ""))
    )
    floating = f'<div class="pill float">{pill}</div>' if pill else ""
    floating += '<div class="down float">⌄</div>' if down else ""
    back = "‹" if maker.skin.platform == "ios" else "←"
    return f"""<meta charset=utf-8><style>{style(maker)}</style><div id=screen><div id=head><div id=status><span>{clock}</span><span style="font-size:11px">▂▄▆ 5G 78%</span></div>
<div id=bar><span style="font-size:24px">{back}</span><span class=face></span><span class=name><b>{html.escape(maker.chat)}</b>{f"<small>{below}</small>" if below else ""}</span><span style="font-size:21px">☎</span><span style="font-size:20px">⋮</span></div></div>
<div id=chat><div id=inner>{"".join(rows)}</div>{floating}</div><div id=foot><span style="font-size:22px">{"+" if maker.skin.platform == "ios" else ""}</span><span class=field>{"Message" if maker.skin.platform == "android" else ""}</span><span class=mic></span></div>{keyboard(maker)}</div>"""


def keyboard(maker: Maker) -> str:
    """Keys below the field, with the letters on them."""
    if not maker.keyboard:
        return ""
    ground, key, ink = ("#1f1f21", "#48484b", "#fff") if maker.skin.theme == "dark" else ("#d1d4da", "#fff", "#000")
    shape = f"width:31px;height:41px;border-radius:5px;background:{key};color:{ink};text-align:center;line-height:41px"
    rows = "".join(
        '<div style="display:flex;justify-content:center;gap:5px;margin:9px 3px">'
        + "".join(f'<span style="{shape}">{letter}</span>' for letter in row)
        + "</div>"
        for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    )
    return f'<div style="background:{ground};padding:2px 0 56px;z-index:3">{rows}</div>'


def make(chrome: Chrome, name: str, seed: int, folder: pathlib.Path) -> None:
    """Draw one screen and write its truth."""
    maker = Maker(seed)
    items = maker.talk()
    cut = maker.random.randrange(6, len(items))
    items = items[:cut] if cut > 12 else items
    clock = f"{maker.random.randrange(7, 23):02}:{maker.random.randrange(60):02}"
    down = maker.skin.platform == "android" and maker.random.random() < 0.2
    state = maker.random.getstate()
    png, seen = chrome.draw(page(maker, items, None, down, clock), maker.width, maker.height, maker.ratio, MEASURE)
    pill = floating_day(items, seen) if maker.random.random() < 0.4 else None
    if pill:
        maker.random.setstate(state)
        html_ = page(maker, items, pill["text"], down, clock)
        png, seen = chrome.draw(html_, maker.width, maker.height, maker.ratio, MEASURE)
    truth = tell(maker, items, seen, pill, clock)
    image = Image.open(io.BytesIO(png)).convert("RGB")
    data, suffix, size = keep(image, maker)
    truth.update(image=f"{name}.{suffix}", size=list(size))
    (folder / f"{name}.{suffix}").write_bytes(data)
    (folder / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


def floating_day(items: list[dict[str, Any]], seen: dict[str, Any]) -> dict[str, Any] | None:
    """The day chip that has scrolled out above, if no other chip stands where the pill will float."""
    top, above = seen["chat"][1], None
    for place in seen["items"]:
        if "chip" in items[place["i"]]:
            if place["box"][3] <= top and items[place["i"]]["chip"] == "date":
                above = items[place["i"]]
            elif top - 40 < place["box"][1] < top + 60:
                return None
    return above


def tell(
    maker: Maker, items: list[dict[str, Any]], seen: dict[str, Any], pill: dict[str, Any] | None, clock: str
) -> dict[str, Any]:
    """What a careful person could read off."""
    _, top, _, bottom = seen["chat"]
    places = {item["i"]: item for item in seen["items"]}
    date = pill["date"] if pill else None
    separators, messages, run, named = [], [], None, None
    for index, item in enumerate(items):
        left, high, right, low = places[index]["box"]
        shown = min(low, bottom) - max(high, top)
        if "chip" in item:
            run = None
            # A chip cut by less than a quarter can still be read.
            if shown < 0.75 * (low - high):
                continue
            if item["chip"] == "date":
                date = item["date"]
            if item["chip"] == "system":
                messages.append(entry(None, date, None, item["text"], "system", [left, high, right - left, low - high]))
            else:
                separators.append(
                    {
                        "kind": item["chip"],
                        "text": item["text"],
                        "date": item.get("date"),
                        "bbox": [left, high, right, low],
                    }
                )
            continue
        label = places[index]["label"]
        if item["sender"] != run:
            run, named = item["sender"], None
        if label and label[1] >= top - 1:
            named = item["sender"]
        if shown < 9:
            continue
        sender = maker.owner if item["sender"] == maker.owner else (named if maker.group else shown_name(maker, seen))
        minute = item["minute"]
        time = f"{minute // 60:02}:{minute % 60:02}" if low <= bottom + 1 else None
        box = [left, max(high, top), right - left, shown]
        message = entry(sender, date, time, item["text"], item["kind"], box)
        over = any(
            box[0] < f[2] and f[0] < box[0] + box[2] and box[1] < f[3] and f[1] < box[1] + box[3]
            for f in seen["floats"]
        )
        message.update(edited=item["edited"], quoted=item["quoted"], partial=over or high < top - 1 or low > bottom + 1)
        if item.get("media"):
            message["media"] = item["media"]
        messages.append(message)
    return {
        "chat": shown_name(maker, seen), "group": maker.group, "platform": maker.skin.platform, "skin": maker.skin.name, "theme": maker.skin.theme,
        "wall": maker.wall, "font": maker.font, "text": maker.size, "made_as": maker.made_as, "captured_on": maker.captured.isoformat(),
        "clock": None if maker.made_as == "cropped" else clock, "owner": maker.owner, "separators": separators, "messages": messages,
    }  # fmt: skip


def shown_name(maker: Maker, seen: dict[str, Any]) -> str | None:
    """The chat's name as the header shows it; None where it was cropped away."""
    if maker.made_as == "cropped":
        return None
    return maker.chat if not seen["short"] else maker.chat[:14] + "…"


def entry(
    sender: str | None, date: str | None, time: str | None, text: str, kind: str, box: list[float]
) -> dict[str, Any]:
    sent = f"{date}T{time}" if date and time else None
    return {"sender": sender, "sent_at": sent, "date": date, "time": time, "text": text, "kind": kind, "edited": False,
            "quoted": None, "partial": False, "bbox": box}  # fmt: skip


def keep(image: Image.Image, maker: Maker) -> tuple[bytes, str, tuple[int, int]]:
    """The picture as it was handed on: whole, squeezed, halved, boxed in."""
    out, how = io.BytesIO(), maker.made_as
    if how == "letterbox":
        wide, tall = maker.random.choice(((0, 120), (160, 0), (60, 60)))
        framed = Image.new(
            "RGB", (image.width + 2 * wide, image.height + 2 * tall), maker.random.choice(("black", "white", "#202124"))
        )
        framed.paste(image, (wide, tall))
        image = framed
    if how == "enlarged":
        less = image.resize((round(image.width * 0.6), round(image.height * 0.6)), Image.Resampling.BILINEAR)
        image = less.resize(image.size, Image.Resampling.BICUBIC)
    if how == "scale0.7q50":
        image = image.resize((round(image.width * 0.7), round(image.height * 0.7)), Image.Resampling.BILINEAR)
    if how == "wa":
        image = image.resize((round(image.width * 1600 / image.height), 1600), Image.Resampling.LANCZOS)
    if how == "scale0.5q60" and maker.ratio > 2.5:
        image = image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    if how in ("png", "letterbox", "cropped"):
        image.save(out, "PNG")
        return out.getvalue(), "png", image.size
    quality = {"wa": 80, "jpg40": 40, "scale0.7q50": 50, "enlarged": 75}.get(how, 60)
    image.save(out, "JPEG", quality=quality)
    return out.getvalue(), "jpg", image.size


def main() -> None:
    """Draw so many screens into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with Chrome() as chrome:
        for number in range(given.count):
            make(chrome, f"s{given.seed}_{number:03}", given.seed * 100_000 + number, given.folder)


if __name__ == "__main__":
    main()
