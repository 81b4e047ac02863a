"""Floor 1: database and row scope, clock, settings, web, errors. Knows no room."""
