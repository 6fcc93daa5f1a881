"""What the screens are told of the terminal before they are loaded."""

from __future__ import annotations

import pytest

from player.cli.screens import know_colours


@pytest.mark.parametrize(
    ("version", "term", "colours"),
    [
        ("XTerm(379)", "xterm", "truecolor"),
        ("XTerm(330)", "xterm", None),
        ("XTerm(379)", "tmux-256color", None),
        ("", "xterm", None),
    ],
)
def test_an_xterm_has_the_colours_that_it_can_show(
    version: str, term: str, colours: str | None
) -> None:
    environment = {"XTERM_VERSION": version, "TERM": term}
    know_colours(environment)
    assert environment.get("TEXTUAL_COLOR_SYSTEM") == colours


def test_what_the_listener_says_of_colours_holds() -> None:
    environment = {"XTERM_VERSION": "XTerm(379)", "TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "256"}
    know_colours(environment)
    assert environment["TEXTUAL_COLOR_SYSTEM"] == "256"
