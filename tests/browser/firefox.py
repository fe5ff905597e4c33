"""The machine's Firefox, told what to do over WebDriver BiDi.

Playwright drives only the Firefox that it brings itself. Every Firefox speaks BiDi, the W3C's protocol: commands and
events are JSON over a WebSocket. Here is as much of it as a visitor needs: to look, to click, to type, to download.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from websockets.sync.client import ClientConnection, connect

PATIENCE = 30  # seconds, on a machine that may be slow
CONTROL = "\ue009"  # as WebDriver writes the key

# What a page may not do is told to the page only; the console is where we listen.
TELL_VIOLATIONS = """() => addEventListener("securitypolicyviolation", (event) =>
    console.error(`The policy forbids ${event.violatedDirective}: ${event.blockedURI}`))"""


def find_firefox() -> str | None:
    """Return the Firefox that ``FIREFOX`` names, or the machine's own; None where there is none."""
    return os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")


@contextmanager
def firefox(program: str, folder: Path) -> Iterator["Firefox"]:
    """Start Firefox with a fresh profile below *folder*, without a window; yields its one tab."""
    profile, downloads, log = folder / "profile", folder / "downloads", folder / "firefox.log"
    for new in (profile, downloads):
        new.mkdir()
    settings = {"browser.download.dir": str(downloads), "browser.download.folderList": 2}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items())
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    command = [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with log.open("w") as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        try:
            with connect(f"{_listening(log)}/session", max_size=None) as socket:
                yield Firefox(socket, downloads)
        finally:
            process.terminate()


def _listening(log: Path) -> str:
    """Return the address that Firefox has said it listens on."""

    def said() -> str | None:
        found = re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text(encoding="utf-8", errors="replace"))
        return found[1] if found else None

    return until(said, f"Firefox listens: see {log}")


T = TypeVar("T")


def until(look: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Look until there is something, and return it; fails in the name of *what* after *patience* seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {patience} s: {what}")


class Firefox:
    """One tab, and all that went wrong in it: what the console said louder than a note."""

    def __init__(self, socket: ClientConnection, downloads: Path) -> None:
        self.downloads = downloads
        self.complaints: list[str] = []
        self._socket = socket
        self._count = 0
        self.send("session.new", capabilities={})
        self.tab = self.send("browsingContext.getTree")["contexts"][0]["context"]
        self.send("session.subscribe", events=["log.entryAdded"])
        self.send("script.addPreloadScript", functionDeclaration=TELL_VIOLATIONS)

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result; events that come before it are noted."""
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=4 * PATIENCE))
            if message["type"] == "event":
                self._note(message["params"])
            elif message["type"] == "error":
                raise AssertionError(f"{method}: {message['error']}: {message['message']}")
            else:
                result: dict[str, Any] = message["result"]
                return result

    def _note(self, entry: dict[str, Any]) -> None:
        if entry["level"] in ("warn", "error"):
            self.complaints.append(f"{entry['level']}: {entry['text']}")

    def open(self, address: str) -> None:
        """Go to *address*, or load it again."""
        self.send("browsingContext.navigate", context=self.tab, url=address, wait="interactive")

    def evaluate(self, expression: str) -> Any:
        """Return what *expression* comes to in the page, once it is there."""
        reply = self.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})) ?? 'null')()",
            target={"context": self.tab},
            awaitPromise=True,
        )
        if reply["type"] == "exception":
            raise AssertionError(f"{expression}: {reply['exceptionDetails']['text']}")
        return json.loads(reply["result"]["value"])

    def click(self, role: str, name: str) -> None:
        """Press the mouse on what a screen reader calls by *role* and *name*."""
        where = {"type": "accessibility", "value": {"role": role, "name": name}}
        found = self.send("browsingContext.locateNodes", context=self.tab, locator=where)["nodes"]
        assert len(found) == 1, f"{len(found)} of {role} {name!r}"
        node = {"sharedId": found[0]["sharedId"]}
        into_view = "(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })"
        self.send(
            "script.callFunction",
            functionDeclaration=into_view,
            arguments=[node],
            target={"context": self.tab},
            awaitPromise=False,
        )
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": node}},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def fill(self, label: str, text: str) -> None:
        """Type *text* in place of what stands in the field *label*."""
        self.click("textbox", label)
        all_of_it = [("keyDown", CONTROL), ("keyDown", "a"), ("keyUp", "a"), ("keyUp", CONTROL)]
        typed = [(kind, key) for key in text for kind in ("keyDown", "keyUp")]
        steps = [{"type": kind, "value": key} for kind, key in [*all_of_it, *typed]]
        self._act({"type": "key", "id": "keyboard", "actions": steps})

    def _act(self, source: dict[str, Any]) -> None:
        self.send("input.performActions", context=self.tab, actions=[source])

    def wait_for(self, condition: str, patience: float = PATIENCE) -> None:
        """Wait until *condition*, an expression, holds in the page."""
        until(lambda: self.evaluate(f"Promise.resolve({condition}).then(Boolean)"), condition, patience)

    def downloaded(self, name: str) -> bytes:
        """Return the file *name* once it has come whole."""
        file = self.downloads / name

        def whole() -> bytes | None:
            coming = file.with_name(name + ".part").exists()
            return file.read_bytes() if file.exists() and not coming else None

        return until(whole, f"{name} is downloaded")
