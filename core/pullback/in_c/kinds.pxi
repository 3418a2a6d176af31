# Value kinds, and what they hand over in C.

cdef class KindCore:
    """The storage of a value kind."""

    cdef KindVTable *vtable
    cdef object owner

    def _set_vtable(self, vtable):
        """Take the functions for plain values of this kind, a capsule named "pullback.kind"."""
        self.vtable = <KindVTable *>PyCapsule_GetPointer(vtable, "pullback.kind")
        self.owner = vtable


cdef class KindsCore(dict):
    """The storage of the table of kinds."""

    cdef public object generation

    def note_generation(self):
        """Forget the kernels of the operators, which are of the generation before."""
        for place in range(OPERATORS):
            kernel_of[place] = NULL


cdef enum:
    SMALL = 1  # what `size` says
    LARGE = 2


cdef inline KindVTable *vtable_of(kind):
    return (<KindCore>kind).vtable if isinstance(kind, KindCore) else NULL


cdef inline KindVTable *vtable_for(value):
    """Return the functions for the kind of a plain value, or NULL."""
    cdef PyObject *kind = PyDict_GetItem(kind_table, type(value))
    return NULL if kind == NULL else vtable_of(<object>kind)


cdef inline bint is_large(value) except -1:
    """Whether a plain value is worth the trouble of not keeping it."""
    cdef KindVTable *vtable
    cdef int size
    if type(value) is float or type(value) is int:
        return False
    vtable = vtable_for(value)
    size = 0 if vtable == NULL else vtable.size(<PyObject *>value)
    if size == 0:
        kind = kind_table.get(type(value))
        return kind is not None and kind.large(value)
    return size == LARGE


cdef inline bint same_shape_and_type(kind, KindVTable *vtable, value, other) except -1:
    """Whether a value of `kind` has the shape and type of another."""
    return (vtable != NULL and vtable.same_shape_and_type(<PyObject *>value, <PyObject *>other)) or kind.same_shape_and_type(value, other)


cdef inline object constant(value):
    """Return a constant as a tape may keep it."""
    cdef KindVTable *vtable
    if type(value) is float or type(value) is int or type(value) is tuple or type(value) is str:
        return value
    vtable = vtable_for(value)
    if vtable != NULL and vtable.size(<PyObject *>value) == SMALL:
        copy = owned(vtable.keep(<PyObject *>value))
        if copy is not None:
            return copy
    return python_constant(value)


cdef inline object owned(PyObject *made):
    """Return what a function in C has made, or None where it leaves that to Python."""
    if made == NULL:
        return None
    result = <object>made
    Py_DECREF(made)
    return result
