"""What keeps PostgreSQL quick for years: months, what is folded out of them, and reports."""
