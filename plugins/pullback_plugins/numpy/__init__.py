"""Plain NumPy code: array variables, and pairs for the functions of NumPy, one module a topic."""
