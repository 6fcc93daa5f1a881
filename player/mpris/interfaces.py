"""The two interfaces of MPRIS, version 2.2; one of the two files that load D-Bus.

The specification: https://specifications.freedesktop.org/mpris-spec/latest/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from dbus_fast import DBusError, ErrorType, PropertyAccess, Variant
from dbus_fast.annotations import (
    DBusBool,
    DBusDict,
    DBusDouble,
    DBusInt64,
    DBusObjectPath,
    DBusSignature,
    DBusStr,
)
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from player.audio.output import FASTEST, SLOWEST
from player.mpris.showing import MICROSECONDS, Showing, Track
from player.mpris.wishes import Wishes

READ: Final = PropertyAccess.READ
DBusNothing = Annotated[None, DBusSignature("")]
DBusStrings = Annotated[list[str], DBusSignature("as")]


class ProgramInterface(ServiceInterface):
    """org.mpris.MediaPlayer2: who we are."""

    def __init__(self, wishes: Wishes) -> None:
        super().__init__("org.mpris.MediaPlayer2")
        self._wishes = wishes

    @dbus_property(READ, "CanQuit")
    def can_quit(self) -> DBusBool:
        """Yes."""
        return True

    @dbus_property(READ, "CanRaise")
    def can_raise(self) -> DBusBool:
        """No: the window is the terminal's."""
        return False

    @dbus_property(READ, "HasTrackList")
    def has_track_list(self) -> DBusBool:
        """No: what comes next depends on what is chosen."""
        return False

    @dbus_property(READ, "Identity")
    def identity(self) -> DBusStr:
        """Return the name for people."""
        return "kahani"

    @dbus_property(READ, "SupportedUriSchemes")
    def supported_uri_schemes(self) -> DBusStrings:
        """Return none: stories are opened by name."""
        return []

    @dbus_property(READ, "SupportedMimeTypes")
    def supported_mime_types(self) -> DBusStrings:
        """Return none."""
        return []

    @dbus_method("Raise")
    def raise_(self) -> DBusNothing:
        """Do nothing, as CanRaise says."""

    @dbus_method("Quit")
    def quit(self) -> DBusNothing:
        """Save the place and leave."""
        self._wishes.leave()


class PlayerInterface(ServiceInterface):
    """org.mpris.MediaPlayer2.Player: what is heard, and the keys.

    `position_ms` asks where the listener is; `show` gives it everything else.
    """

    def __init__(self, wishes: Wishes, position_ms: Callable[[], int]) -> None:
        super().__init__("org.mpris.MediaPlayer2.Player")
        self._wishes = wishes
        self._position_ms = position_ms
        self._shown = _values(Showing())

    def show(self, showing: Showing) -> None:
        """Show this from now on, and say what of it is new."""
        shown = _values(showing)
        news = {name: value for name, value in shown.items() if value != self._shown[name]}
        self._shown = shown
        if news:
            self.emit_properties_changed(news)

    @dbus_signal("Seeked")
    def seeked(self, position_us: int) -> DBusInt64:
        """Say that the position jumped."""
        return position_us

    @dbus_property(READ, "PlaybackStatus")
    def playback_status(self) -> DBusStr:
        """Return Playing, Paused or Stopped."""
        return str(self._shown["PlaybackStatus"])

    @dbus_property(READ, "Metadata")
    def metadata(self) -> DBusDict:
        """Return what is known of the node being heard; nothing without a story."""
        return dict(self._shown["Metadata"])

    @dbus_property(READ, "Position")
    def position(self) -> DBusInt64:
        """Return where the listener is in the clip, in microseconds."""
        return self._position_ms() * MICROSECONDS

    @dbus_property(READ, "MinimumRate")
    def minimum_rate(self) -> DBusDouble:
        """Return the slowest speed."""
        return SLOWEST

    @dbus_property(READ, "MaximumRate")
    def maximum_rate(self) -> DBusDouble:
        """Return the fastest speed."""
        return FASTEST

    @dbus_property(name="Rate")
    def rate(self) -> DBusDouble:
        """Return the speed."""
        return float(self._shown["Rate"])

    @rate.setter  # type: ignore[no-redef]
    def rate(self, rate: DBusDouble) -> None:
        """Hear faster or slower."""
        self._wishes.set_rate(rate)

    @dbus_property(name="Volume")
    def volume(self) -> DBusDouble:
        """Return the volume, 0 to 1."""
        return float(self._shown["Volume"])

    @volume.setter  # type: ignore[no-redef]
    def volume(self, volume: DBusDouble) -> None:
        """Hear louder or softer."""
        self._wishes.set_volume(volume)

    @dbus_property(READ, "CanGoNext")
    def can_go_next(self) -> DBusBool:
        """Return whether there is a next line: nothing goes past a choice."""
        return bool(self._shown["CanGoNext"])

    @dbus_property(READ, "CanGoPrevious")
    def can_go_previous(self) -> DBusBool:
        """Return whether there is a line to go back to."""
        return bool(self._shown["CanGoPrevious"])

    @dbus_property(READ, "CanPlay")
    def can_play(self) -> DBusBool:
        """Return whether there is something to play; at a choice it is the listener's turn."""
        return bool(self._shown["CanPlay"])

    @dbus_property(READ, "CanPause")
    def can_pause(self) -> DBusBool:
        """Return whether there is something that could be held."""
        return bool(self._shown["CanPause"])

    @dbus_property(READ, "CanSeek")
    def can_seek(self) -> DBusBool:
        """Return whether there is something to seek in."""
        return bool(self._shown["CanSeek"])

    @dbus_property(READ, "CanControl")
    def can_control(self) -> DBusBool:
        """Yes."""
        return True

    @dbus_method("Play")
    async def play(self) -> DBusNothing:
        """Go on; after an ending, begin again."""
        await self._wishes.play(is_on=True)

    @dbus_method("Pause")
    async def pause(self) -> DBusNothing:
        """Hold the sound."""
        await self._wishes.play(is_on=False)

    @dbus_method("PlayPause")
    async def play_pause(self) -> DBusNothing:
        """Play or pause."""
        await self._wishes.play()

    @dbus_method("Stop")
    async def stop(self) -> DBusNothing:
        """Hold the sound: a story keeps its place."""
        await self._wishes.play(is_on=False)

    @dbus_method("Next")
    async def next(self) -> DBusNothing:
        """Go to the next line."""
        await self._wishes.next_line()

    @dbus_method("Previous")
    async def previous(self) -> DBusNothing:
        """Go to the previous line."""
        await self._wishes.previous_line()

    @dbus_method("Seek")
    async def seek(self, offset_us: DBusInt64) -> DBusNothing:
        """Go forward, or back, by so many microseconds."""
        await self._wishes.seek(offset_us)

    @dbus_method("SetPosition")
    async def set_position(self, track: DBusObjectPath, position_us: DBusInt64) -> DBusNothing:
        """Go to a place in the track, if it is still the one being heard."""
        await self._wishes.set_position(track, position_us)

    @dbus_method("OpenUri")
    def open_uri(self, uri: DBusStr) -> DBusNothing:  # noqa: ARG002 - as MPRIS declares it
        """Refuse: no scheme is supported."""
        raise DBusError(ErrorType.NOT_SUPPORTED, "kahani opens stories by name.")


def _values(showing: Showing) -> dict[str, Any]:
    """Return the properties that may change, by their names on the bus."""
    is_open = showing.track is not None
    return {
        "PlaybackStatus": showing.status.value,
        "Rate": showing.rate,
        "Metadata": _metadata(showing.track) if showing.track else {},
        "Volume": showing.volume,
        "CanGoNext": showing.has_next,
        "CanGoPrevious": is_open,
        "CanPlay": showing.can_play,
        "CanPause": is_open,
        "CanSeek": is_open,
    }


def _metadata(track: Track) -> dict[str, Variant]:
    found = {
        "mpris:trackid": Variant("o", track.id),
        "mpris:length": Variant("x", track.length_us),
        "xesam:title": Variant("s", _carried(track.title)),
        "xesam:asText": Variant("s", _carried(track.text)),
        "xesam:trackNumber": Variant("i", track.number),
    }
    if track.artist:
        found["xesam:artist"] = Variant("as", [_carried(track.artist)])
    return found


def _carried(text: str) -> str:
    """Return `text` as the bus carries it: it hangs up on NUL and on what is no UTF-8."""
    return text.encode(errors="replace").decode().replace("\0", "")
