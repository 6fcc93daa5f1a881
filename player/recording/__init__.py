"""Recording: the only translator between what happens in a story and its records."""
