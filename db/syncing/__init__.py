"""Syncing: what this machine and PostgreSQL tell each other, so that both have the same."""
