"""A damaged store: set aside, read as far as it can be, and made anew."""
