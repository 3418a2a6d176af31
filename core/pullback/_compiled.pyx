# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, auto_pickle=False, initializedcheck=False
"""What sits in the hot path of scalar code, in C: the same names and the same results as `_pure`.

A variable of a tape that holds nothing but floats keeps its value and its number in C fields, and the tape writes its entries in an
array of structs. An operation on such variables is one call of the *native* function of its pair (`docs/plugins.md`). Whatever
else there is, from an integer too long for a float to a domain error, is left to the Python method or call that this shortens.
"""

cimport cython
from cpython.float cimport PyFloat_AS_DOUBLE
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Realloc
from cpython.object cimport Py_EQ, Py_GE, Py_GT, Py_LE, Py_LT, Py_NE, PyObject, PyObject_RichCompare
from cpython.pycapsule cimport PyCapsule_CheckExact, PyCapsule_GetPointer
from libc.math cimport NAN
from libc.stdint cimport int64_t, uint64_t, uintptr_t

import operator

from pullback.tracked import Tracked

__all__ = ["COMPILED", "FloatCore", "Natives", "PairCore", "TapeCore", "blank", "forward_floats", "install", "reverse_floats"]

COMPILED = True

cdef extern from "Python.h":
    ctypedef struct PyNumberMethods:
        void *nb_add
        void *nb_subtract
        void *nb_multiply
        void *nb_true_divide
    ctypedef struct PyTypeObject:
        PyNumberMethods *tp_as_number
        object (*tp_new)(PyTypeObject *cls, object args, PyObject *params)
        int (*tp_clear)(PyObject *instance)
        void (*tp_dealloc)(PyObject *instance) noexcept
    PyTypeObject *Py_TYPE(PyObject *instance)
    PyObject *PyObject_Init(PyObject *instance, PyTypeObject *cls)
    void PyObject_GC_Track(void *instance)
    void PyObject_GC_UnTrack(void *instance)
    void Py_DECREF(PyObject *instance)
    long long PyLong_AsLongLongAndOverflow(object number, int *overflow)  # does not fail for an int

cdef long long EXACT = 1 << 53

# Given the inputs, write the output and the partial derivative by each input, and return 0; or return anything else, write what
# you like, and let Python answer. Raises nothing.
ctypedef int (*Native)(const double *inputs, double *output, double *partials) noexcept


cdef inline bint as_double(object value, double *number):
    """Whether `value` is a float, or an integer that a float holds exactly; if so, write it to `number`."""
    cdef int overflow
    cdef long long whole
    if type(value) is float:
        number[0] = PyFloat_AS_DOUBLE(value)
        return True
    if type(value) is not int:
        return False
    whole = PyLong_AsLongLongAndOverflow(value, &overflow)
    number[0] = <double>whole
    return not overflow and -EXACT <= whole <= EXACT


# The tape.

cdef enum:
    NONE = -1      # in the place of j: there is one input only
    GENERAL = -2   # in the place of i: j is the index of an entry that is no row of numbers

cdef struct Entry:
    int64_t k
    int64_t i
    int64_t j
    double d_i
    double d_j


cdef class TapeCore:
    """The storage of a tape: entries in the order in which they were written, and the number of the next value."""

    cdef public object kind
    cdef public object level
    cdef public bint floats
    cdef public bint short
    cdef public int64_t size
    cdef object escaped
    cdef list general
    cdef Entry *rows
    cdef Py_ssize_t length
    cdef Py_ssize_t capacity
    cdef int64_t count

    def __cinit__(self):
        self.floats = self.short = True
        self.general = []

    def __dealloc__(self):
        PyMem_Free(self.rows)

    @property
    def entries(self):
        """The entries as tuples ``(k, i, d_i, j, d_j)``, made when they are asked for."""
        return Entries(self)

    def next(self):
        """Return the number of the next value."""
        if self.escaped is not None:
            self.escaped()
        self.count += 1
        return self.count - 1

    def append(self, tuple entry not None):
        """Write an entry down."""
        if self.escaped is not None:
            self.escaped()
        cdef Entry row
        k, i, d_i, j, d_j = entry
        row.k = k
        row.d_j = 0.0
        row.i = self.known(i)
        row.j = NONE if j is None else self.known(j)
        self.reserve()
        if (
            self.known(k) == GENERAL or row.i == GENERAL or row.j == GENERAL
            or not as_double(d_i, &row.d_i) or not (j is None or as_double(d_j, &row.d_j))
        ):
            row.i, row.j = GENERAL, len(self.general)
            self.general.append(entry)
        self.rows[self.length] = row
        self.length += 1

    def end(self, escaped):
        """End the recording: from now on, `escaped` is called, which raises."""
        self.size = self.next()
        self.escaped = escaped

    cdef int reserve(self) except -1:
        """Make room for one more row."""
        cdef Py_ssize_t capacity
        cdef Entry *rows
        if self.length == self.capacity:
            capacity = self.capacity + (self.capacity >> 1) + 16
            rows = <Entry *>PyMem_Realloc(self.rows, capacity * sizeof(Entry))
            if rows == NULL:
                raise MemoryError(f"no room for {capacity} entries of a tape")
            self.rows, self.capacity = rows, capacity
        return 0

    cdef int64_t known(self, number) except? GENERAL:
        """Return the number of a value of this tape, GENERAL for anything else."""
        return number if type(number) is int and 0 <= number < self.count else GENERAL

    cdef tuple entry(self, Py_ssize_t place):
        cdef Entry *row = &self.rows[place]
        if row.i == GENERAL:
            return self.general[row.j]
        if row.j == NONE:
            return row.k, row.i, row.d_i, None, None
        return row.k, row.i, row.d_i, row.j, row.d_j


cdef class Entries:
    """The entries of a tape, as a sequence of tuples."""

    cdef TapeCore tape

    def __init__(self, TapeCore tape not None):
        self.tape = tape

    def __repr__(self):
        return repr(list(self))

    def __len__(self):
        return self.tape.length

    def __getitem__(self, Py_ssize_t place):
        if not -self.tape.length <= place < self.tape.length:
            raise IndexError("no such entry")
        return self.tape.entry(place + self.tape.length if place < 0 else place)

    def __iter__(self):
        cdef Py_ssize_t place = 0
        while place < self.tape.length:
            yield self.tape.entry(place)
            place += 1

    def __reversed__(self):
        cdef Py_ssize_t place = self.tape.length - 1
        while place >= 0:
            yield self.tape.entry(place)
            place -= 1


# The sweeps over tapes that hold nothing but floats.

def reverse_floats(TapeCore tape not None, seeds, wanted):
    """The fast path of `reverse_entries`: floats only. A result that is nan asks for the general path."""
    if tape.general:
        return [NAN]
    cdef double *grads = seeded(tape, seeds)
    cdef double grad
    cdef Entry *row = tape.rows + tape.length
    try:
        while row != tape.rows:
            row -= 1
            grad = grads[row.k]
            if grad != 0.0:
                grads[row.i] += grad * row.d_i
                if row.j != NONE:
                    grads[row.j] += grad * row.d_j
        return [grads[checked(tape, k)] for k in wanted]
    finally:
        PyMem_Free(grads)


def forward_floats(TapeCore tape not None, seeds, wanted):
    """The fast path of `_forward_entries`: floats only. A result that is nan asks for the general path."""
    if tape.general:
        return [NAN]
    cdef double *tangents = seeded(tape, seeds)
    cdef Entry *row = tape.rows
    cdef Entry *end = tape.rows + tape.length
    try:
        while row != end:
            if row.j == NONE:
                tangents[row.k] = tangents[row.i] * row.d_i
            else:
                tangents[row.k] = tangents[row.i] * row.d_i + tangents[row.j] * row.d_j
            row += 1
        return [tangents[checked(tape, k)] for k in wanted]
    finally:
        PyMem_Free(tangents)


cdef double *seeded(TapeCore tape, seeds) except NULL:
    """Return one number for each value of the tape, zero but for the seeds."""
    cdef double *numbers = <double *>PyMem_Calloc(max(tape.count, 1), sizeof(double))
    if numbers == NULL:
        raise MemoryError(f"no room for the cotangents of {tape.count} values")
    try:
        for k, seed in seeds.items():
            numbers[checked(tape, k)] = seed
    except BaseException:
        PyMem_Free(numbers)
        raise
    return numbers


cdef int64_t checked(TapeCore tape, int64_t k) except -1:
    if not 0 <= k < tape.count:
        raise IndexError(f"the tape has no value {k}")
    return k


# Natives.

cdef enum:
    OPERATORS = 7

cdef Native native_of[OPERATORS]  # NULL where Python has to answer
cdef list operators = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.neg, operator.abs
]
cdef list owner_of = [None] * OPERATORS
cdef list method_of = [None] * OPERATORS
cdef list reflected_of = [None] * OPERATORS
cdef type variable = object
cdef type recorder = TapeCore


def install(type cls not None, type tape not None, methods not None):
    """Say of which classes variables over floats and tapes are, and which Python methods (its own, the reflected one) an operator has."""
    global variable, recorder
    if not issubclass(cls, FloatCore) or not issubclass(tape, TapeCore):
        raise TypeError("the classes do not derive from those of this core")
    recorder = tape
    for place, function in enumerate(operators):
        method_of[place], reflected_of[place] = methods[function]
    variable = cls
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
                owner_of[place], native_of[place] = core, core.native

    def forget(self, function):
        """Forget which pair answers for `function`."""
        if function in operators:
            place = operators.index(function)
            native_of[place], owner_of[place] = NULL, None

    def clear(self):
        """Forget all pairs."""
        for function in operators:
            self.forget(function)


cdef class PairCore:
    """What calls a pair: on floats its forward, on a variable over floats its native function, and else `_dispatch`."""

    cdef public object _on_floats
    cdef object owner
    cdef Native native
    cdef int inputs  # of the native function; 0 where there is none

    def __call__(self, *args, **params):
        cdef tuple given = args
        cdef Py_ssize_t count = len(given)
        if params:
            return self._dispatch(given, params)
        if count == 1:
            if type(given[0]) is variable and self.inputs == 1:
                result = recorded(self.native, given[0])
                if result is not None:
                    return result
        elif count == 2 and self.inputs == 2:
            result = recorded_pair(self.native, given[0], given[1])
            if result is not None:
                return result
        for arg in given:
            if type(arg) is not float:
                return self._dispatch(given, {})
        return self._on_floats(*given)

    def _set_native(self, native, int inputs):
        """Take a native function, a capsule or an address, of so many inputs."""
        if PyCapsule_CheckExact(native):
            self.native = <Native>PyCapsule_GetPointer(native, "pullback.native")
        else:
            self.native = <Native><uintptr_t>native
        self.owner = native
        self.inputs = inputs if self.native != NULL else 0


# The variable.

@cython.c_api_binop_methods(True)
cdef class FloatCore:
    """The storage of a variable, and its operators, which write to the tape themselves where they can."""

    cdef public object _tape
    cdef object value   # None where it is a float: the number
    cdef object entry   # None where it is a number: k
    cdef double number
    cdef int64_t k

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
        return self.k if self.entry is None else self.entry

    @_entry.setter
    def _entry(self, entry):
        set_entry(self, entry)

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
    return made(cls) if issubclass(cls, FloatCore) else new(cls)


# In a long computation most variables live for one operation. So the memory of some that died is kept for those that come.

cdef enum:
    ROOM = 64

cdef PyObject *spare[ROOM]
cdef int spares = 0


cdef void let_go(PyObject *instance) noexcept:
    """The destructor of the variable over floats: it has no slots, no dictionary and no weak references to look after."""
    global spares
    cdef PyTypeObject *cls = Py_TYPE(instance)
    if cls == <PyTypeObject *>variable and spares < ROOM:
        PyObject_GC_UnTrack(instance)
        (<PyTypeObject *>FloatCore).tp_clear(instance)
        if spares < ROOM:  # what was cleared may have let go of others
            spare[spares] = instance
            spares += 1
            Py_DECREF(<PyObject *>cls)
            return
        PyObject_GC_Track(instance)
    (<PyTypeObject *>FloatCore).tp_dealloc(instance)
    Py_DECREF(<PyObject *>cls)


cdef inline FloatCore made(type cls):
    """Return ``FloatCore.__new__(cls)``, without the detour over its name, and in memory that is there."""
    global spares
    cdef PyObject *instance
    if cls is variable and spares > 0:
        spares -= 1
        instance = PyObject_Init(spare[spares], <PyTypeObject *>cls)
        PyObject_GC_Track(instance)
        result = <FloatCore>instance
        Py_DECREF(instance)  # `result` counts itself
        return result
    return <FloatCore>(<PyTypeObject *>FloatCore).tp_new(<PyTypeObject *>cls, (), NULL)


cdef inline int set_value(FloatCore self, value) except -1:
    if type(value) is float:
        self.number, self.value = PyFloat_AS_DOUBLE(value), None
    else:
        self.value = value
    return 0


cdef inline int set_entry(FloatCore self, entry) except -1:
    if type(entry) is int:
        self.k, self.entry = entry, None
    else:
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
    """Answer for an operator, by the native function or else by the Python method."""
    if native_of[place] != NULL:
        result = recorded_pair(native_of[place], left, right)
        if result is not None:
            return result
    if isinstance(left, FloatCore):
        return method_of[place](left, right)
    return reflected_of[place](right, left)


cdef object unary(int place, self):
    if native_of[place] != NULL and type(self) is variable:
        result = recorded(native_of[place], self)
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


cdef object recorded(Native native, FloatCore x):
    """Write an operation on a variable down and return its result, or None where that is not for native functions."""
    cdef double output, partial
    if ready(x) and native(&x.number, &output, &partial) == 0:
        return written(<TapeCore>x._tape, output, x.k, partial, NONE, 0.0)
    return None


cdef object recorded_pair(Native native, left, right):
    """Write an operation on two operands, one of them a variable or both; return None where that is not for native functions."""
    cdef double[2] inputs
    cdef double[2] partials
    cdef double output
    cdef FloatCore x, y
    if type(left) is variable:
        x = <FloatCore>left
        if not ready(x):
            return None
        inputs[0] = x.number
        if type(right) is variable:
            y = <FloatCore>right
            inputs[1] = y.number
            if y._tape is x._tape and stands(y, <TapeCore>x._tape) and native(inputs, &output, partials) == 0:
                return written(<TapeCore>x._tape, output, x.k, partials[0], y.k, partials[1])
        elif as_double(right, &inputs[1]) and native(inputs, &output, partials) == 0:
            return written(<TapeCore>x._tape, output, x.k, partials[0], NONE, 0.0)
    elif type(right) is variable:
        y = <FloatCore>right
        inputs[1] = y.number
        if ready(y) and as_double(left, &inputs[0]) and native(inputs, &output, partials) == 0:
            return written(<TapeCore>y._tape, output, y.k, partials[1], NONE, 0.0)
    return None


cdef inline FloatCore written(TapeCore tape, double output, int64_t i, double d_i, int64_t j, double d_j):
    cdef FloatCore result = made(variable)
    cdef Entry *row
    tape.reserve()
    row = &tape.rows[tape.length]
    row.k, row.i, row.d_i, row.j, row.d_j = tape.count, i, d_i, j, d_j
    tape.length += 1
    result._tape = tape
    result.number = output
    result.k = tape.count
    tape.count += 1
    return result
