"""A setting is written among what the listener wrote by hand, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.config import settle
from player.config_writing import NotKeptError, write_key, write_setting
from player.errors import UsageError

BY_HAND = """\
# mine
theme = "kahani-night"   # dark is kind
speed = 1.0

# about keys
[keys]
# a heart
listening.like = "h"  # as in heart
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "config.toml"
    found.write_text(BY_HAND, encoding="utf-8")
    return found


def test_a_value_changes_and_all_else_stays(path: Path) -> None:
    write_setting(path, "theme", "kahani-day")
    assert path.read_text() == BY_HAND.replace("kahani-night", "kahani-day")


def test_a_new_value_comes_after_the_others_and_above_what_belongs_to_the_table(path: Path) -> None:
    write_setting(path, "genres", ("folk tale", "drama"))
    added = 'speed = 1.0\ngenres = ["folk tale", "drama"]\n'
    assert path.read_text() == BY_HAND.replace("speed = 1.0\n", added)


def test_the_usual_value_needs_no_line(path: Path) -> None:
    write_setting(path, "speed", None)
    assert path.read_text() == BY_HAND.replace("speed = 1.0\n", "")


def test_a_key_is_found_however_its_id_is_written(path: Path) -> None:
    write_key(path, "listening.like", ("h", "f7"))
    write_key(path, "app.help", ("f1",))
    assert settle(path, {}).config.keys == {"listening.like": ("h", "f7"), "app.help": ("f1",)}
    assert "# as in heart" in path.read_text()
    write_key(path, "listening.like", None)
    assert settle(path, {}).config.keys == {"app.help": ("f1",)}


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    write_setting(path, "volume", 70)
    write_key(path, "listening.like", ("h",))
    assert path.read_text().startswith("# ")
    assert settle(path, {}).config.volume == 70
    assert list(path.parent.iterdir()) == [path]


def test_ends_of_lines_and_permissions_stay_as_they_were(path: Path) -> None:
    path.write_bytes(b"volume = 70\r\n# loud\r\n")
    path.chmod(0o640)
    write_setting(path, "speed", 0.7)
    assert path.read_bytes() == b"volume = 70\r\nspeed = 0.7\r\n# loud\r\n"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_is_followed(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    write_setting(link, "speed", 0.7)
    assert link.is_symlink()
    assert settle(path, {}).config.speed == 0.7


def test_a_file_with_a_mistake_is_not_written_over(path: Path) -> None:
    path.write_text("sped = 1.0\n")
    with pytest.raises(UsageError, match="there is no key sped"):
        write_setting(path, "volume", 70)
    assert path.read_text() == "sped = 1.0\n"


def test_a_file_that_was_made_read_only_stays_as_it_is(path: Path) -> None:
    path.chmod(0o444)
    with pytest.raises(NotKeptError, match=r"config.toml is read-only\. What you chose holds"):
        write_setting(path, "volume", 70)
    assert path.read_text() == BY_HAND


def test_where_no_file_can_be_the_reason_is_said(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file in the place of a folder")
    with pytest.raises(NotKeptError, match="cannot be written"):
        write_setting(tmp_path / "config" / "config.toml", "volume", 70)
