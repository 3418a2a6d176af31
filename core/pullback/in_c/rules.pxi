# Calls on floats, by the Python functions of a pair.

cdef enum:
    MOST = 6  # inputs


@cython.final
cdef class Waiting:
    """A `Call` on floats whose rules wait for the sweep, as long as C is alone with it."""

    cdef PairCore pair
    cdef tuple values
    cdef object output
    cdef int64_t[MOST] parents

    cdef object call(self):
        """Return it as everybody knows it."""
        return made_call(self.pair, self.values, self.output, numbered(self.parents, len(self.values)), kind_table.find(float), {})


cdef tuple numbered(const int64_t *parents, Py_ssize_t count):
    """Return the entries of the inputs of a call as tapes have them, None for a constant."""
    return tuple([None if parents[place] == NONE else parents[place] for place in range(count)])


cdef object ruled(PairCore pair, tuple given):
    """Record a call on floats, some of them variables, by the Python functions of its pair; return its output.

    None where that is not for this path, before anything was called.
    """
    cdef Py_ssize_t place, active = 0, count = len(given)
    cdef TapeCore tape = None
    cdef int64_t[MOST] parents
    cdef bint integers = False
    cdef double exact
    cdef tuple values
    if count > MOST:
        return None
    values = PyTuple_New(count)
    for place in range(count):
        arg = given[place]
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
    if not pair.asked:
        pair.ask()
    if pair.rules is None or (type(pair.rules) is tuple and len(<tuple>pair.rules) != count):
        return None
    output = PyObject_Call(pair.forward_for(values) if integers else pair._on_floats, values, NULL)
    if type(output) is float and tape.escaped is None and tape.floats:
        result = (
            sloped(tape, pair, values, parents, output, integers) if pair.slopes and active <= 2
            else waiting(tape, pair, values, parents, output, integers)
        )
        if result is not None:
            return result
    return tape.write(pair, given, values, numbered(parents, count), {}, output)


cdef object sloped(TapeCore tape, PairCore pair, tuple values, const int64_t *parents, output, bint integers):
    """Write down what came from one variable or two, with the partial derivatives; None where those are not for C."""
    cdef Py_ssize_t place, count = len(values)
    cdef int64_t[2] active = [NONE, NONE]
    cdef double[2] slopes = [0.0, 0.0]
    cdef (PyObject *)[MOST + 2] stack
    cdef int found = 0
    if integers:
        values = promoted(pair, values)
    for place in range(count):
        stack[place + 1] = PyTuple_GET_ITEM(values, place)
    stack[count + 1] = <PyObject *>output
    try:
        for place in range(count):
            if parents[place] != NONE:
                active[found] = parents[place]
                rule = (<tuple>pair.rules)[place]
                if type(rule) is float:
                    slopes[found] = PyFloat_AS_DOUBLE(rule)
                elif rule is not None:
                    slope = PyObject_Vectorcall(rule, stack + 1, (count + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)
                    if not as_number(slope, &slopes[found]):
                        return None
                found += 1
    except ArithmeticError:
        return None  # it does not exist here, which matters only where a cotangent arrives
    if tape.escaped is not None:
        return None
    return written(tape, PyFloat_AS_DOUBLE(output), active[0], slopes[0], active[1], slopes[1])


cdef object waiting(TapeCore tape, PairCore pair, tuple values, const int64_t *parents, output, bint integers):
    """Write a call down whose rules wait for the sweep."""
    cdef Waiting call = Waiting.__new__(Waiting)
    cdef FloatCore result
    if integers and pair.slopes:
        values = promoted(pair, values)
    PyObject_GC_UnTrack(<PyObject *>values)
    if tape.once:  # else the pair may be one end of a cycle
        PyObject_GC_UnTrack(<PyObject *>call)
    call.pair, call.values, call.output = pair, values, output
    for place in range(len(values)):
        call.parents[place] = parents[place]
    result = renewed(tape)
    tape.short = False
    tape.write_call(tape.count, call)
    tape.waiting += 1
    result._tape, result.number, result.k = tape, PyFloat_AS_DOUBLE(output), tape.count
    tape.count += 1
    return result


cdef tuple promoted(PairCore pair, tuple values):
    """Return `values` as the derivatives of `pair` see them: integers as floats, but for those that count something."""
    return tuple([<double>value if type(value) is int and rule is not None else value for value, rule in zip(values, pair.rules)])


cdef bint pulled_floats(double *grads, Waiting call, double cotangent) except -1:
    """Pull a cotangent back through `call`; return whether its rules gave numbers, one for each input that wants one."""
    cdef (PyObject *)[MOST + 3] stack
    cdef Py_ssize_t place, count = len(call.values)
    cdef bint slopes = call.pair.slopes
    cdef size_t size = (count + (1 if slopes else 2)) | PY_VECTORCALL_ARGUMENTS_OFFSET
    cdef double number
    rules, grad = call.pair.rules, PyFloat_FromDouble(cotangent)
    for place in range(count):
        stack[place + 1] = PyTuple_GET_ITEM(call.values, place)
    stack[count + 1], stack[count + 2] = <PyObject *>call.output, <PyObject *>grad
    if type(rules) is tuple:
        for place in range(count):
            rule = (<tuple>rules)[place]
            if call.parents[place] == NONE or rule is None:
                continue
            found = rule if type(rule) is float else PyObject_Vectorcall(rule, stack + 1, size, NULL)
            if not as_number(found, &number):
                return False
            grads[call.parents[place]] += cotangent * number if slopes else number
        return True
    found = PyObject_Vectorcall(rules, stack + 1, size, NULL)
    if count == 1 and as_number(found, &number):
        grads[call.parents[0]] += number
        return True
    if type(found) is list:
        found = tuple(found)
    if not (type(found) is tuple and len(<tuple>found) == count):
        return False
    for place in range(count):
        item = (<tuple>found)[place]
        if call.parents[place] != NONE and item is not None:
            if not as_number(item, &number):
                return False
            grads[call.parents[place]] += number
    return True
