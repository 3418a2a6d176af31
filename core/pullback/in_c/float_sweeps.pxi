# The sweeps over tapes that hold nothing but floats.

def reverse_floats(TapeCore tape not None, seeds, wanted):
    """The fast path of `reverse_entries`: floats only. None, for a nan among the results, asks for the general path."""
    if not tape.floats or (not tape.short and len(tape.general) > tape.waiting):
        return None
    if tape.short and tape.general:  # partial derivatives that C has no number for
        return _pure.reverse_floats(tape, seeds, wanted)
    # Seeds and what is wanted may run Python, which may go on recording: that is not of this sweep.
    cdef int64_t count = tape.count
    cdef Py_ssize_t length = tape.length
    cdef list waiting = tape.general
    cdef double *grads = seeded(count, seeds)
    cdef double grad
    cdef Entry *row
    try:
        unchanged(tape, length, waiting)
        row = tape.rows + length
        while row != tape.rows:
            row -= 1
            grad = grads[row.k]
            if grad != 0.0:
                if row.i == CALL:
                    # A rule runs Python.
                    length = row - tape.rows
                    try:
                        if not pulled(<Call?>waiting[row.j], PyFloat_FromDouble(grad), grads, count, None):
                            return None
                    except (TypeError, ValueError):
                        return None  # the general path says which rule it was
                    unchanged(tape, length, waiting)
                    row = tape.rows + length
                    continue
                grads[row.i] += grad * row.d_i
                if row.j != NONE:
                    grads[row.j] += grad * row.d_j
        return chosen(count, grads, wanted)
    finally:
        PyMem_Free(grads)


def forward_floats(TapeCore tape not None, seeds, wanted):
    """The fast path of `_forward_entries`: floats only. None, for a nan among the results, asks for the general path."""
    if not tape.floats or not tape.short:
        return None
    if tape.general:
        return _pure.forward_floats(tape, seeds, wanted)
    cdef int64_t count = tape.count
    cdef Py_ssize_t length = tape.length
    cdef list general = tape.general
    cdef double *tangents = seeded(count, seeds)
    cdef Entry *row = tape.rows
    cdef Entry *end = row + length
    try:
        unchanged(tape, length, general)
        while row != end:
            if row.j == NONE:
                tangents[row.k] = tangents[row.i] * row.d_i
            else:
                tangents[row.k] = tangents[row.i] * row.d_i + tangents[row.j] * row.d_j
            row += 1
        return chosen(count, tangents, wanted)
    finally:
        PyMem_Free(tangents)


cdef int unchanged(TapeCore tape, Py_ssize_t length, list general) except -1:
    if tape.general is not general or tape.length < length or len(tape.general) > tape.waiting:
        raise RuntimeError("the tape changed under its sweep")
    return 0


cdef list chosen(int64_t count, double *numbers, wanted):
    """Return the numbers of the values numbered `wanted`, or None where one of them is nan."""
    cdef int64_t k, first, stop
    if type(wanted) is range and wanted.step == 1 and len(wanted):
        first, stop = checked(count, wanted.start), checked(count, wanted.stop - 1) + 1
        for k in range(first, stop):
            if numbers[k] != numbers[k]:
                return None
        return [numbers[k] for k in range(first, stop)]
    selected = [numbers[checked(count, k)] for k in wanted]
    for number in selected:
        if number != number:
            return None
    return selected


cdef double *seeded(int64_t count, seeds) except NULL:
    """Return one number for each value of a tape, zero but for the seeds."""
    cdef double *numbers = <double *>PyMem_Calloc(max(count, 1), sizeof(double))
    if numbers == NULL:
        raise MemoryError(f"no room for the cotangents of {count} values")
    try:
        for k, seed in seeds.items():
            numbers[checked(count, k)] = seed
    except BaseException:
        PyMem_Free(numbers)
        raise
    return numbers


cdef int64_t checked(int64_t count, int64_t k) except -1:
    if not 0 <= k < count:
        raise IndexError(f"the tape has no value {k}")
    return k


def all_floats(values not None):
    """Return whether there are values, and all of them are floats, of no subclass."""
    cdef bint any_value = False
    for value in values:
        if type(value) is not float:
            return False
        any_value = True
    return any_value
