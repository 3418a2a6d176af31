# The reverse sweep over other values.

@cython.boundscheck(True)  # a rule may clear the tape and record other entries
def reverse_values(TapeCore tape not None, seeds, wanted, bint skip_zeros, bint exact):
    """Return the cotangents of the values numbered `wanted`, None where nothing arrives: in one run.

    `skip_zeros` passes over cotangents that are zero; `exact` looks at each product, as `pullback.chain.sweep` says.
    """
    cdef int64_t count = tape.count
    cdef list grads = [None] * count
    cdef list general = tape.general  # rules run Python, which may record on the tape or clear it
    cdef Py_ssize_t place = tape.length
    cdef Entry row
    cdef set keep = None
    cdef int64_t first = 0, stop = 0
    cdef Call call
    for k, seed in seeds.items():
        grads[checked(count, k)] = seed
    if type(wanted) is range and wanted.step == 1:
        first, stop = wanted.start, wanted.stop
    else:
        keep = set(wanted)
    while place:
        place -= 1
        row = tape.rows[place]
        grad = grads[checked(count, row.k)]
        if grad is None or (skip_zeros and type(grad) is float and grad == 0.0):
            continue
        if not PyDict_Contains(kind_table, type(grad)) and isinstance(grad, deferred):
            grad = grads[row.k] = grad.materialize()
        if not ((first <= row.k < stop) if keep is None else row.k in keep):
            grads[row.k] = None
        if row.i == CALL:
            call = <Call?>general[row.j]
            if exact or not pulled(call, grad, NULL, 0, grads):
                for parent in call.parents:
                    if parent is not None:
                        checked(count, parent)
                python_pull(grads, call, grad, exact)
        elif row.i == GENERAL:
            _, i, d_i, j, d_j = <tuple>general[row.j]
            if i is None:
                python_pull(grads, d_i, grad, exact)
            else:
                multiplied(grads, grad, i, d_i, exact)
            if j is not None:
                multiplied(grads, grad, j, d_j, exact)
        elif type(grad) is float and not exact:
            added_float(grads, row.i, PyFloat_AS_DOUBLE(grad) * row.d_i)
            if row.j != NONE:
                added_float(grads, row.j, PyFloat_AS_DOUBLE(grad) * row.d_j)
        else:
            multiplied(grads, grad, row.i, row.d_i, exact)
            if row.j != NONE:
                multiplied(grads, grad, row.j, row.d_j, exact)
    cotangents = [grads[k] for k in wanted]
    return [grad.materialize() if isinstance(grad, deferred) else grad for grad in cotangents]


cdef int add_product(list grads, Call call, int64_t parent, slope, grad, value) except -1:
    """Add the product of a cotangent and a partial derivative to the cotangent of an input."""
    cdef KindVTable *vtable = vtable_of(call.output_kind)
    contribution = small_product(vtable, grad, slope)
    if contribution is None:
        # Numbers are for the kind, for which one and minus one are no factors: in complex numbers they would change signs of zeros.
        plain_product = call.output_kind.uses_operators and type(slope) is not float and type(slope) is not int
        contribution = grad * slope if plain_product else call.output_kind.plain_product(grad, slope)
    if not same_shape_and_type(call.output_kind, vtable, contribution, value):
        contribution = python_fit_slope(call, slope, contribution, grad, value)
    return added(grads, parent, contribution, call.output_kind)


cdef int add_gradient(list grads, Call call, int64_t parent, contribution, value) except -1:
    """Add what a backward returned as the gradient of `value`."""
    if contribution is None:
        return 0
    if isinstance(contribution, deferred):
        checked(len(grads), parent)
        python_accumulate(grads, parent, contribution)
        return 0
    if type(contribution) is float and type(value) is float:
        return added_float(grads, parent, PyFloat_AS_DOUBLE(contribution))
    kind = kind_table.get(type(value))
    if kind is None or not kind.same_shape_and_type(contribution, value):
        contribution = python_fit(call.primitive, "backward", contribution, value)
        kind = python_kind_of(contribution)
    return added(grads, parent, contribution, kind)


cdef int added_float(list grads, int64_t k, double contribution) except -1:
    """Add a contribution, a float, to the cotangent of value `k`."""
    grad = grads[checked(len(grads), k)]
    if grad is None:
        grads[k] = contribution
    elif type(grad) is float:
        grads[k] = PyFloat_AS_DOUBLE(grad) + contribution
    else:
        python_accumulate(grads, k, contribution)
    return 0


cdef int multiplied(list grads, grad, k, partial, bint exact) except -1:
    """Add the product of a cotangent and a partial derivative that was taken at once to the cotangent of value `k`."""
    kind = kind_table.get(type(grad))
    if kind is None:
        kind = python_kind_of(grad)
    contribution = None if exact else small_product(vtable_of(kind), grad, partial)
    if contribution is None:
        contribution = kind.strong_product(grad, partial) if exact else kind.plain_product(grad, partial)
    return added(grads, k, contribution, kind)


cdef inline object small_product(KindVTable *vtable, grad, partial):
    """Return the plain product of a small cotangent and a partial derivative, or None where that is left to Python."""
    if vtable == NULL or vtable.size(<PyObject *>grad) != SMALL:
        return None
    return owned(vtable.plain_product(<PyObject *>grad, <PyObject *>partial))


cdef int added(list grads, Py_ssize_t k, contribution, kind) except -1:
    """Add a contribution of `kind` to the cotangent of value `k`."""
    cdef KindVTable *vtable
    checked(len(grads), k)
    if contribution is not None:
        grad = grads[k]
        if grad is None:
            grads[k] = contribution
            return 0
        vtable = vtable_of(kind)
        if vtable != NULL and vtable.size(<PyObject *>grad) == SMALL:
            result = owned(vtable.sum(<PyObject *>grad, <PyObject *>contribution))
            if result is not None:
                grads[k] = result
                return 0
        if kind.uses_operators and type(contribution) is type(grad) and not kind.large(grad) and kind.same_shape_and_type(grad, contribution):
            grads[k] = grad + contribution
        else:
            grad = None  # the sum may be written into it, where nothing else holds it
            python_accumulate(grads, k, contribution)
    return 0
