"""A customer's page, its timeline, its card on paper."""
