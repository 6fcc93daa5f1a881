"""Clips for the program: shelves, cache and network put together."""

from __future__ import annotations

from collections.abc import Callable

from player.audio.cache import MEGABYTE, ClipCache
from player.audio.clips import ClipShelf
from player.audio.fetch import Addresses, Downloads
from player.audio.fetch.addresses import KEYRING_S
from player.audio.fetch.downloads import AHEAD
from player.audio.fetched import FetchedClips
from player.config import Config
from player.paths import Paths
from player.resources import bundled_stories


def shelf_of(paths: Paths) -> ClipShelf:
    """Return the shelf of clips that came with stories, or with the program."""
    return ClipShelf([paths.stories, bundled_stories()])


def open_clips(
    paths: Paths,
    config: Config,
    tell: Callable[[str], None],
    *,
    ahead: int = AHEAD,
    keyring_s: float = KEYRING_S,
) -> FetchedClips:
    """Return where clips come from; does nothing yet, and `close` gives everything back.

    `tell` hears of a disk that keeps no clips, from another thread. `ahead` clips are fetched at
    once that nobody waits for; a keyring that has to be unlocked is waited for `keyring_s`.
    """
    cache = ClipCache(paths.cache, cap_bytes=config.cache_size_mb * MEGABYTE, tell=tell)
    addresses = Addresses.from_environment(patience_s=keyring_s)
    downloads = Downloads(cache, addresses, ahead=ahead)
    return FetchedClips(shelf_of(paths), cache, downloads, addresses)
