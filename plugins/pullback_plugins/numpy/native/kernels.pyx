# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""What is asked of arrays at every call, in C: it answers for plain arrays, and leaves the rest to the method of the next class.

`Loop` calls universal functions on small arrays, and `vtable` has what the compiled core calls itself.
"""

cimport numpy as cnp
from cpython.dict cimport PyDict_GetItemString
from cpython.float cimport PyFloat_AS_DOUBLE
from cpython.object cimport PyObject
from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport Py_INCREF
from cpython.unicode cimport PyUnicode_Check, PyUnicode_Tailmatch

from pullback.kind_vtable cimport KindVTable

import operator
import re

import numpy as np

__all__ = ["ArrayKindCore", "Loop", "repeated", "share", "specialized", "is_plain_array_operand", "tanh_slope", "total"]

cnp.import_array()

cdef extern from "Python.h":
    PyObject *PyEval_GetGlobals()
    ctypedef struct Number "PyFloatObject":
        double ob_fval

cdef extern from "<fenv.h>":
    int FE_DIVBYZERO, FE_INVALID, FE_OVERFLOW, FE_UNDERFLOW, FE_ALL_EXCEPT
    int feclearexcept(int exceptions) nogil
    int fetestexcept(int exceptions) nogil

cdef type ndarray = np.ndarray
cdef type float64 = np.float64
cdef object one = np.float64(1.0)
cdef str polynomials = "numpy.polynomial."

include "in_c/blocks.pxi"
include "in_c/loops.pxi"
include "in_c/slopes.pxi"
include "in_c/vtable.pxi"


cdef class ArrayKindCore:
    """The methods of the kind of arrays that every recorded call needs; a class that derives from it has the others behind it."""

    def __init__(self, Py_ssize_t bytes):
        """Begin with `bytes`, from which on memory is worth some thought."""
        global large_from
        large_from = bytes
        self._set_vtable(PyCapsule_New(&vtable, "pullback.kind", NULL))

    def convert(self, value):
        if is_inexact(value) or type(value) is float64:
            return value
        return super(ArrayKindCore, self).convert(value)

    def large(self, value):
        return type(value) is ndarray and cnp.PyArray_NBYTES(<cnp.ndarray>value) >= large_from

    def same_shape_and_type(self, value, other):
        if same_shape_and_type(<PyObject *>value, <PyObject *>other):
            return True
        return super(ArrayKindCore, self).same_shape_and_type(value, other)

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
        return super(ArrayKindCore, self).has_nan(value)

    def is_scalar(self, value):
        return True if type(value) is float64 else super(ArrayKindCore, self).is_scalar(value)

    def one(self, value):
        return one if type(value) is float64 else super(ArrayKindCore, self).one(value)

    def release(self, value, held):
        if type(value) is ndarray:
            if <size_t><void *>value in <set>held or not cnp.PyArray_CHKFLAGS(<cnp.ndarray>value, cnp.NPY_ARRAY_OWNDATA):
                value = cnp.PyArray_NewCopy(<cnp.ndarray>value, cnp.NPY_CORDER)
            (<set>held).add(<size_t><void *>value)
            return value
        return super(ArrayKindCore, self).release(value, held)

    def keep(self, value):
        if type(value) is float64:
            return value
        if is_inexact(value) and cnp.PyArray_NBYTES(<cnp.ndarray>value) < large_from:
            return cnp.PyArray_NewCopy(<cnp.ndarray>value, cnp.NPY_KEEPORDER)
        return super(ArrayKindCore, self).keep(value)
