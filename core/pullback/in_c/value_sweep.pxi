# The reverse sweep over other values.

@cython.boundscheck(True)  # a rule may clear the tape and record other entries
def reverse_values(TapeCore tape not None, seeds, wanted, bint skip_zeros, bint exact, python):
    """Return the cotangents of the values numbered `wanted`, None where nothing arrives: what ``python.loop`` does.

    `python` has the rules of the sweep; an elementwise pair on small values is pulled back here.
    """
    cdef int64_t count = tape.count
    cdef list grads = [None] * count
    cdef list general = tape.general  # rules run Python, which may record on the tape or clear it
    cdef Py_ssize_t place = tape.length
    cdef Entry row
    cdef set keep = None
    cdef int64_t first = 0, stop = 0
    cdef tuple call
    for k, seed in seeds.items():
        grads[checked(count, k)] = seed
    if type(wanted) is range and wanted.step == 1:
        first, stop = wanted.start, wanted.stop
    else:
        keep = set(wanted)
    deferred = python.deferred
    while place:
        place -= 1
        row = tape.rows[place]
        grad = grads[checked(count, row.k)]
        if grad is None or (skip_zeros and type(grad) is float and grad == 0.0):
            continue
        if not PyDict_Contains(kind_table, type(grad)) and isinstance(grad, deferred):
            grad = grads[row.k] = grad.settle()
        if not ((first <= row.k < stop) if keep is None else row.k in keep):
            grads[row.k] = None
        if row.i == CALL:
            found = general[row.j]
            if type(found) is Elementwise and not exact:
                pulled_elementwise(grads, found, grad, python)
                continue
            call = <tuple>as_call(found)
            for parent in <tuple>call[4]:
                if parent is not None:
                    checked(count, parent)
            if exact or not pulled_whole(grads, call, grad, python):
                python.pull(grads, call, grad, exact)
        elif row.i == GENERAL:
            _, i, d_i, j, d_j = <tuple>general[row.j]
            if i is None:
                python.pull(grads, d_i, grad, exact)
            else:
                multiplied(grads, grad, i, d_i, exact, python)
            if j is not None:
                multiplied(grads, grad, j, d_j, exact, python)
        elif type(grad) is float and not exact:
            added_float(grads, row.i, PyFloat_AS_DOUBLE(grad) * row.d_i, python)
            if row.j != NONE:
                added_float(grads, row.j, PyFloat_AS_DOUBLE(grad) * row.d_j, python)
        else:
            multiplied(grads, grad, row.i, row.d_i, exact, python)
            if row.j != NONE:
                multiplied(grads, grad, row.j, row.d_j, exact, python)
    found = []
    for k in wanted:
        grad = grads[k]
        found.append(grad.settle() if isinstance(grad, deferred) else grad)
    return found


cdef bint pulled_whole(list grads, tuple call, grad, python) except -1:
    """Pull `grad` back through `call` by the backward of its pair, one function or one an input; return whether it had such."""
    pair, output, params, kind = <object>call[0], call[2], call[3], call[5]
    cdef tuple args = call[1]
    cdef tuple parents = call[4]
    cdef Py_ssize_t place, count = len(args)
    backward = pair.backward
    if backward is None or pair.derivative is not None or kind.tuples:
        return False
    if type(backward) is tuple:
        if len(backward) != count:
            return False
        for place in range(count):
            if parents[place] is not None and backward[place] is not None:
                fitted(grads, pair, parents[place], backward[place](*args, output, grad, **params), args[place], python)
        return True
    if count != 1 or isinstance(args[0], tuple):
        return False
    contribution = backward(args[0], output, grad, **params)
    if isinstance(contribution, (tuple, list)):
        if len(contribution) != 1:
            return False  # which says what is wrong
        contribution = contribution[0]
    fitted(grads, pair, parents[0], contribution, args[0], python)
    return True


cdef int fitted(list grads, pair, parent, contribution, value, python) except -1:
    """Add what a backward returned as the gradient of `value`."""
    kind = kind_table.get(type(value))
    if contribution is None:
        return 0
    if isinstance(contribution, python.deferred):
        python.accumulate(grads, parent, contribution)
        return 0
    if type(contribution) is float and type(value) is float:
        return added_float(grads, parent, PyFloat_AS_DOUBLE(contribution), python)
    if kind is None or not kind.alike(contribution, value):
        contribution = python.fit(pair, "backward", contribution, value)
        kind = python.kind_of(contribution)
    return added(grads, parent, contribution, kind, python)


cdef int added_float(list grads, int64_t k, double contribution, python) except -1:
    """Add a contribution, a float, to the cotangent of value `k`."""
    grad = grads[checked(len(grads), k)]
    if grad is None:
        grads[k] = contribution
    elif type(grad) is float:
        grads[k] = PyFloat_AS_DOUBLE(grad) + contribution
    else:
        python.accumulate(grads, k, contribution)
    return 0


cdef int multiplied(list grads, grad, k, partial, bint exact, python) except -1:
    cdef KindNatives *natives
    kind = kind_table.get(type(grad))
    if kind is None:
        kind = python.kind_of(grad)
    natives = natives_of(kind)
    if natives != NULL and not exact and natives.size(<PyObject *>grad) == SMALL:
        found = given(natives.product(<PyObject *>grad, <PyObject *>partial))
        if found is not None:
            return added(grads, k, found, kind, python)
    return added(grads, k, kind.multiply(grad, partial) if exact else kind.product(grad, partial), kind, python)


cdef int added(list grads, Py_ssize_t k, contribution, kind, python) except -1:
    """Add a contribution of `kind` to the cotangent of value `k`."""
    if not 0 <= k < len(grads):
        raise IndexError(f"the tape has no value {k}")
    cdef KindNatives *natives
    if contribution is not None:
        grad = grads[k]
        if grad is None:
            grads[k] = contribution
            return 0
        natives = natives_of(kind)
        if natives != NULL and natives.size(<PyObject *>grad) == SMALL:
            found = given(natives.sum(<PyObject *>grad, <PyObject *>contribution))
            if found is not None:
                grads[k] = found
                return 0
        if kind.multiplies and type(contribution) is type(grad) and not kind.large(grad) and kind.alike(grad, contribution):
            grads[k] = grad + contribution
        else:
            grad = None  # the sum may be written into it, where nothing else holds it
            python.accumulate(grads, k, contribution)
    return 0
