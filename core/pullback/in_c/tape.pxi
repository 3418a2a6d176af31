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
    cdef Py_ssize_t waiting  # how many of the calls in `general` are on floats
    cdef int64_t count

    def __cinit__(self):
        self.floats = self.short = True
        self.general = []
        self.level = next_level()

    def __dealloc__(self):
        PyMem_Free(self.rows)

    @property
    def entries(self):
        """The entries as tuples ``(k, i, d_i, j, d_j)``, made when they are asked for."""
        return Entries(self)

    @property
    def flat(self):
        """The parts of all entries in one list, as the tape in Python has them."""
        return [part for entry in Entries(self) for part in entry]

    def variables(self, list values not None):
        """Return new variables over `values`, of which each is as its kind holds it, numbered one after the other."""
        cdef FloatCore x
        cdef ValueCore other
        cdef KindVTable *vtable
        cdef list made = []
        cdef bint floats = kind_table.get(float) is not None and kind_table[float].variable is variable
        if self.escaped is not None:
            self.escaped()
        for value in values:
            if type(value) is float and floats:
                x = renewed(not self.once)
                x._tape, x.number, x.k = self, PyFloat_AS_DOUBLE(value), self.count
                self.count += 1
                made.append(x)
            else:
                vtable = vtable_for(value)
                if vtable != NULL and vtable.size(<PyObject *>value) != 0:
                    kind = kind_table[type(value)]
                    other = stored(kind.variable)
                    other._value, other._tape, other._entry = value, self, self.count
                    self.count += 1
                    self.floats = False
                    self.kind = kind
                    made.append(other)
                else:
                    made.append(self.variable(value))
        return made

    def next(self):
        """Return the number of the next value."""
        return self.numbered()

    @cython.final
    cdef int64_t numbered(self) except -1:
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
        row.d_i = row.d_j = 0.0
        if i is None and type(d_i) is Call and self.known(k) != GENERAL:
            self.write_call(k, d_i)
            return
        row.i = self.known(i)
        row.j = NONE if j is None else self.known(j)
        if (
            self.known(k) == GENERAL or row.i == GENERAL or row.j == GENERAL
            or not as_double(d_i, &row.d_i) or not (j is None or as_double(d_j, &row.d_j))
        ):
            row.i, row.j = GENERAL, len(self.general)
            self.general.append(entry)
        self.write_row(row.k, row.i, row.d_i, row.j, row.d_j)

    def close(self):
        """End the recording: a variable that escaped from its differentiation can no longer be computed with."""
        self.end(python_escaped)

    def end(self, escaped):
        """End the recording: from now on, `escaped` is called, which raises."""
        self.size = self.numbered()
        self.escaped = escaped

    def clear(self):
        """Forget all entries."""
        self.length = self.waiting = 0
        self.general = []

    @cython.final
    cdef int grow(self) except -1:
        """Make room for more rows."""
        cdef Py_ssize_t capacity = self.capacity + (self.capacity >> 1) + 16
        cdef Entry *rows = <Entry *>PyMem_Realloc(self.rows, capacity * sizeof(Entry))
        if rows == NULL:
            raise MemoryError(f"no room for {capacity} entries of a tape")
        self.rows, self.capacity = rows, capacity
        return 0

    @cython.final
    cdef inline int reserve(self) except -1:
        """Make room for one more row."""
        return self.grow() if self.length == self.capacity else 0

    @cython.final
    cdef int write_call(self, int64_t k, Call call) except -1:
        """Write down that value `k` came from `call`."""
        self.general.append(call)
        return self.write_row(k, CALL, 0.0, len(self.general) - 1, 0.0)

    @cython.final
    cdef inline int write_row(self, int64_t k, int64_t i, double d_i, int64_t j, double d_j) except -1:
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
    """The entries of a tape, as a sequence of tuples. Who goes through them ends where the tape was cleared meanwhile."""

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
