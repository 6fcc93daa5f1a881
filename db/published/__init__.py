"""What is published in PostgreSQL, read where it lies: a page, a filter, a search, a story."""
