# Plans and pairs. A kernel may be a callback into Python, which may change its variables and end the tape: what an operation needs of
# them is taken before the call.

cdef enum:
    OPERATORS = 7


cdef class PlanCore:
    """How a pair is called on values of certain types: the storage of `pullback.plan.Plan`."""

    cdef public object generation  # of the tables, from which this was concluded
    cdef public object forward
    cdef public tuple rule         # on floats, the forward and the slopes; read by Python only
    cdef public tuple slopes       # None where this is not for the fast paths
    cdef public tuple types
    cdef public bint linear
    cdef Kernel kernel             # on floats; NULL where there is none
    cdef int inputs                # of the kernel
    cdef object owner
    cdef object output             # the type of the last output, its kind, what that has in C, and the class of variables over it
    cdef object kind
    cdef object variable
    cdef KindVTable *vtable

    def take_kernel(self, kernel, int inputs):
        """Take a compiled function, a capsule or an address, of so many inputs."""
        if PyCapsule_CheckExact(kernel):
            self.kernel = <Kernel>PyCapsule_GetPointer(kernel, "pullback.kernel")
        else:
            self.kernel = <Kernel><uintptr_t>kernel
        self.owner = kernel
        self.inputs = inputs if self.kernel != NULL else 0


cdef class PairCore:
    """What calls a pair: on floats its forward, on variables over floats its kernel or its rules, and else `_dispatch`."""

    cdef public object _on_floats
    cdef PlanCore on_floats
    cdef Kernel kernel           # that of the plan on floats, and its inputs
    cdef int inputs
    cdef public object _backward
    cdef public tuple slopes
    cdef public dict plans
    cdef PlanCore latest         # the one of `plans` that served last
    cdef Py_ssize_t positional   # how many inputs the forward has that could also be given by keyword, -1 as long as nobody asked

    def __cinit__(self):
        self.positional = -1

    @property
    def float_plan(self):
        """How this pair is called on floats, None as long as nobody asked."""
        return self.on_floats

    @float_plan.setter
    def float_plan(self, PlanCore plan):
        self.on_floats = plan
        self.kernel, self.inputs = NULL if plan is None else plan.kernel, 0 if plan is None else plan.inputs

    def __call__(self, *args, **params):
        cdef tuple inputs = args
        cdef Py_ssize_t count = len(inputs)
        result = None
        if params:
            result = called(self, inputs, params)
            return self._dispatch(inputs, params) if result is None else result
        for arg in inputs:
            if type(arg) is not float:
                break
        else:
            return self._on_floats(*inputs)
        if count == 1:
            if type(inputs[0]) is variable:
                result = recorded(self.kernel, <FloatCore>inputs[0]) if self.inputs == 1 else ruled(self, inputs)
            elif isinstance(inputs[0], ValueCore):
                result = recorded_one(self, <ValueCore>inputs[0])
        elif count > 2:
            result = ruled(self, inputs)
        elif type(inputs[0]) is variable or type(inputs[1]) is variable:
            result = recorded_pair(self.kernel, inputs[0], inputs[1]) if self.inputs == 2 else ruled(self, inputs)
        elif isinstance(inputs[0], ValueCore):
            result = recorded_two(self, <ValueCore>inputs[0], inputs[0], inputs[1])
        elif isinstance(inputs[1], ValueCore):
            result = recorded_two(self, <ValueCore>inputs[1], inputs[0], inputs[1])
        if result is None:
            result = free_call(self, inputs)
        if result is None:
            result = called(self, inputs, params)
        return self._dispatch(inputs, params) if result is None else result

    cdef PlanCore planned(self, tuple types):
        """Return how this pair is called on values of `types`: `Primitive.plan`, shortened."""
        cdef PyObject *known = PyDict_GetItem(self.plans, types) if self.plans is not None else NULL
        if known != NULL and (<PlanCore>known).generation is kind_table.generation:
            return <PlanCore>known
        return self.plan(types)

    cdef object forward_for(self, tuple values):
        """Return the forward for the types of `values`, which are plain."""
        return self.planned(tuple([type(value) for value in values])).forward

    cdef PlanCore short_plan(self, x, y):
        """Return how this pair, elementwise, is called on values of the types `x` and, where it has two inputs, `y`; None: not by a fast path."""
        cdef PlanCore plan = self.latest
        cdef tuple types
        if plan is not None and plan.generation is kind_table.generation:
            types = plan.types
            if types[0] is x and (len(types) == 1 if y is None else len(types) == 2 and types[1] is y):
                return plan
        if self.slopes is None:
            return None
        plan = self.planned((x,) if y is None else (x, y))
        if plan.slopes is None:
            return None
        self.latest = plan
        return plan


# The kernels of the operators, as of the present generation of the tables.

cdef Kernel[OPERATORS] kernel_of
cdef list plan_of = [None] * OPERATORS


cdef inline Kernel kernel_for(int place) except? NULL:
    """Return the kernel that answers for an operator, NULL where Python has to."""
    return kernel_of[place] if kernel_of[place] != NULL else noted_kernel(place)


cdef Kernel noted_kernel(int place) except? NULL:
    """Take the kernel of an operator over from what has been noted in Python (`pullback.dispatch.call_operator`)."""
    cdef Kernel kernel = NULL
    generation = kind_table.generation
    plan = None if generation is None else generation.operators.get(operators[place])
    if isinstance(plan, PlanCore) and (<PlanCore>plan).inputs == (1 if reflected_of[place] is None else 2) and generation is kind_table.generation:
        kernel = kernel_of[place] = (<PlanCore>plan).kernel
        plan_of[place] = plan  # the last one dies here, and may run Python
    return kernel
