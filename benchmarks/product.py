"""The product on free ports with a data folder of its own, for benchmarks that ask it over loopback."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from banshi.search.golden import load_golden
from banshi.settings import ROOT, Settings

_OPENINGS = ("", "您好，", "请问一下，", "那个，我想问问，", "麻烦问下，", "师傅，", "哎，跟你打听个事，", "同志你好，")
SECRET = "benchmark-secret-of-more-than-32-characters"


@dataclass(frozen=True)
class Running:
    """A running product.

    Attributes:
        url: of the server.
        rasa_url: of Rasa.
        folder: its data folder, with the database, Rasa's tracker store, and every log it writes.
        process: id of the server's process.
    """

    url: str
    rasa_url: str
    folder: Path
    process: int

    def rasa(self) -> list[int]:
        """Process ids of the server's children that run Rasa."""
        found = []
        for children in Path(f"/proc/{self.process}/task").glob("*/children"):
            for pid in children.read_text().split():
                with contextlib.suppress(OSError):
                    if b"rasa" in Path(f"/proc/{pid}/cmdline").read_bytes():
                        found.append(int(pid))
        return found


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fresh_questions(count: int) -> list[str]:
    """Questions as people put them, each asked once: none is stored, and the process has not encoded any of them.

    Those of the development half, with openings that change the words and not what is asked.
    """
    folder = Settings().knowledge_dir / "golden"
    asked = [question.text for path in sorted(folder.glob("dev*.jsonl")) for question in load_golden(path)]
    made = [f"{opening}{text}" for opening in _OPENINGS for text in asked]
    return random.Random(1).sample(made, min(count, len(made)))


def quantile(values: list[float], share: float) -> float:
    """Nearest-rank quantile."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


@contextlib.contextmanager
def running(*arguments: str, program: Sequence[str] = (), folder: Path | None = None, **settings: object) -> Iterator[Running]:
    """Start it, wait until it is ready, and end it with everything it started.

    Args:
        *arguments: of `banshi up`, such as "--no-rasa".
        program: what takes them; `banshi` when not told otherwise.
        folder: empty, for its data; one of its own, gone with it, when not given.
        **settings: settings by name; `port` is a free one when not told.
    """
    port, rasa_port = settings.pop("port", None) or free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="banshi-benchmark-") as name:
        folder = folder or Path(name)
        shutil.copytree(Settings().snapshots, folder / "snapshots")
        told = {"port": port, "rasa_port": rasa_port, "rasa_secret": SECRET, "var_dir": folder, "rate_limit": 0, "log_level": "ERROR"}
        environment = os.environ | {f"BANSHI_{key.upper()}": str(value) for key, value in (told | settings).items()}
        command = [*(program or [str(ROOT / ".venv" / "bin" / "banshi")]), "up", *arguments]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
        try:
            assert server.stderr is not None
            said = []
            for line in server.stderr:
                said.append(line)
                if line.strip().endswith("ready"):
                    break
            else:
                raise RuntimeError("The product did not start:\n" + "".join(said[-20:]))
            # What it says later is kept, and never fills the pipe.
            threading.Thread(target=_keep, args=(server.stderr, folder / "server.log"), daemon=True).start()
            yield Running(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{rasa_port}", folder, server.pid)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _keep(lines: Iterator[str], path: Path) -> None:
    with path.open("w", encoding="utf-8") as log:
        for line in lines:
            log.write(line)
            log.flush()
