"""Build the pages (`frontend/`) into the package's static folder, when their sources have changed since the last build.

Runs on the bare system Python, so it imports the standard library only. Needs Node 20.19 or newer with npm.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "banshi" / "web" / "static"
STAMP = STATIC / ".built"


def say(text: str) -> None:
    print(f"[setup] {text}", flush=True)


def digest() -> str:
    """Hash of everything the pages are made from."""
    hasher = hashlib.sha256()
    for path in sorted(path for path in FRONTEND.rglob("*") if path.is_file() and "node_modules" not in path.parts):
        hasher.update(str(path.relative_to(FRONTEND)).encode())
        hasher.update(path.read_bytes())
    return hasher.hexdigest()


def run(arguments: list[str], explain: str) -> None:
    """Run a command quietly; on failure print its output and the one sentence that tells what to do."""
    done = subprocess.run(arguments, cwd=FRONTEND, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(done.stdout[-4000:], file=sys.stderr)
        sys.exit(f"[setup] {explain}")


def main() -> None:
    wanted = digest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        say("pages: up to date")
        return
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("[setup] The pages need Node 20.19 or newer with npm: install it and run make setup again.")
    started = time.monotonic()
    say("pages: building (half a minute)")
    packages, installed = FRONTEND / "package-lock.json", FRONTEND / "node_modules" / ".lock"
    lock = packages.read_text(encoding="utf-8")
    if not installed.is_file() or installed.read_text(encoding="utf-8") != lock:
        explain = (
            "the packages of the pages could not be installed; check that this machine reaches its npm registry (npm config get registry)."
        )
        run([npm, "ci", "--no-audit", "--no-fund"], explain)
        installed.write_text(lock, encoding="utf-8")
    shutil.rmtree(STATIC, ignore_errors=True)
    run([npm, "run", "--silent", "build"], "the pages could not be built; the output above says where.")
    STAMP.write_text(wanted, encoding="utf-8")
    say(f"pages: ready after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
