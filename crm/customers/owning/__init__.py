"""Whose customers are: transfers, the pool, sharing out, what a leaver held (OWN-1, OWN-2, OWN-4)."""
