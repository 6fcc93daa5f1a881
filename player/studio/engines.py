"""The voice engines there are, each opened by its name."""

from __future__ import annotations

from player.errors import UsageError
from player.studio.speech import Engine


def open_engine(name: str) -> Engine:
    """Start the engine called "kokoro" or "espeak"; it may take seconds.

    Raises:
        MissingPartError: a library, model or voice of the engine is not installed.
        UsageError: there is no such engine.
    """
    if name == "kokoro":
        from player.studio.kokoro import KokoroEngine  # noqa: PLC0415 - needs onnxruntime

        return KokoroEngine()
    if name == "espeak":
        from player.studio.espeak import EspeakEngine  # noqa: PLC0415 - needs numpy

        return EspeakEngine()
    raise UsageError(f"There is no voice engine {name!r}; there are: kokoro, espeak.")
