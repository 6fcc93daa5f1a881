"""An HTTP server that does to its clients whatever a test wants, byte by byte."""

from __future__ import annotations

import hashlib
import queue
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from player.story.graph import Clip, catalogue_id

SECRET: Final = "X-Amz-Signature=canary0secret0canary"
_PATIENCE_S: Final = 60.0


@dataclass
class Call:
    """One request, and the socket to answer on. `nth` counts the requests of its path from 1.

    `connected_at` is when its connection was taken, as of time.monotonic.
    """

    path: str
    headers: dict[str, str]
    nth: int
    socket: socket.socket
    over: threading.Event
    connected_at: float = 0.0

    @property
    def start(self) -> int:
        """From which byte on the body is wanted."""
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        return int(found[1]) if found else 0

    def send(self, content: bytes) -> None:
        self.socket.sendall(content)

    def head(self, status: str, *headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", *headers, "", ""]
        self.send("\r\n".join(lines).encode("latin-1"))

    def answer(self, status: str, body: bytes = b"", *headers: str) -> None:
        self.head(status, f"Content-Length: {len(body)}", *headers)
        self.send(body)

    def sound(self, content: bytes, *headers: str, etag: str = '"one"') -> None:
        """Answer as a good server does, ranges included."""
        kind = ("Content-Type: audio/mpeg", f"ETag: {etag}", *headers)
        if not self.start:
            self.answer("200 OK", content, *kind)
            return
        if self.headers.get("if-match", etag) != etag:
            self.answer("412 Precondition Failed")
            return
        rest = content[self.start :]
        where = f"Content-Range: bytes {self.start}-{len(content) - 1}/{len(content)}"
        self.answer("206 Partial Content", rest, where, *kind)

    def partly(self, content: bytes, sent: int, *headers: str, etag: str = '"one"') -> None:
        """Promise all of the content from where it is wanted, and send `sent` bytes of it."""
        rest = content[self.start :]
        kind = (f"Content-Length: {len(rest)}", "Content-Type: audio/mpeg", f"ETag: {etag}")
        if self.start:
            where = f"Content-Range: bytes {self.start}-{len(content) - 1}/{len(content)}"
            self.head("206 Partial Content", where, *kind, *headers)
        else:
            self.head("200 OK", *kind, *headers)
        self.send(rest[:sent])

    def stall(self) -> None:
        """Do nothing until the client has gone or the test is over."""
        self.socket.settimeout(_PATIENCE_S)
        with suppress(OSError):
            self.socket.recv(1)

    def pause(self, seconds: float) -> None:
        self.over.wait(seconds)

    def reset(self) -> None:
        """Close with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


Behaviour: TypeAlias = Callable[[Call], object]
"""Answers a call; returns False when the connection is to be closed after it."""


@dataclass
class Server:
    """Listens on 127.0.0.1 and behaves as `behaviour` says; `calls` tells what was asked.

    `connected` gets each connection, `called` each request, as they come.
    """

    behaviour: Behaviour
    tls: ssl.SSLContext | None = None
    calls: list[Call] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self.connected: queue.SimpleQueue[socket.socket] = queue.SimpleQueue()
        self._held: socket.socket | None = None
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64, reuse_port=True)
        self.port: int = self._listening.getsockname()[1]
        self.called: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def open_connections(self) -> int:
        """How many there are now; each has a thread and a socket here, beside the client's."""
        with self._lock:
            return len(self._sockets)

    def vanish(self) -> None:
        """End, but keep the port until `close`: whoever asks is refused, whoever else needs one."""
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._held.bind(("127.0.0.1", self.port))
        self._end()

    def close(self) -> None:
        self._end()
        if self._held is not None:
            self._held.close()

    def _end(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:
            for each in self._sockets:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with self._lock:
                if self._over.is_set():  # nobody would shut it down any more
                    connection.close()
                    return
                self._sockets.add(connection)
                self.connections += 1
            self.connected.put(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        plain, connected_at = connection, time.monotonic()
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (call := self._read(connection, connected_at)) is not None:
                if self.behaviour(call) is False:
                    break
        except OSError:
            pass
        finally:
            with self._lock:
                self._sockets.discard(plain)
            with suppress(OSError):
                connection.close()

    def _read(self, connection: socket.socket, connected_at: float) -> Call | None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = connection.recv(1)
            if not byte:
                return None
            head += byte
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines if line)
        }
        path = first.split(" ")[1]
        with self._lock:
            nth = 1 + sum(call.path == path for call in self.calls)
            call = Call(path, headers, nth, connection, self._over, connected_at)
            self.calls.append(call)
        self.called.put(call)
        return call


def sound_of(name: str, size: int = 60_000) -> bytes:
    """Return bytes that stand for a clip; another name, other bytes."""
    blocks = (hashlib.sha256(f"{name}{n}".encode()).digest() for n in range(size // 32 + 1))
    return b"".join(blocks)[:size]


def clip_of(name: str, content: bytes, url: str) -> Clip:
    """Return the clip that this content is, to be fetched from `url`."""
    return Clip(
        id=catalogue_id("crow", name),
        language="hi",
        mix=0.0,
        speaker="meera",
        checksum=hashlib.sha256(content).hexdigest(),
        size=len(content),
        duration_ms=1000,
        url=url,
        path=f"crow/audio/hi/0.00/meera/{name}.mp3",
    )
