# Variables over other values.

cdef type call_class
cdef dict no_params = {}
cdef object slim
cdef object kept


def install_values(KindsCore kinds not None, overloads not None, type call not None, slimmed not None, keep not None):
    """Say where the tables are, which class records a call, and what makes its values smaller and safe from changes."""
    global kind_table, overload_table, call_class, slim, kept
    kind_table, overload_table, call_class, slim, kept = kinds, <dict>overloads, call, slimmed, keep


cdef inline object made_call(PairCore pair, tuple values, output, tuple parents, kind, dict params):
    """Return ``Call(pair, values, output, params, parents, kind)``, without the detour over its constructor."""
    call = (<PyTypeObject *>call_class).tp_alloc(<PyTypeObject *>call_class, 6)
    fill(call, 0, pair)
    fill(call, 1, values)
    fill(call, 2, output)
    fill(call, 3, params)
    fill(call, 4, parents)
    fill(call, 5, kind)
    return call


cdef inline void fill(call, Py_ssize_t place, item):
    Py_INCREF(item)
    PyTuple_SET_ITEM(call, place, item)


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
        return shortened(0, left, right)

    def __sub__(left, right):
        return shortened(1, left, right)

    def __mul__(left, right):
        return shortened(2, left, right)

    def __truediv__(left, right):
        return shortened(3, left, right)

    def __pow__(left, right, modulus):
        return shortened(4, left, right) if modulus is None else NotImplemented

    def __neg__(self):
        pair = overload_table.get(operators[5])
        if isinstance(pair, PairCore) and is_recorded(self):
            result = recorded_one(<TapeCore>self._tape, pair, self)
            if result is not None:
                return result
        return super(ValueCore, self).__neg__()

    def __array_ufunc__(self, ufunc, method, *inputs, **params):
        cdef tuple given = inputs
        if not params and len(given) <= 2 and method == "__call__" and is_recorded(self):
            pair = overload_table.get(ufunc)
            if isinstance(pair, PairCore):
                result = None
                if len(given) == 1:
                    result = recorded_one(<TapeCore>self._tape, pair, self)
                elif beside(self, given[0]) and beside(self, given[1]):
                    result = recorded_two(<TapeCore>self._tape, pair, given[0], given[1])
                if result is not None:
                    return result
        return super(ValueCore, self).__array_ufunc__(ufunc, method, *inputs, **params)


cdef inline bint is_recorded(ValueCore self):
    """Whether what is computed with this variable is written to a tape that still takes entries."""
    return type(self._tape) is recorder and (<TapeCore>self._tape).escaped is None


cdef inline bint stands_on(ValueCore self, TapeCore tape):
    """Whether this variable belongs to a tape that still takes entries; one that is made at first need has no tape as yet."""
    return self._tape is tape and tape.escaped is None


cdef inline object value_of(arg):
    return (<FloatCore>arg).number if type(arg) is variable else (<ValueCore>arg)._value if isinstance(arg, ValueCore) else arg


cdef inline object entry_of(arg):
    return (<FloatCore>arg).k if type(arg) is variable else (<ValueCore>arg)._entry if isinstance(arg, ValueCore) else None


cdef object called(PairCore pair, tuple given, dict params):
    """Record a call whose variables are all of one level, over plain values; return its output, or None where that is not so.

    What `Tape.record` does in Python, shortened.
    """
    cdef TapeCore tape = None
    cdef ValueCore x
    cdef tuple values, parents
    for arg in given:
        if type(arg) is variable:
            if not ready(<FloatCore>arg) or not (tape is None or (<FloatCore>arg)._tape is tape):
                return None
            tape = (<FloatCore>arg)._tape
        elif isinstance(arg, ValueCore):
            x = arg
            if isinstance(x._value, Tracked) or type(x._tape) is not recorder or not (tape is None or x._tape is tape):
                return None
            tape = x._tape
        elif isinstance(arg, (Tracked, tuple)):
            return None
    if tape is None and not params:
        return pair.forward_for(given)(*given)
    if params:
        for value in params.values():
            if isinstance(value, Tracked):
                return None
        if tape is None:
            return pair.forward_for(given)(*given, **params)
        if pair.positional < 0:
            pair.positional = len(pair._positional())
        if len(given) < pair.positional:
            return None  # an input may be among them
    if tape is None or tape.escaped is not None:
        return None
    values = tuple([value_of(arg) for arg in given])
    parents = tuple([entry_of(arg) for arg in given])
    output = pair.forward_for(values)(*values, **params)
    # From here on nothing returns None: a forward is called once.
    kind = None if isinstance(output, (Tracked, tuple)) else kind_table.get(type(output)) or kind_table.find(type(output))
    if kind is None or kind.tuples or (kind.eager and not (type(output) is float and pair.derivative is None)):
        return tape.write(pair, given, values, parents, params, output)
    converted = kind.convert(output)
    if isinstance(converted, Tracked):
        return tape.write(pair, given, values, parents, params, output)
    return tape.write_output(pair, values, parents, params, converted, kind, given)


cdef inline ValueCore stored(cls):
    """Return ``ValueCore.__new__(cls)``, without the detour over its name."""
    return <ValueCore>(<PyTypeObject *>ValueCore).tp_new(<PyTypeObject *>cls, (), NULL)


cdef bint beside(ValueCore self, other) except -1:
    """Whether `other` is an operand of the level of `self`, or stands beside it as it is."""
    cdef KindNatives *natives
    if isinstance(other, ValueCore):
        return (<ValueCore>other)._tape is self._tape
    if type(other) is float or type(other) is int:
        return True
    natives = natives_for(self._value)
    return natives != NULL and natives.beside(<PyObject *>other)


cdef object shortened(int place, left, right):
    """Answer for an operator on a variable and what may stand beside it; the Python method of the class answers for all else."""
    cdef ValueCore self = left if isinstance(left, ValueCore) else right
    pair = overload_table.get(operators[place])
    if isinstance(pair, PairCore) and is_recorded(self):
        if beside(self, right if self is left else left):
            result = recorded_two(<TapeCore>self._tape, pair, left, right)
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
