"""Create the two Python environments, `.venv` (ours) and `.venv-rasa` (Rasa), from their lock files.

Runs on the bare system Python, so it imports the standard library only. Each environment carries a stamp with the hash of
what went into it: a second run compares hashes and does nothing.

Environment variables:
    BANSHI_TORCH        "cpu" (default) takes a CPU build of torch and goes without when there is only a CUDA build;
                        "any" takes whatever the registry offers; "none" goes without.
    BANSHI_TORCH_INDEX  an extra package index that holds CPU builds of torch.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
UV = "uv==0.13.9"  # installs a lock several times faster than pip; lives inside the environment it fills


def say(text: str) -> None:
    print(f"[setup] {text}", flush=True)


def run(arguments: list[str | Path], *, explain: str) -> None:
    """Run a command quietly; on failure print its output and the one sentence that tells what to do."""
    done = subprocess.run([str(a) for a in arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(done.stdout[-4000:], file=sys.stderr)
        sys.exit(f"[setup] {explain}")


def digest(*paths: Path) -> str:
    hasher = hashlib.sha256(sys.version.encode())
    for path in paths:
        hasher.update(path.read_bytes())
    hasher.update(os.environ.get("BANSHI_TORCH", "cpu").encode())
    return hasher.hexdigest()


def install_torch(environment: Path) -> None:
    """Install torch only where the registry's wheel is a CPU build: the CUDA build drags in several GB of nvidia packages."""
    choice = os.environ.get("BANSHI_TORCH", "cpu")
    if choice == "none":
        say("torch: left out (BANSHI_TORCH=none); the built-in encoder does not need it")
        return
    pip = [environment / "bin" / "pip", "install", "--quiet", "--no-deps", "-r", REQUIREMENTS / "torch.txt"]
    if index := os.environ.get("BANSHI_TORCH_INDEX"):
        pip += ["--index-url", index]
    if choice == "cpu":
        probe = subprocess.run([str(a) for a in [*pip, "--dry-run", "--report", "-"]], capture_output=True, text=True)
        try:
            packages = json.loads(probe.stdout)["install"]
        except (ValueError, KeyError):
            packages = []
        wanted = [need for package in packages for need in package["metadata"].get("requires_dist", [])]
        if not packages or any(need.startswith(("nvidia-", "cuda-")) for need in wanted):
            say(
                "torch: left out, since the registry offers no CPU build of it; the built-in encoder does not need torch. "
                "For other encoders set BANSHI_TORCH_INDEX to an index with CPU builds, or BANSHI_TORCH=any, and run make setup again."
            )
            return
    run(pip, explain="torch could not be installed; set BANSHI_TORCH=none to go without it.")


def create(name: str, *, lock: list[str], resolve_only: tuple[str, ...] = (), with_torch: bool = False) -> None:
    """Create or refresh one environment.

    Args:
        name: folder of the environment below the repository.
        lock: lock files, each a complete resolved set, so no dependency is resolved at install time.
        resolve_only: packages of the lock whose metadata refuses this Python although they run on it (Rasa says < 3.11).
        with_torch: also decide on torch.
    """
    environment = ROOT / name
    stamp = environment / ".installed"
    files = [REQUIREMENTS / file for file in lock]
    wanted = digest(*files, REQUIREMENTS / "torch.txt") if with_torch else digest(*files)
    if stamp.exists() and stamp.read_text() == wanted:
        say(f"{name}: up to date")
        return
    started = time.monotonic()
    say(f"{name}: installing from {', '.join(lock)} (one to three minutes the first time)")
    venv.EnvBuilder(with_pip=True, clear=True).create(environment)
    python = environment / "bin" / "python"
    pip = environment / "bin" / "pip"
    network = "check that this machine reaches its Python package registry (pip config list) and run make setup again."
    run([pip, "install", "--quiet", UV], explain=f"uv could not be installed; {network}")
    if with_torch:
        install_torch(environment)
    lines = [line for file in files for line in file.read_text().splitlines() if line and not line.startswith("#")]
    odd = [line for line in lines if line.split("==")[0] in resolve_only]
    rest = environment / "lock.txt"
    rest.write_text("\n".join(line for line in lines if line not in odd) + "\n")
    run(
        [environment / "bin" / "uv", "pip", "install", "--quiet", "--no-deps", "--python", python, "-r", rest],
        explain=f"the packages of {name} could not be installed; {network}",
    )
    if odd:
        run(
            [pip, "install", "--quiet", "--no-deps", "--ignore-requires-python", *odd],
            explain=f"{', '.join(odd)} could not be installed; {network}",
        )
    stamp.write_text(wanted)
    say(f"{name}: ready after {time.monotonic() - started:.0f} s")


def link_project() -> None:
    """Make `banshi` a command of `.venv` that runs this checkout."""
    command = ROOT / ".venv" / "bin" / "banshi"
    if not command.exists():
        pip = ROOT / ".venv" / "bin" / "pip"
        run(
            [pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ROOT],
            explain="the project could not be linked into .venv; remove .venv and run make setup again.",
        )


def main() -> None:
    if sys.version_info[:2] != (3, 11):
        sys.exit(
            f"[setup] Banshi runs on Python 3.11 and this is {sys.version.split()[0]}: "
            "install Debian's python3.11 and python3.11-venv, or call make with PYTHON=/path/to/python3.11."
        )
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        sys.exit("[setup] Python's venv module is incomplete: install Debian's python3.11-venv package.")
    create(".venv", lock=["app.txt", "dev.txt"], with_torch=True)
    link_project()
    create(".venv-rasa", lock=["rasa.txt"], resolve_only=("rasa",))


if __name__ == "__main__":
    main()
