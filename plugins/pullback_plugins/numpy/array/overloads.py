"""What an array variable asks the table of overloads where NumPy has no function to ask for.

For the rest it asks by the names that NumPy has: `numpy.ufunc`, `operator.getitem`, and the methods of `numpy.ndarray` that NumPy's
protocols call (``__array__``, ``__array_ufunc__``, ``__array_function__``). Classes, like `numpy.ufunc`: nobody can answer for a function.
"""

from __future__ import annotations

__all__ = ["ArrayNamespace", "AsArray"]


class AsArray:
    """The overload of the pair that makes one array of ``x``: a nest of lists, or an array of objects, that may hold variables."""


class ArrayNamespace:
    """The overload of the pair that returns the namespace of array variables for an ``api_version`` of the standard.

    From NumPy 2.1 on, `numpy.ndarray` has the method ``__array_namespace__``, which would be its name.
    """
