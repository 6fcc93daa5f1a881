"""Connections on which every wait can be stopped, is timed, and is measured."""

from __future__ import annotations

import errno
import os
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpcore

from player.audio.fetch.patience import Patience
from player.audio.fetch.ready import Place, Ready
from player.audio.fetch.troubles import DroppedError

_SLICE_S: Final = 0.1
_LONGEST_READ_S: Final = 60.0
_ENVELOPE_BYTES: Final = 256_000
_IDLE_S: Final = 5.0
_IDLE_ANSWER_S: Final = 1.4
SLEPT_S: Final = 5.0
"""By so much one clock may run ahead of the other before the computer must have slept."""


class TooSlowError(Exception):
    """Less came than the slowest rate allows."""


class TooMuchError(Exception):
    """More came than any form of the clip can take."""


class Guard:
    """What one request may cost; looked at ten times a second wherever it waits."""

    def __init__(self, stop: threading.Event, patience: Patience, most: int) -> None:
        self._stop = stop
        self._patience = patience
        self._left = 2 * most + _ENVELOPE_BYTES
        self._began = time.monotonic()
        self._came: deque[tuple[float, int]] = deque()
        self._recent = 0

    def look(self) -> None:
        """Raises DroppedError, TooSlowError or TooMuchError."""
        if self._stop.is_set():
            raise DroppedError
        if self._left < 0:
            raise TooMuchError
        now, window = time.monotonic(), self._patience.measured_over_s
        while self._came and self._came[0][0] <= now - window:
            self._recent -= self._came.popleft()[1]
        if now - self._began >= window and self._recent < self._patience.slowest * window:
            raise TooSlowError

    def count(self, size: int) -> None:
        """Note what came."""
        self._left -= size
        self._recent += size
        self._came.append((time.monotonic(), size))


class Guards(threading.local):
    """The guard of the request that this thread is making."""

    guard: Guard | None = None

    def look(self) -> None:
        """Look at it, where there is one."""
        if self.guard is not None:
            self.guard.look()

    @contextmanager
    def watching(self, guard: Guard) -> Iterator[None]:
        """Let `guard` watch what this thread does while inside."""
        self.guard = guard
        try:
            yield
        finally:
            self.guard = None


class _Connection(httpcore.NetworkStream):
    """A socket that is read in slices of time, so that no read outlasts the wish for it.

    One that was idle must answer soon: after a sleep, or on another network, it may be dead
    without anybody having said so.
    """

    def __init__(self, connected: socket.socket, guards: Guards) -> None:
        self._socket = connected
        self._guards = guards
        self._used_at = time.monotonic()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        patience_s = _LONGEST_READ_S if timeout is None else timeout
        if time.monotonic() - self._used_at > _IDLE_S:
            patience_s = min(patience_s, _IDLE_ANSWER_S)
        end, drift_s = time.monotonic() + patience_s, drift()
        while True:
            self._guards.look()
            if abs(drift() - drift_s) > SLEPT_S:  # whoever was to send this is gone by now
                raise httpcore.ReadTimeout
            self._socket.settimeout(max(0.001, min(_SLICE_S, end - time.monotonic())))
            try:
                content = self._socket.recv(max_bytes)
            except TimeoutError:
                if time.monotonic() >= end:
                    raise httpcore.ReadTimeout from None
                continue
            except OSError as error:
                raise httpcore.ReadError from error
            self._used_at = time.monotonic()
            if self._guards.guard is not None:
                self._guards.guard.count(len(content))
            return content

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._socket.settimeout(timeout)
        try:
            self._socket.sendall(buffer)
        except TimeoutError:
            raise httpcore.WriteTimeout from None
        except OSError as error:
            raise httpcore.WriteError from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return self.secured(ssl_context, server_hostname, timeout)

    def secured(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None, timeout: float | None
    ) -> _Secured:
        """Agree on TLS; this connection is then the other's, and closed where that fails."""
        self._socket.settimeout(timeout)
        try:
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError:
            self.close()
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            self.close()
            raise httpcore.ConnectError from error
        return _Secured(secured, self._guards)

    @property
    def is_open(self) -> bool:
        """Whether the other side has neither closed it nor said anything."""
        if not _is_ready(self._socket, select.POLLIN, 0):
            return True
        self._socket.settimeout(0)
        try:
            self._socket.recv(1)
        except ssl.SSLWantReadError:  # TLS 1.3 has sent its tickets, and nothing else
            return True
        except OSError:
            return False
        return False

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "is_readable":  # an idle connection that says something has been closed
            return _is_ready(self._socket, select.POLLIN, 0)
        return self._socket if info == "socket" else None


class _Secured(_Connection):
    """A connection on which TLS was agreed already, by the same context for the same host."""

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002 - httpcore's signature
        server_hostname: str | None = None,  # noqa: ARG002 - the same
        timeout: float | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.NetworkStream:
        return self


class Network(httpcore.NetworkBackend):
    """Makes connections, to the first address of a host that takes one; also ahead."""

    def __init__(self, guards: Guards) -> None:
        self._guards = guards
        self._ready = Ready()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - httpcore's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.NetworkStream:
        """Connect within `timeout` seconds, or take the connection that was made ahead.

        Raises ConnectError, ConnectTimeout, or the guard's.
        """
        end = time.monotonic() + (_LONGEST_READ_S if timeout is None else timeout)
        made = self._ready.take((host, port), _Connection, end, self._guards.look)
        return made or self._make(host, port, end)

    def make_ready(
        self,
        place: Place,
        tls: ssl.SSLContext | None,
        timeout: float,
        is_in_use: Callable[[], bool],
    ) -> None:
        """Make the next connection to this host ahead, over TLS with `tls`; asks nothing over it.

        Harmless where there is one, or one is being made. `is_in_use` says whether requests have
        one; it is asked when none can be taken from here any more, so that one taken just now is
        not made again. Raises ConnectError or ConnectTimeout.
        """
        if not self._ready.begin(place):
            return
        made: _Connection | None = None
        try:
            if is_in_use() or self._ready.is_closed:
                return
            made = self._make(*place, time.monotonic() + timeout)
            if tls is not None:
                made = made.secured(tls, place[0], timeout)
        finally:
            self._ready.put(place, made)

    def forget_ready(self) -> None:
        """Close what was made ahead."""
        self._ready.forget()

    def close(self) -> None:
        """Close what was made ahead, and make no more."""
        self._ready.close()

    def _make(self, host: str, port: int, end: float) -> _Connection:
        try:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # the latter of a name that no host can have
            raise httpcore.ConnectError from error
        trouble: OSError = OSError("there is no address")
        for family, kind, protocol, _, address in addresses:
            connecting = socket.socket(family, kind, protocol)
            try:
                self._connect(connecting, address, end)
            except OSError as error:
                connecting.close()
                trouble = error
            except BaseException:
                connecting.close()
                raise
            else:
                return _Connection(connecting, self._guards)
        try:
            raise trouble
        except OSError as error:  # as its context too: httpcore drops the cause on the way up
            raise httpcore.ConnectError from error

    def _connect(self, connecting: socket.socket, address: Any, end: float) -> None:
        connecting.setblocking(False)
        connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = connecting.connect_ex(address)
        if code in (errno.EINPROGRESS, errno.EWOULDBLOCK):
            while not _is_ready(connecting, select.POLLOUT, _SLICE_S):
                self._guards.look()
                if time.monotonic() >= end:
                    raise httpcore.ConnectTimeout
            code = connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))


def _is_ready(waiting: socket.socket, event: int, timeout_s: float) -> bool:
    poll = select.poll()
    poll.register(waiting, event)
    return bool(poll.poll(timeout_s * 1_000))


def drift() -> float:
    """Return the wall clock less the clock that stands still while the computer sleeps, in s."""
    return time.time() - time.monotonic()
