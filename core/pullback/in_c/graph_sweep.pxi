# The sweep over a graph of free-standing variables: its nodes in the order of their numbers, and from there on as over a tape.

from cpython.list cimport PyList_New, PyList_SET_ITEM
from libc.math cimport signbit

cdef extern from "stdlib.h":
    void qsort(void *items, size_t count, size_t size, int (*compare)(const void *left, const void *right) noexcept)

cdef struct Lineage:
    Py_ssize_t size
    PyObject **nodes        # in the order in which they were made; the root, the last one, keeps all of them alive
    int *places             # of the two parents of each, NONE where there is none; CALL and the number of the call
    Py_ssize_t calls
    int64_t *inputs         # of each call, MOST for one
    bint floats             # whether a fast path is for it


cdef int let_go_lineage(Lineage *line) except -1:
    PyMem_Free(line.nodes)
    PyMem_Free(line.places)
    PyMem_Free(line.inputs)
    line.nodes, line.places, line.inputs = NULL, NULL, NULL
    return 0


cdef int traced(Node root, Lineage *line) except -1:
    """Find all that `root` came from. Runs no Python, so that the marks it leaves on the nodes meanwhile are its own."""
    cdef Py_ssize_t n
    line.size, line.calls, line.floats = 0, 0, True
    line.nodes, line.places, line.inputs = NULL, NULL, NULL
    try:
        collect(root, line)
        ordered(line)
        if line.floats:
            placed(line)
    except BaseException:
        unmark(line)
        let_go_lineage(line)
        raise
    unmark(line)
    return 0


cdef void unmark(Lineage *line) noexcept:
    cdef Py_ssize_t n
    for n in range(line.size):
        (<Node>line.nodes[n]).place = 0


cdef int collect(Node root, Lineage *line) except -1:
    """Write down each node once, in any order."""
    cdef Py_ssize_t capacity = 0, n = 0, place
    cdef PyObject *node
    cdef More more
    met(<PyObject *>root, line, &capacity)
    while n < line.size:
        node = line.nodes[n]
        n += 1
        if (<Node>node).first != NULL:
            met((<Node>node).first, line, &capacity)
            if (<Node>node).second != NULL:
                met((<Node>node).second, line, &capacity)
        elif (<Node>node).more is not None and (<Node>node).more.parents is not None:
            more = (<Node>node).more
            if more.call is not None and more.call.output_kind is None:  # on floats
                line.calls += 1
            else:
                line.floats = False
            for place in range(len(more.parents)):
                if more.parents[place] is not None:
                    met(PyTuple_GET_ITEM(more.parents, place), line, &capacity)
    return 0


cdef inline int met(PyObject *node, Lineage *line, Py_ssize_t *capacity) except -1:
    cdef PyObject **nodes
    if (<Node>node).place:
        return 0
    if line.size == capacity[0]:
        if line.size > 1 << 30:
            raise MemoryError("too many nodes for one sweep")
        capacity[0] += capacity[0] + 64
        nodes = <PyObject **>PyMem_Realloc(line.nodes, capacity[0] * sizeof(PyObject *))
        if nodes == NULL:
            raise MemoryError(f"no room for {capacity[0]} nodes")
        line.nodes = nodes
    line.nodes[line.size] = node
    line.size += 1
    (<Node>node).place = 1
    return 0


cdef int earlier(const void *left, const void *right) noexcept:
    cdef int64_t x = (<Node>(<PyObject **>left)[0]).serial
    cdef int64_t y = (<Node>(<PyObject **>right)[0]).serial
    return (x > y) - (x < y)


cdef int ordered(Lineage *line) except -1:
    """Sort the nodes by their numbers. Most were made one after the other, and have a place of their own among those of these numbers."""
    cdef Py_ssize_t n, old = 0, size = line.size, window = 2 * line.size + 64
    cdef int64_t last = (<Node>line.nodes[0]).serial
    cdef PyObject **slots = <PyObject **>PyMem_Calloc(window, sizeof(PyObject *))
    if slots == NULL:
        raise MemoryError(f"no room to sort {size} nodes")
    for n in range(size):
        if last - (<Node>line.nodes[n]).serial < window and slots[last - (<Node>line.nodes[n]).serial] == NULL:
            slots[last - (<Node>line.nodes[n]).serial] = line.nodes[n]
        else:
            line.nodes[old] = line.nodes[n]
            old += 1
    qsort(line.nodes, old, sizeof(PyObject *), earlier)
    for n in range(window - 1, -1, -1):
        if slots[n] != NULL:
            line.nodes[old] = slots[n]
            old += 1
    PyMem_Free(slots)
    for n in range(size):
        (<Node>line.nodes[n]).place = <int>(n + 1)
    return 0


cdef int placed(Lineage *line) except -1:
    """Write down where the parents of each node are."""
    cdef Py_ssize_t n, m, calls = 0
    cdef PyObject *node
    cdef More more
    line.places = <int *>PyMem_Realloc(NULL, max(line.size, 1) * 2 * sizeof(int))
    line.inputs = <int64_t *>PyMem_Realloc(NULL, max(line.calls, 1) * MOST * sizeof(int64_t))
    if line.places == NULL or line.inputs == NULL:
        raise MemoryError(f"no room for the parents of {line.size} nodes")
    for n in range(line.size):
        node = line.nodes[n]
        line.places[2 * n] = NONE if (<Node>node).first == NULL else (<Node>(<Node>node).first).place - 1
        line.places[2 * n + 1] = NONE if (<Node>node).second == NULL else (<Node>(<Node>node).second).place - 1
        more = (<Node>node).more
        if more is not None and more.parents is not None:
            line.places[2 * n], line.places[2 * n + 1] = CALL, <int>calls
            for m in range(len(more.parents)):
                parent = more.parents[m]
                line.inputs[MOST * calls + m] = NONE if parent is None else (<Node>parent).place - 1
            calls += 1
    return 0


@cython.final
cdef class Swept:
    """The gradients that a sweep over floats has found. Called, it adds them to those of the nodes."""

    cdef Node root
    cdef Lineage line
    cdef double *grads
    cdef char *arrived   # whether something has, where a call is about: else everything does, if only a zero

    def __dealloc__(self):
        let_go_lineage(&self.line)
        PyMem_Free(self.grads)
        PyMem_Free(self.arrived)

    cdef bint run(self, double grad) except -1:
        """Sweep; return whether all went well, else the general path has to be asked."""
        cdef Py_ssize_t n, m
        cdef int i, j
        cdef double *grads
        cdef char *arrived
        cdef Call call
        cdef Lineage *line = &self.line
        cdef PyObject *node
        traced(self.root, line)
        if not line.floats:
            return False
        self.grads = grads = <double *>PyMem_Calloc(line.size, sizeof(double))
        self.arrived = arrived = <char *>PyMem_Calloc(line.size, 1)
        if grads == NULL or arrived == NULL:
            raise MemoryError(f"no room for the cotangents of {line.size} nodes")
        if line.calls:
            # As in the general path, a first contribution is taken as it is, a negative zero too.
            for n in range(line.size):
                grads[n] = -0.0
        grads[line.size - 1] = grad
        arrived[line.size - 1] = 1
        for n in range(line.size - 1, -1, -1):
            grad = grads[n]
            i, j = line.places[2 * n], line.places[2 * n + 1]
            if grad == 0.0 or i == NONE:
                continue
            node = line.nodes[n]
            if i >= 0:
                grads[i] += grad * (<Node>node).d_first
                arrived[i] = 1
                if j >= 0:
                    grads[j] += grad * (<Node>node).d_second
                    arrived[j] = 1
                continue
            call = (<Node>node).more.call
            entries = entries_of(&line.inputs[MOST * j], len(call.args))
            call = recorded_call(call.primitive, call.args, call.output, None, NULL, entries, None)
            try:
                if not pulled(call, PyFloat_FromDouble(grad), grads, line.size, None):
                    return False
            except (TypeError, ValueError):
                return False  # the general path says which rule it was
            for m in range(len(call.args)):
                i = <int>line.inputs[MOST * j + m]
                if i != NONE:
                    arrived[i] |= 2  # perhaps
        for n in range(line.size):
            if grads[n] != grads[n] or (line.calls and arrived[n] == 2 and grads[n] == 0.0 and signbit(grads[n])):
                return False
        return True

    def __call__(self):
        cdef Py_ssize_t n
        cdef Node node
        cdef double grad
        for n in range(self.line.size):
            grad = self.grads[n]
            if self.line.calls and not self.arrived[n]:
                continue
            node = <Node>self.line.nodes[n]
            if node.more is not None and node.more.grad is not None:
                node.grad = node.more.grad + grad
            else:
                node.gradient = node.gradient + grad if node.state & ARRIVED else grad
                node.state |= ARRIVED


def swept_floats(Node root not None, double grad):
    """The fast path of `reverse_entries`: floats only. Return what adds the gradients found to those of the nodes.

    None, for anything else or a nan, asks for the general path.
    """
    cdef Swept swept = Swept.__new__(Swept)
    swept.root = root
    if swept.run(grad):
        return swept
    return None if swept.line.floats else _pure.swept_floats(root, grad)


def ancestry(Node root not None):
    """Return `root` and all that it came from, in the order in which they were made."""
    cdef Py_ssize_t n
    cdef Lineage line
    cdef list nodes
    traced(root, &line)
    try:
        nodes = PyList_New(line.size)
        for n in range(line.size):
            node = <object>line.nodes[n]
            Py_INCREF(node)
            PyList_SET_ITEM(nodes, n, node)
    finally:
        let_go_lineage(&line)
    return nodes
