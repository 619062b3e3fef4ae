"""How soon an old phone shows the first message: our build beside a plain React build of the same source, in one run.

    .venv/bin/python -m benchmarks.first_message [--rounds 7]

Both builds are served by the real server, compressed as always, to Debian's Chromium with its processor slowed down sixfold and a network
of 1.6 Mbit/s with 150 ms there and back (Lighthouse's slow 4G). Measured from the beginning of the navigation, with an empty cache,
until the greeting is on the screen; the two take turns, so that a noisy machine is noisy for both.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from banshi.settings import ROOT
from benchmarks.product import quantile, running

FRONTEND = ROOT / "frontend"
_SERVE = """
import sys
from pathlib import Path
from banshi.web import app as application, headers

static = Path(sys.argv.pop(1))
application.pages = lambda: headers.pages(static)
from banshi.cli import app
app()
"""
_GREETING = ".log .bubble, .log p"
_SHOWN = f"""
    const watch = new MutationObserver(() => {{
        if (document.querySelector("{_GREETING}") === null) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => {{ window.greeted = performance.now(); }}));
    }});
    watch.observe(document, {{ childList: true, subtree: true }});
"""
"""Notes when the frame with the greeting was drawn. To ask for it from outside, again and again, would cost the slow processor more than
the page does."""
_SLOWER = 6
_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}


def build(target: Path, *, plain: bool) -> int:
    """Build the citizens' page; gives the compressed bytes of its scripts that load first."""
    environment = os.environ | ({"BANSHI_PLAIN_REACT": "1"} if plain else {})
    command = ["npx", "vite", "build", "--config", "vite.citizen.config.ts", "--outDir", str(target / "citizen"), "--emptyOutDir"]
    subprocess.run(command, cwd=FRONTEND, env=environment, check=True, capture_output=True)
    page = (target / "citizen" / "index.html").read_text(encoding="utf-8")
    first = [path for path in (target / "citizen" / "assets").glob("*.js") if path.name in page]
    return sum(len(gzip.compress(path.read_bytes())) for path in first)


def first_message(browser: Browser, url: str) -> float:
    """Milliseconds from navigation to the greeting, in a new browser context."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("Network.enable")
    devices.send("Network.emulateNetworkConditions", _NETWORK)
    devices.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    page.add_init_script(_SHOWN)
    page.goto(url, wait_until="load")
    page.wait_for_timeout(1000)
    shown = float(page.wait_for_function("() => window.greeted", timeout=60_000).json_value())
    context.close()
    return shown


def main() -> None:
    """Build, measure in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("There is no chromium: apt-get install chromium.")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, times = Path(name), {"ours": [], "plain React": []}
        urls, sizes = {}, {}
        for build_name in times:
            target = folder / build_name.replace(" ", "-")
            target.mkdir()
            sizes[build_name] = build(target, plain=build_name != "ours")
            urls[build_name] = stack.enter_context(running("--no-rasa", program=(sys.executable, "-c", _SERVE, str(target)))).url
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for turn in range(rounds + 1):
            for build_name, url in urls.items():
                took = first_message(browser, url)
                if turn:  # the first round warms the servers up
                    times[build_name].append(took)
        browser.close()
    for build_name, values in times.items():
        print(
            f"{build_name:12} {sizes[build_name]:>7} B   p50 {quantile(values, 0.5):6.0f} ms   {sorted(round(value) for value in values)}"
        )
    print(f"ours / plain React: {quantile(times['ours'], 0.5) / quantile(times['plain React'], 0.5):.2f}")


if __name__ == "__main__":
    main()
