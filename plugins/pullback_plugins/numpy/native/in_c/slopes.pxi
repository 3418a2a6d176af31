# Rules on small arrays.

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
