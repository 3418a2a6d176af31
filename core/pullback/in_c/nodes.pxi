# The nodes of free-standing variables. No scope says when these end, so each holds a node, and a node the nodes that it came from: what
# nothing refers to is freed by reference counting, one after the other and without recursion. A node of floats is no object that the
# garbage collector has to follow: it can only reach older ones of its kind.

cdef extern from "Python.h":
    Py_ssize_t Py_REFCNT(PyObject *instance)
    void PyObject_GC_Del(void *instance)
    Py_ssize_t tuple_size "PyTuple_GET_SIZE"(PyObject *instance)
    PyObject *tuple_item "PyTuple_GET_ITEM"(PyObject *instance, Py_ssize_t place)
    void set_item "PyTuple_SET_ITEM"(PyObject *instance, Py_ssize_t place, PyObject *item)

cdef int64_t last_number = 0  # of the node that was made last

# A gradient that is a variable may close a cycle through an object of a user, in a call of its graph, that holds variables and nodes which
# nobody follows. So as long as there is such a gradient, whatever is made is followed: what is overlooked before cannot add up.
cdef Py_ssize_t variable_gradients = 0

cdef enum:
    FOLLOWED = 1   # by the garbage collector
    LINEAGE = 2    # and so are all that it came from
    ARRIVED = 4    # it has a gradient


@cython.final
cdef class More:
    """What a node holds that is neither a float nor a partial derivative that is one."""

    cdef tuple parents    # the nodes of the inputs, None for a constant; None where the node itself holds them
    cdef tuple partials   # the partial derivatives, where they are no floats
    cdef Call call        # the call whose rule waits: without its parents
    cdef object grad      # the gradient, where it is no float
    cdef bint counted     # among the gradients that are variables

    def __dealloc__(self):
        self.count(False)

    cdef void count(self, bint counted) noexcept:
        global variable_gradients
        variable_gradients += counted - self.counted
        self.counted = counted


@cython.final
cdef class Node:
    """One value: the nodes it came from, with the partial derivatives, or the call whose rule waits for the sweep."""

    cdef PyObject *first    # owned; NULL where there is none
    cdef PyObject *second
    cdef double d_first
    cdef double d_second
    cdef double gradient
    cdef int64_t serial     # the number of the node
    cdef int place          # in the sweep that is being prepared, counted from 1, or 0
    cdef int state
    cdef More more

    def __init__(self, tuple parents=(), tuple partials=(), call=None):
        cdef Py_ssize_t count = len(parents)
        if self.serial or self.first != NULL or self.more is not None:
            raise TypeError("a node is made once")
        count_in(self)
        PyObject_GC_UnTrack(<PyObject *>self)
        if call is None and count <= 2 and len(partials) == count and (count == 0 or all_floats(partials)):
            if count > 0:
                descend(self, <Node?>parents[0], PyFloat_AS_DOUBLE(partials[0]))
            if count > 1:
                descend_too(self, <Node?>parents[1], PyFloat_AS_DOUBLE(partials[1]))
            return
        if call is not None:
            parents = call.parents
        for parent in parents:
            if type(parent) is not Node and (call is None or parent is not None):
                raise TypeError("the parents of a node are nodes")
        more = more_of(self)
        more.parents, more.partials = parents, partials
        if call is not None:
            more.call = call._replace(parents=())

    @property
    def parents(self):
        """The nodes of the inputs that are no constants."""
        if self.more is not None and self.more.parents is not None:
            return tuple([parent for parent in self.more.parents if parent is not None])
        if self.second != NULL:
            return <object>self.first, <object>self.second
        return (<object>self.first,) if self.first != NULL else ()

    @property
    def partials(self):
        """The partial derivatives by them, where there is no call."""
        if self.more is not None and self.more.parents is not None:
            return self.more.partials
        if self.second != NULL:
            return self.d_first, self.d_second
        return (self.d_first,) if self.first != NULL else ()

    @property
    def call(self):
        """The call whose rule waits for the sweep, or None."""
        if self.more is None or self.more.call is None:
            return None
        call = <Call>self.more.call
        return recorded_call(call.primitive, call.args, call.output, call.output_kind, NULL, self.more.parents, call.named)

    @property
    def order(self):
        """The number of the node: it is greater than those of the nodes it came from."""
        return self.serial

    @property
    def grad(self):
        """The gradient, or None where nothing has arrived."""
        if self.more is not None and self.more.grad is not None:
            return self.more.grad
        return self.gradient if self.state & ARRIVED else None

    @grad.setter
    def grad(self, grad):
        if type(grad) is float:
            self.gradient = PyFloat_AS_DOUBLE(grad)
            self.state |= ARRIVED
            if self.more is not None:
                self.more.count(False)
                self.more.grad = None
        else:
            more_of(self).count(isinstance(grad, Tracked))
            self.more.grad = grad
            self.state &= ~ARRIVED
            if isinstance(grad, Tracked) and type(grad._entry) is Node:
                follow_lineage(grad)


cdef More more_of(Node node):
    """Return the rest of `node`, which the garbage collector has to follow from now on."""
    if node.more is None:
        node.more = More.__new__(More)
        follow(node)
    return node.more


cdef void follow(Node node):
    """Let the garbage collector follow `node`."""
    if not node.state & FOLLOWED:
        node.state |= FOLLOWED
        PyObject_GC_UnTrack(<PyObject *>node)  # it is followed where Python has made it
        PyObject_GC_Track(<PyObject *>node)


cdef int follow_lineage(grad) except -1:
    """Let the garbage collector follow a variable that has become a gradient, and all that it came from: this may close a cycle."""
    cdef Node node
    cdef list nodes = [grad._entry]
    if type(grad) is float_variable:
        follow_float(<FloatVarCore>grad)
    elif isinstance(grad, FloatCore):
        track(<FloatCore>grad)
    while nodes:
        node = nodes.pop()
        follow(node)
        if not node.state & LINEAGE:
            node.state |= LINEAGE
            nodes.extend(node.parents)
    return 0


# The memory of some nodes that died is kept for those that come.

cdef PyObject *spare_nodes[ROOM]
cdef int nodes_spared = 0


cdef inline void count_in(Node node):
    global last_number
    last_number += 1
    node.serial = last_number


cdef inline Node new_node():
    """Return a node that comes from nowhere yet."""
    global nodes_spared
    cdef PyObject *instance
    if nodes_spared == 0:
        result = <Node>Node.__new__(Node)
        PyObject_GC_UnTrack(<PyObject *>result)
    else:
        nodes_spared -= 1
        instance = spare_nodes[nodes_spared]
        Py_SET_REFCNT(instance, 1)
        result = <Node>instance
        Py_DECREF(instance)  # `result` counts itself
    count_in(result)
    if variable_gradients > 0:
        follow(result)
    return result


cdef inline void descend(Node node, Node parent, double slope):
    """Let `node` come from `parent`."""
    Py_INCREF(parent)
    node.first, node.d_first = <PyObject *>parent, slope
    if parent.state & FOLLOWED:
        follow(node)


cdef inline void descend_too(Node node, Node parent, double slope):
    """Let `node` come from `parent` besides."""
    Py_INCREF(parent)
    node.second, node.d_second = <PyObject *>parent, slope
    if parent.state & FOLLOWED:
        follow(node)


cdef inline PyObject *doomed(PyObject *node, PyObject *waiting) noexcept:
    """Let go of one reference to `node`; where it is the last one, put the node before `waiting`, those that are about to die."""
    if Py_REFCNT(node) > 1:
        Py_DECREF(node)
        return waiting
    PyObject_GC_UnTrack(node)
    (<Node>node).serial = <int64_t><uintptr_t>waiting
    return node


# A node may hold what holds other nodes: a gradient that is a variable, a call that an object of a user is in. Their destructors come
# back here, so many times inside one another and no more.

cdef enum:
    NESTED_BURIALS = 50

cdef int burials = 0               # that have begun and not ended
cdef PyObject *postponed = NULL    # nodes that wait for the outermost one


cdef void bury(PyObject *instance) noexcept:
    """The destructor of nodes."""
    global burials, postponed
    PyObject_GC_UnTrack(instance)
    if burials >= NESTED_BURIALS:
        (<Node>instance).serial = <int64_t><uintptr_t>postponed
        postponed = instance
        return
    burials += 1
    take_apart(instance)
    while burials == 1 and postponed != NULL:
        instance = postponed
        postponed = <PyObject *><uintptr_t>(<Node>instance).serial
        take_apart(instance)
    burials -= 1


cdef void take_apart(PyObject *instance) noexcept:
    """Free a node that nothing refers to, and those that only it has kept."""
    global nodes_spared
    cdef PyObject *waiting
    cdef PyObject *first
    cdef PyObject *second
    cdef PyObject *parents
    cdef PyObject *parent
    cdef Py_ssize_t place
    (<Node>instance).serial = 0
    waiting = instance
    while waiting != NULL:
        instance = waiting
        waiting = <PyObject *><uintptr_t>(<Node>instance).serial
        first, second = (<Node>instance).first, (<Node>instance).second
        (<Node>instance).first = (<Node>instance).second = NULL
        if first != NULL:
            waiting = doomed(first, waiting)
        if second != NULL:
            waiting = doomed(second, waiting)
        if (<PyObject *>(<Node>instance).more) != <PyObject *>None:
            parents = <PyObject *>(<Node>instance).more.parents
            if Py_REFCNT(<PyObject *>(<Node>instance).more) == 1 and parents != <PyObject *>None and Py_REFCNT(parents) == 1:
                for place in range(tuple_size(parents)):
                    parent = tuple_item(parents, place)
                    if parent != NULL and Py_TYPE(parent) == <PyTypeObject *>Node:
                        set_item(parents, place, NULL)
                        waiting = doomed(parent, waiting)
            (<Node>instance).more = None  # which may run anything
        (<Node>instance).serial = (<Node>instance).place = (<Node>instance).state = 0
        if nodes_spared < ROOM:
            spare_nodes[nodes_spared] = instance
            nodes_spared += 1
        else:
            Py_DECREF(<PyObject *>None)  # in the place of `more`
            PyObject_GC_Del(instance)


cdef int look_through(PyObject *instance, visitproc visit, void *arg) noexcept:
    """What a node shows to the garbage collector."""
    cdef int found = visit(<PyObject *>(<Node>instance).more, arg)
    if not found and (<Node>instance).first != NULL:
        found = visit((<Node>instance).first, arg)
    if not found and (<Node>instance).second != NULL:
        found = visit((<Node>instance).second, arg)
    return found


(<PyTypeObject *>Node).tp_dealloc = bury
(<PyTypeObject *>Node).tp_traverse = look_through
