"""The families of NumPy's functions, one topic per file."""
