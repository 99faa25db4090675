"""The message store on SQLite and PostgreSQL: one code path, one conformance suite."""
