"""Is it the same company, written differently? (ARC-14)"""
