"""The length of an MP3 file is read from its frames, to the frame; anything else is refused."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from player.audio.mp3 import NotMp3Error, audio_info

if TYPE_CHECKING:
    from tests.player.audio.conftest import Sample

FRAME_MS = 24


def save(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "clip.mp3"
    path.write_bytes(content)
    return path


def frame(kbit_index: int, *, rate_bits: int = 1, version_bits: int = 3, size: int) -> bytes:
    """Make one layer III frame without sound, mono, of the size that its header tells."""
    head = 0x7FF << 21 | version_bits << 19 | 1 << 17 | 1 << 16
    head |= kbit_index << 12 | rate_bits << 10 | 3 << 6
    return head.to_bytes(4, "big") + bytes(size - 4)


def test_the_clips_of_the_product_are_as_long_as_they_are_heard(
    rise: Sample, fall: Sample, tone: Sample
) -> None:
    for sample in (rise, fall, tone):
        info = audio_info(sample.path)
        assert info.duration_ms == sample.duration_ms
        assert (info.sample_rate, info.channels) == (48_000, 1)


def test_tags_before_and_after_are_no_sound(rise: Sample, tmp_path: Path) -> None:
    content = rise.path.read_bytes()
    id3v2 = b"ID3\x04\x00\x00\x00\x00\x02\x01" + b"\xff\xfb\x54\xc4" * 64 + b"\x00"
    tagged = save(tmp_path, id3v2 + content + b"TAG" + bytes(125))
    assert audio_info(tagged) == audio_info(rise.path)


def test_frames_without_an_encoder_tag_are_all_counted(rise: Sample, tmp_path: Path) -> None:
    plain = save(tmp_path, rise.path.read_bytes()[192:])
    assert audio_info(plain).duration_ms == audio_info(rise.path).frames * FRAME_MS


def test_frames_of_changing_size_are_counted(tmp_path: Path) -> None:
    frames = [frame(5, size=192), frame(1, size=96), frame(9, size=384)] * 20
    assert audio_info(save(tmp_path, b"".join(frames))).duration_ms == 60 * FRAME_MS


def test_half_the_rate_has_half_the_samples(tmp_path: Path) -> None:
    frames = frame(8, version_bits=2, size=192) * 10
    info = audio_info(save(tmp_path, frames))
    assert (info.sample_rate, info.duration_ms) == (24_000, 240)


def test_a_last_frame_that_was_cut_is_not_counted(rise: Sample, tmp_path: Path) -> None:
    cut = save(tmp_path, rise.path.read_bytes()[:-10])
    assert audio_info(cut).frames == audio_info(rise.path).frames - 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"<html>" + b"no" * 9000,
        b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f",
        b"RIFF" + bytes(5000),
        b"\xff\xfb\x54\xc4",
        random.Random(3).randbytes(70_000),
    ],
)
def test_what_is_no_mp3_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotMp3Error, match=r"clip\.mp3"):
        audio_info(save(tmp_path, content))


def test_noise_in_the_middle_is_damage(rise: Sample, tmp_path: Path) -> None:
    content = rise.path.read_bytes()
    with pytest.raises(NotMp3Error, match="damaged"):
        audio_info(save(tmp_path, content[:9000] + b"no sound" * 50 + content[9000:]))


def test_random_damage_never_takes_long_nor_breaks(rise: Sample, tmp_path: Path) -> None:
    dice = random.Random(7)
    content = rise.path.read_bytes()
    for _ in range(200):
        broken = bytearray(content)
        for _ in range(dice.randrange(1, 40)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        try:
            assert audio_info(save(tmp_path, bytes(broken))).duration_ms <= 60_000
        except NotMp3Error:
            continue
