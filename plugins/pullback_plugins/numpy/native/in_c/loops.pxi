# Universal functions.

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


# The operators whose results on arrays are those of a universal function.
cdef dict UFUNCS = {
    operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply, operator.truediv: np.divide, operator.neg: np.negative,
}
# For these numbers are not what an array of them is: powers of two are squares, ...
cdef tuple WHOLE = (np.power, np.float_power)
cdef type builtin = type(operator.add)
cdef object INTEGER = re.compile("[bBhHiIlLqQpP]")


def specialized(function):
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


cdef Loop addition = specialized(np.add)


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
