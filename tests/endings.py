"""How a program that tests have begun to read comes to its end."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from subprocess import Popen


def finish(
    process: Popen[str], timeout_s: float = 300, kill: Callable[[], object] | None = None
) -> tuple[str, str]:
    """Wait for its end; return all that it still told, and its complaints.

    `Popen.communicate` reads past Python's own buffer: of a program that was read line by line it
    loses what was read ahead, as much as half a line. Raises AssertionError when it must be killed
    after `timeout_s` seconds.
    """
    late = threading.Event()

    def stop() -> None:
        late.set()
        (kill or process.kill)()

    watch = threading.Timer(timeout_s, stop)
    watch.start()
    try:
        if process.stdin:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        with ThreadPoolExecutor(1) as reader:
            complaining = reader.submit(process.stderr.read) if process.stderr else None
            told = process.stdout.read() if process.stdout else ""
            complaints = complaining.result() if complaining else ""
        process.wait()
    finally:
        watch.cancel()
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()
    assert not late.is_set(), f"never ended; told: {told[-2000:]} {complaints[-2000:]}"
    return told, complaints
