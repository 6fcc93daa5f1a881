"""Every key of every screen, with an id (to be bound anew) and a line of help."""

from player.tui.keys.dialogs import HELP, TROUBLE
from player.tui.keys.everywhere import APP, EVERYWHERE
from player.tui.keys.library import LIBRARY, SEARCH
from player.tui.keys.listening import LISTENING
from player.tui.keys.naming import display

__all__ = ["APP", "EVERYWHERE", "HELP", "LIBRARY", "LISTENING", "SEARCH", "TROUBLE", "display"]
