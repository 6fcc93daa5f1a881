"""The wire: the transport under the one httpx client, HTTP/1.1, with the proxies there are."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from player.audio.fetch.connections import SLEPT_S, Guard, Guards, Network, drift
from player.audio.fetch.patience import Patience

_KEEPALIVE_S: Final = 60.0


class _Body(httpx.SyncByteStream):
    """The body of an answer; `closed` is called with it, once."""

    def __init__(self, stream: Any, closed: Callable[[], None]) -> None:
        self._stream = stream
        self._closed = closed

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        closed, self._closed = self._closed, _nothing
        try:
            self._stream.close()
        finally:
            closed()


def _nothing() -> None:
    """Be done already."""


class Wire(httpx.BaseTransport):
    """The transport of the one httpx client. What httpcore raises comes through as it is.

    Connections are kept for 60 s: with httpx's usual 5 every node would pay for a new one. Proxies
    are those of the environment.
    """

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._guards = Guards()
        self._drift_s = drift()
        self._pools: dict[str, httpcore.ConnectionPool] = {}
        self._in_use: Counter[httpcore.ConnectionPool] = Counter()
        self._lock = threading.Lock()
        self._ssl = httpx.create_ssl_context()
        self._network = Network(self._guards)

    def guarded(self, guard: Guard) -> AbstractContextManager[None]:
        """Let `guard` watch what this thread requests while inside."""
        return self._guards.watching(guard)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return the answer, its body unread. Raises as httpcore does."""
        url = request.url
        pool = self._pool(url.scheme, url.host)
        try:
            answer = pool.handle_request(
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
        except BaseException:
            self._done_with(pool)
            raise
        body = _Body(answer.stream, lambda: self._done_with(pool))
        return httpx.Response(answer.status, headers=answer.headers, stream=body)

    def warm(self, url: httpx.URL, timeout_s: float) -> None:
        """Make the connection for the next request to this host; nothing is asked over it.

        Not where there is one already, nor through a proxy. Raises as httpcore does.
        """
        if _proxy_for(url.scheme, url.host):
            return
        origin = httpcore.URL(str(url.copy_with(path="/", query=None))).origin

        def is_in_use() -> bool:
            with self._lock:
                pools = list(self._pools.values())
            known = [each for pool in pools for each in pool.connections]
            return any(each.can_handle_request(origin) and not each.is_closed() for each in known)

        is_secure = url.scheme == "https"
        self._ssl.set_alpn_protocols(["http/1.1"])
        self._network.make_ready(
            (url.raw_host.decode("ascii"), url.port or (443 if is_secure else 80)),
            self._ssl if is_secure else None,
            timeout_s,
            is_in_use,
        )

    def forget_idle(self) -> None:
        """Close what is idle; what is in use is closed when its request is done."""
        self._network.forget_ready()
        with self._lock:
            pools, self._pools = self._pools, {}
            idle = [pool for pool in pools.values() if not self._in_use[pool]]
        for pool in idle:
            pool.close()

    def close(self) -> None:
        """Close all connections."""
        self._network.close()
        with self._lock:
            pools = {*self._pools.values(), *self._in_use}
            self._pools = {}
        for pool in pools:
            pool.close()

    def _done_with(self, pool: httpcore.ConnectionPool) -> None:
        with self._lock:
            self._in_use[pool] -= 1
            is_left = self._in_use[pool] <= 0
            if is_left:
                del self._in_use[pool]
            is_left &= pool not in self._pools.values()
        if is_left:
            pool.close()

    def _pool(self, scheme: str, host: str) -> httpcore.ConnectionPool:
        if abs(drift() - self._drift_s) > SLEPT_S:
            self._drift_s = drift()
            self.forget_idle()
        proxy = _proxy_for(scheme, host)
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._new_pool(proxy)
            self._in_use[self._pools[proxy]] += 1
            return self._pools[proxy]

    def _new_pool(self, proxy: str) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._ssl,
            proxy=_proxy(proxy) if proxy else None,
            max_connections=self._connections,
            keepalive_expiry=_KEEPALIVE_S,
            http1=True,
            http2=False,
            network_backend=self._network,
        )


def _proxy_for(scheme: str, host: str) -> str:
    """Return the proxy that the environment names for this host, "" where there is none."""
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all") or ""
    return "" if not proxy.startswith("http://") or proxy_bypass(host) else proxy


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
