"""Settings: a file, the environment over it, and errors that name the place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from player.config import Config, load_config
from player.errors import UsageError


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_everything_has_its_usual_value(tmp_path: Path) -> None:
    assert load_config(tmp_path / "config.toml", {}) == Config()


def test_the_file_is_read_and_the_environment_goes_over_it(tmp_path: Path) -> None:
    path = write(tmp_path, 'language = "ta"\nspeed = 0.85\nvolume = 70\n')
    config = load_config(path, {"KAHANI_SPEED": "1.5", "KAHANI_REDUCED_MOTION": "true"})
    assert (config.language, config.speed, config.volume) == ("ta", 1.5, 70)
    assert config.reduced_motion


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("speed = 3.0", "$.speed"),
        ("sped = 1.0", "sped"),
        ('volume = "loud"', "$.volume"),
        ("speed = = 1", "line 1"),
        ('output = "radio"', "$.output"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_file_and_key(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UsageError, match=re.escape(str(path))) as caught:
        load_config(path, {})
    assert complaint in str(caught.value)


def test_a_mistake_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="KAHANI_VOLUME='200'"):
        load_config(tmp_path / "config.toml", {"KAHANI_VOLUME": "200"})
