"""HIPS autograd's tests, run against pullback."""
