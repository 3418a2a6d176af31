# What the layers above bring (`pullback.runtime`).

cdef list operators = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.neg, operator.abs
]
cdef list method_of = [None] * OPERATORS
cdef list reflected_of = [None] * OPERATORS
cdef type variable = FloatCore
cdef type recorder = TapeCore
cdef KindsCore kind_table = KindsCore()
cdef dict overload_table = {}
cdef type deferred = object
cdef object python_slim, python_constant, python_pull, python_accumulate, python_fit, python_fit_slope, python_kind_of, python_escaped


def start(runtime not None):
    """Take what the layers above bring: classes, tables, and the functions that answer where a fast path ends."""
    global variable, recorder, spares, kind_table, overload_table, deferred
    global python_slim, python_constant, python_pull, python_accumulate, python_fit, python_fit_slope, python_kind_of, python_escaped
    cdef type cls = runtime.variable, tape = runtime.tape
    if not issubclass(cls, FloatCore) or not issubclass(tape, TapeCore):
        raise TypeError("the classes do not derive from those of this core")
    if cls is FloatCore or cls.__basicsize__ != FloatCore.__basicsize__ or cls.__dictoffset__ or cls.__weakrefoffset__:
        raise TypeError(f"{cls.__name__} has more to look after than `let_go` does")
    if not isinstance(runtime.overloads, dict):
        raise TypeError("the table of overloads is no dictionary")
    recorder, kind_table, overload_table, deferred = tape, runtime.kinds, <dict>runtime.overloads, runtime.deferred
    python_slim, python_constant, python_pull, python_accumulate = runtime.slim, runtime.constant, runtime.pull, runtime.accumulate
    python_fit, python_fit_slope, python_kind_of = runtime.fit, runtime.fit_slope, runtime.kind_of
    python_escaped = runtime.escaped
    for place, function in enumerate(operators):
        method_of[place], reflected_of[place] = runtime.operators[function]
    variable = cls
    while spares > 0 and Py_TYPE(spare[spares - 1]) != <PyTypeObject *>cls:  # of the class that was there before
        spares -= 1
        let_go(spare[spares])
    # Cython gives FloatCore its slots, and also methods of these names, which would put themselves before the slots in a class
    # that Python derives.
    cdef PyNumberMethods *ours = (<PyTypeObject *>FloatCore).tp_as_number
    cdef PyNumberMethods *derived = (<PyTypeObject *>cls).tp_as_number
    derived.nb_add, derived.nb_subtract = ours.nb_add, ours.nb_subtract
    derived.nb_multiply, derived.nb_true_divide = ours.nb_multiply, ours.nb_true_divide
    (<PyTypeObject *>cls).tp_dealloc = let_go
    start_free(runtime)
