# Small arrays of doubles.

cdef enum:
    BLOCK = 1 << 14  # bytes: above, a call of NumPy costs next to nothing
    MOST_AXES = 64  # of an array, in any NumPy

cdef long long EXACT = 1 << 53


cdef inline char kind_of(value):
    return (<cnp.dtype>cnp.PyArray_DESCR(<cnp.ndarray>value)).kind


cdef inline bint is_inexact(value):
    """Whether `value` is an array, of no subclass, of real or complex numbers."""
    return type(value) is ndarray and kind_of(value) in (c"f", c"c")


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


cdef inline bint is_number(value, double *number):
    """Whether `value` is a number of Python that a double holds exactly; if so, write it to `number`."""
    if type(value) is float:
        number[0] = PyFloat_AS_DOUBLE(value)
        return True
    if type(value) is int and -EXACT <= value <= EXACT:
        number[0] = value
        return True
    return False
