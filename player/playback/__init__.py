"""Playback: how the controller's wishes become one story heard, passage by passage."""
