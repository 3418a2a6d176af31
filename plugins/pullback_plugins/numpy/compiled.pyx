# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""What is asked of arrays at every call, in C: it answers for plain arrays, and leaves the rest to the method of the next class.

`Loop` calls universal functions on small arrays, and `natives` has what the compiled core calls itself.
"""

cimport numpy as cnp
from cpython.dict cimport PyDict_GetItemString
from cpython.float cimport PyFloat_AS_DOUBLE
from cpython.object cimport PyObject
from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport Py_INCREF
from cpython.unicode cimport PyUnicode_Check, PyUnicode_Tailmatch

from pullback.kind_natives cimport KindNatives

import operator
import re

import numpy as np

__all__ = ["KindCore", "Loop", "repeated", "share", "shortened", "stands_beside", "tanh_slope", "total"]

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


cdef inline char kind_of(value):
    return (<cnp.dtype>cnp.PyArray_DESCR(<cnp.ndarray>value)).kind


cdef inline bint is_inexact(value):
    """Whether `value` is an array, of no subclass, of real or complex numbers."""
    return type(value) is ndarray and kind_of(value) in (c"f", c"c")


cdef Py_ssize_t large_from = 1 << 16


cdef class KindCore:
    """The methods of the kind of arrays that every recorded call needs; a class that derives from it has the others behind it."""

    def __init__(self, Py_ssize_t bytes):
        """Begin with `bytes`, from which on memory is worth some thought."""
        global large_from
        large_from = bytes
        self._set_natives(PyCapsule_New(&natives, "pullback.kind", NULL))

    def convert(self, value):
        if is_inexact(value) or type(value) is float64:
            return value
        return super(KindCore, self).convert(value)

    def large(self, value):
        return type(value) is ndarray and cnp.PyArray_NBYTES(<cnp.ndarray>value) >= large_from

    def alike(self, value, other):
        if alike(<PyObject *>value, <PyObject *>other):
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

    def is_scalar(self, value):
        return True if type(value) is float64 else super(KindCore, self).is_scalar(value)

    def one(self, value):
        return one if type(value) is float64 else super(KindCore, self).one(value)

    def release(self, value, held):
        if type(value) is ndarray:
            if <Py_ssize_t><void *>value in <set>held or not cnp.PyArray_CHKFLAGS(<cnp.ndarray>value, cnp.NPY_ARRAY_OWNDATA):
                value = cnp.PyArray_NewCopy(<cnp.ndarray>value, cnp.NPY_CORDER)
            (<set>held).add(<Py_ssize_t><void *>value)
            return value
        return super(KindCore, self).release(value, held)

    def keep(self, value):
        if type(value) is float64:
            return value
        if is_inexact(value) and cnp.PyArray_NBYTES(<cnp.ndarray>value) < large_from:
            return cnp.PyArray_NewCopy(<cnp.ndarray>value, cnp.NPY_KEEPORDER)
        return super(KindCore, self).keep(value)


def stands_beside(value):
    """Return whether `value` is an array of numbers, which needs nothing done to it beside a variable.

    The polynomials of NumPy would broadcast it wrongly: not where they call.
    """
    return beside(<PyObject *>value)


# What the core calls.

cdef bint beside(PyObject *given) noexcept:
    value = <object>given
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


cdef int size(PyObject *given) noexcept:
    value = <object>given
    if is_inexact(value):
        return 2 if cnp.PyArray_NBYTES(<cnp.ndarray>value) >= large_from else 1
    return type(value) is float64


cdef bint alike(PyObject *left, PyObject *right) noexcept:
    value, other = <object>left, <object>right
    if type(value) is ndarray and type(other) is ndarray:
        return (
            cnp.PyArray_DESCR(<cnp.ndarray>value) is cnp.PyArray_DESCR(<cnp.ndarray>other)
            and cnp.PyArray_SAMESHAPE(<cnp.ndarray>value, <cnp.ndarray>other)
        )
    return type(value) is float64 and type(other) is float64


cdef bint alone(PyObject *given) noexcept:
    value = <object>given
    return type(value) is float64 or (type(value) is ndarray and cnp.PyArray_BASE(<cnp.ndarray>value) == NULL)


cdef PyObject *keep(PyObject *given) except? NULL:
    value = <object>given
    return owned(value if type(value) is float64 else cnp.PyArray_NewCopy(<cnp.ndarray>value, cnp.NPY_KEEPORDER))


cdef PyObject *product(PyObject *left, PyObject *right) except? NULL:
    cotangent, partial = <object>left, <object>right
    cdef Py_ssize_t place, x_step, y_step
    cdef double *x
    cdef double *y
    cdef double *z
    cdef double factor
    if not read(cotangent, &x, &x_step):
        return NULL
    if type(partial) is float or type(partial) is float64:
        factor = PyFloat_AS_DOUBLE(partial)
        if factor == 1.0 and type(partial) is float:
            return owned(cotangent)
        y, y_step = &factor, 0
    elif not (read(partial, &y, &y_step) and cnp.PyArray_SAMESHAPE(<cnp.ndarray>cotangent, <cnp.ndarray>partial)):
        return NULL
    result = like(cotangent)
    z = numbers(result)
    for place in range(cnp.PyArray_SIZE(<cnp.ndarray>result)):
        z[place] = x[0] * y[0]
        x += x_step
        y += y_step
    return owned(result)


cdef PyObject *sum_(PyObject *given, PyObject *other) except? NULL:
    left, right = <object>given, <object>other
    cdef Py_ssize_t place, x_step, y_step
    cdef double *x
    cdef double *y
    cdef double *z
    if not (
        read(left, &x, &x_step)
        and read(right, &y, &y_step)
        and cnp.PyArray_SAMESHAPE(<cnp.ndarray>left, <cnp.ndarray>right)
    ):
        return NULL
    result = like(left)
    z = numbers(result)
    for place in range(cnp.PyArray_SIZE(<cnp.ndarray>result)):
        z[place] = x[0] + y[0]
        x += x_step
        y += y_step
    return owned(result)




cdef enum:
    BLOCK = 1 << 14  # bytes: above, a call of NumPy costs next to nothing
    MOST_AXES = 64  # of an array, in any NumPy


cdef inline PyObject *owned(value):
    Py_INCREF(value)
    return <PyObject *>value


cdef inline bint is_small(value):
    """Whether `value` is a small array of doubles with axes, of no subclass."""
    return (
        type(value) is ndarray
        and cnp.PyArray_TYPE(<cnp.ndarray>value) == cnp.NPY_DOUBLE
        and 0 < cnp.PyArray_NDIM(<cnp.ndarray>value)
        and cnp.PyArray_NBYTES(<cnp.ndarray>value) <= BLOCK
    )


cdef inline bint is_block(value):
    """Whether `value` is a small array of doubles, one after the other, with axes."""
    return is_small(value) and cnp.PyArray_ISCARRAY_RO(<cnp.ndarray>value)


cdef bint read(value, double **first, Py_ssize_t *step):
    """Whether `value` is a small array of doubles, one after the other or all the same one; if so, say where they are."""
    cdef int axis
    if not is_small(value):
        return False
    first[0], step[0] = numbers(value), 1
    if cnp.PyArray_ISCARRAY_RO(<cnp.ndarray>value):
        return True
    step[0] = 0
    for axis in range(cnp.PyArray_NDIM(<cnp.ndarray>value)):
        if cnp.PyArray_STRIDES(<cnp.ndarray>value)[axis] != 0:
            return False
    return cnp.PyArray_ISBEHAVED_RO(<cnp.ndarray>value)


cdef inline double *numbers(value):
    return <double *>cnp.PyArray_DATA(<cnp.ndarray>value)


cdef inline object like(value):
    """Return a new array of the shape of a block."""
    return cnp.PyArray_SimpleNew(cnp.PyArray_NDIM(<cnp.ndarray>value), cnp.PyArray_DIMS(<cnp.ndarray>value), cnp.NPY_DOUBLE)


def repeated(number, x):
    """Return an array of the shape of `x`, a small one, that has `number`, a NumPy scalar, in all places; None where that is for Python."""
    cdef cnp.npy_intp[MOST_AXES] strides
    cdef int axis, axes
    if type(number) is not float64 or not is_small(x):
        return None
    axes = cnp.PyArray_NDIM(<cnp.ndarray>x)
    for axis in range(axes):
        strides[axis] = 0
    result = cnp.PyArray_New(
        ndarray, axes, cnp.PyArray_DIMS(<cnp.ndarray>x), cnp.NPY_DOUBLE, strides, &(<Number *><PyObject *>number).ob_fval, 0, 0, None
    )
    cnp.set_array_base(result, number)
    return result


def tanh_slope(y):
    """Return ``1 - y * y``, or None where that cancels, or is for Python."""
    cdef Py_ssize_t place
    cdef double *slope
    cdef double *given
    if not is_block(y):
        return None
    result = like(y)
    slope, given = numbers(result), numbers(y)
    for place in range(cnp.PyArray_SIZE(<cnp.ndarray>y)):
        slope[place] = 1.0 - given[place] * given[place]
        if not slope[place] >= 0.01:
            return None
    return result


def share(x, y):
    """Return one where `x` is greater than `y`, one half where they are equal, and zero; None where that is for Python."""
    cdef double[2] number
    cdef double *left
    cdef double *right
    cdef double *found
    cdef Py_ssize_t place, of_left = 1, of_right = 1
    if is_block(x):
        result = like(x)
        left = numbers(x)
        if is_block(y) and cnp.PyArray_SAMESHAPE(<cnp.ndarray>x, <cnp.ndarray>y):
            right = numbers(y)
        elif is_number(y, &number[1]):
            right, of_right = &number[1], 0
        else:
            return None
    elif is_block(y) and is_number(x, &number[0]):
        result = like(y)
        left, of_left, right = &number[0], 0, numbers(y)
    else:
        return None
    found = numbers(result)
    for place in range(cnp.PyArray_SIZE(<cnp.ndarray>result)):
        found[place] = (left[0] > right[0]) + 0.5 * (left[0] == right[0])
        left += of_left
        right += of_right
    return result


# Universal functions.

cdef long long EXACT = 1 << 53


cdef inline bint loops_over(value):
    """Whether NumPy would give a loop `value` as a block: of fewer than two numbers the stride, and with it the last bit, may be any."""
    return is_block(value) and cnp.PyArray_SIZE(<cnp.ndarray>value) > 1


cdef class Loop:
    """A universal function on small arrays of doubles: the loop that NumPy would choose, without the choice.

    Where the processor notes anything that NumPy might warn of, and on all other values, `function` is called.
    """

    cdef readonly object function
    cdef object ufunc
    cdef cnp.PyUFuncGenericFunction loop
    cdef void *data
    cdef int inputs

    def __call__(self, *args, **params):
        cdef tuple given = args
        if not params and len(given) == self.inputs:
            result = self.on_one(given[0]) if self.inputs == 1 else self.on_two(given[0], given[1])
            if result is not None:
                return result
        return self.function(*given, **params)

    def __repr__(self):
        return repr(self.function)

    cdef object on_one(self, x):
        cdef (char *)[2] places
        cdef cnp.npy_intp[2] strides = [sizeof(double), sizeof(double)]
        if not loops_over(x):
            return None
        result = like(x)
        places[0], places[1] = <char *>numbers(x), <char *>numbers(result)
        return result if self.ran(places, cnp.PyArray_SIZE(<cnp.ndarray>x), strides) else None

    cdef object on_two(self, x, y):
        cdef (char *)[3] places
        cdef cnp.npy_intp[3] strides = [sizeof(double), sizeof(double), sizeof(double)]
        cdef double number
        if loops_over(x):
            result = like(x)
            places[0] = <char *>numbers(x)
            if is_number(y, &number):
                places[1], strides[1] = <char *>&number, 0
            elif loops_over(y) and cnp.PyArray_SAMESHAPE(<cnp.ndarray>x, <cnp.ndarray>y):
                places[1] = <char *>numbers(y)
            else:
                return None
        elif loops_over(y) and is_number(x, &number):
            result = like(y)
            places[0], strides[0], places[1] = <char *>&number, 0, <char *>numbers(y)
        else:
            return None
        places[2] = <char *>numbers(result)
        return result if self.ran(places, cnp.PyArray_SIZE(<cnp.ndarray>result), strides) else None

    cdef bint ran(self, char **places, cnp.npy_intp count, cnp.npy_intp *strides):
        """Run the loop; return whether there is nothing that NumPy might warn of."""
        feclearexcept(FE_ALL_EXCEPT)
        self.loop(places, &count, strides, self.data)
        return fetestexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW | FE_UNDERFLOW) == 0


cdef PyObject *forward(PyObject *function, PyObject *x, PyObject *y) except? NULL:
    cdef Loop loop
    if type(<object>function) is not Loop:
        return NULL
    loop = <Loop>function
    if y == NULL:
        result = loop.on_one(<object>x) if loop.inputs == 1 else None
    else:
        result = loop.on_two(<object>x, <object>y) if loop.inputs == 2 else None
    return NULL if result is None else owned(result)


cdef KindNatives natives = [size, alike, alone, beside, keep, product, sum_, forward]


cdef inline bint is_number(value, double *number):
    """Whether `value` is a number of Python that a double holds exactly; if so, write it to `number`."""
    if type(value) is float:
        number[0] = PyFloat_AS_DOUBLE(value)
        return True
    if type(value) is int and -EXACT <= value <= EXACT:
        number[0] = value
        return True
    return False


# The operators whose results on arrays are those of a universal function.
cdef dict UFUNCS = {
    operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply, operator.truediv: np.divide, operator.neg: np.negative,
}
# For these numbers are not what an array of them is: powers of two are squares, ...
cdef tuple WHOLE = (np.power, np.float_power)
cdef type builtin = type(operator.add)
cdef object INTEGER = re.compile("[bBhHiIlLqQpP]")


def shortened(function):
    """Return `function` as a `Loop`, or itself where that is not possible."""
    cdef cnp.ufunc ufunc
    cdef Loop made
    found = UFUNCS.get(function, function) if type(function) is builtin else function
    if type(found) is not np.ufunc or found in WHOLE or found.nout != 1 or found.nin > 2 or found.signature is not None:
        return function
    types = [kind.partition("->")[0] for kind in found.types]
    doubles = "d" * found.nin
    if doubles + "->d" not in found.types or any(kind != doubles and INTEGER.sub("d", kind) == doubles for kind in types if "d" in kind):
        return function  # an integer of Python beside an array would have a loop of its own
    ufunc, place = found, found.types.index(doubles + "->d")
    made = Loop.__new__(Loop)
    made.function, made.ufunc, made.inputs = function, ufunc, ufunc.nin
    made.loop, made.data = ufunc.functions[place], ufunc.data[place]
    return made


cdef Loop addition = shortened(np.add)


def total(x):
    """Return the sum of a small array with one axis, in the order in which `numpy.add.reduce` adds up; None where that is for Python."""
    cdef double found = 0.0
    cdef (char *)[3] places
    cdef cnp.npy_intp[3] strides = [0, sizeof(double), 0]
    if not is_block(x) or cnp.PyArray_NDIM(<cnp.ndarray>x) != 1:
        return None
    places[0], places[1], places[2] = <char *>&found, <char *>numbers(x), <char *>&found
    if not addition.ran(places, cnp.PyArray_SIZE(<cnp.ndarray>x), strides):
        return None
    return cnp.PyArray_ToScalar(&found, <cnp.ndarray>x)
