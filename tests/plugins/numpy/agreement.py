"""What the tests of the array functions share: the value is NumPy's, and the derivatives are those of the value."""

import numpy as np

from pullback import Variable, check_grads, elementwise_grad, vjp
from pullback.tracked import plain


def leaves(result):
    return list(result) if isinstance(result, (list, tuple)) else [result]


def agree(f, *args, rtol=1e-12, atol=1e-14):
    """Check value, dtype and shape of the results of `f` on variables against those on plain arrays."""
    expected, found = f(*args), vjp(f, *args)[0]
    for ours, theirs in zip(leaves(found), leaves(expected), strict=True):
        theirs = np.asarray(theirs)
        assert np.shape(ours) == theirs.shape
        assert np.asarray(ours).dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=max(rtol, 1e-5) if theirs.dtype.itemsize < 8 else rtol, atol=atol)


def check(f, *args, rtol=1e-12, atol=1e-14, **options):
    """Check the results of `f` by `agree`, and its derivatives."""
    agree(f, *args, rtol=rtol, atol=atol)
    check_grads(f, args, **{"step": 1e-3, **options})


def agrees(f, *args, order=2, exact=True):
    """Check value, dtype, shape and type of the results of `f` against NumPy's own, and its derivatives to second order."""
    expected = f(*[arg.copy() for arg in args])
    found = f(*[Variable(arg) * 1.0 for arg in args])
    assert type(found) is type(expected) or not isinstance(expected, (list, tuple))
    for ours, theirs in zip(leaves(found), leaves(expected), strict=True):
        assert isinstance(ours, type(Variable(np.ones(2))))
        assert np.shape(plain(ours)) == np.shape(theirs)
        assert plain(ours).dtype == theirs.dtype
        assert isinstance(plain(ours), np.ndarray) == isinstance(theirs, np.ndarray)
        (np.testing.assert_array_equal if exact else np.testing.assert_allclose)(plain(ours), theirs)
    if all(arg.size for arg in args):
        check_grads(f, args, order=order)
    else:
        output, pull = vjp(f, *args)
        zeros = [np.zeros_like(part) for part in leaves(output)]
        for grad, arg in zip(
            pull(type(output)(zeros) if isinstance(output, (list, tuple)) else zeros[0]), args, strict=True
        ):
            assert grad.shape == arg.shape
            assert grad.dtype == arg.dtype


def nth_derivative(f, n):
    """Return the `n`-th derivative of an elementwise function."""
    for _ in range(n):
        f = elementwise_grad(f)
    return f
