# Calls are recorded: on floats by the Python functions of a pair, on values whose variables are of one level, and elementwise ones.

cdef inline void fill(values, Py_ssize_t place, item):
    Py_INCREF(item)
    PyTuple_SET_ITEM(values, place, item)


cdef object ruled(PairCore pair, tuple inputs):
    """Record a call on floats, some of them variables, by the Python functions of its pair; return its output.

    None where that is not for this path, before anything was called.
    """
    cdef Py_ssize_t place, active = 0, count = len(inputs)
    cdef TapeCore tape = None
    cdef int64_t[MOST] parents
    cdef bint integers = False
    cdef double exact
    cdef tuple values, slopes = pair.slopes
    if count > MOST:
        return None
    values = PyTuple_New(count)
    for place in range(count):
        arg = inputs[place]
        parents[place] = NONE
        if type(arg) is variable:
            if not (ready(<FloatCore>arg) if tape is None else (<FloatCore>arg)._tape is tape and stands(<FloatCore>arg, tape)):
                return None
            tape = <TapeCore>(<FloatCore>arg)._tape
            active += 1
            parents[place] = (<FloatCore>arg).k
            arg = PyFloat_FromDouble((<FloatCore>arg).number)
        elif type(arg) is int and as_double(arg, &exact):
            integers = True
        elif type(arg) is not float:
            return None
        fill(values, place, arg)
    if tape is None:
        return None
    if pair.on_floats is None and pair.plan_on_floats() is None:
        return None
    if slopes is not None:
        if len(slopes) != count:
            return None
    elif pair._backward is None or (type(pair._backward) is tuple and len(<tuple>pair._backward) != count):
        return None
    output = PyObject_Call(pair.forward_for(values) if integers else pair.on_floats.forward, values, NULL)
    if type(output) is float and tape.escaped is None and tape.floats:
        result = (
            sloped(tape, pair, values, parents, output, integers) if slopes is not None and active <= 2
            else waiting(tape, pair, values, parents, output, integers)
        )
        if result is not None:
            return result
    return tape.write(pair, inputs, values, entries_of(parents, count), {}, output)


cdef object sloped(TapeCore tape, PairCore pair, tuple values, const int64_t *parents, output, bint integers):
    """Write down what came from one variable or two, with the partial derivatives; None where those are not for C."""
    cdef Py_ssize_t place
    cdef int64_t[2] active = [NONE, NONE]
    cdef double[2] slopes = [0.0, 0.0]
    cdef int count_active = 0
    for place in range(len(values)):
        if parents[place] != NONE:
            active[count_active] = parents[place]
            count_active += 1
    if not taken_slopes(pair, values, parents, output, integers, slopes) or tape.escaped is not None:
        return None
    return written(tape, PyFloat_AS_DOUBLE(output), active[0], slopes[0], active[1], slopes[1])


cdef bint taken_slopes(PairCore pair, tuple values, const int64_t *parents, output, bint integers, double *slopes) except -1:
    """Write the partial derivatives by the inputs that have a parent, two at most; return whether they are for C."""
    cdef Py_ssize_t place, count = len(values)
    cdef (PyObject *)[MOST + 2] stack
    cdef int count_active = 0
    if integers:
        values = promoted(pair, values)
    for place in range(count):
        stack[place + 1] = PyTuple_GET_ITEM(values, place)
    stack[count + 1] = <PyObject *>output
    try:
        for place in range(count):
            if parents[place] != NONE:
                slopes[count_active] = 0.0
                rule = pair.slopes[place]
                if type(rule) is float:
                    slopes[count_active] = PyFloat_AS_DOUBLE(rule)
                elif rule is not None:
                    slope = PyObject_Vectorcall(rule, stack + 1, (count + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)
                    if not as_number(slope, &slopes[count_active]):
                        return False
                count_active += 1
    except ArithmeticError:
        return False  # it does not exist here, which matters only where a cotangent arrives
    return True


cdef object waiting(TapeCore tape, PairCore pair, tuple values, const int64_t *parents, output, bint integers):
    """Write a call down whose rules wait for the sweep."""
    cdef Call call
    cdef FloatCore result
    cdef Py_ssize_t count = len(values)
    if integers and pair.slopes is not None:
        values = promoted(pair, values)
    PyObject_GC_UnTrack(<PyObject *>values)
    call = recorded_call(pair, values, output, None, parents, None if count <= FEW else entries_of(parents, count), None)
    if tape.once:  # else the pair may be one end of a cycle
        PyObject_GC_UnTrack(<PyObject *>call)
    result = renewed(not tape.once)
    tape.short = False
    tape.write_call(tape.count, call)
    tape.waiting += 1
    result._tape, result.number, result.k = tape, PyFloat_AS_DOUBLE(output), tape.count
    tape.count += 1
    return result


cdef tuple promoted(PairCore pair, tuple values):
    """Return `values` as the derivatives of `pair` see them: integers as floats, but for those that count something."""
    return tuple([<double>value if type(value) is int and rule is not None else value for value, rule in zip(values, pair.slopes)])


# Calls on any values.

cdef inline object value_of(arg):
    return (<FloatCore>arg).number if type(arg) is variable else (<ValueCore>arg)._value if isinstance(arg, ValueCore) else arg


cdef inline object entry_of(arg):
    return (<FloatCore>arg).k if type(arg) is variable else (<ValueCore>arg)._entry if isinstance(arg, ValueCore) else None


cdef object called(PairCore pair, tuple inputs, dict params):
    """Record a call whose variables are all of one level, over plain values; return its output, or None where that is not so.

    What `Tape.record` does in Python, shortened.
    """
    cdef TapeCore tape = None
    cdef ValueCore x
    cdef tuple values, parents
    for arg in inputs:
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
        return pair.forward_for(inputs)(*inputs)
    if params:
        for value in params.values():
            if isinstance(value, Tracked):
                return None
        if tape is None:
            return pair.forward_for(inputs)(*inputs, **params)
        if pair.positional < 0:
            pair.positional = len(pair._positional)
        if len(inputs) < pair.positional:
            return None  # an input may be among them
    if tape is None or tape.escaped is not None:
        return None
    values = tuple([value_of(arg) for arg in inputs])
    parents = tuple([entry_of(arg) for arg in inputs])
    output = pair.forward_for(values)(*values, **params)
    # From here on nothing returns None: a forward is called once.
    kind = None if isinstance(output, (Tracked, tuple)) else kind_table.get(type(output)) or kind_table.find(type(output))
    if kind is None or kind.tuples or (kind.eager and not (type(output) is float and pair.derivative is None)):
        return tape.write(pair, inputs, values, parents, params, output)
    converted = kind.convert(output)
    if isinstance(converted, Tracked):
        return tape.write(pair, inputs, values, parents, params, output)
    return written_output(tape, pair, values, parents, params, converted, kind, inputs)


cdef object written_output(TapeCore tape, PairCore pair, tuple values, tuple parents, dict params, output, kind, tuple inputs):
    """Write down that `output` came from `values`, and return it as a variable."""
    cdef int64_t k = tape.numbered()
    cdef KindVTable *vtable = vtable_of(kind)
    cdef bint large = is_large(output)
    cdef FloatCore result
    cdef ValueCore other
    tape.short = False
    if type(output) is not float:
        tape.floats = False
        tape.kind = kind
    for value in values:
        large = large or is_large(value)
    kept = output
    if large:
        values, kept = python_slim(pair, values, output, parents)
    if None in parents:
        values = tuple([constant(value) if parent is None else value for value, parent in zip(values, parents)])
    if params:
        params = {name: constant(value) for name, value in params.items()}
    tape.write_call(k, recorded_call(pair, values, kept, kind, NULL, parents, params))
    if type(output) is float and kind.variable is variable:
        result = renewed(not tape.once)
        result._tape, result.number, result.k = tape, PyFloat_AS_DOUBLE(output), k
        return result
    if vtable != NULL and vtable.owns_memory(<PyObject *>output):
        other = stored(kind.variable)
        other._value, other._tape, other._entry = output, tape, k
        return other
    return kind.wrap(output, tape, k, pair, inputs, params)

# Calls of elementwise pairs of one or two inputs, on values that are no floats.

cdef object recorded_one(PairCore pair, ValueCore x):
    """Record a call on a variable; return its output, or None where that is not for a fast path."""
    cdef PlanCore plan
    cdef TapeCore tape
    if not is_recorded(x):
        return None
    tape, value, i = <TapeCore>x._tape, x._value, x._entry
    plan = pair.short_plan(type(value), None)
    if plan is None:
        return None
    output = output_of(plan, value, NULL)
    result = written_value(tape, pair, plan, value, None, number_of(i), NONE, output)
    return tape.write(pair, (x,), (value,), (i,), {}, output) if result is None else result


cdef object recorded_two(PairCore pair, ValueCore self, left, right):
    """Do the same for two inputs, at least one of them a variable, `self`."""
    cdef PlanCore plan
    cdef TapeCore tape
    i = j = None
    x, y = left, right
    if not is_recorded(self):
        return None
    tape = <TapeCore>self._tape
    if left is self or (isinstance(left, ValueCore) and (<ValueCore>left)._tape is tape):
        x, i = (<ValueCore>left)._value, (<ValueCore>left)._entry
    if right is self or (isinstance(right, ValueCore) and (<ValueCore>right)._tape is tape):
        y, j = (<ValueCore>right)._value, (<ValueCore>right)._entry
    plan = pair.short_plan(type(x), type(y))  # there is none for variables of other levels
    if plan is None:
        return None
    output = output_of(plan, x, <PyObject *>y)
    result = written_value(tape, pair, plan, x, y, number_of(i), number_of(j), output)
    return tape.write(pair, (left, right), (x, y), (i, j), {}, output) if result is None else result


cdef inline object output_of(PlanCore plan, x, PyObject *y):
    """Return what the forward makes of `x` and, where it has two inputs, `y`."""
    output = None if plan.vtable == NULL else owned(plan.vtable.forward(<PyObject *>plan.forward, <PyObject *>x, y))
    if output is not None:
        return output
    return plan.forward(x) if y == NULL else plan.forward(x, <object>y)


cdef object written_value(TapeCore tape, PairCore pair, PlanCore plan, x, y, int64_t i, int64_t j, output):
    """Write down that `output` came from `x` and `y`, values `i` and `j`; return it as a variable, or None: not for a fast path."""
    cdef ValueCore result
    cdef Call call
    cdef KindVTable *vtable
    cdef bint two
    cdef int64_t k
    cdef int size
    cdef tuple values
    cdef int64_t[2] parents = [i, j]
    if type(output) is not plan.output:
        kind = kind_table.find(type(output))
        if kind is None or kind.eager or kind.tuples or not issubclass(kind.variable, ValueCore):
            return None
        plan.output, plan.kind, plan.variable, plan.vtable = type(output), kind, kind.variable, vtable_of(kind)
    kind, cls, vtable = plan.kind, plan.variable, plan.vtable
    size = 0 if vtable == NULL else vtable.size(<PyObject *>output)
    if size == 0:
        output = kind.convert(output)
        if isinstance(output, Tracked):
            return None  # a variable of a lower level hides in an operand
        size = LARGE if kind.large(output) else SMALL
    if not (NONE <= i < tape.count and NONE <= j < tape.count):
        return None  # `_entry` is open to everybody
    k = tape.numbered()  # first: from here on other threads may record
    tape.floats = False
    tape.kind = kind
    if plan.linear and (i == NONE or same_shape_and_type(kind, vtable, x, output)) and (j == NONE or same_shape_and_type(kind, vtable, y, output)):
        if i == NONE:
            tape.write_row(k, j, plan.slopes[1], NONE, 0.0)
        else:
            tape.write_row(k, i, plan.slopes[0], j, plan.slopes[1] if j != NONE else 0.0)
    else:  # its partial derivatives are no constants, or something was broadcast
        tape.short = False
        kept, two = output, len(plan.types) == 2
        if size == LARGE:
            values, kept = python_slim(pair, (x, y) if two else (x,), output, entries_of(parents, 2 if two else 1))
            x, y = values[0], values[1] if two else None
        if i == NONE:
            x = constant(x)
        elif j == NONE and two:
            y = constant(y)
        values = (x, y) if two else (x,)
        call = recorded_call(pair, values, kept, kind, parents, None, None)
        call.short_way = size == SMALL
        if tape.once:  # else the pair may be one end of a cycle
            PyObject_GC_UnTrack(<PyObject *>values)
            PyObject_GC_UnTrack(<PyObject *>call)
        tape.write_call(k, call)
    result = stored(cls)
    result._value, result._tape, result._entry = output, tape, k
    return result


cdef inline int64_t number_of(entry) except? GENERAL:
    """Return the number of an entry, NONE where there is none; `_entry` is open to everybody, and what it should not be is GENERAL."""
    return NONE if entry is None else entry if type(entry) is int and entry >= 0 else GENERAL
