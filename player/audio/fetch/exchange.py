"""One exchange with a server: a request, its redirects, and the bytes that may be the clip."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final, TypeAlias

import httpcore
import httpx

from player.audio.fetch.addresses import Target
from player.audio.fetch.answers import REDIRECTS, check_headers, check_status, redirected
from player.audio.fetch.connections import Guard, TooMuchError, TooSlowError
from player.audio.fetch.download import Download
from player.audio.fetch.patience import Patience
from player.audio.fetch.troubles import Again, Cause, TroubleError
from player.audio.fetch.wire import Wire, make_client

_MOST_REDIRECTS: Final = 4
_HEAD_BYTES: Final = 4_096
_CHECK_NETWORK: Final = "Check the network."
_Take: TypeAlias = Callable[[httpx.Response, Download, Target], None]


class Exchange:
    """The one client of all fetching threads, made at the first request.

    `hosts` may be led to by a redirect, beside the host that was asked.
    """

    def __init__(
        self, patience: Patience, *, connections: int, hosts: frozenset[str] = frozenset()
    ) -> None:
        self._patience = patience
        self._hosts = hosts
        self._wire = Wire(connections)
        self._client = make_client(self._wire, patience)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def warm(self, target: Target) -> None:
        """Make the connection to the host of `target`, which is asked nothing.

        So it costs no request, and nothing of a signed address leaves this machine. Blocks for a
        few seconds at most; where it fails the first request will tell.
        """
        with suppress(httpx.InvalidURL, httpcore.NetworkError, httpcore.TimeoutException):
            self._wire.warm(httpx.URL(target.url), self._patience.connect_s)

    def get(self, download: Download, target: Target, *, fresh: bool = False) -> None:
        """Add to the download what it lacks; blocks, for as long as patience lasts.

        With `fresh` no copy on the way is taken. Raises TroubleError, or DroppedError once nobody
        wants it.
        """
        self._guarded(download, target, _headers(download, fresh), _take)

    def ask(self, download: Download, target: Target) -> None:
        """Ask for the first byte of a clip, to see whether it would come; raises as `get`."""
        self._guarded(download, target, {"Range": "bytes=0-0"}, _look)

    def _guarded(
        self, download: Download, target: Target, headers: Mapping[str, str], take: _Take
    ) -> None:
        guard = Guard(download.stop, self._patience, download.most)
        with self._wire.guarded(guard), _explained(target, download, self._patience):
            try:
                self._follow(download, target, headers, take)
            except (httpcore.NetworkError, httpcore.TimeoutException):
                self._wire.forget_idle()  # the others may be dead too: asked again, on a new one
                raise

    def _follow(
        self, download: Download, target: Target, headers: Mapping[str, str], take: _Take
    ) -> None:
        try:
            url = httpx.URL(target.url)
        except httpx.InvalidURL:
            why = "its row names no address that can be read"
            raise TroubleError(why, Cause.SETTINGS) from None
        for _ in range(_MOST_REDIRECTS):
            request = self._client.build_request("GET", url, headers=headers)
            response = self._client.send(request, stream=True)
            try:
                if response.status_code not in REDIRECTS:
                    take(response, download, target)
                    return
                url = redirected(response, url, self._hosts)
            finally:
                response.close()
        raise TroubleError(f"{target.label} leads in circles", Cause.REFUSED)


def _headers(download: Download, fresh: bool) -> dict[str, str]:
    headers = {"Cache-Control": "no-cache"} if fresh else {}
    if download.received and download.etag:
        headers |= {"Range": f"bytes={download.received}-", "If-Match": download.etag}
    return headers


def _look(response: httpx.Response, _download: Download, target: Target) -> None:
    body = response.iter_raw()
    check_status(response, target, lambda: next(body, b"")[:_HEAD_BYTES])


def _take(response: httpx.Response, download: Download, target: Target) -> None:
    body = response.iter_raw()
    check_status(response, target, lambda: next(body, b"")[:_HEAD_BYTES])
    check_headers(response, target, download)
    for chunk in body:
        download.add(chunk)
    if download.clip.size and download.received < download.clip.size:
        raise _broken(target, download)


def _broken(target: Target, download: Download) -> TroubleError:
    size = f" of {download.clip.size:,}" if download.clip.size else ""
    why = f"the connection to {target.label} broke off after {download.received:,}{size} bytes"
    return TroubleError(why, Cause.OFFLINE, Again.WITH_THE_REST, help=_CHECK_NETWORK)


@contextmanager
def _explained(target: Target, download: Download, patience: Patience) -> Iterator[None]:
    """Turn what the network raises into TroubleError; nothing of its own words is passed on."""
    label = target.label
    try:
        yield
    except TooSlowError:
        why = f"{label} sends less than {patience.slowest:,.0f} bytes a second"
        raise TroubleError(why, Cause.SLOW, Again.WITH_THE_REST, help=_CHECK_NETWORK) from None
    except TooMuchError:
        why = f"{label} sends more than the clip can take"
        raise TroubleError(why, Cause.WRONG, Again.FROM_THE_START) from None
    except httpcore.ConnectError as error:
        raise _no_connection(label, error.__cause__ or error.__context__) from None
    except httpcore.TimeoutException as error:
        raise _timed_out(label, error, patience) from None
    except httpcore.ProxyError:
        why = f"the proxy of this network does not let {label} through"
        raise TroubleError(why, Cause.REFUSED, help="Check HTTPS_PROXY.") from None
    except httpcore.RemoteProtocolError as error:
        raise _not_spoken(target, download, error) from None
    except (httpx.HTTPError, httpx.InvalidURL):  # its own are all about where redirects lead
        raise TroubleError(f"{label} leads nowhere", Cause.REFUSED) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError):
        raise _broken(target, download) from None


def _timed_out(label: str, error: Exception, patience: Patience) -> TroubleError:
    if isinstance(error, httpcore.ConnectTimeout):
        why, cause = f"{label} does not answer within {patience.connect_s:g} s", Cause.OFFLINE
    else:
        why, cause = f"nothing came from {label} for {patience.read_s:g} s", Cause.SLOW
    return TroubleError(why, cause, Again.WITH_THE_REST, help=_CHECK_NETWORK)


def _not_spoken(target: Target, download: Download, error: Exception) -> TroubleError:
    if "peer closed" in str(error) or "disconnected" in str(error):
        return _broken(target, download)
    why = f"{target.label} does not speak HTTP as it should"
    return TroubleError(why, Cause.WRONG, Again.FROM_THE_START)


def _no_connection(label: str, cause: BaseException | None) -> TroubleError:
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = f"the certificate of {label} is not to be trusted"
        return TroubleError(
            why, Cause.REFUSED, help="Check this computer's clock, and the network."
        )
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
        return TroubleError(f"{label} does not speak TLS as it should", Cause.REFUSED)
    if isinstance(cause, socket.gaierror | UnicodeError):
        why, help_ = f"{label} is not to be found", "Is this computer online?"
    elif isinstance(cause, ConnectionRefusedError):
        why, help_ = f"{label} accepts no connections", "Try again later."
    else:
        why, help_ = f"{label} cannot be reached", _CHECK_NETWORK
    return TroubleError(why, Cause.OFFLINE, Again.WITH_THE_REST, help=help_)
