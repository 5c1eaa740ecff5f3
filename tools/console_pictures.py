"""Takes the pictures of the console that the documentation's home shows, in light and in dark.

The program on the home is served, and a browser talks to it as the home says. It needs Chromium.

    python -m tools.console_pictures
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "docs" / "index.md"
PICTURES = ROOT / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SHOWN_HOST = "localhost:8000"
"""The address in the pictures, whatever port was free."""
READINGS = ("21.4", "78.2")
SENSOR = "7"
WIDTH = 520
HEIGHT = 640
COLOURS = 128

_PROGRAM = re.compile(r'^```python title="(?P<file>\w+\.py)"\n(?P<code>.*?)^```$', re.MULTILINE | re.DOTALL)
_SERVING = re.compile(r"Serving on http://(?P<address>[\d.]+:\d+)")
_START = datetime(2026, 5, 4, 10, 24, 7, tzinfo=UTC)
_SERVER_SECONDS = 20.0


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.console_pictures", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--to", type=Path, default=PICTURES, help="the directory to write to")
    options = parser.parse_args(arguments)
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        print("there is no Chromium; install it, as with: apt-get install chromium", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address, sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {SHOWN_HOST} {address}"
        browser = playwright.chromium.launch(executable_path=executable, args=["--headless", "--no-sandbox", rules])
        for scheme in ("light", "dark"):
            file = options.to / f"console-{scheme}.png"
            file.write_bytes(compact(picture(browser, scheme)))
            print(f"{file}: {file.stat().st_size // 1024} KiB")
        browser.close()
    return 0


@contextmanager
def served(folder: Path) -> Generator[str]:
    """Serve the home's program, with its documentation page, on a free port; give host and port."""
    program = _PROGRAM.search(HOME.read_text(encoding="utf-8"))
    if program is None:
        raise SystemExit(f"{HOME}: there is no Python block with a title")
    (folder / program["file"]).write_text(program["code"], encoding="utf-8")
    command = [sys.executable, "-m", "pyfly", "run", program["file"], "--docs", "--port", "0"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield _address_of(process)
    finally:
        process.terminate()
        process.communicate(timeout=_SERVER_SECONDS)


def _address_of(process: subprocess.Popen[str]) -> str:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if serving := _SERVING.search(line):
            return serving["address"]
    raise SystemExit(f"the server ended:\n{''.join(said)}")


def picture(browser: Browser, scheme: str) -> bytes:
    """Return what the console looks like after the readings were sent, as PNG at twice the size."""
    context = browser.new_context(
        viewport={"width": WIDTH + 48, "height": HEIGHT * 2},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2,
        locale="en-GB",
        timezone_id="UTC",
    )
    page = context.new_page()
    page.clock.set_fixed_time(_START)
    page.goto(f"http://{SHOWN_HOST}/docs#console")
    client = page.get_by_role("article", name="Client A")
    client.get_by_role("textbox", name="number").fill(SENSOR)
    client.get_by_role("button", name="Connect").click()
    client.get_by_role("status").filter(has_text="Open").wait_for()
    client.get_by_role("button", name="Clear").click()
    for count, reading in enumerate(READINGS, start=1):
        page.clock.set_fixed_time(_START + timedelta(seconds=2 * count, milliseconds=137 * count))
        send(page, client, f'{{"celsius": {reading}}}')
        client.locator("[data-log] > .out").nth(count - 1).wait_for()
    client.locator("[data-log] > .in").wait_for()
    client.get_by_role("button", name="Send", exact=True).focus()
    taken = client.screenshot(animations="disabled", caret="hide")
    context.close()
    return taken


def send(page: Page, client: Locator, message: str) -> None:
    """Send a message from a composer that is no taller than it."""
    box = client.get_by_label("Message text")
    box.evaluate("element => { element.style.height = '2.6rem'; }")
    box.fill(message)
    page.keyboard.press("Control+Enter")


def compact(png: bytes) -> bytes:
    """Return the picture with a palette, as small as it gets."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    reduced = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    target = io.BytesIO()
    reduced.save(target, format="PNG", optimize=True)
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
