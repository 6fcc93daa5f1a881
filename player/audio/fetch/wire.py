"""The wire: HTTP/1.1 on which every read can be stopped, is timed, and is measured."""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from player.audio.fetch.patience import Patience
from player.audio.fetch.troubles import DroppedError

_SLICE_S: Final = 0.1
_KEEPALIVE_S: Final = 60.0
_ENVELOPE_BYTES: Final = 256_000


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


class _Guards(threading.local):
    """The guard of the request that this thread is making."""

    guard: Guard | None = None


class _Stream(httpcore.NetworkStream):
    """A connection that is read in slices of time, so that no read outlasts the wish for it."""

    def __init__(self, stream: httpcore.NetworkStream, guards: _Guards) -> None:
        self._stream = stream
        self._guards = guards

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        guard = self._guards.guard
        end = time.monotonic() + (_KEEPALIVE_S if timeout is None else timeout)
        while True:
            if guard is not None:
                guard.look()
            left = end - time.monotonic()
            try:
                content = self._stream.read(max_bytes, max(0.001, min(left, _SLICE_S)))
            except httpcore.ReadTimeout:
                if left <= _SLICE_S:
                    raise
                continue
            if guard is not None:
                guard.count(len(content))
            return content

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._guards)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Network(httpcore.NetworkBackend):
    """Connections as the system makes them, guarded."""

    def __init__(self, guards: _Guards) -> None:
        self._plain = httpcore.SyncBackend()
        self._guards = guards

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._plain.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._guards)


class _Body(httpx.SyncByteStream):
    """The body of an answer, closed with it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class Wire(httpx.BaseTransport):
    """The transport of the one httpx client. What httpcore raises comes through as it is.

    Connections are kept for 60 s: with httpx's usual 5 every node would pay for a new one. Proxies
    are those of the environment.
    """

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._guards = _Guards()
        self._pools: dict[str, httpcore.ConnectionPool] = {}
        self._lock = threading.Lock()
        self._ssl = httpx.create_ssl_context()

    @contextmanager
    def guarded(self, guard: Guard) -> Iterator[None]:
        """Let `guard` watch what this thread requests while inside."""
        self._guards.guard = guard
        try:
            yield
        finally:
            self._guards.guard = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return the answer, its body unread. Raises as httpcore does."""
        url = request.url
        answer = self._pool(url.scheme, url.host).handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=b"",
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.close()

    def _pool(self, scheme: str, host: str) -> httpcore.ConnectionPool:
        proxies = getproxies()
        proxy = proxies.get(scheme) or proxies.get("all") or ""
        if not proxy.startswith("http") or proxy_bypass(host):
            proxy = ""
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._new_pool(proxy)
            return self._pools[proxy]

    def _new_pool(self, proxy: str) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._ssl,
            proxy=_proxy(proxy) if proxy else None,
            max_connections=self._connections,
            keepalive_expiry=_KEEPALIVE_S,
            http1=True,
            http2=False,
            network_backend=_Network(self._guards),
        )


def _proxy(address: str) -> httpcore.Proxy:
    found = httpx.Proxy(address)
    return httpcore.Proxy(str(found.url), auth=found.raw_auth, headers=found.headers.raw)


def make_client(wire: Wire, patience: Patience) -> httpx.Client:
    """Return the client: no cookies, no redirects of its own, no address in any log."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # at INFO they write whole addresses
    return httpx.Client(
        transport=wire,
        follow_redirects=False,
        trust_env=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"Accept": "audio/mpeg, */*;q=0.1", "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(patience.read_s, connect=patience.connect_s),
    )
