"""Keys of the listening screen."""

from __future__ import annotations

from typing import Final

from player.tui.keys.everywhere import EVERYWHERE
from player.tui.keys.naming import key

_DIGITS: Final = tuple(
    key(
        f"listening.choice-{digit}",
        str(digit),
        f"choose({digit})",
        "choose",
        "Take the choice with this number",
    )
    for digit in range(1, 10)
)

LISTENING: Final = (
    key("listening.toggle", "space,p", "play_pause", "play/pause", "Play or pause", shown=True),
    key("listening.take", "enter", "take", "choose", "Take the highlighted choice", shown=True),
    key("listening.again", "enter", "again", "hear it again", "Hear the story again", shown=True),
    *_DIGITS,
    key("listening.up", "up,k", "move(-1)", "up", "Up, in the choices or the transcript"),
    key("listening.down", "down,j", "move(1)", "down", "Down, in the choices or the transcript"),
    key("listening.rewind", "left", "seek(-5)", "5 s back", "5 seconds back"),
    key("listening.skip", "right", "seek(5)", "5 s on", "5 seconds on"),
    key("listening.rewind-far", "shift+left", "seek(-30)", "30 s back", "30 seconds back"),
    key("listening.skip-far", "shift+right", "seek(30)", "30 s on", "30 seconds on"),
    key(
        "listening.previous-line",
        "comma",
        "previous_line",
        "line back",
        "The line before, or the start of this one",
    ),
    key(
        "listening.next-line",
        "full_stop",
        "next_line",
        "line on",
        "The next line, never across a choice",
    ),
    key("listening.replay", "r", "replay", "again", "Hear this line again", shown=True),
    key(
        "listening.replay-slowly",
        "R",
        "replay_slowly",
        "again slowly",
        "This line slowly, less slowly, then at speed",
    ),
    key(
        "listening.pause-after-line",
        "P",
        "pause_after_line",
        "pause after lines",
        "Pause after each line, or no longer",
    ),
    key(
        "listening.auto-play",
        "a",
        "auto_play",
        "auto-play",
        "Go on to the next passage by itself, or wait",
    ),
    key(
        "listening.back",
        "pageup,u,backspace",
        "back",
        "step back",
        "One passage back, to choose another way",
    ),
    key("listening.forward", "pagedown", "forward", "step on", "One passage on"),
    key(
        "listening.slower",
        "left_square_bracket",
        "speed(-1)",
        "slower",
        "Slower by a tenth, down to half",
    ),
    key(
        "listening.faster",
        "right_square_bracket",
        "speed(1)",
        "faster",
        "Faster by a tenth, up to double",
    ),
    key("listening.normal", "backslash", "speed(0)", "normal speed", "As recorded"),
    key("listening.louder", "plus", "volume(10)", "louder", "Louder"),
    key("listening.softer", "minus", "volume(-10)", "softer", "Softer"),
    key("listening.mute", "m", "mute", "mute", "Mute, and as loud as before"),
    key(
        "listening.transcript",
        "v",
        "transcript",
        "transcript",
        "The transcript: shown, hidden, this line only",
    ),
    key(
        "listening.translation",
        "t",
        "translation",
        "translate",
        "The translation of this line, and away again",
        shown=True,
    ),
    key(
        "listening.side-by-side",
        "T",
        "side_by_side",
        "translate all",
        "Every line translated: beside, or below",
    ),
    key(
        "listening.romanise",
        "Z",
        "romanise",
        "romanise",
        "Lines in Indian scripts in Latin letters too",
    ),
    key(
        "listening.language",
        "L",
        "language",
        "language",
        "The next language, from the next line on",
    ),
    key(
        "listening.less-english",
        "X",
        "mix(-1)",
        "less English",
        "Less English, from the next line on",
    ),
    key(
        "listening.more-english",
        "x",
        "mix(1)",
        "more English",
        "More English, from the next line on",
    ),
    key(
        "listening.undo-switch",
        "U",
        "undo_switch",
        "take it back",
        "Take back the last change of language or mix",
    ),
    key(
        "listening.bookmark",
        "b",
        "bookmark",
        "bookmark",
        "A bookmark at this line, with a note",
        shown=True,
    ),
    key("listening.bookmarks", "B", "bookmarks", "bookmarks", "All bookmarks, and back to one"),
    key(
        "listening.leave",
        "escape",
        "app.library",
        "library",
        "Back to the library; the sound is held",
        shown=True,
    ),
    key("listening.like", "f", "like", "like", "Like; again: love, favorite, none", shown=True),
    key(
        "listening.download",
        "d",
        "download",
        "download",
        "Download it; again: stop that, or let it go",
    ),
    key("listening.sleep", "S", "sleep", "sleep timer", "Fall silent in some minutes"),
    key(
        "listening.caption",
        "z",
        "caption",
        "draw the line",
        "The line drawn large, as its script is written",
    ),
    key("listening.find", "slash", "find", "find", "Find words in the transcript"),
    key("listening.find-next", "n", "find_on(1)", "find next", "The next place with the words"),
    key("listening.find-previous", "N", "find_on(-1)", "find previous", "The place before"),
    *EVERYWHERE,
)
