# Recorders that others write: C computes a call on floats and its partial derivatives, and hands these over.

cdef class RecorderCore:
    """The storage of a recorder that others write."""

    cdef public object level
    cdef public bint on_floats  # whether `derive_floats` takes the partial derivatives of calls on floats


cdef inline RecorderCore recorder_of(FloatCore x):
    """Return the recorder that takes partial derivatives by `x`, a float with a derivative, or None."""
    if x.value is None and isinstance(x._tape, RecorderCore) and (<RecorderCore>x._tape).on_floats:
        return <RecorderCore>x._tape
    return None


cdef object handed(Kernel kernel, left):
    """Compute an operation on a variable, whose recorder finds the derivative; None where that is for Python."""
    cdef double output, partial
    cdef FloatCore x = left
    cdef RecorderCore recorder = recorder_of(x)
    if recorder is None:
        return None
    i = x._entry
    if i is None or kernel(&x.number, &output, &partial) != 0 or not isfinite(partial):
        return None
    return standing(recorder, output, recorder.derive_floats(i, partial, None, 0.0))


cdef object handed_pair(Kernel kernel, left, right):
    """Do the same for two operands, one of them a variable or both."""
    cdef double[2] inputs
    cdef double[2] partials
    cdef double output
    cdef RecorderCore recorder = None
    i = j = None
    if type(left) is variable:
        recorder = recorder_of(<FloatCore>left)
        inputs[0], i = (<FloatCore>left).number, (<FloatCore>left)._entry
        if recorder is None or i is None:
            return None
    elif not as_double(left, &inputs[0]):
        return None
    if type(right) is variable:
        if recorder is None:
            recorder = recorder_of(<FloatCore>right)
        inputs[1], j = (<FloatCore>right).number, (<FloatCore>right)._entry
        if recorder is None or j is None or (<FloatCore>right)._tape is not recorder or (<FloatCore>right).value is not None:
            return None
    elif not as_double(right, &inputs[1]):
        return None
    if kernel(inputs, &output, partials) != 0:
        return None
    if (i is not None and not isfinite(partials[0])) or (j is not None and not isfinite(partials[1])):
        return None
    if i is None:
        return standing(recorder, output, recorder.derive_floats(j, partials[1], None, 0.0))
    return standing(recorder, output, recorder.derive_floats(i, partials[0], j, 0.0 if j is None else partials[1]))


cdef inline FloatCore standing(RecorderCore recorder, double output, entry):
    """Return the variable over a float that stands at `entry` of a recorder."""
    cdef FloatCore result = made(variable)
    result._tape = recorder
    result.number = output
    set_entry(result, entry)
    return result
