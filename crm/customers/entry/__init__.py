"""Entering an archive: the form, the draft that keeps itself, what is missing, its review."""
