"""Keys of what a listener sets: bookmarks with their notes, and the sleep timer, a download."""

from __future__ import annotations

from typing import Final

from player.tui.keys.naming import key

BOOKMARKS: Final = (
    key("bookmarks.go", "enter", "go", "go there", "Go to this place", shown=True),
    key("bookmarks.up", "up,k", "move(-1)", "up", "The bookmark above"),
    key("bookmarks.down", "down,j", "move(1)", "down", "The bookmark below"),
    key("bookmarks.first", "home", "move(-10000)", "first", "The first bookmark"),
    key("bookmarks.last", "end", "move(10000)", "last", "The last bookmark"),
    key("bookmarks.page-up", "pageup", "move(-5)", "page up", "A page up"),
    key("bookmarks.page-down", "pagedown", "move(5)", "page down", "A page down"),
    key("bookmarks.note", "e", "note", "note", "Change the note of this bookmark", shown=True),
    key("bookmarks.remove", "x,delete", "remove", "remove", "Remove this bookmark", shown=True),
    key("bookmarks.close", "escape,B", "close", "back", "Back", shown=True),
    key("bookmarks.help", "question_mark", "app.help", "help", "The keys of this list", shown=True),
    key("bookmarks.leave", "q", "app.leave", "leave", "Save the place and leave", shown=True),
)

NOTE: Final = (
    key("note.save", "enter", "screen.save", "save", "Keep the bookmark", shown=True),
    key("note.cancel", "escape", "screen.cancel", "cancel", "Keep things as they were", shown=True),
)

QUESTION: Final = (
    key("question.yes", "y", "answer(True)", "yes", "Do it", shown=True),
    key("question.no", "n,escape", "answer(False)", "no", "Leave things as they are", shown=True),
)

SLEEP: Final = (
    key("sleep.set", "enter,space", "set", "set", "Set the sleep timer", shown=True),
    key("sleep.up", "up,k", "move(-1)", "up", "Sooner"),
    key("sleep.down", "down,j", "move(1)", "down", "Later"),
    key("sleep.off", "o,0", "off", "off", "No sleep timer", shown=True),
    key("sleep.close", "escape,S,q", "close", "back", "Leave the timer as it is", shown=True),
)

DOWNLOAD: Final = (
    key("download.begin", "enter,space", "begin", "begin", "Download this", shown=True),
    key("download.up", "up,k", "move(-1)", "up", "The line above"),
    key("download.down", "down,j", "move(1)", "down", "The line below"),
    key("download.close", "escape,d,q", "close", "back", "Download nothing", shown=True),
)

FIND: Final = (
    key("find.next", "enter", "screen.find_keep", "find", "The next place with it", shown=True),
    key("find.close", "escape", "screen.find_close", "back", "Leave the search", shown=True),
)
