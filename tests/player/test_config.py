"""Settings: a file, the environment over it, and errors that name the place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from player.config import Config, load_config, settle
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
        ("speed = 3.0", "speed = 3.0 is not allowed: it is a number from 0.5 to 2.0."),
        ("speed = nan", "speed = nan is not allowed"),
        ("sped = 1.0", "there is no key sped; do you mean speed?"),
        ("colour = 1", "there is no key colour; there is language, "),
        ('volume = "loud"', 'volume = "loud" is not allowed: it is a whole number from 0 to 100.'),
        ("volume = true", "volume = true is not allowed"),
        ("speed = = 1", "line 1, 'speed = = 1'"),
        ("speed = 1\nspeed = 2", "line 2, 'speed = 2'"),
        ('output = "radio"', "it is vlc or silent."),
        ('level = "expert"', "it is beginner, intermediate or advanced."),
        ("auto_play = 1", "it is true or false."),
        ('formats = "podcast"', "it is a list of names"),
        ('widths = "wide"', "it is auto, anchor, osc66 or off."),
        ("keys = 1", "keys = 1 is not allowed: it is a table of ids"),
        ('[keys]\n"listening.like" = 3', '[keys] "listening.like" is not allowed'),
    ],
)
def test_a_mistake_in_the_file_is_named_with_file_and_key(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UsageError, match=re.escape(str(path))) as caught:
        load_config(path, {})
    assert complaint in str(caught.value)
    assert str(caught.value).endswith("Mend the line or delete it.")


def test_a_file_that_is_no_text_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'theme = "kahani-day"\nlanguage = "\xff"\n')
    with pytest.raises(UsageError, match="line 2 is not UTF-8"):
        load_config(path, {})


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_config(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ({"KAHANI_VOLUME": "200"}, "KAHANI_VOLUME='200'"),
        ({"KAHANI_AUTO_PLAY": "maybe"}, "it is true or false"),
        ({"KAHANI_LANGUAGE": "none"}, "the code of a language"),
        ({"KAHANI_MIX": "nan"}, "a number from 0 to 1"),
        ({"KAHANI_WIDTHS": "wide"}, "auto, anchor, osc66 or off"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(
    tmp_path: Path, text: dict[str, str], complaint: str
) -> None:
    with pytest.raises(UsageError, match=f"^{next(iter(text))}=") as caught:
        load_config(tmp_path / "config.toml", text)
    assert complaint in str(caught.value)


def test_lists_stand_in_the_environment_with_commas(tmp_path: Path) -> None:
    config = load_config(tmp_path / "config.toml", {"KAHANI_GENRES": "folk tale, drama ,"})
    assert config.genres == ("folk tale", "drama")


def test_an_empty_variable_names_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "speed = 0.7\n")
    assert load_config(path, {"KAHANI_SPEED": "", "KAHANI_FORMATS": " "}).speed == 0.7


def test_it_is_known_who_named_what(tmp_path: Path) -> None:
    path = write(tmp_path, "speed = 0.7\nvolume = 70\n")
    settled = settle(path, {"KAHANI_VOLUME": "50"}).given(mix=0.3, language=None)
    assert settled.named == {"speed", "volume", "mix"}
    assert [settled.where(name) for name in ("speed", "volume", "mix", "theme")] == [
        "config.toml",
        "KAHANI_VOLUME",
        "the command line",
        "",
    ]


def test_ids_of_keys_may_stand_with_or_without_quotes(tmp_path: Path) -> None:
    path = write(tmp_path, '[keys]\nlistening.like = "h"\n"app.help" = ["f1", "?"]\n')
    assert load_config(path, {}).keys == {"listening.like": ("h",), "app.help": ("f1", "?")}
