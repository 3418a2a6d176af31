# What a value kind may hand to the compiled core: C functions for its plain values, in a capsule named "pullback.kind".

from cpython.object cimport PyObject

ctypedef struct KindVTable:
    # 1 for a plain value of numbers as variables hold it, 2 for one that is large, 0 for whatever else.
    int (*size)(PyObject *value) noexcept
    # Whether one plain value has the shape and type of another.
    bint (*same_shape_and_type)(PyObject *value, PyObject *other) noexcept
    # Whether a plain value shares its memory with no other.
    bint (*owns_memory)(PyObject *value) noexcept
    # Whether a plain value stands beside a variable as it is.
    bint (*is_plain_operand)(PyObject *value) noexcept
    # New references, or NULL where that is for Python; the first argument is one that `size` finds small.
    PyObject *(*keep)(PyObject *value) except? NULL
    PyObject *(*plain_product)(PyObject *cotangent, PyObject *partial) except? NULL
    PyObject *(*sum)(PyObject *left, PyObject *right) except? NULL
    # What a forward makes of one value, `y` NULL, or of two; NULL where it has to be called.
    PyObject *(*forward)(PyObject *function, PyObject *x, PyObject *y) except? NULL
