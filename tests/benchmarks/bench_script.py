"""What the aksara driver costs against a driver that passes everything through."""

from __future__ import annotations

import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest

from player.tui.script import encoding, painting
from player.tui.script.encoding import encode, encode_with_offsets
from player.tui.script.painting import paint

SENTENCE = "एक समय की बात है, एक छोटे से गाँव में एक स्त्री रहती थी।"
pytestmark = pytest.mark.benchmark


def frame_of(text: str, border: str = "│") -> str:
    """Give a full screen of 24 x 80 as Textual writes it, a border on each side."""
    width = len(text)
    body = text * (76 // width) + " " * (76 % width)
    rows = (
        f"\x1b[{row};1H\x1b[38;2;224;224;224m{border} {body} {border}\x1b[0m"
        for row in range(1, 25)
    )
    return "".join(rows)


def microseconds(work: Callable[[], object], *, times: int) -> float:
    """Return the median of nine rounds, for one call."""
    rounds = []
    for _ in range(9):
        start = perf_counter()
        for _ in range(times):
            work()
        rounds.append((perf_counter() - start) / times * 1e6)
    return median(rounds)


def passed_through(data: str) -> str:
    return data


def forget_painted() -> None:
    painting._anchored.cache_clear()


def test_what_encoding_and_painting_cost(capsys: pytest.CaptureFixture[str]) -> None:
    latin, hindi = frame_of("once upon a time "), frame_of(encode(SENTENCE))
    ascii_frame = frame_of("once upon a time ", "|")
    typed = frame_of("हिन्दी में ")

    def cold_frame() -> None:
        forget_painted()
        paint(hindi)

    def cold_offsets() -> None:
        encode_with_offsets.cache_clear()
        encode_with_offsets(SENTENCE)

    plain = microseconds(lambda: passed_through(ascii_frame), times=20_000)
    figures = {
        "pass an ASCII frame through": plain,
        "paint an ASCII frame": microseconds(lambda: paint(ascii_frame), times=20_000),
        "paint a Latin frame with borders": microseconds(lambda: paint(latin), times=1_000),
        "paint a Hindi frame, known words": microseconds(lambda: paint(hindi), times=200),
        "paint a Hindi frame, new words": microseconds(cold_frame, times=100),
        "paint a frame of typed Hindi": microseconds(lambda: paint(typed), times=100),
        "encode a known sentence": microseconds(lambda: encode(SENTENCE), times=5_000),
        "encode a sentence of known aksaras": microseconds(
            lambda: encoding._encode(SENTENCE), times=2_000
        ),
        "encode with offsets": microseconds(cold_offsets, times=500),
    }
    with capsys.disabled():
        for name, cost in figures.items():
            sys.stdout.write(f"\n{name:36} {cost:9.2f} us {cost / plain:10.0f} x")

    assert figures["paint an ASCII frame"] < 1
    assert figures["paint a Hindi frame, new words"] < 700
    assert figures["encode a sentence of known aksaras"] < 100
