# Value kinds, and what they hand over in C.

cdef class KindCore:
    """The storage of a value kind."""

    cdef KindNatives *natives
    cdef object owner

    def _set_natives(self, natives):
        """Take the functions for plain values of this kind, a capsule named "pullback.kind"."""
        self.natives = <KindNatives *>PyCapsule_GetPointer(natives, "pullback.kind")
        self.owner = natives


cdef class KindsCore(dict):
    """The storage of the table of kinds."""

    cdef public object forwards


cdef KindsCore kind_table = KindsCore()
cdef dict overload_table = {}

cdef enum:
    SMALL = 1  # what `size` says
    LARGE = 2


cdef inline KindNatives *natives_of(kind):
    return (<KindCore>kind).natives if isinstance(kind, KindCore) else NULL


cdef inline KindNatives *natives_for(value):
    """Return the functions for the kind of a plain value, or NULL."""
    cdef PyObject *kind = PyDict_GetItem(kind_table, type(value))
    return NULL if kind == NULL else natives_of(<object>kind)


cdef inline bint is_large(value) except -1:
    """Whether a plain value is worth the trouble of not keeping it."""
    cdef KindNatives *natives
    cdef int size
    if type(value) is float or type(value) is int:
        return False
    natives = natives_for(value)
    size = 0 if natives == NULL else natives.size(<PyObject *>value)
    if size == 0:
        kind = kind_table.get(type(value))
        return kind is not None and kind.large(value)
    return size == LARGE


cdef inline object given(PyObject *found):
    """Return what a native gave, or None where it leaves that to Python."""
    if found == NULL:
        return None
    result = <object>found
    Py_DECREF(found)
    return result
