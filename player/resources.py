"""What is shipped with the program, found beside its code."""

from __future__ import annotations

from pathlib import Path


def assets() -> Path:
    """Return the folder of bundled assets: the placed copy of a wheel, else the checkout's."""
    placed = Path(__file__).with_name("_assets")
    return placed if placed.is_dir() else Path(__file__).parent.parent / "assets"


def bundled_stories() -> Path:
    """Return the folder that holds one folder for each bundled story."""
    return assets() / "stories"
