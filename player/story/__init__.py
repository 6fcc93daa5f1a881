"""The story as values and rules: pure, no I/O, no clock, no randomness of its own."""
