"""The downloads under way: few threads, one download a clip, what is waited for first."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Final

from player.audio.cache import ClipCache
from player.audio.fetch.addresses import Addresses
from player.audio.fetch.download import Download
from player.audio.fetch.news import News
from player.audio.fetch.patience import Patience
from player.audio.fetch.troubles import (
    Cause,
    ClipNotFetchedError,
    DroppedError,
    TroubleError,
    dropped,
)
from player.audio.fetch.trying import Pause, Trying
from player.story.graph import Clip

if TYPE_CHECKING:
    from player.audio.fetch.exchange import Exchange

THREADS: Final = 4
AHEAD: Final = 2
_LEAVING_S: Final = 1.0
_logger = logging.getLogger(__name__)


class Downloads:
    """Fetches clips into `cache` in up to four threads, of which two may fetch ahead.

    However many ask for a clip there is one download of it. Threads and the client are made at the
    first request, so having one costs nothing. `news` tells of each clip that is wanted and each
    download that is over. Safe from any thread.
    """

    def __init__(
        self,
        cache: ClipCache,
        addresses: Addresses,
        *,
        patience: Patience | None = None,
        hosts: frozenset[str] = frozenset(),
        ahead: int = AHEAD,
        dice: Random | None = None,
        pause: Pause = threading.Event.wait,
    ) -> None:
        self.patience = patience or Patience()
        self.ahead = ahead
        self.news = News()
        self._hosts = hosts
        self._addresses = addresses
        self._trying = Trying(
            cache,
            addresses,
            patience=self.patience,
            dice=dice or Random(),  # noqa: S311 - jitter, no secret
            pause=pause,
        )
        self._changed = threading.Condition()
        self._order = count()
        self._waiting: list[tuple[bool, int, Download]] = []
        self._known: dict[str, Download] = {}
        self._running: set[Download] = set()
        self._threads: list[threading.Thread] = []
        self._making = threading.Lock()
        self._exchange: Exchange | None = None
        self._is_closed = False

    def get(self, clip: Clip, *, is_urgent: bool = True) -> Download:
        """Return the download of `clip`, the one under way where there is one; does not wait.

        The caller counts as one who wants it, until it calls `leave`. An urgent one goes before
        all that are not, also when it was known as one that is not.
        """
        with self._changed:
            download = self._known.get(clip.checksum)
            if download is None or download.is_over or not download.want():
                download = Download(clip, is_urgent=is_urgent)
                download.want()
                if self._is_closed:
                    download.drop()
                    return download
                self._known[clip.checksum] = download
                self._queue(download)
            elif is_urgent and not download.is_urgent:
                download.is_urgent = True
                self.news.tell()
                if download not in self._running:
                    self._queue(download)
            return download

    def warm(self, url: str = "") -> None:
        """Get ready in a thread for the first request, half a second's worth; returns at once.

        What it needs is loaded; with `url` the connection to that host is made, and the host is
        asked nothing; where no way leads there, nothing is done. Harmless again; where it fails
        the first request will tell.
        """
        threading.Thread(target=self._warm, args=(url,), name="fetch-warm", daemon=True).start()

    def under_way(self, clip: Clip) -> Download | None:
        """Return the download of `clip` that is waiting or running, None where there is none."""
        with self._changed:
            return self._known.get(clip.checksum)

    def is_wanted_beside(self, mine: Collection[Download]) -> bool:
        """Whether anybody wants a clip that is not one of `mine`, or waits for one that is."""
        with self._changed:
            return any(
                not download.is_over and (download.is_urgent or download not in mine)
                for download in self._known.values()
            )

    def close(self) -> None:
        """Stop all of them, keep the parts, and end the threads: within a second or so."""
        with self._changed:
            self._is_closed = True
            for download in self._known.values():
                download.drop()
            self._changed.notify_all()
            threads, self._threads = self._threads, []
        end = time.monotonic() + _LEAVING_S
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))
        with self._making:
            exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.close()

    def _queue(self, download: Download) -> None:
        heapq.heappush(self._waiting, (not download.is_urgent, next(self._order), download))
        if len(self._threads) < min(THREADS, len(self._running) + len(self._waiting)):
            name = f"fetch-{len(self._threads)}"
            thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()
        self._changed.notify()
        self.news.tell()

    def _work(self) -> None:
        while (download := self._next()) is not None:
            try:
                self._fetch(download)
            finally:
                with self._changed:
                    self._running.discard(download)
                    self._forget(download)
                    self._changed.notify_all()
                    self.news.tell()

    def _next(self) -> Download | None:
        """Wait for the next download that may start; None at the end."""
        with self._changed:
            while not self._is_closed:
                if (download := self._startable()) is not None:
                    self._running.add(download)
                    return download
                self._changed.wait()
            return None

    def _startable(self) -> Download | None:
        """Take the first that may start out of those that wait, None where none may.

        One whose clip is still being let go of waits for that: it goes on from the part it leaves.
        """
        stopping = {each.clip.checksum for each in self._running if each.stop.is_set()}
        passed: list[tuple[bool, int, Download]] = []
        found: Download | None = None
        while found is None and self._waiting and self._may_start(self._waiting[0][2]):
            first = heapq.heappop(self._waiting)
            download = first[2]
            if download.is_over:
                self._forget(download)
            elif download.clip.checksum in stopping:
                passed.append(first)
            elif download not in self._running:
                found = download
        for each in passed:
            heapq.heappush(self._waiting, each)
        return found

    def _forget(self, download: Download) -> None:
        if download.is_over and self._known.get(download.clip.checksum) is download:
            del self._known[download.clip.checksum]

    def _may_start(self, download: Download) -> bool:
        """Whether it is waited for, or few enough others are fetched ahead."""
        ahead = sum(not running.is_urgent for running in self._running)
        return download.is_urgent or download.is_over or ahead < self.ahead

    def _fetch(self, download: Download) -> None:
        try:
            if download.stop.is_set():
                raise DroppedError  # noqa: TRY301 - the same end as further down
            self._trying.fetch(download, self._client())
        except DroppedError:
            download.failed(dropped(download.clip))
        except ClipNotFetchedError as error:
            download.failed(error)
        except Exception as error:  # noqa: BLE001 - the edge of the thread, see below
            # A thread that died would leave its waiters waiting. Its words may hold an address.
            _logger.error("fetching a clip: %s", type(error).__name__)  # noqa: TRY400 - no traceback: it shows addresses
            why = f"of a fault of the program ({type(error).__name__})"
            download.failed(TroubleError(why, Cause.WRONG).told(download.clip))

    def _warm(self, url: str) -> None:
        with suppress(DroppedError, TroubleError):
            target = self._addresses.target(url) if url else None
            exchange = self._client()
            if target is not None:
                exchange.warm(target)

    def _client(self) -> Exchange:
        with self._making:
            if self._is_closed:
                raise DroppedError
            if self._exchange is None:
                from player.audio.fetch.exchange import Exchange  # noqa: PLC0415 - loads httpx

                self._exchange = Exchange(self.patience, connections=THREADS, hosts=self._hosts)
            return self._exchange
