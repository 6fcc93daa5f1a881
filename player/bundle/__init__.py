"""Bundles: stories and their clips in one file, to be carried where there is no network."""

from player.bundle.creating import Packed, Pick, create_bundle
from player.bundle.installing import Installed, Outcome, install_bundle
from player.bundle.manifest import BundleNewerError
from player.bundle.narrowing import clips_of, narrowed
from player.bundle.verifying import BundleRefusedError, examine_bundle

__all__ = [
    "BundleNewerError",
    "BundleRefusedError",
    "Installed",
    "Outcome",
    "Packed",
    "Pick",
    "clips_of",
    "create_bundle",
    "examine_bundle",
    "install_bundle",
    "narrowed",
]
