"""Changes to filed archives: proposals, what applies at once, histories, who is told (ARC-9, ARC-10)."""
