"""Families for SciPy."""
