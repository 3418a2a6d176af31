# Variables over other values.

@cython.c_api_binop_methods(True)
cdef class ValueCore:
    """The storage of a variable over values that are no floats; operators and universal functions, which shorten those of its class."""

    cdef public object _value
    cdef public object _tape
    cdef public object _entry

    @classmethod
    def _new(cls, value, tape, entry):
        """Make the variable that stands at `entry` of `tape`."""
        cdef ValueCore self = stored(cls)
        self._value, self._tape, self._entry = value, tape, entry
        return self

    def __add__(left, right):
        return operated(0, left, right)

    def __sub__(left, right):
        return operated(1, left, right)

    def __mul__(left, right):
        return operated(2, left, right)

    def __truediv__(left, right):
        return operated(3, left, right)

    def __pow__(left, right, modulus):
        return operated(4, left, right) if modulus is None else NotImplemented

    def __neg__(self):
        pair = overload_table.get(operators[5])
        if isinstance(pair, PairCore) and is_recorded(self):
            result = recorded_one(<PairCore>pair, self)
            if result is not None:
                return result
        return super(ValueCore, self).__neg__()

    def __array_ufunc__(self, ufunc, method, *inputs, **params):
        cdef tuple operands = inputs
        if not params and len(operands) <= 2 and method == "__call__" and is_recorded(self):
            pair = overload_table.get(ufunc)
            if isinstance(pair, PairCore):
                result = None
                if len(operands) == 1:
                    result = recorded_one(<PairCore>pair, self)
                elif beside(self, operands[0]) and beside(self, operands[1]):
                    result = recorded_two(<PairCore>pair, self, operands[0], operands[1])
                if result is not None:
                    return result
        return super(ValueCore, self).__array_ufunc__(ufunc, method, *inputs, **params)


cdef inline bint is_recorded(ValueCore self):
    """Whether what is computed with this variable is written to a tape that still takes entries."""
    return type(self._tape) is recorder and (<TapeCore>self._tape).escaped is None


cdef inline ValueCore stored(cls):
    """Return ``ValueCore.__new__(cls)``, without the detour over its name."""
    return <ValueCore>(<PyTypeObject *>ValueCore).tp_new(<PyTypeObject *>cls, (), NULL)


cdef bint beside(ValueCore self, other) except -1:
    """Whether `other` is an operand of the level of `self`, or stands beside it as it is."""
    cdef KindVTable *vtable
    if isinstance(other, ValueCore):
        return (<ValueCore>other)._tape is self._tape
    if type(other) is float or type(other) is int:
        return True
    vtable = vtable_for(self._value)
    return vtable != NULL and vtable.is_plain_operand(<PyObject *>other)


cdef object operated(int place, left, right):
    """Answer for an operator on a variable and what may stand beside it; the Python method of the class answers for all else."""
    cdef ValueCore self = <ValueCore>left if isinstance(left, ValueCore) else <ValueCore>right
    pair = overload_table.get(operators[place])
    if isinstance(pair, PairCore) and is_recorded(self):
        if beside(self, right if self is left else left):
            result = recorded_two(<PairCore>pair, self, left, right)
            if result is not None:
                return result
    return method_beyond(self, place)(right) if self is left else reflected_beyond(self, place)(left)


cdef list names = [
    ("__add__", "__radd__"), ("__sub__", "__rsub__"), ("__mul__", "__rmul__"), ("__truediv__", "__rtruediv__"), ("__pow__", "__rpow__")
]

cdef object method_beyond(ValueCore self, int place):
    return getattr(super(ValueCore, self), names[place][0])


cdef object reflected_beyond(ValueCore self, int place):
    return getattr(super(ValueCore, self), names[place][1])
