"""Every key of every screen, with an id (to be bound anew) and a line of help."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding


def _key(
    name: str,
    keys: str,
    action: str,
    label: str,
    tooltip: str,
    *,
    shown: bool = False,
) -> Binding:
    return Binding(keys, action, label, show=shown, tooltip=tooltip, id=name)


_NAMES: Final = {
    "backslash": "\\",
    "backspace": "backspace",
    "comma": ",",
    "escape": "esc",
    "full_stop": ".",
    "left_square_bracket": "[",
    "minus": "-",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "plus": "+",
    "question_mark": "?",
    "right_square_bracket": "]",
    "slash": "/",
}


def display(key: str) -> str:
    """Return the name of a key as people write it: "pgup", "shift+left", "/"."""
    *modifiers, last = key.split("+")
    return "+".join((*modifiers, _NAMES.get(last, last)))


EVERYWHERE: Final = (
    _key("app.library", "f2", "app.library", "library", "All stories; the sound is held"),
    _key(
        "app.listening",
        "f3",
        "app.listening",
        "back to the story",
        "Back to the story being heard",
        shown=True,
    ),
    _key(
        "app.help",
        "question_mark",
        "app.help",
        "help",
        "The keys of this screen",
        shown=True,
    ),
    _key("app.leave", "q", "app.leave", "leave", "Save the place and leave", shown=True),
)

APP: Final = (
    Binding(
        "ctrl+q",
        "app.leave",
        "leave now",
        show=False,
        priority=True,
        tooltip="Leave at once, from anywhere; saves too",
        id="app.leave-now",
    ),
    Binding(
        "ctrl+p",
        "command_palette",
        "commands",
        show=False,
        priority=True,
        tooltip="Every command, by name",
        id="app.commands",
    ),
    _key("app.copy", "ctrl+c", "tell_way_out", "copy", "Copy what the mouse selected"),
)

LIBRARY: Final = (
    _key("library.open", "enter", "open", "listen", "Open the story", shown=True),
    _key("library.up", "up,k", "move(-1)", "up", "The story above"),
    _key("library.down", "down,j", "move(1)", "down", "The story below"),
    _key("library.page-up", "pageup", "page(-1)", "page up", "A page of stories up"),
    _key("library.page-down", "pagedown", "page(1)", "page down", "A page of stories down"),
    _key("library.first", "home", "edge(-1)", "first", "The first story"),
    _key("library.last", "end", "edge(1)", "last", "The last story"),
    _key(
        "library.search",
        "slash",
        "search",
        "search",
        "Find stories by their words, in any script",
        shown=True,
    ),
    _key("library.clear", "escape", "clear_search", "all stories", "Leave the search", shown=True),
    *EVERYWHERE,
)

_DIGITS: Final = tuple(
    _key(
        f"listening.choice-{digit}",
        str(digit),
        f"choose({digit})",
        "choose",
        "Take the choice with this number",
    )
    for digit in range(1, 10)
)

LISTENING: Final = (
    _key("listening.toggle", "space,p", "play_pause", "play/pause", "Play or pause", shown=True),
    _key("listening.take", "enter", "take", "choose", "Take the highlighted choice", shown=True),
    _key("listening.again", "enter", "again", "hear it again", "Hear the story again", shown=True),
    *_DIGITS,
    _key("listening.up", "up,k", "move(-1)", "up", "Up, in the choices or the transcript"),
    _key("listening.down", "down,j", "move(1)", "down", "Down, in the choices or the transcript"),
    _key("listening.rewind", "left", "seek(-5)", "5 s back", "5 seconds back"),
    _key("listening.skip", "right", "seek(5)", "5 s on", "5 seconds on"),
    _key("listening.rewind-far", "shift+left", "seek(-30)", "30 s back", "30 seconds back"),
    _key("listening.skip-far", "shift+right", "seek(30)", "30 s on", "30 seconds on"),
    _key(
        "listening.previous-line",
        "comma",
        "previous_line",
        "line back",
        "The line before, or the start of this one",
    ),
    _key(
        "listening.next-line",
        "full_stop",
        "next_line",
        "line on",
        "The next line, never across a choice",
    ),
    _key("listening.replay", "r", "replay", "again", "Hear this line again", shown=True),
    _key(
        "listening.back",
        "pageup,u,backspace",
        "back",
        "step back",
        "One passage back, to choose another way",
    ),
    _key("listening.forward", "pagedown", "forward", "step on", "One passage on"),
    _key(
        "listening.slower",
        "left_square_bracket",
        "speed(-1)",
        "slower",
        "Slower by a tenth, down to half",
    ),
    _key(
        "listening.faster",
        "right_square_bracket",
        "speed(1)",
        "faster",
        "Faster by a tenth, up to double",
    ),
    _key("listening.normal", "backslash", "speed(0)", "normal speed", "As recorded"),
    _key("listening.louder", "plus", "volume(10)", "louder", "Louder"),
    _key("listening.softer", "minus", "volume(-10)", "softer", "Softer"),
    _key("listening.mute", "m", "mute", "mute", "Mute, and as loud as before"),
    _key(
        "listening.transcript",
        "v",
        "transcript",
        "transcript",
        "The transcript: shown, hidden, this line only",
    ),
    _key(
        "listening.translation",
        "t",
        "translation",
        "translate",
        "The translation of this line, and away again",
        shown=True,
    ),
    _key("listening.language", "L", "language", "language", "Hear this line in the next language"),
    _key("listening.less-english", "X", "mix(-1)", "less English", "Less English in the mix"),
    _key("listening.more-english", "x", "mix(1)", "more English", "More English in the mix"),
    _key("listening.like", "f", "like", "like", "Like; again: love, favorite, none", shown=True),
    _key(
        "listening.leave",
        "escape",
        "app.library",
        "library",
        "Back to the library; the sound is held",
        shown=True,
    ),
    *EVERYWHERE,
)

SEARCH: Final = (
    _key("search.open", "enter", "submit", "listen", "Open the highlighted story", shown=True),
    _key(
        "search.clear",
        "escape",
        "screen.clear_search",
        "all stories",
        "Leave the search",
        shown=True,
    ),
)

HELP: Final = (
    _key("help.close", "escape,question_mark,q,enter", "close", "close", "Back", shown=True),
    _key("help.up", "up,k", "scroll(-1)", "up", "Up"),
    _key("help.down", "down,j", "scroll(1)", "down", "Down"),
    _key("help.page-up", "pageup", "scroll(-10)", "page up", "A page up"),
    _key("help.page-down", "pagedown,space", "scroll(10)", "page down", "A page down"),
)

TROUBLE: Final = (
    _key("trouble.again", "enter", "again", "try again", "Try once more", shown=True),
    _key("trouble.leave", "escape,q", "leave", "leave", "Leave", shown=True),
)
