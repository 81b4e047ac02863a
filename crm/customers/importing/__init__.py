"""A list of customers from a file: reading, headings, cleaning, judging (pure), then a batch, reviewed as one
thing, whose rows become archives (ARC-14, ARC-15)."""
