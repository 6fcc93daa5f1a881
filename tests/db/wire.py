"""A line to PostgreSQL that can be cut where it hurts most: after a COMMIT, before its reply."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit


class Wire:
    """Carries bytes to PostgreSQL, and cuts the line after the COMMIT that it is told to lose."""

    def __init__(self, address: str) -> None:
        self._target = urlsplit(address)
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.address = urlunsplit(self._target._replace(netloc=f"postgres@127.0.0.1:{port}"))
        self.loses_next_reply = False
        self._is_cut = False
        self._ends: list[socket.socket] = [self._listening]
        self._start(self._accept)

    def close(self) -> None:
        for end in self._ends:
            end.close()

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection((self._target.hostname, self._target.port))
            self._ends += [near, far]
            self._start(self._carry, near, far, True)
            self._start(self._carry, far, near, False)

    def _carry(self, source: socket.socket, sink: socket.socket, is_request: bool) -> None:
        try:
            while data := source.recv(65536):
                if is_request and b"COMMIT" in data and self.loses_next_reply:
                    self.loses_next_reply = False
                    self._is_cut = True
                elif not is_request and self._is_cut:
                    # PostgreSQL answered, so it did commit; nobody hears of it.
                    self._is_cut = False
                    sink.shutdown(socket.SHUT_RDWR)
                    return
                sink.sendall(data)
        except OSError:
            return
