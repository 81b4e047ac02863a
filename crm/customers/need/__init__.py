"""Is a need concrete? It says what, how much and by when (ARC-7)."""
