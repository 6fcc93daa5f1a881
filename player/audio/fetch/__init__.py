"""Fetching: clips from where they lie, one download each, that can be watched as it grows.

httpx is loaded with the first request, not with this package.
"""

from player.audio.fetch.addresses import Addresses
from player.audio.fetch.download import Download, State
from player.audio.fetch.downloads import Downloads
from player.audio.fetch.patience import Patience
from player.audio.fetch.troubles import Cause, ClipNotFetchedError

__all__ = [
    "Addresses",
    "Cause",
    "ClipNotFetchedError",
    "Download",
    "Downloads",
    "Patience",
    "State",
]
