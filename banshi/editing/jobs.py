"""Work that takes longer than a request: impact, publishing, imports. One at a time, with progress that pages ask for."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

from banshi.editing.errors import EditingError

log = logging.getLogger(__name__)
_KEPT = 200


@dataclass
class Job:
    """One piece of work and how far it is."""

    id: str
    kind: str
    owner: str
    state: Literal["running", "done", "failed"] = "running"
    done: int = 0
    total: int = 0
    sentence: str = "排队中"
    result: dict[str, Any] | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def tell(self, sentence: str, done: int = 0, total: int = 0) -> None:
        """Say how far it is."""
        self.sentence, self.done, self.total = sentence, done, total


class Jobs:
    """Runs jobs one after the other in a thread of its own, and keeps the last ones for those who ask."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="editing")
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, kind: str, owner: str, work: Callable[[Job], dict[str, Any]]) -> Job:
        """Queue work; it gets its job, to tell progress, and returns the result."""
        job = Job(secrets.token_hex(8), kind, owner)
        with self._lock:
            self._jobs[job.id] = job
            while len(self._jobs) > _KEPT:
                self._jobs.popitem(last=False)
        self._pool.submit(self._run, job, work)
        return job

    def get(self, identifier: str) -> Job | None:
        """A job by its id; None when it is unknown or long ago."""
        return self._jobs.get(identifier)

    def close(self) -> None:
        """Begin nothing more; what runs is finished by its thread or lost with the process, which publishing allows for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, job: Job, work: Callable[[Job], dict[str, Any]]) -> None:
        try:
            job.result = work(job)
            job.state, job.sentence = "done", "完成"
        except EditingError as error:
            job.state, job.sentence, job.more = "failed", error.detail, error.more
        except Exception:
            log.exception("The job %s failed.", job.kind)
            job.state, job.sentence = "failed", "没有做成，系统出了差错；什么都没有改变，请重试，或请管理员看日志。"
