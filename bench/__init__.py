"""CPU time per request, as ratios to a limit page that does nothing but read 50 rows and show them."""
