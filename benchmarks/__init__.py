"""Benchmarks of pullback and its peers: ``python -m benchmarks`` prints every table of `README.md`."""
