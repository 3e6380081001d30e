# ruff: noqa -- the yardstick, kept as it was handed over
"""Scores read-off messages against the truth files of a set of screens.

  python score.py TRUTH_DIR PRED_DIR [--by theme platform made_as] [--errors N] [--only dev01 dev02]

PRED_DIR holds NAME.json for each NAME.json in TRUTH_DIR: a list of messages, or an object
with "messages" (and "chat" if read).  Of a message these keys are used:
  sender, sent_at ("YYYY-MM-DDTHH:MM", or only "YYYY-MM-DD", or only "THH:MM"; null if not known;
  "date" and "time" are taken instead where present), text, kind, and if given edited, quoted, confidence.

Last line printed: one JSON object. Matching is order-keeping; a whole message counts as found when
its text is >= 0.9 alike after putting aside emoji, spacing and typographic quotes. Partial messages of
the truth are optional: missing one costs nothing, reading one is no false message.
"""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
import re
import unicodedata

from rapidfuzz.distance import Levenshtein
from rapidfuzz import fuzz

EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u200d\ufe0e\ufe0f\U000e0020-\U000e007f\u20e3]")
MAP = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "…": "...",
        "\u00a0": " ",
        "\u202f": " ",
        "•": "*",
        "·": "*",
        "\u2009": " ",
    }
)


def norm(s):
    s = unicodedata.normalize("NFC", s or "").translate(MAP)
    s = EMOJI.sub("", s)
    return re.sub(r"\s+", " ", s).strip()


def nsender(s):
    return re.sub(
        r"[^a-z0-9+() ]", "", unicodedata.normalize("NFKD", norm(s)).encode("ascii", "ignore").decode().casefold()
    ).strip()


def when(m):
    """-> (date or None, time or None)"""
    d, t = m.get("date"), m.get("time")
    s = m.get("sent_at")
    if s and not d:
        x = re.match(r"\d{4}-\d\d-\d\d", s)
        d = x.group(0) if x else None
    if s and not t:
        x = re.search(r"(?:T| |^)(\d\d:\d\d)", s)
        t = x.group(1) if x else None
    return d, t


def wanted(g):
    """All readings of a true message that are accepted as its text."""
    out = [g["text"]]
    md = g.get("media") or {}
    if md.get("name"):
        out += [md["name"], f"{md['name']} {g['text']}", f"{g['text']} {md['name']}"]
    if md.get("duration"):
        out += [md["duration"], f"{md['duration']} {g['text']}", f"{g['text']} {md['duration']}"]
    return [norm(x) for x in out]


def alike(g, p, gw, pn):
    best = 0.0
    for w in gw:
        if not w and not pn:
            s = 1.0
        elif not w or not pn:
            s = 0.92 if len(w) + len(pn) <= 2 else 0.0  # a stray mark read off an emoji
        else:
            s = Levenshtein.normalized_similarity(w, pn)
            if g["partial"] and min(len(w), len(pn)) >= 4:
                s = max(s, fuzz.partial_ratio(w, pn) / 100 * (0.98 if len(pn) <= len(w) * 1.6 + 12 else 0.8))
        best = max(best, s)
    if best > 0.9 and not gw[0] and g["kind"] == "media" and p.get("kind") not in ("media", None) and not pn:
        best = 0.91
    return best


def align(G, P, low):
    gw, pn = [wanted(g) for g in G], [norm(p.get("text")) for p in P]
    n, m = len(G), len(P)
    S = [[0.0] * m for _ in G]
    W = [[0.0] * m for _ in G]
    for i, g in enumerate(G):
        lim = min(low, 0.8) if g["partial"] else low
        for j, p in enumerate(P):
            s = alike(g, p, gw[i], pn[j])
            if s >= lim:
                S[i][j] = s
                W[i][j] = (
                    s
                    + (0.15 if when(p)[1] and when(p)[1] == when(g)[1] else 0)
                    + (0.1 if p.get("sender") and nsender(p.get("sender")) == nsender(g["sender"]) else 0)
                    - (0.05 if g["partial"] else 0)
                )
    D = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            D[i][j] = max(D[i + 1][j], D[i][j + 1], (D[i + 1][j + 1] + W[i][j]) if W[i][j] else 0)
    pairs, i, j = [], 0, 0
    while i < n and j < m:
        if W[i][j] and abs(D[i][j] - D[i + 1][j + 1] - W[i][j]) < 1e-9:
            pairs.append((i, j, S[i][j]))
            i += 1
            j += 1
        elif D[i][j] == D[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def same_sender(a, b):
    a, b = nsender(a), nsender(b)
    return bool(a and b) and (a == b or Levenshtein.normalized_similarity(a, b) >= 0.85)


def score_one(t, pred, log=None):
    c = collections.Counter()
    P = pred["messages"] if isinstance(pred, dict) else pred
    G = t["messages"]
    pairs = align(G, P, 0.9)
    gi = {i: (j, s) for i, j, s in pairs}
    used = {j for _, j, _ in pairs}
    c["images"] = 1
    if isinstance(pred, dict) and "chat" in pred or t["chat"]:
        want, got = norm(t["chat"]), norm(pred.get("chat") if isinstance(pred, dict) else "")
        c["chat_n"] = 1 if t["chat"] else 0
        stem = want[:-3] if want.endswith("...") else want
        c["chat_ok"] = int(
            bool(t["chat"])
            and (
                Levenshtein.normalized_similarity(want, got) >= 0.9
                or (want.endswith("...") and Levenshtein.normalized_similarity(stem, got[: len(stem)]) >= 0.9)
            )
        )
    conf = []
    for i, g in enumerate(G):
        key = "partial" if g["partial"] else "whole"
        c[key + "_n"] += 1
        if not g["partial"]:
            c[f"kind_{g['kind']}_n"] += 1
        if i not in gi:
            if not g["partial"] and log is not None:
                log.append(("MISSED", g["kind"], g["text"][:70]))
            continue
        p = P[gi[i][0]]
        c[key + "_hit"] += 1
        if g["partial"]:
            continue
        c[f"kind_{g['kind']}_hit"] += 1
        c["exact"] += norm(p.get("text")) in wanted(g)
        good = True
        if g["kind"] != "system":
            if g["sender"]:
                c["sender_n"] += 1
                ok = same_sender(g["sender"], p.get("sender"))
                c["sender_ok"] += ok
                good &= ok
                if not ok and log is not None:
                    log.append(("SENDER", g["sender"], p.get("sender"), g["text"][:40]))
            else:
                c["nosender_n"] += 1
                c["nosender_claimed"] += bool(p.get("sender"))
        gd, gt = when(g)
        pd, pt = when(p)
        if gt:
            c["time_n"] += 1
            c["time_ok"] += gt == pt
            good &= gt == pt
            if gt != pt and log is not None:
                log.append(("TIME", gt, pt, g["text"][:40]))
        if gd and g["kind"] != "system":
            c["date_n"] += 1
            c["date_ok"] += gd == pd
            if gd != pd and log is not None:
                log.append(("DATE", gd, pd, g["text"][:40]))
        elif g["kind"] != "system":
            c["nodate_n"] += 1
            c["nodate_claimed"] += bool(pd)
        c["kind_n"] += 1
        c["kind_ok"] += p.get("kind") == g["kind"]
        if g.get("edited"):
            c["edited_n"] += 1
            c["edited_hit"] += bool(p.get("edited"))
        else:
            c["edited_false"] += bool(p.get("edited"))
        if g.get("quoted"):
            q = p.get("quoted")
            q = q.get("text") if isinstance(q, dict) else q
            c["quoted_n"] += 1
            c["quoted_ok"] += bool(q) and fuzz.partial_ratio(norm(g["quoted"]["text"]), norm(q)) >= 80
        if p.get("confidence") is not None:
            conf.append((float(p["confidence"]), bool(good and gi[i][1] >= 0.97)))
    for j, p in enumerate(P):
        if j not in used:
            c["false"] += 1
            if p.get("confidence") is not None:
                conf.append((float(p["confidence"]), False))
            if log is not None:
                log.append(("FALSE", p.get("kind"), (p.get("text") or "")[:70]))
    # character errors: looser pairing, whole messages only, a message not found counts in full
    for i, j, s in align(G, P, 0.5):
        g = G[i]
        if g["partial"]:
            continue
        pn = norm(P[j].get("text"))
        c["cer_edits"] += min(Levenshtein.distance(w, pn) for w in wanted(g))
        c["cer_len"] += len(wanted(g)[0])
        g["_seen"] = True
    for g in G:
        if not g["partial"] and not g.pop("_seen", False):
            c["cer_edits"] += len(norm(g["text"]))
            c["cer_len"] += len(norm(g["text"]))
    return c, conf


def summary(c, conf=()):
    r = lambda a, b: round(c[a] / c[b], 4) if c[b] else None
    hit = c["whole_hit"]
    p = hit / (hit + c["false"]) if hit + c["false"] else 0
    rc = hit / c["whole_n"] if c["whole_n"] else 0
    out = {
        "images": c["images"],
        "messages": c["whole_n"],
        "precision": round(p, 4),
        "recall": round(rc, 4),
        "f1": round(2 * p * rc / (p + rc), 4) if p + rc else 0.0,
        "sender_acc": r("sender_ok", "sender_n"),
        "time_acc": r("time_ok", "time_n"),
        "date_acc": r("date_ok", "date_n"),
        "kind_acc": r("kind_ok", "kind_n"),
        "cer": r("cer_edits", "cer_len"),
        "exact": round(c["exact"] / hit, 4) if hit else None,
        "chat_acc": r("chat_ok", "chat_n"),
        "edited_recall": r("edited_hit", "edited_n"),
        "edited_false": c["edited_false"],
        "quoted_acc": r("quoted_ok", "quoted_n"),
        "date_claimed_unseen": r("nodate_claimed", "nodate_n"),
        "sender_claimed_unseen": r("nosender_claimed", "nosender_n"),
        "partial_found": r("partial_hit", "partial_n"),
        "recall_by_kind": {
            k[5:-2]: round(c[f"{k[:-2]}_hit"] / c[k], 3) for k in sorted(c) if re.fullmatch(r"kind_[a-z]+_n", k)
        },
    }
    good = [x for x, ok in conf if ok]
    bad = [x for x, ok in conf if not ok]
    if good and bad:
        out["confidence_auc"] = round(
            sum((a > b) + 0.5 * (a == b) for a in good for b in bad) / len(good) / len(bad), 4
        )
        out["wrong_share"] = round(len(bad) / (len(good) + len(bad)), 4)
    return out


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("truth", type=pathlib.Path)
    a.add_argument("pred", type=pathlib.Path)
    a.add_argument("--by", nargs="*", default=[])
    a.add_argument("--errors", type=int, default=0)
    a.add_argument("--per-image", action="store_true")
    a.add_argument("--only", nargs="*")
    a = a.parse_args()
    tot, conf, groups = collections.Counter(), [], collections.defaultdict(collections.Counter)
    for f in sorted(a.truth.glob("*.json")):
        t = json.loads(f.read_text(encoding="utf-8"))
        if "image" not in t or (a.only and f.stem not in a.only):
            continue
        pf = a.pred / f.name
        pred = json.loads(pf.read_text(encoding="utf-8")) if pf.exists() else []
        log = []
        c, cf = score_one(t, pred, log)
        tot += c
        conf += cf
        for b in a.by:
            groups[f"{b}={t.get(b)}"] += c
        if a.per_image:
            s = summary(c)
            print(
                f.stem,
                t["theme"],
                t["skin"],
                t["made_as"],
                "f1",
                s["f1"],
                "sender",
                s["sender_acc"],
                "time",
                s["time_acc"],
                "date",
                s["date_acc"],
                "cer",
                s["cer"],
            )
        for x in log[: a.errors]:
            print("  ", f.stem, *x, sep=" | ")
    for k in sorted(groups):
        s = summary(groups[k])
        print(
            f"{k:28} n={s['messages']:4} f1={s['f1']} sender={s['sender_acc']} time={s['time_acc']} date={s['date_acc']} cer={s['cer']}"
        )
    print(json.dumps(summary(tot, conf)))


if __name__ == "__main__":
    main()
