"""Trying: one download from its first request to its file or its sentence."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

from player.audio.cache import ClipCache
from player.audio.cache.objects import is_checksum
from player.audio.clips import ClipDamagedError
from player.audio.fetch.addresses import Addresses
from player.audio.fetch.download import Download
from player.audio.fetch.patience import Patience
from player.audio.fetch.troubles import (
    Again,
    Cause,
    ClipNotFetchedError,
    DroppedError,
    TroubleError,
)

if TYPE_CHECKING:
    from player.audio.fetch.exchange import Exchange

Pause: TypeAlias = Callable[[Event, float], bool]


class Trying:
    """Fetches clips into the cache, one at a time in each thread that calls `fetch`.

    `pause` waits for so many seconds, and returns at once with True when it should stop.
    """

    def __init__(
        self,
        cache: ClipCache,
        addresses: Addresses,
        *,
        patience: Patience,
        dice: Random,
        pause: Pause,
    ) -> None:
        self._cache = cache
        self._addresses = addresses
        self._patience = patience
        self._dice = dice
        self._pause = pause

    def fetch(self, download: Download, exchange: Exchange) -> None:
        """Bring the download to its end; what it got of a clip is kept for the next when it fails.

        Raises ClipNotFetchedError, DroppedError.
        """
        clip = download.clip
        if not is_checksum(clip.checksum):
            why = "its row names no checksum, so nobody could tell whether it is the right one"
            raise TroubleError(why, Cause.SETTINGS, help="Publish its story again.").told(clip)
        is_over = download.stop.is_set
        with self._cache.lock(clip, patience_s=self._patience.lock_s, is_over=is_over):
            if self._is_there(download):
                return
            if (part := self._cache.take_part(clip)) is not None:
                download.resume(part)
            try:
                content = self._try(download, exchange)
            except (ClipNotFetchedError, DroppedError):
                self._cache.keep_part(clip, download.part())
                raise
            self._keep(download, content)

    def _is_there(self, download: Download) -> bool:
        """Whether it has come by another way, as of another player, in the meantime."""
        try:
            path = self._cache.find(download.clip)
            content = path.read_bytes() if path is not None else b""
        except (ClipDamagedError, OSError):
            return False
        if path is None:
            return False
        download.add(content)  # whoever hears it while it comes reads it here
        download.done(path)
        return True

    def _try(self, download: Download, exchange: Exchange) -> bytes:
        """Ask until the clip is there, six times at most; from the start again only once."""
        has_started_over = False
        tried = 0
        while True:
            tried += 1
            try:
                self._ask(download, exchange, fresh=has_started_over)
                return download.checked()
            except TroubleError as trouble:
                is_wrong = trouble.again is Again.FROM_THE_START
                if is_wrong:
                    download.start_over()
                asked_s = trouble.asked_s or 0.0
                if (
                    trouble.again is Again.NEVER
                    or tried >= self._patience.tries
                    or (is_wrong and has_started_over)
                    or asked_s > self._patience.longest_asked_s
                ):
                    raise trouble.told(download.clip, tried) from None
                has_started_over |= is_wrong
            if not (download.etag or download.is_whole):
                download.start_over()
            if self._pause(download.stop, self._patience.wait_s(tried, self._dice, asked_s)):
                raise DroppedError

    def _ask(self, download: Download, exchange: Exchange, *, fresh: bool) -> None:
        if download.is_whole:
            return  # the connection broke after the last byte
        download.connecting()
        target = self._addresses.target(download.clip.url)
        exchange.get(download, target, fresh=fresh)

    def _keep(self, download: Download, content: bytes) -> None:
        try:
            path = self._cache.keep(download.clip, content)
        except OSError as error:
            why = f"there is no room for it anywhere ({error.strerror or 'the disk refuses'})"
            raise TroubleError(why, Cause.DISK, help="Free some space.").told(
                download.clip
            ) from None
        download.done(path)
