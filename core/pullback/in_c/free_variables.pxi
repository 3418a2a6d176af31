# Free-standing variables over floats: an operation makes a variable and a node.

cdef extern from "Python.h":
    ctypedef class builtins.float [object PyFloatObject, check_size ignore]:
        cdef double ob_fval

cdef object free_graph = None   # the recorder of all of them
cdef type float_variable = FloatVarCore
cdef object float_kind = None
cdef object python_grad, python_variable, python_float  # the property, and what makes variables, where C has no answer


@cython.c_api_binop_methods(True)
cdef class FloatVarCore(float):
    """The storage of a free-standing variable that is a float, and its operators."""

    cdef Node node
    cdef bint untracked  # by the garbage collector

    @property
    def _tape(self):
        return free_graph

    @_tape.setter
    def _tape(self, tape):
        if tape is not free_graph:
            raise TypeError("a variable that is a float belongs to no tape")

    @property
    def _value(self):
        return PyFloat_FromDouble(self.ob_fval)

    @_value.setter
    def _value(self, value):
        if value != self.ob_fval and value == value:
            raise TypeError("a variable that is a float keeps its value")

    @property
    def _entry(self):
        return self.node

    @_entry.setter
    def _entry(self, Node entry not None):
        follow_float(self)
        self.node = entry

    @property
    def grad(self):
        """The gradient that `backprop` has accumulated here, zero at first. Assign 0.0 to start anew."""
        return gradient_of(self, self.node)

    @grad.setter
    def grad(self, grad):
        python_grad.__set__(self, grad)

    @grad.deleter
    def grad(self):
        python_grad.__delete__(self)

    def __add__(left, right):
        return free_binary(0, left, right)

    def __sub__(left, right):
        return free_binary(1, left, right)

    def __mul__(left, right):
        return free_binary(2, left, right)

    def __truediv__(left, right):
        return free_binary(3, left, right)

    def __pow__(left, right, modulus):
        return free_binary(4, left, right) if modulus is None else NotImplemented

    def __neg__(self):
        return free_unary(5, self)

    def __abs__(self):
        return free_unary(6, self)

    def __bool__(self):
        return self.ob_fval != 0.0

    def __hash__(self):
        return object.__hash__(self)

    def __richcmp__(self, other, int how):
        cdef double y
        if type(other) is float_variable:
            return compared(self.ob_fval, (<FloatVarCore>other).ob_fval, how)
        if as_double(other, &y):
            return compared(self.ob_fval, y, how)
        return PyObject_RichCompare(self._value, other._value if isinstance(other, Tracked) else other, how)


cdef object free_binary(int place, left, right):
    """Answer for an operator, by the kernel or else by the Python method."""
    cdef Kernel kernel = kernel_for(place)
    if kernel != NULL:
        result = free_pair(kernel, left, right)
        if result is not None:
            return result
    if isinstance(left, FloatVarCore):
        return method_of[place](left, right)
    return reflected_of[place](right, left)


cdef object free_unary(int place, self):
    cdef Kernel kernel = kernel_for(place)
    if kernel != NULL:
        result = free_one(kernel, self)
        if result is not None:
            return result
    return method_of[place](self)


cdef int start_free(runtime) except -1:
    """Take what the layers above bring for free-standing variables."""
    global free_graph, float_variable, float_kind, python_grad, python_variable, python_float
    cdef type base = runtime.base, cls = runtime.float_variable
    if not issubclass(cls, FloatVarCore):
        raise TypeError("the class of variables that are floats does not derive from that of this core")
    if cls is FloatVarCore or cls.__basicsize__ != FloatVarCore.__basicsize__ or cls.__dictoffset__ or cls.__weakrefoffset__:
        raise TypeError(f"{cls.__name__} has more to look after than `let_go_float` does")
    free_graph, float_variable, float_kind, python_grad = runtime.graph, cls, runtime.float_kind, base.grad
    if base.__new__ is not new_variable:
        python_variable = base.__new__
        base.__new__ = variable.__new__ = staticmethod(new_variable)
    if cls.__new__ is not new_float:
        python_float = cls.__new__
        cls.__new__ = staticmethod(new_float)
    # Its bases in Python come first, so that a float has the methods of a variable: of these, C has its own.
    cls.grad = FloatVarCore.grad
    cdef PyNumberMethods *ours = (<PyTypeObject *>FloatVarCore).tp_as_number
    cdef PyNumberMethods *derived = (<PyTypeObject *>cls).tp_as_number
    derived.nb_add, derived.nb_subtract = ours.nb_add, ours.nb_subtract
    derived.nb_multiply, derived.nb_true_divide = ours.nb_multiply, ours.nb_true_divide
    derived.nb_power, derived.nb_negative = ours.nb_power, ours.nb_negative
    derived.nb_absolute, derived.nb_bool = ours.nb_absolute, ours.nb_bool
    (<PyTypeObject *>cls).tp_richcompare = (<PyTypeObject *>FloatVarCore).tp_richcompare
    (<PyTypeObject *>cls).tp_dealloc = let_go_float
    return 0


cdef PyObject *spare_floats[ROOM]
cdef int floats_spared = 0


cdef void let_go_float(PyObject *instance) noexcept:
    """The destructor of the variable that is a float: it has no slots, no dictionary and no weak references to look after."""
    global floats_spared
    cdef PyTypeObject *cls = Py_TYPE(instance)
    if cls == <PyTypeObject *>float_variable and floats_spared < ROOM:
        if not (<FloatVarCore>instance).untracked:
            PyObject_GC_UnTrack(instance)
            (<FloatVarCore>instance).untracked = True
        (<FloatVarCore>instance).node = None
        if floats_spared < ROOM:  # what was let go of may have let go of others
            spare_floats[floats_spared] = instance
            floats_spared += 1
            return
    if (<FloatVarCore>instance).untracked:
        PyObject_GC_UnTrack(instance)  # a class that was put in the place of its own may have had it followed
        PyObject_GC_Track(instance)  # as the destructor expects it
    (<PyTypeObject *>FloatVarCore).tp_dealloc(instance)
    Py_DECREF(<PyObject *>cls)


cdef inline void follow_float(FloatVarCore self):
    """Let the garbage collector follow a variable."""
    if self.untracked:
        self.untracked = False
        PyObject_GC_Track(<PyObject *>self)


cdef FloatVarCore free_float(Node node, double value):
    """Return a variable that is a float."""
    global floats_spared
    cdef FloatVarCore result
    cdef PyObject *instance
    if floats_spared == 0:
        result = <FloatVarCore>(<PyTypeObject *>FloatVarCore).tp_new(<PyTypeObject *>float_variable, (), NULL)
        PyObject_GC_UnTrack(<PyObject *>result)
        result.untracked = True
    else:
        floats_spared -= 1
        instance = spare_floats[floats_spared]
        Py_SET_REFCNT(instance, 1)
        result = <FloatVarCore>instance
        Py_DECREF(instance)  # `result` counts itself
    result.ob_fval = value
    result.node = node
    if node.state & FOLLOWED:
        follow_float(result)
    return result


cdef FloatCore free_variable(Node node, double value):
    """Return a variable over a float."""
    cdef FloatCore result = renewed(False)
    result._tape = free_graph
    result.number = value
    result.k = NONE
    result.entry = node
    if node.state & FOLLOWED:
        track(result)
    return result


def new_variable(cls, value):
    """Return ``Variable(value)``: that of Python, shortened for a float."""
    if type(value) is float and PyDict_GetItem(kind_table, float) == <PyObject *>float_kind:
        return free_variable(new_node(), PyFloat_AS_DOUBLE(value))
    return python_variable(cls, value)


def new_float(cls, value):
    """Return ``float_var(value)`` likewise."""
    if type(value) is float and cls is float_variable:
        return free_float(new_node(), PyFloat_AS_DOUBLE(value))
    return python_float(cls, value)


cdef inline object free_result(Node node, double value, bint as_float):
    return free_float(node, value) if as_float else free_variable(node, value)


cdef inline object gradient_of(self, node):
    """Return the gradient of a variable with a node, which starts at zero."""
    if type(node) is Node and (<Node>node).more is None:
        return (<Node>node).gradient if (<Node>node).state & ARRIVED else 0.0
    return python_grad.__get__(self, type(self))


cdef inline Node node_of(value, double *number, bint *as_float):
    """Return the node of a free-standing variable over a float, and write its value; None for anything else."""
    if type(value) is variable:
        if (<FloatCore>value)._tape is free_graph and (<FloatCore>value).value is None and type((<FloatCore>value).entry) is Node:
            number[0] = (<FloatCore>value).number
            as_float[0] = False
            return <Node>(<FloatCore>value).entry
    elif type(value) is float_variable:
        number[0] = (<FloatVarCore>value).ob_fval
        return (<FloatVarCore>value).node
    return None


cdef object free_one(Kernel kernel, arg):
    """Return the result of an operation on a free-standing variable, or None where that is not for kernels."""
    cdef double value, output, slope
    cdef bint as_float = True
    cdef Node parent = node_of(arg, &value, &as_float)
    cdef Node node
    if parent is None or kernel(&value, &output, &slope) != 0:
        return None
    node = new_node()
    descend(node, parent, slope)
    return free_result(node, output, as_float)


cdef object free_pair(Kernel kernel, left, right):
    """Return the result of an operation on two operands, one of them a free-standing variable or both; None likewise."""
    cdef double[2] operands
    cdef double[2] slopes
    cdef double output
    cdef bint as_float = True
    cdef Node node
    cdef Node x = node_of(left, &operands[0], &as_float)
    cdef Node y = node_of(right, &operands[1], &as_float)
    if x is None and (y is None or not as_double(left, &operands[0])):
        return None
    if y is None and not as_double(right, &operands[1]):
        return None
    if kernel(operands, &output, slopes) != 0:
        return None
    node = new_node()
    if x is None:
        descend(node, y, slopes[1])
    else:
        descend(node, x, slopes[0])
        if y is not None:
            descend_too(node, y, slopes[1])
    return free_result(node, output, as_float)


cdef object free_call(PairCore pair, tuple inputs):
    """Return the output of a call of a pair on floats, some of them free-standing variables; None where that is not for this path."""
    cdef Py_ssize_t place, active = 0, count = len(inputs)
    cdef int64_t[MOST] parents
    cdef bint integers = False, as_float = True
    cdef double number
    cdef Node node
    cdef tuple values, nodes
    cdef PlanCore plan = pair.on_floats
    for arg in inputs:
        if type(arg) is float_variable or (type(arg) is variable and (<FloatCore>arg)._tape is free_graph):
            break
    else:
        return None
    if plan is not None and plan.inputs == count:
        return free_one(plan.kernel, inputs[0]) if count == 1 else free_pair(plan.kernel, inputs[0], inputs[1])
    if count > MOST:
        return None
    values, nodes = PyTuple_New(count), PyTuple_New(count)
    for place in range(count):
        arg = inputs[place]
        parents[place] = NONE
        node = node_of(arg, &number, &as_float)
        if node is not None:
            parents[place] = active
            active += 1
            arg = PyFloat_FromDouble(number)
        elif type(arg) is int and as_double(arg, &number):
            integers = True
        elif type(arg) is not float:
            return None
        fill(values, place, arg)
        fill(nodes, place, node)
    if active == 0:
        return None
    if plan is None:
        plan = pair.plan_on_floats()
    rules = pair._backward if pair.slopes is None else pair.slopes
    if plan is None or rules is None or (type(rules) is tuple and len(<tuple>rules) != count):
        return None
    output = PyObject_Call(pair.forward_for(values) if integers else plan.forward, values, NULL)
    if type(output) is float:
        result = (
            free_sloped(pair, values, nodes, parents, output, integers, as_float) if pair.slopes is not None and active <= 2
            else free_waiting(pair, values, nodes, output, integers, as_float)
        )
        if result is not None:
            return result
    return free_graph.write(pair, inputs, values, nodes, {}, output)


cdef object free_sloped(PairCore pair, tuple values, tuple nodes, const int64_t *parents, output, bint integers, bint as_float):
    """Return what came from one variable or two as a variable; None where the partial derivatives are not for C."""
    cdef Py_ssize_t place
    cdef double[2] slopes
    cdef Node node
    if not taken_slopes(pair, values, parents, output, integers, slopes):
        return None
    node = new_node()
    for place in range(len(nodes)):
        if parents[place] == 0:
            descend(node, <Node>nodes[place], slopes[0])
        elif parents[place] == 1:
            descend_too(node, <Node>nodes[place], slopes[1])
    return free_result(node, PyFloat_AS_DOUBLE(output), as_float)


cdef object free_waiting(PairCore pair, tuple values, tuple nodes, output, bint integers, bint as_float):
    """Return the output of a call whose rules wait for the sweep as a variable."""
    cdef Node node = new_node()
    cdef More more = more_of(node)
    if integers and pair.slopes is not None:
        values = promoted(pair, values)
    more.parents, more.partials, more.call = nodes, (), recorded_call(pair, values, output, None, NULL, (), None)
    return free_result(node, PyFloat_AS_DOUBLE(output), as_float)
