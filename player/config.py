"""The settings: a file, the environment over it, options over both."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from player.errors import UsageError

PREFIX: Final = "KAHANI_"


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How this listener likes it; every field may stand in config.toml or as KAHANI_<FIELD>."""

    language: str | None = None
    mix: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    speed: Annotated[float, msgspec.Meta(ge=0.5, le=2.0)] = 1.0
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 100
    output: Literal["vlc", "silent"] = "vlc"
    theme: str = "kahani-night"
    reduced_motion: bool = False


def load_config(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Return the settings of the file at `path`, which may be missing, and of the environment.

    Raises UsageError that names the file, or the variable, and the key at fault.
    """
    settings: dict[str, Any] = {}
    try:
        settings = msgspec.toml.decode(path.read_bytes())
        msgspec.convert(settings, Config)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}. Mend the line or delete it.") from error
    env = os.environ if environment is None else environment
    for field in msgspec.structs.fields(Config):
        name = PREFIX + field.name.upper()
        if (text := env.get(name)) is not None:
            settings[field.name] = text
            try:
                msgspec.convert({field.name: text}, Config, strict=False)
            except msgspec.ValidationError as error:
                raise UsageError(f"{name}={text!r}: {error}.") from error
    return msgspec.convert(settings, Config, strict=False)
