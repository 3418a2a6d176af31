# Calls of elementwise pairs of one or two inputs, on values that are no floats.

@cython.final
cdef class Elementwise:
    """A `Call` of an elementwise pair on small values, as long as C is alone with it."""

    cdef PairCore pair
    cdef Plan plan
    cdef object x
    cdef object y
    cdef object output
    cdef object kind
    cdef int64_t i
    cdef int64_t j

    cdef object call(self):
        """Return it as everybody knows it."""
        i = None if self.i == NONE else self.i
        if self.plan.y is None:
            return made_call(self.pair, (self.x,), self.output, (i,), self.kind, {})
        return made_call(self.pair, (self.x, self.y), self.output, (i, None if self.j == NONE else self.j), self.kind, {})


cdef inline object as_call(call):
    if type(call) is Elementwise:
        return (<Elementwise>call).call()
    return (<Waiting>call).call() if type(call) is Waiting else call


cdef object recorded_one(TapeCore tape, PairCore pair, ValueCore x):
    """Record a call on a variable of this tape; return its output, or None where that is not for a fast path."""
    cdef Plan plan = pair.plan_for(type(x._value), None)
    if plan is None:
        return None
    value, i = x._value, x._entry
    output = output_of(plan, value, None)
    result = tape.written_value(pair, plan, value, None, number_of(i), NONE, output)
    return tape.write(pair, (x,), (value,), (i,), {}, output) if result is None else result


cdef object recorded_two(TapeCore tape, PairCore pair, left, right):
    """Do the same for two inputs, at least one of them a variable of this tape and none of another."""
    cdef Plan plan
    i = j = None
    x, y = left, right
    if isinstance(left, ValueCore) and stands_on(<ValueCore>left, tape):
        x, i = (<ValueCore>left)._value, (<ValueCore>left)._entry
    if isinstance(right, ValueCore) and stands_on(<ValueCore>right, tape):
        y, j = (<ValueCore>right)._value, (<ValueCore>right)._entry
    plan = pair.plan_for(type(x), type(y))
    if plan is None:
        return None
    output = output_of(plan, x, y)
    result = tape.written_value(pair, plan, x, y, number_of(i), number_of(j), output)
    return tape.write(pair, (left, right), (x, y), (i, j), {}, output) if result is None else result


cdef inline object output_of(Plan plan, x, y):
    """Return what the forward makes of `x` and, where it has two inputs, `y`."""
    cdef PyObject *second = NULL if plan.y is None else <PyObject *>y
    found = None if plan.natives == NULL else given(plan.natives.forward(<PyObject *>plan.forward, <PyObject *>x, second))
    if found is not None:
        return found
    return plan.forward(x) if plan.y is None else plan.forward(x, y)


cdef inline bint alike(kind, KindNatives *natives, value, other) except -1:
    """Whether a value of `kind` has the shape and type of another."""
    return (natives != NULL and natives.alike(<PyObject *>value, <PyObject *>other)) or kind.alike(value, other)


cdef object large_call(PairCore pair, Plan plan, kind, x, y, int64_t i, int64_t j, output):
    """Return the record of a call on large values: of those that no rule reads, no more than the shapes."""
    cdef tuple values = (x,) if plan.y is None else (x, y)
    cdef int64_t[2] entries = [i, j]
    cdef tuple parents = numbered(entries, len(values))
    values, output = slim(pair, values, output, parents)
    values = tuple([safe(value) if parent is None else value for value, parent in zip(values, parents)])
    return made_call(pair, values, output, parents, kind, {})


cdef inline int64_t number_of(entry) except? GENERAL:
    """Return the number of an entry, NONE where there is none; `_entry` is open to everybody, and what it should not be is GENERAL."""
    return NONE if entry is None else entry if type(entry) is int and entry >= 0 else GENERAL


cdef inline object safe(value):
    """Return a constant as a tape may keep it."""
    cdef KindNatives *natives
    if type(value) is float or type(value) is int or type(value) is tuple or type(value) is str:
        return value
    natives = natives_for(value)
    if natives != NULL and natives.size(<PyObject *>value) == SMALL:
        found = given(natives.keep(<PyObject *>value))
        if found is not None:
            return found
    return kept(value)


cdef int pulled_elementwise(list grads, Elementwise call, grad, python) except -1:
    """Pull `grad` back through `call`."""
    cdef Plan plan = call.plan
    if call.i != NONE and plan.rule_x is not None:
        slope = plan.rule_x
        if type(slope) is not float:
            slope = slope(call.x, call.output) if plan.y is None else slope(call.x, call.y, call.output)
        pulled_slope(grads, call, call.i, slope, grad, call.x, python)
    if call.j != NONE and plan.rule_y is not None:
        slope = plan.rule_y
        if type(slope) is not float:
            slope = slope(call.x, call.y, call.output)
        pulled_slope(grads, call, call.j, slope, grad, call.y, python)
    return 0


cdef int pulled_slope(list grads, Elementwise call, int64_t parent, slope, grad, value, python) except -1:
    """Add the product of a cotangent and a partial derivative to the cotangent of an input."""
    cdef KindNatives *natives = natives_of(call.kind)
    contribution = None
    if natives != NULL and natives.size(<PyObject *>grad) == SMALL:
        contribution = given(natives.product(<PyObject *>grad, <PyObject *>slope))
    if contribution is None:
        # Numbers are for the kind, for which one and minus one are no factors: in complex numbers they would change signs of zeros.
        plain_product = call.kind.multiplies and type(slope) is not float and type(slope) is not int
        contribution = grad * slope if plain_product else call.kind.product(grad, slope)
    if not alike(call.kind, natives, contribution, value):
        contribution = python.fit_slope(call.call(), slope, contribution, grad, value)
    return added(grads, parent, contribution, call.kind, python)
