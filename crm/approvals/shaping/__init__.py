"""The administrator's screens: what a flow asks, tried out and published."""
