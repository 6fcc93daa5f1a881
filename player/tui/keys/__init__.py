"""Every key of every screen, with an id (to be bound anew) and a line of help."""

from player.tui.keys.dialogs import HELP, TROUBLE, WHY
from player.tui.keys.everywhere import APP, EVERYWHERE
from player.tui.keys.library import FILTERS, LIBRARY, SEARCH
from player.tui.keys.listening import LISTENING
from player.tui.keys.marks import BOOKMARKS, DOWNLOAD, FIND, NOTE, QUESTION, SLEEP
from player.tui.keys.naming import UNBOUND, display
from player.tui.keys.placement import PLACEMENT
from player.tui.keys.settings import KEYS_PAGE, SETTINGS, TICKS, TYPED
from player.tui.keys.you import YOU

__all__ = [
    "APP",
    "BOOKMARKS",
    "DOWNLOAD",
    "EVERYWHERE",
    "FILTERS",
    "FIND",
    "HELP",
    "KEYS_PAGE",
    "LIBRARY",
    "LISTENING",
    "NOTE",
    "PLACEMENT",
    "QUESTION",
    "SEARCH",
    "SETTINGS",
    "SLEEP",
    "TICKS",
    "TROUBLE",
    "TYPED",
    "UNBOUND",
    "WHY",
    "YOU",
    "display",
]
