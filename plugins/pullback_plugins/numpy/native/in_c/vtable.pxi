# What the core calls.

cdef Py_ssize_t large_from = 1 << 16


cdef bint is_plain_operand(PyObject *given) noexcept:
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


cdef bint same_shape_and_type(PyObject *left, PyObject *right) noexcept:
    value, other = <object>left, <object>right
    if type(value) is ndarray and type(other) is ndarray:
        return (
            cnp.PyArray_DESCR(<cnp.ndarray>value) is cnp.PyArray_DESCR(<cnp.ndarray>other)
            and cnp.PyArray_SAMESHAPE(<cnp.ndarray>value, <cnp.ndarray>other)
        )
    return type(value) is float64 and type(other) is float64


cdef bint owns_memory(PyObject *given) noexcept:
    value = <object>given
    return type(value) is float64 or (type(value) is ndarray and cnp.PyArray_BASE(<cnp.ndarray>value) == NULL)


cdef PyObject *keep(PyObject *given) except? NULL:
    value = <object>given
    return owned(value if type(value) is float64 else cnp.PyArray_NewCopy(<cnp.ndarray>value, cnp.NPY_KEEPORDER))


cdef PyObject *plain_product(PyObject *left, PyObject *right) except? NULL:
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


cdef KindVTable vtable = [size, same_shape_and_type, owns_memory, is_plain_operand, keep, plain_product, sum_, forward]


def is_plain_array_operand(value):
    """Return whether `value` is an array of numbers, which needs nothing done to it beside a variable.

    The polynomials of NumPy would broadcast it wrongly: not where they call.
    """
    return is_plain_operand(<PyObject *>value)
