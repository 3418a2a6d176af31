# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Memory for the large arrays of a differentiation: what one of them leaves, the next one takes.

The system gives large blocks out page by page, each filled with zeros at first touch, and that costs more than most arithmetic on
them. NumPy lets a context choose who allocates (NEP 49): here dead blocks are kept, by their size, no more of them than are in use.
"""

cimport numpy as cnp
from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_New
from cpython.ref cimport PyObject
from libc.stdlib cimport calloc, free
from libc.string cimport memset, strcpy

__all__ = ["Arena"]

cnp.import_array()

cdef extern from "numpy/arrayobject.h":
    PyObject *PyDataMem_DefaultHandler

cdef enum:
    ROOM = 64

cdef struct Block:
    void *place
    size_t size

cdef struct Store:
    cnp.PyDataMem_Handler handler    # first: NumPy takes the address of a store for that of its handler
    cnp.PyDataMem_Handler *beneath   # who allocates for it
    size_t smallest                  # smaller blocks are left to those beneath
    size_t most                      # bytes that dead blocks may have together
    size_t live                      # bytes in use
    size_t kept                      # bytes in the dead blocks
    int count
    bint closed
    Block blocks[ROOM]


cdef void *take(void *context, size_t size) noexcept:
    """Return a dead block of this size, or NULL."""
    cdef Store *store = <Store *>context
    cdef int n = store.count
    while n > 0:
        n -= 1
        if store.blocks[n].size == size:
            place = store.blocks[n].place
            store.count -= 1
            store.kept -= size
            store.blocks[n] = store.blocks[store.count]
            return place
    return NULL


cdef void *allocate(void *context, size_t size) noexcept:
    cdef Store *store = <Store *>context
    cdef void *place = NULL
    if size < store.smallest:
        return store.beneath.allocator.malloc(store.beneath.allocator.ctx, size)
    place = take(context, size)
    if place == NULL:
        place = store.beneath.allocator.malloc(store.beneath.allocator.ctx, size)
    if place != NULL:
        store.live += size
    return place


cdef void *allocate_zeros(void *context, size_t count, size_t each) noexcept:
    cdef Store *store = <Store *>context
    cdef void *place = NULL
    if each == 0 or count * each < store.smallest or count * each / each != count:
        return store.beneath.allocator.calloc(store.beneath.allocator.ctx, count, each)
    place = take(context, count * each)
    if place != NULL:
        memset(place, 0, count * each)
    else:
        place = store.beneath.allocator.calloc(store.beneath.allocator.ctx, count, each)
    if place != NULL:
        store.live += count * each
    return place


cdef void *reallocate(void *context, void *place, size_t size) noexcept:
    # How large the block was is not told, so what is live is counted too low or too high from here on; it only bounds what is kept.
    cdef Store *store = <Store *>context
    return store.beneath.allocator.realloc(store.beneath.allocator.ctx, place, size)


cdef void let_go(void *context, void *place, size_t size) noexcept:
    cdef Store *store = <Store *>context
    if size >= store.smallest:
        store.live -= min(size, store.live)
        if not store.closed and store.count < ROOM and store.kept + size <= min(store.most, store.live + size):
            store.blocks[store.count].place, store.blocks[store.count].size = place, size
            store.count += 1
            store.kept += size
            return
    store.beneath.allocator.free(store.beneath.allocator.ctx, place, size)


cdef void empty(Store *store) noexcept:
    while store.count > 0:
        store.count -= 1
        store.beneath.allocator.free(
            store.beneath.allocator.ctx, store.blocks[store.count].place, store.blocks[store.count].size
        )
    store.kept = 0


cdef void forget(object capsule) noexcept:
    """The destructor of the capsule, to which each array holds on that has its memory from here."""
    cdef Store *store = <Store *>PyCapsule_GetPointer(capsule, "mem_handler")
    if store != NULL:
        empty(store)
        free(store)


cdef class Arena:
    """What blocks of at least `smallest` bytes are taken from between `enter` and `leave`, and where at most `most` bytes of them are kept."""

    cdef object capsule
    cdef Store *store

    def __cinit__(self, size_t smallest, size_t most):
        self.store = <Store *>calloc(1, sizeof(Store))
        if self.store == NULL:
            raise MemoryError()
        self.store.smallest, self.store.most = smallest, most
        self.store.beneath = <cnp.PyDataMem_Handler *>PyCapsule_GetPointer(<object>PyDataMem_DefaultHandler, "mem_handler")
        strcpy(self.store.handler.name, "pullback")
        self.store.handler.version = 1
        self.store.handler.allocator.ctx = self.store
        self.store.handler.allocator.malloc = allocate
        self.store.handler.allocator.calloc = allocate_zeros
        self.store.handler.allocator.realloc = reallocate
        self.store.handler.allocator.free = let_go
        self.capsule = PyCapsule_New(self.store, "mem_handler", forget)

    def __dealloc__(self):
        if self.capsule is not None:
            self.store.closed = True
            empty(self.store)

    def enter(self):
        """Let arrays of this context have their memory from here; return what `leave` wants."""
        # Whoever has chosen another allocator, an enclosing differentiation for one, keeps it.
        if cnp.PyDataMem_GetHandler() is not <object>PyDataMem_DefaultHandler:
            return None
        return cnp.PyDataMem_SetHandler(self.capsule)

    def leave(self, before):
        """Undo one `enter`."""
        if before is not None:
            cnp.PyDataMem_SetHandler(before)

    @property
    def kept(self):
        """How many bytes are kept in dead blocks."""
        return self.store.kept
