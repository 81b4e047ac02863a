"""What happens to an archive after its approval: sending, filing, grading, contacts."""
