"""The help of the plain mode: short enough to be listened to."""

from __future__ import annotations

from textwrap import fill
from typing import Final

from player.errors import UsageError
from player.plain.commands import COMMANDS, GROUPS, Command, nearest, parse
from player.plain.remarks import Remark

_SPOKEN: Final = {
    ",": "comma",
    ".": "full stop",
    "[": "left bracket",
    "]": "right bracket",
    "\\": "backslash",
    "+": "plus",
    "-": "minus",
    "?": "question mark",
}
"""Signs by their names, which are heard where the signs are not."""

WIDTH: Final = 78
HOW: Final = (
    "Type a command and enter, at any time; enter alone pauses and plays on.",
    "At a choice its number or its letter takes it; all other letters, and words, are commands.",
)


def manual(about: str = "") -> Remark:
    """Return all commands, or what is to be known of one. Raises UsageError for an unknown one."""
    if about:
        command = _named(about)
        return Remark("help", _explained(command), {"commands": [_as_facts(command)]})
    lines = [HOW[0]]
    for group, commands in GROUPS.items():
        lines.append(f"{group}: {', '.join(_called(command) for command in commands)}.")
    lines += [HOW[1], "Type ? and a command to hear what it does, such as: ? sleep"]
    facts = [_as_facts(command) for command in COMMANDS.values()]
    words = "\n".join(fill(line, WIDTH) for line in lines)
    return Remark("help", words, {"commands": facts})


def unknown(line: str, choices: int = 0) -> str:
    """Return what to say to a line that is no command, with the command that is most like it.

    `choices` is how many choices there are to be taken just now.
    """
    like = nearest(line)
    meant = f" Did you mean {like}?" if like else ""
    instead = f"Choose 1 to {choices}, or type ?" if choices else "Type ?"
    return f"there is no command {line!r}.{meant} {instead} for the commands."


def _named(about: str) -> Command:
    order = parse(about)
    if order is None:
        raise UsageError(unknown(about))
    return COMMANDS[order.word]


def _letters(command: Command) -> list[str]:
    return [form for form in command.forms if len(form) == 1]


def _called(command: Command) -> str:
    """Return the word, with the letter that is shorter: "again or r"."""
    return " or ".join((command.word, *(_spoken(form) for form in _letters(command)[:1])))


def _spoken(form: str) -> str:
    return _SPOKEN.get(form, form)


def _explained(command: Command) -> str:
    takes = f" {command.takes}" if command.takes else ""
    others = [_spoken(form) for form in command.forms]
    also = f" Also: {', '.join(others)}." if others else ""
    return f"{command.word}{takes}: {command.does}.{also}"


def _as_facts(command: Command) -> dict[str, object]:
    return {
        "word": command.word,
        "forms": command.forms,
        "takes": command.takes,
        "does": command.does,
    }
