# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, auto_pickle=False, initializedcheck=False
"""What sits in the hot path of scalar code, in C: the same names and the same results as `_pure`.

A variable of a tape that holds nothing but floats keeps its value and its number in C fields, and the tape writes its entries in an
array of structs. An operation on such variables is one call of the *native* function of its pair (`docs/plugins.md`). Whatever
else there is, from an integer too long for a float to a domain error, is left to the Python method or call that this shortens.

On other values, an elementwise pair of one or two inputs is recorded and pulled back here too, by its Python functions and those of
the value's kind.
"""

cimport cython
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_FromDouble
from cpython.list cimport PyList_New, PyList_SET_ITEM
from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Realloc
from cpython.object cimport Py_EQ, Py_GE, Py_GT, Py_LE, Py_LT, Py_NE, PyObject, PyObject_RichCompare
from cpython.pycapsule cimport PyCapsule_CheckExact, PyCapsule_GetPointer
from libc.stdint cimport int64_t, uint64_t, uintptr_t

import operator

from pullback.tracked import Tracked

__all__ = [
    "COMPILED", "FloatCore", "KindsCore", "Natives", "PairCore", "TapeCore", "ValueCore", "all_floats", "blank", "forward_floats", "install",
    "install_values", "reverse_floats", "reverse_values",
]

COMPILED = True

cdef extern from "Python.h":
    void Py_INCREF(object instance)
    void PyTuple_SET_ITEM(object instance, Py_ssize_t place, object item)
    ctypedef struct PyNumberMethods:
        void *nb_add
        void *nb_subtract
        void *nb_multiply
        void *nb_true_divide
    ctypedef struct PyTypeObject:
        PyNumberMethods *tp_as_number
        object (*tp_new)(PyTypeObject *cls, object args, PyObject *params)
        object (*tp_alloc)(PyTypeObject *cls, Py_ssize_t size)
        int (*tp_clear)(PyObject *instance)
        void (*tp_dealloc)(PyObject *instance) noexcept
    PyTypeObject *Py_TYPE(PyObject *instance)
    void PyObject_GC_Track(void *instance)
    void Py_SET_REFCNT(PyObject *instance, Py_ssize_t count)
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
    CALL = -3      # in the place of i: j is the index of a call whose rule waits for the sweep

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
    cdef public bint once  # cleared when its transform ends: until then the garbage collector need not know its variables
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

    def variables(self, list values not None):
        """Return new variables over `values`, numbered one after the other."""
        cdef list made
        cdef FloatCore x
        cdef Py_ssize_t place, size
        kind = kind_table.get(float)
        if self.escaped is not None or kind is None or kind.variable is not variable or not all_floats(values):
            return [self.variable(value) for value in values]
        size = len(values)
        made = PyList_New(size)
        for place in range(size):
            x = renewed(self)
            x._tape, x.number, x.k = self, PyFloat_AS_DOUBLE(values[place]), self.count
            self.count += 1
            Py_INCREF(x)
            PyList_SET_ITEM(made, place, x)
        return made

    def record_one(self, primitive, arg):
        """Call `primitive` on a variable of this level, write that down and return its output: `record`, shortened for elementwise pairs."""
        cdef PairCore pair
        cdef ValueCore x
        cdef Plan plan
        if isinstance(arg, ValueCore) and isinstance(primitive, PairCore) and stands_on(<ValueCore>arg, self):
            pair, x = primitive, arg
            plan = pair.plan_for(type(x._value), None)
            if plan is not None:
                output = plan.forward(x._value)
                result = self.written_value(pair, plan, (x._value,), (x._entry,), output)
                return self.write(pair, (arg,), (x._value,), (x._entry,), {}, output) if result is None else result
        return self.record(primitive, (arg,), {})

    def record_two(self, primitive, left, right):
        """Do the same for two inputs, at least one of them a variable of this level and none of another."""
        cdef PairCore pair
        cdef Plan plan
        i = j = None
        x, y = left, right
        if isinstance(left, ValueCore) and stands_on(<ValueCore>left, self):
            x, i = (<ValueCore>left)._value, (<ValueCore>left)._entry
        if isinstance(right, ValueCore) and stands_on(<ValueCore>right, self):
            y, j = (<ValueCore>right)._value, (<ValueCore>right)._entry
        if isinstance(primitive, PairCore):
            pair = primitive
            plan = pair.plan_for(type(x), type(y))
            if plan is not None:
                output = plan.forward(x, y)
                result = self.written_value(pair, plan, (x, y), (i, j), output)
                return self.write(pair, (left, right), (x, y), (i, j), {}, output) if result is None else result
        return self.record(primitive, (left, right), {})

    cdef object written_value(self, PairCore pair, Plan plan, tuple values, tuple parents, output):
        """Write down that `output` came from `values`; return it as a variable, or None where that is not for a fast path."""
        cdef ValueCore result
        cdef int64_t k
        if type(output) is not plan.output:
            kind = kind_table.find(type(output))
            if kind is None or kind.eager or not issubclass(kind.variable, ValueCore):
                return None
            plan.output, plan.kind, plan.variable = type(output), kind, kind.variable
        kind = plan.kind
        output = kind.convert(output)
        if isinstance(output, Tracked):
            return None  # a variable of a lower level hides in an operand
        self.floats = False
        self.kind = kind
        if not (plan.linear and self.write_linear(plan, kind, values, parents, output)):
            k = self.count
            self.short = False
            whole = output
            if kind.large(output):
                values, whole = slim(pair, values, output, parents)
            if len(parents) == 2:
                if parents[0] is None:
                    values = (kept(values[0]), values[1])
                elif parents[1] is None:
                    values = (values[0], kept(values[1]))
            self.write_call(k, made_call(pair, values, whole, parents, kind, {}))
        result = stored(plan.variable)
        result._value, result._tape, result._entry = output, self, self.count
        self.count += 1
        return result

    cdef object write_output(self, PairCore pair, tuple values, tuple parents, dict params, output, kind, tuple given):
        """Write down that `output` came from `values`, and return it as a variable."""
        cdef int64_t k = self.count
        cdef bint large = kind.large(output)
        cdef FloatCore result
        self.short = False
        if type(output) is not float:
            self.floats = False
            self.kind = kind
        for value in values:
            if not large and type(value) is not float and type(value) is not int:
                found = kind_table.get(type(value))
                large = found is not None and found.large(value)
        whole = output
        if large:
            values, whole = slim(pair, values, output, parents)
        if None in parents:
            values = tuple([kept(value) if parent is None else value for value, parent in zip(values, parents)])
        self.write_call(k, made_call(pair, values, whole, parents, kind, {name: kept(value) for name, value in params.items()}))
        self.count += 1
        if type(output) is float and kind.variable is variable:
            result = renewed(self)
            result._tape, result.number, result.k = self, PyFloat_AS_DOUBLE(output), k
            return result
        return kind.wrap(output, self, k, pair, given, params)

    cdef bint write_linear(self, Plan plan, kind, tuple values, tuple parents, output) except -1:
        """Write the entry of a pair whose partial derivatives are constants; return whether that was possible: nothing was broadcast."""
        cdef int64_t i = NONE, j = NONE
        for value, parent in zip(values, parents):
            if parent is not None and not kind.alike(value, output):
                return False
        if parents[0] is not None:
            i = parents[0]
        if len(parents) == 2 and parents[1] is not None:
            j = parents[1]
        if not (NONE <= i < self.count and NONE <= j < self.count):
            return False  # `_entry` is open to everybody
        if i == NONE:
            self.write_row(self.count, j, plan.d_y, NONE, 0.0)
        else:
            self.write_row(self.count, i, plan.d_x, j, plan.d_y if j != NONE else 0.0)
        return True

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
        if i is None and type(d_i) is call_class and self.known(k) != GENERAL:
            self.write_call(k, d_i)
            return
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

    def clear(self):
        """Forget all entries."""
        self.length = 0
        self.general = []

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

    cdef int write_call(self, int64_t k, call) except -1:
        """Write down that value `k` came from `call`."""
        self.reserve()
        self.rows[self.length].k, self.rows[self.length].i, self.rows[self.length].j = k, CALL, len(self.general)
        self.general.append(call)
        self.length += 1
        return 0

    cdef int write_row(self, int64_t k, int64_t i, double d_i, int64_t j, double d_j) except -1:
        """Write down that value `k` came from value `i` and, unless `j` is NONE, from value `j`."""
        cdef Entry *row
        self.reserve()
        row = &self.rows[self.length]
        row.k, row.i, row.d_i, row.j, row.d_j = k, i, d_i, j, d_j
        self.length += 1
        return 0

    cdef int64_t known(self, number) except? GENERAL:
        """Return the number of a value of this tape, GENERAL for anything else."""
        return number if type(number) is int and 0 <= number < self.count else GENERAL

    cdef tuple entry(self, Py_ssize_t place):
        cdef Entry *row = &self.rows[place]
        if row.i == GENERAL:
            return self.general[row.j]
        if row.i == CALL:
            return row.k, None, self.general[row.j], None, None
        if row.j == NONE:
            return row.k, row.i, row.d_i, None, None
        return row.k, row.i, row.d_i, row.j, row.d_j


cdef class Entries:
    """The entries of a tape, as a sequence of tuples."""

    cdef TapeCore tape

    def __cinit__(self, TapeCore tape not None):  # once: without a tape, or with another one, a place would mean nothing
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
        while 0 <= place < self.tape.length:  # it may have been cleared
            yield self.tape.entry(place)
            place -= 1


# The sweeps over tapes that hold nothing but floats.

def reverse_floats(TapeCore tape not None, seeds, wanted):
    """The fast path of `reverse_entries`: floats only. None, for a nan among the results, asks for the general path."""
    if not tape.floats:
        return None
    if tape.general:
        return reverse_numbers(tape, seeds, wanted)
    # Seeds and what is wanted may run Python, which may go on recording: that is not of this sweep.
    cdef int64_t count = tape.count
    cdef Py_ssize_t length = tape.length
    cdef double *grads = seeded(count, seeds)
    cdef double grad
    cdef Entry *row = tape.rows + length
    try:
        if tape.general or tape.length < length:
            raise RuntimeError("the tape changed under its sweep")
        while row != tape.rows:
            row -= 1
            grad = grads[row.k]
            if grad != 0.0:
                grads[row.i] += grad * row.d_i
                if row.j != NONE:
                    grads[row.j] += grad * row.d_j
        return chosen(count, grads, wanted)
    finally:
        PyMem_Free(grads)


def forward_floats(TapeCore tape not None, seeds, wanted):
    """The fast path of `_forward_entries`: floats only. None, for a nan among the results, asks for the general path."""
    if not tape.floats:
        return None
    if tape.general:
        return forward_numbers(tape, seeds, wanted)
    cdef int64_t count = tape.count
    cdef Py_ssize_t length = tape.length
    cdef double *tangents = seeded(count, seeds)
    cdef Entry *row = tape.rows
    cdef Entry *end = row + length
    try:
        if tape.general or tape.length < length:
            raise RuntimeError("the tape changed under its sweep")
        while row != end:
            if row.j == NONE:
                tangents[row.k] = tangents[row.i] * row.d_i
            else:
                tangents[row.k] = tangents[row.i] * row.d_i + tangents[row.j] * row.d_j
            row += 1
        return chosen(count, tangents, wanted)
    finally:
        PyMem_Free(tangents)


cdef list reverse_numbers(TapeCore tape, seeds, wanted):
    """Do what `reverse_floats` does, where some entries have partial derivatives that C has no number for."""
    cdef int64_t count = tape.count
    cdef list grads = [0.0] * count
    for k, seed in seeds.items():
        grads[checked(count, k)] = seed
    for k, i, d_i, j, d_j in reversed(tape.entries):
        grad = grads[checked(count, k)]
        if grad:
            grads[checked(count, i)] += grad * d_i
            if j is not None:
                grads[checked(count, j)] += grad * d_j
    return unless_nan([grads[checked(count, k)] for k in wanted])


cdef list forward_numbers(TapeCore tape, seeds, wanted):
    """Do what `forward_floats` does, likewise."""
    cdef int64_t count = tape.count
    cdef list tangents = [0.0] * count
    for k, seed in seeds.items():
        tangents[checked(count, k)] = seed
    for k, i, d_i, j, d_j in tape.entries:
        tangents[checked(count, k)] = tangents[checked(count, i)] * d_i
        if j is not None:
            tangents[k] += tangents[checked(count, j)] * d_j
    return unless_nan([tangents[checked(count, k)] for k in wanted])


cdef list unless_nan(list found):
    for number in found:
        if number != number:
            return None
    return found


cdef list chosen(int64_t count, double *numbers, wanted):
    """Return the numbers of the values numbered `wanted`, or None where one of them is nan."""
    cdef int64_t k, first
    cdef Py_ssize_t size
    cdef list found
    if type(wanted) is range and wanted.step == 1 and len(wanted):
        first, size = checked(count, wanted.start), len(wanted)
        checked(count, wanted.stop - 1)
        for k in range(first, first + size):
            if numbers[k] != numbers[k]:
                return None
        found = PyList_New(size)
        for k in range(size):
            number = PyFloat_FromDouble(numbers[first + k])
            Py_INCREF(number)
            PyList_SET_ITEM(found, k, number)
        return found
    return unless_nan([numbers[checked(count, k)] for k in wanted])


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
    cdef bint found = False
    for value in values:
        if type(value) is not float:
            return False
        found = True
    return found


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
    cdef tuple rule  # forward and partial derivatives on floats, where it has such, once somebody asked
    cdef bint asked
    cdef Plan plan   # the last one that served
    cdef dict plans
    cdef dict forwards_of
    cdef object token    # what these were found out from: another one when kinds come or go

    def __call__(self, *args, **params):
        cdef tuple given = args
        cdef Py_ssize_t count = len(given)
        if params:
            result = called(self, given, params)
            return self._dispatch(given, params) if result is None else result
        if count == 1:
            if type(given[0]) is variable:
                result = recorded(self.native, given[0]) if self.inputs == 1 else ruled(self, given[0])
                if result is not None:
                    return result
        elif count == 2 and (type(given[0]) is variable or type(given[1]) is variable):
            result = (
                recorded_pair(self.native, given[0], given[1]) if self.inputs == 2 else ruled_pair(self, given[0], given[1])
            )
            if result is not None:
                return result
        for arg in given:
            if type(arg) is not float:
                result = called(self, given, {})
                return self._dispatch(given, {}) if result is None else result
        return self._on_floats(*given)

    cdef tuple rule_on_floats(self, Py_ssize_t inputs):
        """Return the forward on floats and the partial derivatives, functions or numbers, of a pair of so many inputs, or None."""
        if not self.asked:
            self.asked = True
            self._on_floats  # what is bound while it is asked for
            if self.bind_floats():
                self.rule = self.float_rule
        return self.rule if self.rule is not None and len(self.rule) == inputs + 1 else None

    cdef object forward_for(self, tuple values):
        """Return the forward for the kinds of `values`, which are plain: `Primitive.forward`, shortened."""
        cdef tuple types = tuple([type(value) for value in values])
        if self.token is not kind_table.forwards:
            self.token, self.forwards_of = kind_table.forwards, {}
        found = self.forwards_of.get(types)
        if found is None:
            found = self.forwards_of[types] = self._forward_for(types)
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
        if plan is None or plan.token is not kind_table.forwards or plan.x is not x or plan.y is not y:
            if plan is not None and plan.token is not kind_table.forwards:
                self.plans = None
            if self.plans is None:
                self.plans = {}
            plan = self.plans.get((x, y))
            if plan is None:
                made = self._plan((x,) if y is None else (x, y))
                if made is None:
                    return None
                plan = Plan()
                plan.x, plan.y, plan.token = x, y, kind_table.forwards
                plan.forward, plan.linear, slopes = made
                if plan.linear:
                    plan.d_x, plan.d_y = slopes[0], slopes[len(slopes) - 1]
                self.plans[x, y] = plan
            self.plan = plan
        return plan


cdef class Plan:
    """How an elementwise pair is called on values of two types, the second None where it has one input."""

    cdef object x
    cdef object y
    cdef object token      # what it was found out from: another one when kinds come or go
    cdef object forward
    cdef bint linear
    cdef double d_x
    cdef double d_y
    cdef object output     # the type of the last output, its kind, and the class of variables over it
    cdef object kind
    cdef object variable


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
        else:
            PyObject_GC_UnTrack(instance)
            (<FloatCore>instance).untracked = True
            (<PyTypeObject *>FloatCore).tp_clear(instance)
        if spares < ROOM:  # what was cleared may have let go of others
            spare[spares] = instance
            spares += 1
            return
    if (<FloatCore>instance).untracked:
        PyObject_GC_Track(instance)  # as the destructor expects it
    (<PyTypeObject *>FloatCore).tp_dealloc(instance)
    Py_DECREF(<PyObject *>cls)


cdef inline FloatCore made(type cls):
    """Return ``FloatCore.__new__(cls)``, without the detour over its name."""
    return <FloatCore>(<PyTypeObject *>FloatCore).tp_new(<PyTypeObject *>cls, (), NULL)


cdef inline FloatCore renewed(TapeCore tape):
    """Return a variable over floats for `tape`, in memory that is there, or in new."""
    global spares
    cdef PyObject *instance
    if spares == 0:
        result = made(variable)
        if tape.once:
            PyObject_GC_UnTrack(<PyObject *>result)
            result.untracked = True
        return result
    spares -= 1
    instance = spare[spares]
    Py_SET_REFCNT(instance, 1)
    result = <FloatCore>instance
    Py_DECREF(instance)  # `result` counts itself
    if not tape.once:
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
    if type(entry) is int:
        self.k, self.entry = entry, None
    else:
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
    cdef TapeCore tape
    cdef int64_t i
    if ready(x):
        tape, i = <TapeCore>x._tape, x.k
        if native(&x.number, &output, &partial) == 0 and tape.escaped is None:
            return written(tape, output, i, partial, NONE, 0.0)
    return None


cdef object recorded_pair(Native native, left, right):
    """Write an operation on two operands, one of them a variable or both; return None where that is not for native functions."""
    cdef double[2] inputs
    cdef double[2] partials
    cdef double output
    cdef FloatCore x, y
    cdef TapeCore tape
    cdef int64_t i, j
    if type(left) is variable:
        x = <FloatCore>left
        if not ready(x):
            return None
        tape, i = <TapeCore>x._tape, x.k
        inputs[0] = x.number
        if type(right) is variable:
            y = <FloatCore>right
            inputs[1], j = y.number, y.k
            if y._tape is tape and stands(y, tape) and native(inputs, &output, partials) == 0 and tape.escaped is None:
                return written(tape, output, i, partials[0], j, partials[1])
        elif as_double(right, &inputs[1]) and native(inputs, &output, partials) == 0 and tape.escaped is None:
            return written(tape, output, i, partials[0], NONE, 0.0)
    elif type(right) is variable:
        y = <FloatCore>right
        if ready(y) and as_double(left, &inputs[0]):
            tape, j = <TapeCore>y._tape, y.k
            inputs[1] = y.number
            if native(inputs, &output, partials) == 0 and tape.escaped is None:
                return written(tape, output, j, partials[1], NONE, 0.0)
    return None


cdef object ruled(PairCore pair, FloatCore x):
    """Write an operation on a variable down by the Python functions of its pair; return its result, or None where that is not for them."""
    cdef tuple rule = pair.rule_on_floats(1)
    cdef double partial
    if rule is None or not ready(x):
        return None
    value = x.number
    try:
        output = rule[0](value)
    except ArithmeticError:
        return None
    try:
        if type(output) is float and slope(rule[1], &partial, value, None, output) and ready(x):
            return written(<TapeCore>x._tape, PyFloat_AS_DOUBLE(output), x.k, partial, NONE, 0.0)
    except ArithmeticError:
        pass
    # A forward is called once.
    return x._tape.write(pair, (x,), (value,), (x.k,), {}, output)


cdef object ruled_pair(PairCore pair, left, right):
    """Do the same for two operands, one of them a variable or both."""
    cdef tuple rule = pair.rule_on_floats(2)
    cdef double d_i = 0.0, d_j = 0.0
    cdef int64_t i = NONE, j = NONE
    cdef TapeCore tape
    if rule is None:
        return None
    x, y = left, right
    if type(left) is variable:
        if not ready(<FloatCore>left):
            return None
        x, i, tape = (<FloatCore>left).number, (<FloatCore>left).k, (<FloatCore>left)._tape
        if type(right) is variable:
            if (<FloatCore>right)._tape is not tape or not stands(<FloatCore>right, tape):
                return None
            y, j = (<FloatCore>right).number, (<FloatCore>right).k
        elif type(right) is not float and type(right) is not int:
            return None
    elif not ready(<FloatCore>right) or (type(left) is not float and type(left) is not int):
        return None
    else:
        y, j, tape = (<FloatCore>right).number, (<FloatCore>right).k, (<FloatCore>right)._tape
    try:
        output = rule[0](x, y)
    except ArithmeticError:
        return None
    try:
        if (
            type(output) is float
            and (i == NONE or slope(rule[1], &d_i, x, y, output))
            and (j == NONE or slope(rule[2], &d_j, x, y, output))
            and tape.escaped is None
        ):
            if i == NONE:
                return written(tape, PyFloat_AS_DOUBLE(output), j, d_j, NONE, 0.0)
            return written(tape, PyFloat_AS_DOUBLE(output), i, d_i, j, d_j)
    except ArithmeticError:
        pass
    return tape.write(pair, (left, right), (x, y), (None if i == NONE else i, None if j == NONE else j), {}, output)


cdef bint slope(derivative, double *partial, x, y, output) except -1:
    """Write a partial derivative to `partial`; return whether it is a float, or an integer that a float holds exactly."""
    if type(derivative) is float:
        partial[0] = PyFloat_AS_DOUBLE(derivative)
        return True
    return as_double(derivative(x, output) if y is None else derivative(x, y, output), partial)


cdef inline FloatCore written(TapeCore tape, double output, int64_t i, double d_i, int64_t j, double d_j):
    cdef FloatCore result = renewed(tape)
    tape.write_row(tape.count, i, d_i, j, d_j)
    result._tape = tape
    result.number = output
    result.k = tape.count
    tape.count += 1
    return result


# Variables over other values.

cdef class KindsCore(dict):
    """The storage of the table of kinds."""

    cdef public object forwards


cdef KindsCore kind_table = KindsCore()
cdef dict overload_table = {}
cdef type call_class
cdef object slim
cdef object kept


def install_values(KindsCore kinds not None, overloads not None, type call not None, slimmed not None, keep not None):
    """Say where the tables are, which class records a call, and what makes its values smaller and safe from changes."""
    global kind_table, overload_table, call_class, slim, kept
    kind_table, overload_table, call_class, slim, kept = kinds, <dict>overloads, call, slimmed, keep


cdef inline object made_call(PairCore pair, tuple values, output, tuple parents, kind, dict params):
    """Return ``Call(pair, values, output, params, parents, kind)``, without the detour over its constructor."""
    call = (<PyTypeObject *>call_class).tp_alloc(<PyTypeObject *>call_class, 6)
    fill(call, 0, pair)
    fill(call, 1, values)
    fill(call, 2, output)
    fill(call, 3, params)
    fill(call, 4, parents)
    fill(call, 5, kind)
    return call


cdef inline void fill(call, Py_ssize_t place, item):
    Py_INCREF(item)
    PyTuple_SET_ITEM(call, place, item)


@cython.c_api_binop_methods(True)
cdef class ValueCore:
    """The storage of a variable over values that are no floats; operators and universal functions, which shorten those of its class."""

    cdef public object _value
    cdef public object _tape
    cdef public object _entry

    @classmethod
    def _new(cls, value, tape, entry):
        """Make the variable that stands at `entry` of `tape`."""
        cdef ValueCore self = stored(cls)
        self._value, self._tape, self._entry = value, tape, entry
        return self

    def __add__(left, right):
        return shortened(0, left, right)

    def __sub__(left, right):
        return shortened(1, left, right)

    def __mul__(left, right):
        return shortened(2, left, right)

    def __truediv__(left, right):
        return shortened(3, left, right)

    def __pow__(left, right, modulus):
        return shortened(4, left, right) if modulus is None else NotImplemented

    def __neg__(self):
        pair = overload_table.get(operators[5])
        if isinstance(pair, PairCore) and self._tape is not None:
            return self._tape.record_one(pair, self)
        return super(ValueCore, self).__neg__()

    def __array_ufunc__(self, ufunc, method, *inputs, **params):
        cdef tuple given = inputs
        if not params and len(given) <= 2 and method == "__call__" and self._tape is not None:
            pair = overload_table.get(ufunc)
            if isinstance(pair, PairCore):
                if len(given) == 1:
                    return self._tape.record_one(pair, self)
                if beside(self, given[0]) and beside(self, given[1]):
                    return self._tape.record_two(pair, given[0], given[1])
        return super(ValueCore, self).__array_ufunc__(ufunc, method, *inputs, **params)


cdef inline bint stands_on(ValueCore self, TapeCore tape):
    """Whether this variable belongs to a tape that still takes entries; one that is made at first need has no tape as yet."""
    return self._tape is tape and tape.escaped is None


cdef inline object value_of(arg):
    return (<FloatCore>arg).number if type(arg) is variable else (<ValueCore>arg)._value if isinstance(arg, ValueCore) else arg


cdef inline object entry_of(arg):
    return (<FloatCore>arg).k if type(arg) is variable else (<ValueCore>arg)._entry if isinstance(arg, ValueCore) else None


cdef object called(PairCore pair, tuple given, dict params):
    """Record a call whose variables are all of one level, over plain values; return its output, or None where that is not so.

    What `Tape.record` does in Python, shortened.
    """
    cdef TapeCore tape = None
    cdef ValueCore x
    cdef tuple values, parents
    for arg in given:
        if type(arg) is variable:
            if not ready(<FloatCore>arg) or not (tape is None or (<FloatCore>arg)._tape is tape):
                return None
            tape = (<FloatCore>arg)._tape
        elif isinstance(arg, ValueCore):
            x = arg
            if isinstance(x._value, Tracked) or type(x._tape) is not recorder or not (tape is None or x._tape is tape):
                return None
            tape = x._tape
        elif isinstance(arg, (Tracked, tuple)):
            return None
    if tape is None and not params:
        return pair.forward_for(given)(*given)
    if tape is None or tape.escaped is not None:
        return None
    if params:
        if not pair._is_complete(given):
            return None
        for value in params.values():
            if isinstance(value, Tracked):
                return None
    values = tuple([value_of(arg) for arg in given])
    parents = tuple([entry_of(arg) for arg in given])
    output = pair.forward_for(values)(*values, **params)
    # From here on nothing returns None: a forward is called once.
    kind = None if isinstance(output, (Tracked, tuple)) else kind_table.get(type(output)) or kind_table.find(type(output))
    if kind is None or kind.tuples or (kind.eager and not (type(output) is float and pair.derivative is None)):
        return tape.write(pair, given, values, parents, params, output)
    converted = kind.convert(output)
    if isinstance(converted, Tracked):
        return tape.write(pair, given, values, parents, params, output)
    return tape.write_output(pair, values, parents, params, converted, kind, given)


cdef inline ValueCore stored(cls):
    """Return ``ValueCore.__new__(cls)``, without the detour over its name."""
    return <ValueCore>(<PyTypeObject *>ValueCore).tp_new(<PyTypeObject *>cls, (), NULL)


cdef inline bint beside(ValueCore self, other):
    """Whether `other` is an operand of the level of `self`, or a plain number."""
    if isinstance(other, ValueCore):
        return (<ValueCore>other)._tape is self._tape
    return type(other) is float or type(other) is int or self._takes(other)


cdef object shortened(int place, left, right):
    """Answer for an operator on a variable and what may stand beside it; the Python method of the class answers for all else."""
    cdef ValueCore self
    pair = overload_table.get(operators[place])
    if isinstance(left, ValueCore):
        self = left
        if isinstance(pair, PairCore) and self._tape is not None and beside(self, right):
            return self._tape.record_two(pair, left, right)
        return method_beyond(self, place)(right)
    self = right
    if isinstance(pair, PairCore) and self._tape is not None and beside(self, left):
        return self._tape.record_two(pair, left, right)
    return reflected_beyond(self, place)(left)


cdef list names = [
    ("__add__", "__radd__"), ("__sub__", "__rsub__"), ("__mul__", "__rmul__"), ("__truediv__", "__rtruediv__"), ("__pow__", "__rpow__")
]

cdef object method_beyond(ValueCore self, int place):
    return getattr(super(ValueCore, self), names[place][0])


cdef object reflected_beyond(ValueCore self, int place):
    return getattr(super(ValueCore, self), names[place][1])


# The reverse sweep over other values.

def reverse_values(TapeCore tape not None, seeds, wanted, bint skip_zeros, bint exact, python):
    """Return the cotangents of the values numbered `wanted`, None where nothing arrives: what ``python.loop`` does.

    `python` has the rules of the sweep; an elementwise pair on small values is pulled back here.
    """
    cdef int64_t count = tape.count
    cdef list grads = [None] * count
    cdef list general = tape.general  # rules run Python, which may record on the tape or clear it
    cdef Py_ssize_t place = tape.length
    cdef Entry row
    cdef set keep = set(wanted)
    cdef tuple call
    for k, seed in seeds.items():
        grads[checked(count, k)] = seed
    deferred = python.deferred
    while place:
        place -= 1
        row = tape.rows[place]
        grad = grads[checked(count, row.k)]
        if grad is None or (skip_zeros and type(grad) is float and grad == 0.0):
            continue
        if isinstance(grad, deferred):
            grad = grads[row.k] = grad.settle()
        if row.k not in keep:
            grads[row.k] = None
        if row.i == CALL:
            call = <tuple>general[row.j]
            if not (pulled_small(grads, call, grad, exact, python) or (not exact and pulled_whole(grads, call, grad, python))):
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
    if count != 1:
        return False
    contribution = backward(args[0], output, grad, **params)
    if isinstance(contribution, (tuple, list)):
        return False
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
    if type(contribution) is float and type(value) is float and 0 <= parent < len(grads):
        return added_float(grads, parent, PyFloat_AS_DOUBLE(contribution), python)
    if kind is None or not kind.alike(contribution, value):
        contribution = python.fit(pair, "backward", contribution, value)
        kind = python.kind_of(contribution)
    return added(grads, parent, contribution, kind, python)


cdef int added_float(list grads, int64_t k, double contribution, python) except -1:
    """Add a contribution, a float, to the cotangent of value `k`, which exists."""
    grad = grads[k]
    if grad is None:
        grads[k] = contribution
    elif type(grad) is float:
        grads[k] = PyFloat_AS_DOUBLE(grad) + contribution
    else:
        python.accumulate(grads, k, contribution)
    return 0


cdef int multiplied(list grads, grad, k, partial, bint exact, python) except -1:
    kind = kind_table.get(type(grad))
    if kind is None:
        kind = python.kind_of(grad)
    return added(grads, k, kind.multiply(grad, partial) if exact else kind.product(grad, partial), kind, python)


cdef int added(list grads, Py_ssize_t k, contribution, kind, python) except -1:
    """Add a contribution of `kind` to the cotangent of value `k`."""
    if not 0 <= k < len(grads):
        raise IndexError(f"the tape has no value {k}")
    if contribution is not None:
        grad = grads[k]
        if grad is None:
            grads[k] = contribution
        elif kind.multiplies and type(contribution) is type(grad) and not kind.large(grad) and kind.alike(grad, contribution):
            grads[k] = grad + contribution
        else:
            grad = None  # the sum may be written into it, where nothing else holds it
            python.accumulate(grads, k, contribution)
    return 0


cdef bint pulled_small(list grads, tuple call, grad, bint exact, python) except -1:
    """Pull `grad` back through `call` where its pair is elementwise and its values are small; return whether that was so."""
    pair, output, kind = <object>call[0], call[2], call[5]
    cdef tuple args = call[1]
    cdef tuple parents = call[4]
    cdef Py_ssize_t place, count = len(args)
    derivative = pair.derivative
    if derivative is None or kind.eager or call[3] or kind.large(output) or count > 2 or len(derivative) != count:
        return False
    for place in range(count):
        parent, partial = parents[place], derivative[place]
        if parent is None or partial is None:
            continue
        slope = partial(args[0], output) if count == 1 else partial(args[0], args[1], output)
        contribution = kind.multiply(grad, slope) if exact else grad * slope if kind.multiplies else kind.product(grad, slope)
        if not kind.alike(contribution, args[place]):
            contribution = python.fit_slope(call, slope, contribution, grad, args[place])
        added(grads, parent, contribution, kind, python)
    return True
