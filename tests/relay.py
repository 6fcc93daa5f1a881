"""Carries bytes between a program and PostgreSQL, for tests of what becomes of them on the way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from urllib.parse import urlsplit, urlunsplit


class Relay:
    """A port that leads to PostgreSQL; whoever inherits from it sees all that passes."""

    def __init__(self, address: str, *, at: str = "127.0.0.1") -> None:
        self._target = urlsplit(address)
        self._listening = socket.create_server((at, 0))
        port = self._listening.getsockname()[1]
        self.address = urlunsplit(self._target._replace(netloc=f"postgres@{at}:{port}"))
        self._ends = [self._listening]
        self._start(self._accept)

    def passes(self, data: bytes, *, line: int, is_request: bool) -> bool:
        """Return whether this goes on; where not, it is lost, and the line (by number) with it."""
        return True

    def close(self) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # a thread that waits at it would wait on
            end.close()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _accept(self) -> None:
        for line in count():
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection((self._target.hostname, self._target.port))
            except OSError:
                near.close()
                continue
            self._ends += [near, far]
            self._start(self._carry, near, far, line, True)
            self._start(self._carry, far, near, line, False)

    def _carry(
        self, source: socket.socket, sink: socket.socket, line: int, is_request: bool
    ) -> None:
        try:
            while data := source.recv(65536):
                if not self.passes(data, line=line, is_request=is_request):
                    sink.shutdown(socket.SHUT_RDWR)
                    return
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            sink.close()
