"""The cache: clips on this machine that came from elsewhere, whole or not at all."""

from player.audio.cache.clip_cache import ClipCache
from player.audio.cache.holdings import Holdings
from player.audio.cache.parts import Part
from player.audio.cache.pins import Pin, PinDamagedError
from player.audio.cache.standing import (
    DEFAULT_CAP_MB,
    MEGABYTE,
    Standing,
    Verified,
    in_megabytes,
)
from player.audio.cache.upkeep import PinTooLargeError, Upkeep

__all__ = [
    "DEFAULT_CAP_MB",
    "MEGABYTE",
    "ClipCache",
    "Holdings",
    "Part",
    "Pin",
    "PinDamagedError",
    "PinTooLargeError",
    "Standing",
    "Upkeep",
    "Verified",
    "in_megabytes",
]
