# The record of a call whose rule waits for the sweep, and the one way to pull a cotangent back through it.

cdef enum:
    MOST = 16  # inputs of a call that is pulled back here
    FEW = 4    # inputs whose numbers stand in the record itself


@cython.final
@cython.freelist(512)
cdef class Call:
    """One call of a primitive whose rule waits for the sweep.

    `args` are the inputs and `output` the result, both one level below; `parents` are the entries of the
    inputs, None where an input is a constant at this level; `kind` is the value kind of the output.
    """

    cdef readonly PairCore primitive
    cdef readonly tuple args
    cdef readonly object output
    cdef object output_kind  # None: that of floats
    cdef dict named        # the parameters, None where there are none
    cdef tuple entries     # of the inputs, None where there are few and all are numbers or NONE
    cdef int64_t[FEW] numbers
    cdef bint short_way    # of an elementwise pair, on small values

    def __init__(self, PairCore primitive not None, tuple args not None, output, dict params not None, tuple parents not None, kind):
        self.primitive, self.args, self.output, self.output_kind, self.entries = primitive, args, output, kind, parents
        self.named = params or None

    @property
    def kind(self):
        """The value kind of the output."""
        return kind_table.find(float) if self.output_kind is None else self.output_kind

    @property
    def params(self):
        """The parameters by name."""
        return {} if self.named is None else self.named

    @property
    def parents(self):
        """The entries of the inputs."""
        if self.entries is not None:
            return self.entries
        return entries_of(self.numbers, len(self.args))

    def _replace(self, *, tuple parents not None):
        """Return a record of the same call whose inputs have other entries."""
        return recorded_call(self.primitive, self.args, self.output, self.output_kind, NULL, parents, self.named)


cdef inline int64_t parent_of(Call call, Py_ssize_t place) except? GENERAL:
    """Return the number of an input, NONE for a constant."""
    if call.entries is None:
        return call.numbers[place]
    entry = call.entries[place]
    return NONE if entry is None else entry


def call_from(tuple fields not None):
    """Make a record of its fields."""
    primitive, args, output, params, parents, kind = fields
    return recorded_call(primitive, args, output, kind, NULL, parents, params)


cdef inline Call recorded_call(PairCore pair, tuple args, output, kind, const int64_t *parents, tuple entries, dict params):
    """Return a new record: of the numbers of its few inputs, or of `entries`."""
    cdef Call call = Call.__new__(Call)
    cdef Py_ssize_t place
    call.primitive, call.args, call.output, call.output_kind, call.entries = pair, args, output, kind, entries
    if params:
        call.named = params
    if entries is None:
        for place in range(len(args)):
            call.numbers[place] = parents[place]
    return call


cdef tuple entries_of(const int64_t *parents, Py_ssize_t count):
    """Return the entries of the inputs of a call as tapes have them, None for a constant."""
    cdef tuple entries = PyTuple_New(count)
    for place in range(count):
        fill(entries, place, None if parents[place] == NONE else parents[place])
    return entries


cdef object applied(rule, Call call, grad):
    """Return what a rule gives for a call: a derivative where `grad` is None, else a gradient."""
    cdef (PyObject *)[MOST + 3] stack
    cdef Py_ssize_t place, count = len(call.args)
    if call.named is not None:
        return rule(*call.args, call.output, **call.named) if grad is None else rule(*call.args, call.output, grad, **call.named)
    for place in range(count):
        stack[place + 1] = PyTuple_GET_ITEM(call.args, place)
    stack[count + 1], stack[count + 2] = <PyObject *>call.output, <PyObject *>grad
    return PyObject_Vectorcall(rule, stack + 1, (count + (1 if grad is None else 2)) | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)


cdef bint pulled(Call call, grad, double *numbers, int64_t size, list grads) except -1:
    """Pull `grad` back through `call`; return whether that was for C.

    What arrives is added to `numbers`, of so many values, where the tape holds nothing but floats; else `numbers` is NULL, and it is added
    to `grads`, to all inputs or to none.
    """
    cdef Py_ssize_t place, count = len(call.args)
    cdef bint slopes = call.primitive.slopes is not None
    cdef int64_t parent
    rules = call.primitive.slopes if slopes else call.primitive._backward
    if rules is None or count > MOST or (type(rules) is tuple and len(<tuple>rules) != count):
        return False
    if numbers == NULL:
        if slopes:
            if not call.short_way:
                return False
        elif (call.output_kind is not None and call.output_kind.tuples) or (count == 1 and isinstance(call.args[0], tuple)):
            return False
    if type(rules) is tuple:
        for place in range(count):
            rule = (<tuple>rules)[place]
            parent = parent_of(call, place)
            if parent != NONE and rule is not None:
                returned = rule if type(rule) is float else applied(rule, call, None if slopes else grad)
                if not contributed(call, place, parent, returned, grad, slopes, numbers, size, grads):
                    return False
        return True
    returned = applied(rules, call, grad)
    if not isinstance(returned, (tuple, list)):
        if count != 1:
            return False
        return numbers == NULL if returned is None else contributed(call, 0, parent_of(call, 0), returned, grad, False, numbers, size, grads)
    if len(returned) != count:
        return False  # Python says what is wrong
    for place, item in enumerate(returned):
        parent = parent_of(call, place)
        if parent != NONE and item is not None and not contributed(call, place, parent, item, grad, False, numbers, size, grads):
            return False
    return True


cdef inline bint contributed(
    Call call, Py_ssize_t place, int64_t parent, returned, grad, bint slope, double *numbers, int64_t size, list grads
) except -1:
    """Add what a rule returned, a partial derivative or a gradient, to the cotangent of an input; return whether that was for C."""
    cdef double number
    if numbers == NULL:
        if slope:
            add_product(grads, call, parent, returned, grad, call.args[place])
        else:
            add_gradient(grads, call, parent, returned, call.args[place])
        return True
    if not as_number(returned, &number):
        return False
    numbers[checked(size, parent)] += PyFloat_AS_DOUBLE(grad) * number if slope else number
    return True
