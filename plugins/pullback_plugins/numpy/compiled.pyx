# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""What is asked of arrays at every call, in C: it answers for plain arrays, and leaves the rest to the method of the next class."""

cimport numpy as cnp
from cpython.dict cimport PyDict_GetItemString
from cpython.float cimport PyFloat_AS_DOUBLE
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_Check, PyUnicode_Tailmatch

import numpy as np

__all__ = ["KindCore", "stands_beside"]

cnp.import_array()

cdef extern from "Python.h":
    PyObject *PyEval_GetGlobals()

cdef type ndarray = np.ndarray
cdef type float64 = np.float64
cdef str polynomials = "numpy.polynomial."


cdef inline char kind_of(value):
    return (<cnp.dtype>cnp.PyArray_DESCR(<cnp.ndarray>value)).kind


cdef inline bint is_inexact(value):
    """Whether `value` is an array, of no subclass, of real or complex numbers."""
    return type(value) is ndarray and kind_of(value) in (c"f", c"c")


cdef class KindCore:
    """The methods of the kind of arrays that every recorded call needs; a class that derives from it has the others behind it."""

    # From how many bytes on memory is worth some thought.
    cdef readonly Py_ssize_t large_from

    def __init__(self, Py_ssize_t large_from):
        self.large_from = large_from

    def convert(self, value):
        if is_inexact(value) or type(value) is float64:
            return value
        return super(KindCore, self).convert(value)

    def large(self, value):
        return type(value) is ndarray and cnp.PyArray_NBYTES(<cnp.ndarray>value) >= self.large_from

    def alike(self, value, other):
        if type(value) is ndarray and type(other) is ndarray:
            return bool(
                cnp.PyArray_DESCR(<cnp.ndarray>value) is cnp.PyArray_DESCR(<cnp.ndarray>other)
                and cnp.PyArray_NDIM(<cnp.ndarray>value) == cnp.PyArray_NDIM(<cnp.ndarray>other)
                and cnp.PyArray_CompareLists(cnp.PyArray_DIMS(<cnp.ndarray>value), cnp.PyArray_DIMS(<cnp.ndarray>other), cnp.PyArray_NDIM(<cnp.ndarray>value))
            )
        if type(value) is float64 and type(other) is float64:
            return True
        return super(KindCore, self).alike(value, other)

    def has_nan(self, value):
        cdef double *numbers
        cdef Py_ssize_t place, size
        cdef bint found = False
        if type(value) is ndarray and cnp.PyArray_TYPE(<cnp.ndarray>value) == cnp.NPY_DOUBLE and cnp.PyArray_ISCARRAY_RO(<cnp.ndarray>value):
            numbers = <double *>cnp.PyArray_DATA(<cnp.ndarray>value)
            size = cnp.PyArray_SIZE(<cnp.ndarray>value)
            for place in range(size):
                found |= numbers[place] != numbers[place]
            return found
        if type(value) is float64:
            return PyFloat_AS_DOUBLE(value) != PyFloat_AS_DOUBLE(value)
        return super(KindCore, self).has_nan(value)

    def keep(self, value):
        if is_inexact(value) and cnp.PyArray_NBYTES(<cnp.ndarray>value) < self.large_from:
            return cnp.PyArray_NewCopy(<cnp.ndarray>value, cnp.NPY_KEEPORDER)
        return super(KindCore, self).keep(value)


def stands_beside(value):
    """Return whether `value` is an array of numbers, which needs nothing done to it beside a variable.

    The polynomials of NumPy would broadcast it wrongly: not where they call.
    """
    cdef PyObject *names
    cdef PyObject *name
    if type(value) is not ndarray or kind_of(value) not in (c"f", c"c", c"i", c"u", c"b"):
        return False
    if cnp.PyArray_NDIM(<cnp.ndarray>value) == 0:
        return True
    names = PyEval_GetGlobals()
    name = PyDict_GetItemString(<object>names, "__name__") if names != NULL else NULL
    return name == NULL or not PyUnicode_Check(<object>name) or not PyUnicode_Tailmatch(
        <object>name, polynomials, 0, 17, -1
    )
