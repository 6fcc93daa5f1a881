"""Keys bound anew: what they may be called, and what stands against them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import player.tui
from player.cli.screens import check
from player.config import settle
from player.errors import UsageError
from player.tui.keys.binding import actions, first_clash, keymap
from player.tui.keys.naming import display, normal


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("PgUp", "pageup"),
        ("?", "question_mark"),
        (",", "comma"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        ("shift+a", "A"),
        ("ctrl+A", "ctrl+a"),
        ("shift+ctrl+left", "ctrl+shift+left"),
        ("esc", "escape"),
        ("ctrl+i", "tab"),
        ("ctrl+m", "enter"),
        ("é", "é"),
        ("f12", "f12"),
        ("f25", None),
        ("banana", None),
        ("boo+x", None),
        ("", None),
    ],
)
def test_a_key_may_be_called_as_people_call_it(written: str, name: str | None) -> None:
    assert normal(written) == name


def test_every_key_can_be_written_as_it_is_shown() -> None:
    for key in (key for binding in actions().values() for key in binding.key.split(",")):
        assert normal(display(key)) == normal(key) == key


def test_no_usual_keys_clash() -> None:
    assert first_clash({}) is None


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"listening.like": ["r"]}, "r already is the key of listening.replay"),
        ({"app.help": ["r"]}, "r already is the key of "),
        ({"listening.like": ["banana"]}, "'banana' is no key"),
        ({"listening.lik": ["h"]}, "do you mean listening.like?"),
        ({"app.help": []}, "it needs a key"),
        ({"app.leave": []}, "it needs a key"),
        ({"settings.close": []}, "it needs a key"),
        ({"app.leave-now": ["x"]}, "x is typed in searches"),
        ({"listening.like": ["ctrl+q"]}, "already is the key of app.leave-now"),
    ],
)
def test_what_cannot_be_is_said_with_both_ids(chosen: dict[str, list[str]], sentence: str) -> None:
    clash = first_clash(chosen)
    assert clash
    assert clash.id == next(iter(chosen))
    assert sentence in clash.sentence


@pytest.mark.parametrize(
    "chosen",
    [
        {"listening.like": ["r"], "listening.replay": ["f"]},
        {"listening.like": []},
        {"listening.take": ["f9"]},
        {"app.help": ["f1", "?"]},
    ],
)
def test_what_can_be_is_let_be(chosen: dict[str, list[str]]) -> None:
    assert first_clash(chosen) is None


def test_an_action_that_shares_its_key_keeps_it_when_the_other_moves() -> None:
    assert keymap({"listening.take": ["f9"]})["listening.again"] == "enter"


def test_the_error_before_the_screens_names_file_and_both_actions(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\n"listening.like" = "r"\n')
    with pytest.raises(UsageError) as caught:
        check(settle(path, {}))
    for part in (str(path), "[keys]", "listening.like", "listening.replay"):
        assert part in str(caught.value)


def test_a_theme_that_is_not_there_is_said_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"KAHANI_THEME: there is no 'nord-east'; there is kahani"):
        check(settle(tmp_path / "config.toml", {"KAHANI_THEME": "nord-east"}))


def widgets() -> Iterator[type[DOMNode]]:
    """Return every class of the screens that hears keys."""
    folder = Path(player.tui.__file__).parent
    for path in (*folder.rglob("screens/**/*.py"), *folder.rglob("widgets/**/*.py")):
        inside = path.relative_to(folder).with_suffix("")
        module = import_module(".".join(("player.tui", *inside.parts)))
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, DOMNode):
                yield thing


def test_every_key_that_any_screen_hears_can_be_bound_anew() -> None:
    known = set(actions())
    heard = {
        binding.id
        for widget in widgets()
        if widget.__module__.startswith("player.tui")
        for binding in vars(widget).get("BINDINGS", ())
        if isinstance(binding, Binding)
    }
    assert heard - known == set()
