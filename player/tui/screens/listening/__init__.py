"""The listening screen, its actions by what they are about."""

from player.tui.screens.listening.screen import ListeningScreen

__all__ = ["ListeningScreen"]
