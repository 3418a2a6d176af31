"""Raises on import."""

raise RuntimeError("the licence of acme has expired")
