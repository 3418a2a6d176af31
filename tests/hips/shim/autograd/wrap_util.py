"""What the tests take from a module of HIPS autograd that is not public."""

from autograd.differential_operators import nary as unary_to_nary

__all__ = ["unary_to_nary"]
