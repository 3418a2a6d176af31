# Natives. One may be a callback into Python, which may change its variables and end the tape: what an operation needs of them
# is taken before the call.

cdef enum:
    OPERATORS = 7

cdef Native native_of[OPERATORS]  # NULL where Python has to answer
cdef list operators = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.neg, operator.abs
]
cdef list owner_of = [None] * OPERATORS
cdef list method_of = [None] * OPERATORS
cdef list reflected_of = [None] * OPERATORS
cdef type variable = FloatCore
cdef type recorder = TapeCore


def install(type cls not None, type tape not None, methods not None):
    """Say of which classes variables over floats and tapes are, and which Python methods (its own, the reflected one) an operator has."""
    global variable, recorder, spares
    if not issubclass(cls, FloatCore) or not issubclass(tape, TapeCore):
        raise TypeError("the classes do not derive from those of this core")
    if cls is FloatCore or cls.__basicsize__ != FloatCore.__basicsize__ or cls.__dictoffset__ or cls.__weakrefoffset__:
        raise TypeError(f"{cls.__name__} has more to look after than `let_go` does")
    recorder = tape
    for place, function in enumerate(operators):
        method_of[place], reflected_of[place] = methods[function]
    variable = cls
    while spares > 0 and Py_TYPE(spare[spares - 1]) != <PyTypeObject *>cls:  # of the class that was installed before
        spares -= 1
        let_go(spare[spares])
    # Cython gives FloatCore its slots, and also methods of these names, which would put themselves before the slots in a class
    # that Python derives.
    cdef PyNumberMethods *ours = (<PyTypeObject *>FloatCore).tp_as_number
    cdef PyNumberMethods *derived = (<PyTypeObject *>cls).tp_as_number
    derived.nb_add, derived.nb_subtract = ours.nb_add, ours.nb_subtract
    derived.nb_multiply, derived.nb_true_divide = ours.nb_multiply, ours.nb_true_divide
    (<PyTypeObject *>cls).tp_dealloc = let_go


cdef class Natives:
    """From an operator to the pair whose native function answers for it."""

    def learn(self, function, pair):
        """Note that `pair`, whose forward on floats is bound, answers for `function`."""
        cdef PairCore core
        if isinstance(pair, PairCore) and function in operators:
            core = pair
            place = operators.index(function)
            if core.inputs == (1 if reflected_of[place] is None else 2):
                native_of[place] = core.native
                owner_of[place] = core  # the last one dies here, and may run Python

    def clear(self):
        """Forget all pairs."""
        for place in range(OPERATORS):
            native_of[place], owner_of[place] = NULL, None


cdef class PairCore:
    """What calls a pair: on floats its forward, on a variable over floats its native function, and else `_dispatch`."""

    cdef public object _on_floats
    cdef object owner
    cdef Native native
    cdef int inputs  # of the native function; 0 where there is none
    cdef object rules  # of calls on floats: a backward, or a tuple of them or of derivatives; None where Python answers
    cdef bint slopes   # whether they are derivatives
    cdef bint asked
    cdef Plan plan   # the last one that served
    cdef dict plans
    cdef dict forwards_of
    cdef Py_ssize_t positional  # how many inputs the forward has that could also be given by keyword, -1 as long as nobody asked
    cdef object token    # what these were found out from: another one when kinds come or go

    def __cinit__(self):
        self.positional = -1

    def __call__(self, *args, **params):
        cdef tuple given = args
        cdef Py_ssize_t count = len(given)
        if params:
            result = called(self, given, params)
            return self._dispatch(given, params) if result is None else result
        if count == 1:
            if type(given[0]) is variable:
                result = recorded(self.native, given[0]) if self.inputs == 1 else ruled(self, given)
                if result is not None:
                    return result
        elif count == 2 and (type(given[0]) is variable or type(given[1]) is variable):
            result = recorded_pair(self.native, given[0], given[1]) if self.inputs == 2 else ruled(self, given)
            if result is not None:
                return result
        for arg in given:
            if type(arg) is not float:
                result = ruled(self, given) if count > 2 else None
                if result is None:
                    result = called(self, given, {})
                return self._dispatch(given, {}) if result is None else result
        return self._on_floats(*given)

    cdef int ask(self) except -1:
        """Find out how calls on floats run, once."""
        self.asked = True
        if self.bind_floats():
            self.slopes = self.derivative is not None
            self.rules = self.backward
            if self.slopes:
                self.rules = self.float_rule[1:] if self.float_rule is not None else self.derivative
        return 0

    cdef object forward_for(self, tuple values):
        """Return the forward for the kinds of `values`, which are plain: `Primitive.forward`, shortened."""
        cdef tuple types = tuple([type(value) for value in values])
        cdef dict known
        if self.token is not kind_table.forwards:
            self.token, self.forwards_of = kind_table.forwards, {}
        known = self.forwards_of  # looking one up runs Python, and another thread may let kinds come or go meanwhile
        found = known.get(types)
        if found is None:
            found = known[types] = self._forward_for(types)
        return found

    def _set_native(self, native, int inputs):
        """Take a native function, a capsule or an address, of so many inputs."""
        if PyCapsule_CheckExact(native):
            self.native = <Native>PyCapsule_GetPointer(native, "pullback.native")
        else:
            self.native = <Native><uintptr_t>native
        self.owner = native
        self.inputs = inputs if self.native != NULL else 0

    cdef Plan plan_for(self, x, y):
        """Return how this pair, elementwise, is called on values of the types `x` and `y`, or None where that is not for a fast path."""
        cdef Plan plan = self.plan
        cdef dict plans
        if plan is None or plan.token is not kind_table.forwards or plan.x is not x or plan.y is not y:
            if plan is not None and plan.token is not kind_table.forwards:
                self.plans = None
            if self.plans is None:
                self.plans = {}
            plans, token = self.plans, kind_table.forwards  # as in `forward_for`
            plan = plans.get((x, y))
            if plan is None or plan.token is not token:
                plan = Plan()
                plan.x, plan.y, plan.token = x, y, token
                made = self._plan((x,) if y is None else (x, y))
                if made is not None:
                    plan.forward, plan.linear, slopes = made
                    plan.rule_x, plan.rule_y = slopes[0], slopes[len(slopes) - 1]
                    if plan.linear:
                        plan.d_x, plan.d_y = plan.rule_x, plan.rule_y
                plans[x, y] = plan
            self.plan = plan
        return plan if plan.forward is not None else None


cdef class Plan:
    """How an elementwise pair is called on values of two types, the second None where it has one input."""

    cdef object x
    cdef object y
    cdef object token      # what it was found out from: another one when kinds come or go
    cdef object forward    # None where this is not for a fast path
    cdef bint linear
    cdef object rule_x     # the derivatives: functions, numbers, or None
    cdef object rule_y
    cdef double d_x
    cdef double d_y
    cdef object output     # the type of the last output, its kind, what that has in C, and the class of variables over it
    cdef object kind
    cdef KindNatives *natives
    cdef object variable
