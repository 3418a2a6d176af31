# Variables over floats.

@cython.c_api_binop_methods(True)
cdef class FloatCore:
    """The storage of a variable, and its operators, which write to the tape themselves where they can."""

    cdef public object _tape
    cdef object value   # None where it is a float: the number
    cdef object entry   # None where it is a number: k
    cdef double number
    cdef int64_t k
    cdef bint untracked  # by the garbage collector, to which a number and a tape are nothing worth following

    @classmethod
    def _new(cls, value, tape, entry):
        """Make the variable that stands at `entry` of `tape`."""
        cdef FloatCore self = made(cls)
        self._tape = tape
        set_value(self, value)
        set_entry(self, entry)
        return self

    @property
    def _value(self):
        return self.number if self.value is None else self.value

    @_value.setter
    def _value(self, value):
        set_value(self, value)

    @property
    def _entry(self):
        return self.k if self.entry is None and isinstance(self._tape, TapeCore) else self.entry

    @_entry.setter
    def _entry(self, entry):
        set_entry(self, entry)

    @property
    def grad(self):
        """The gradient that `backprop` has accumulated here, zero at first. Assign 0.0 to start anew."""
        return gradient_of(self, self.entry if self.value is None else None)

    @grad.setter
    def grad(self, grad):
        python_grad.__set__(self, grad)

    @grad.deleter
    def grad(self):
        python_grad.__delete__(self)

    def __add__(left, right):
        return binary(0, left, right)

    def __sub__(left, right):
        return binary(1, left, right)

    def __mul__(left, right):
        return binary(2, left, right)

    def __truediv__(left, right):
        return binary(3, left, right)

    def __pow__(left, right, modulus):
        return binary(4, left, right) if modulus is None else NotImplemented

    def __neg__(self):
        return unary(5, self)

    def __abs__(self):
        return unary(6, self)

    def __bool__(self):
        return self.number != 0.0 if self.value is None else bool(self.value)

    def __hash__(self):
        return object.__hash__(self)

    def __richcmp__(self, other, int how):
        cdef double y
        if self.value is None:
            if type(other) is variable and (<FloatCore>other).value is None:
                return compared(self.number, (<FloatCore>other).number, how)
            if as_double(other, &y):
                return compared(self.number, y, how)
        return PyObject_RichCompare(self._value, other._value if isinstance(other, Tracked) else other, how)


cdef object new = object.__new__

def blank(type cls not None):
    """Make a variable of a class, its fields unset."""
    return made(cls) if issubclass(cls, FloatCore) else stored(cls) if issubclass(cls, ValueCore) else new(cls)


# In a long computation most variables live for one operation. So the memory of some that died is kept for those that come, each with
# its class, and out of the sight of the garbage collector.

cdef enum:
    ROOM = 1024

cdef PyObject *spare[ROOM]
cdef int spares = 0


cdef void let_go(PyObject *instance) noexcept:
    """The destructor of the variable over floats: it has no slots, no dictionary and no weak references to look after."""
    global spares
    cdef PyTypeObject *cls = Py_TYPE(instance)
    if cls == <PyTypeObject *>variable and spares < ROOM:
        if (<FloatCore>instance).untracked:
            (<FloatCore>instance)._tape = None
            if (<FloatCore>instance).entry is not None:
                (<FloatCore>instance).entry = None
        else:
            PyObject_GC_UnTrack(instance)
            (<FloatCore>instance).untracked = True
            (<PyTypeObject *>FloatCore).tp_clear(instance)
        if spares < ROOM:  # what was cleared may have let go of others
            spare[spares] = instance
            spares += 1
            return
    if (<FloatCore>instance).untracked:
        PyObject_GC_UnTrack(instance)  # a class that was put in the place of its own may have had it followed
        PyObject_GC_Track(instance)  # as the destructor expects it
    (<PyTypeObject *>FloatCore).tp_dealloc(instance)
    Py_DECREF(<PyObject *>cls)


cdef inline FloatCore made(type cls):
    """Return ``FloatCore.__new__(cls)``, without the detour over its name."""
    return <FloatCore>(<PyTypeObject *>FloatCore).tp_new(<PyTypeObject *>cls, (), NULL)


cdef inline FloatCore renewed(bint followed):
    """Return a variable over floats, in memory that is there, or in new; whether the garbage collector follows it is for the caller to say."""
    global spares
    cdef PyObject *instance
    if spares == 0:
        result = made(variable)
        if not followed:
            PyObject_GC_UnTrack(<PyObject *>result)
            result.untracked = True
        return result
    spares -= 1
    instance = spare[spares]
    Py_SET_REFCNT(instance, 1)
    result = <FloatCore>instance
    Py_DECREF(instance)  # `result` counts itself
    if followed:
        track(result)
    return result


cdef inline void track(FloatCore self):
    """Let the garbage collector follow a variable that holds more than a number and a tape."""
    if self.untracked:
        self.untracked = False
        PyObject_GC_Track(<PyObject *>self)


cdef inline int set_value(FloatCore self, value) except -1:
    if type(value) is float:
        self.number, self.value = PyFloat_AS_DOUBLE(value), None
    else:
        track(self)
        self.value = value
    return 0


cdef inline int set_entry(FloatCore self, entry) except -1:
    if isinstance(self._tape, TapeCore) and type(entry) is int:
        self.k, self.entry = entry, None
    else:  # the recorders of others have what they like
        if type(entry) is not Node or (<Node>entry).state & FOLLOWED:
            track(self)
        self.k, self.entry = NONE, entry
    return 0


cdef inline bint compared(double x, double y, int how):
    if how == Py_LT:
        return x < y
    if how == Py_LE:
        return x <= y
    if how == Py_EQ:
        return x == y
    if how == Py_NE:
        return x != y
    if how == Py_GT:
        return x > y
    return x >= y


cdef object binary(int place, left, right):
    """Answer for an operator, by the kernel or else by the Python method."""
    cdef Kernel kernel = kernel_for(place)
    if kernel != NULL:
        result = recorded_pair(kernel, left, right)
        if result is None:
            result = free_pair(kernel, left, right)
        if result is not None:
            return result
    if isinstance(left, FloatCore):
        return method_of[place](left, right)
    return reflected_of[place](right, left)


cdef object unary(int place, self):
    cdef Kernel kernel = kernel_for(place)
    if kernel != NULL and type(self) is variable:
        result = recorded(kernel, self)
        if result is None:
            result = free_one(kernel, self)
        if result is not None:
            return result
    return method_of[place](self)


cdef inline bint ready(FloatCore self):
    """Whether an operation on this variable is one on floats, and the tape still takes entries."""
    cdef TapeCore tape
    if type(self._tape) is not recorder:
        return False
    tape = <TapeCore>self._tape
    return tape.floats and tape.escaped is None and stands(self, tape)


cdef inline bint stands(FloatCore self, TapeCore tape):
    """Whether this variable holds a float, at a number that the tape has given out."""
    return self.value is None and <uint64_t>self.k < <uint64_t>tape.count


cdef object recorded(Kernel kernel, FloatCore x):
    """Write an operation on a variable down and return its result, or None where that is not for kernels."""
    cdef double output, partial
    cdef TapeCore tape
    cdef int64_t i
    if ready(x):
        tape, i = <TapeCore>x._tape, x.k
        if kernel(&x.number, &output, &partial) == 0 and tape.escaped is None:
            return written(tape, output, i, partial, NONE, 0.0)
        return None
    return handed(kernel, x)


cdef object recorded_pair(Kernel kernel, left, right):
    """Write an operation on two operands, one of them a variable or both; return None where that is not for kernels."""
    cdef double[2] inputs
    cdef double[2] partials
    cdef double output
    cdef FloatCore x, y
    cdef TapeCore tape
    cdef int64_t i, j
    if type(left) is variable:
        x = <FloatCore>left
        if not ready(x):
            return handed_pair(kernel, left, right)
        tape, i = <TapeCore>x._tape, x.k
        inputs[0] = x.number
        if type(right) is variable:
            y = <FloatCore>right
            inputs[1], j = y.number, y.k
            if y._tape is tape and stands(y, tape) and kernel(inputs, &output, partials) == 0 and tape.escaped is None:
                return written(tape, output, i, partials[0], j, partials[1])
        elif as_double(right, &inputs[1]) and kernel(inputs, &output, partials) == 0 and tape.escaped is None:
            return written(tape, output, i, partials[0], NONE, 0.0)
    elif type(right) is variable:
        y = <FloatCore>right
        if ready(y) and as_double(left, &inputs[0]):
            tape, j = <TapeCore>y._tape, y.k
            inputs[1] = y.number
            if kernel(inputs, &output, partials) == 0 and tape.escaped is None:
                return written(tape, output, j, partials[1], NONE, 0.0)
        else:
            return handed_pair(kernel, left, right)
    return None


cdef inline FloatCore written(TapeCore tape, double output, int64_t i, double d_i, int64_t j, double d_j):
    cdef FloatCore result = renewed(not tape.once)
    tape.write_row(tape.count, i, d_i, j, d_j)
    result._tape = tape
    result.number = output
    result.k = tape.count
    tape.count += 1
    return result
