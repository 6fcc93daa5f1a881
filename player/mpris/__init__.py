"""Media keys on Linux: the story on the session bus, as MPRIS wants it; loads no D-Bus itself."""

from player.mpris.media_keys import MediaKeys
from player.mpris.probing import Probe, probe

__all__ = ["MediaKeys", "Probe", "probe"]
