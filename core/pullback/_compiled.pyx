# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, auto_pickle=False, initializedcheck=False
"""What sits in the hot path of scalar code, in C: the same names and the same results as `_pure`.

A variable of a tape that holds nothing but floats keeps its value and its number in C fields, and the tape writes its entries in an
array of structs. An operation on such variables is one call of the *kernel* of its pair, the kernel of `docs/plugins.md`. Whatever
else there is, from an integer too long for a float to a domain error, is left to the Python method or call that this shortens. What those are, and
everything else that is Python's, comes from `pullback.runtime`.

On other values, an elementwise pair of one or two inputs is recorded and pulled back here too, by its Python functions and those of
the value's kind.
"""

cimport cython
from cpython.dict cimport PyDict_Contains, PyDict_GetItem
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_FromDouble
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Realloc
from cpython.object cimport Py_EQ, Py_GE, Py_GT, Py_LE, Py_LT, Py_NE, PyObject, PyObject_RichCompare
from cpython.pycapsule cimport PyCapsule_CheckExact, PyCapsule_GetPointer
from libc.math cimport isfinite
from libc.stdint cimport int64_t, uint64_t, uintptr_t

from pullback.kind_vtable cimport KindVTable

import operator

from pullback import _pure
from pullback.tracked import Tracked, next_level

__all__ = [
    "COMPILED", "Call", "FloatCore", "FloatVarCore", "KindCore", "KindsCore", "Node", "PairCore", "PlanCore", "RecorderCore", "TapeCore", "ValueCore",
    "all_floats", "ancestry", "blank", "call_from", "forward_floats", "reverse_floats", "reverse_values", "start", "swept_floats",
]

COMPILED = True

cdef extern from "Python.h":
    bint PyFloat_Check(object instance)
    void Py_INCREF(object instance)
    object PyObject_Call(object function, object args, PyObject *names)
    object PyObject_Vectorcall(object function, PyObject *const *args, size_t count, PyObject *names)
    size_t PY_VECTORCALL_ARGUMENTS_OFFSET
    object PyTuple_New(Py_ssize_t size)
    PyObject *PyTuple_GET_ITEM(object instance, Py_ssize_t place)
    void PyTuple_SET_ITEM(object instance, Py_ssize_t place, object item)
    ctypedef struct PyNumberMethods:
        void *nb_add
        void *nb_subtract
        void *nb_multiply
        void *nb_true_divide
        void *nb_power
        void *nb_negative
        void *nb_absolute
        void *nb_bool
    ctypedef int (*visitproc)(PyObject *instance, void *arg) noexcept
    ctypedef struct PyTypeObject:
        PyNumberMethods *tp_as_number
        void *tp_richcompare
        int (*tp_traverse)(PyObject *instance, visitproc visit, void *arg) noexcept
        object (*tp_new)(PyTypeObject *cls, object args, PyObject *params)
        int (*tp_clear)(PyObject *instance)
        void (*tp_dealloc)(PyObject *instance) noexcept
    PyTypeObject *Py_TYPE(PyObject *instance)
    void PyObject_GC_Track(void *instance)
    void Py_SET_REFCNT(PyObject *instance, Py_ssize_t count)
    void PyObject_GC_UnTrack(void *instance)
    void Py_DECREF(PyObject *instance)
    long long PyLong_AsLongLongAndOverflow(object number, int *overflow)  # does not fail for an int

cdef long long EXACT = 1 << 53

# Given the inputs, write the output and the partial derivative by each input, and return 0; or return anything else, write what
# you like, and let Python answer. Raises nothing.
ctypedef int (*Kernel)(const double *inputs, double *output, double *partials) noexcept


cdef inline bint as_double(object value, double *number):
    """Whether `value` is a float, or an integer that a float holds exactly; if so, write it to `number`."""
    cdef int overflow
    cdef long long whole
    if type(value) is float:
        number[0] = PyFloat_AS_DOUBLE(value)
        return True
    if type(value) is not int:
        return False
    whole = PyLong_AsLongLongAndOverflow(value, &overflow)
    number[0] = <double>whole
    return not overflow and -EXACT <= whole <= EXACT


cdef inline bint as_number(object value, double *number):
    """Whether what a rule returned is a number that a float holds exactly; if so, write it to `number`."""
    if as_double(value, number):
        return True
    if PyFloat_Check(value) and not isinstance(value, Tracked):  # one of NumPy's
        number[0] = PyFloat_AS_DOUBLE(value)
        return True
    return False


include "in_c/kinds.pxi"
include "in_c/tape.pxi"
include "in_c/calls.pxi"
include "in_c/plans.pxi"
include "in_c/floats.pxi"
include "in_c/recorders.pxi"
include "in_c/values.pxi"
include "in_c/runtime.pxi"
include "in_c/records.pxi"
include "in_c/nodes.pxi"
include "in_c/free_variables.pxi"
include "in_c/float_sweeps.pxi"
include "in_c/graph_sweep.pxi"
include "in_c/value_sweep.pxi"
