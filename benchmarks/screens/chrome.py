# ruff: noqa: E501 -- lines of CSS, HTML and flags
"""Draws HTML with a headless Chromium over its debugging pipe: one browser, many pictures, no port opened."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-pipe", "--force-color-profile=srgb",
    "--disable-lcd-text",
)  # fmt: skip


class Chrome:
    """A browser to draw with; use as a context manager."""

    def __init__(self, program: str = "chromium") -> None:
        self._folder = tempfile.TemporaryDirectory()
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        script = f"exec 3<&{to_browser} 4>&{from_browser}; exec {program} {' '.join(FLAGS)} --user-data-dir={self._folder.name}"
        self._process = subprocess.Popen(
            ["bash", "-c", script + " about:blank"], pass_fds=(to_browser, from_browser), stderr=subprocess.DEVNULL
        )
        os.close(to_browser)
        os.close(from_browser)
        self._buffer, self._number, self._session = b"", 0, ""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __enter__(self) -> Chrome:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._out)
        self._process.terminate()
        self._process.wait()
        os.close(self._in)
        self._folder.cleanup()

    def draw(self, html: str, width: int, height: int, ratio: float, script: str) -> tuple[bytes, Any]:
        """The page as PNG, and what the script says of it."""
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=ratio, mobile=False
        )
        frame = self._ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._ask("Page.setDocumentContent", frameId=frame, html=html)
        ready = "document.fonts.ready.then(()=>new Promise(r=>requestAnimationFrame(()=>requestAnimationFrame(r))))"
        self._ask("Runtime.evaluate", expression=ready, awaitPromise=True)
        said = self._ask("Runtime.evaluate", expression=script, returnByValue=True)["result"]["value"]
        return base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"]), said

    def _ask(self, method: str, **params: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._buffer:
                self._buffer += os.read(self._in, 1 << 20)
            raw, self._buffer = self._buffer.split(b"\0", 1)
            answer = json.loads(raw)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
