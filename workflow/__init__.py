"""How: lawful state changes, one table type, one move, one append-only record."""
