"""The weekly spot check: a sample drawn for each team, its leader's verdict, what the owner does (ARC-13)."""
