"""The only SQL of the core: values in, values out, the same on SQLite and PostgreSQL."""
