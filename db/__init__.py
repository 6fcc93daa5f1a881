"""The store: models, local SQLite, outbox, and what is sent to PostgreSQL."""
