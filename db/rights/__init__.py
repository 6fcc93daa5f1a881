"""Who may read and write what in PostgreSQL: roles, rights, and listeners let in."""
