# cython: language_level=3, cdivision=True
"""What our pairs compute on floats, in C: output and partial derivatives, the same to the last bit as in Python.

A function returns 0, or 1 where the output or a partial is not a finite number: then Python answers, or raises. The functions of `math` are
those of the C library, but for `hypot`, which Python computes more exactly, and which is called there.
"""

from cpython.pycapsule cimport PyCapsule_New
from libc cimport math as c
from libc.float cimport DBL_MIN as SMALLEST_NORMAL
from libc.math cimport NAN, fabs, floor, isfinite

import math

ctypedef int (*Kernel)(const double *inputs, double *output, double *partials) noexcept

cdef double DEGREES = 180.0 / math.pi
cdef double RADIANS = math.pi / 180.0
cdef double LOG_2 = math.log(2)
cdef double LOG_10 = math.log(10)
cdef object python_hypot = math.hypot


# Arithmetic.

cdef int add_(const double *x, double *y, double *d) noexcept:
    y[0], d[0], d[1] = x[0] + x[1], 1.0, 1.0
    return 0

cdef int sub_(const double *x, double *y, double *d) noexcept:
    y[0], d[0], d[1] = x[0] - x[1], 1.0, -1.0
    return 0

cdef int mul_(const double *x, double *y, double *d) noexcept:
    y[0], d[0], d[1] = x[0] * x[1], x[1], x[0]
    return 0

cdef int truediv_(const double *x, double *y, double *d) noexcept:
    if x[1] == 0.0:
        return 1
    y[0] = x[0] / x[1]
    d[0], d[1] = 1.0 / x[1], -(y[0] / x[1])
    return 0

cdef int neg_(const double *x, double *y, double *d) noexcept:
    y[0], d[0] = -x[0], -1.0
    return 0

cdef int abs_(const double *x, double *y, double *d) noexcept:
    y[0], d[0] = fabs(x[0]), <double>((x[0] > 0.0) - (x[0] < 0.0))
    return x[0] != x[0]

cdef int maximum_(const double *x, double *y, double *d) noexcept:
    if not (isfinite(x[0]) and isfinite(x[1])):
        return 1
    y[0] = x[0] if x[0] >= x[1] else x[1]
    d[0], d[1] = share(x[0], x[1]), share(x[1], x[0])
    return 0

cdef int minimum_(const double *x, double *y, double *d) noexcept:
    if not (isfinite(x[0]) and isfinite(x[1])):
        return 1
    y[0] = x[0] if x[0] <= x[1] else x[1]
    d[0], d[1] = share(x[1], x[0]), share(x[0], x[1])
    return 0

cdef inline double share(double x, double y) noexcept:
    return 1.0 if x > y else 0.5 if x == y else 0.0

cdef int sqrt_(const double *x, double *y, double *d) noexcept:
    if not x[0] > 0.0:
        return 1
    y[0] = c.sqrt(x[0])
    return finite_or_declined(y, d, 0.5 / y[0])

cdef int power_(const double *x, double *y, double *d) noexcept:
    cdef double base = x[0]
    cdef double exponent = x[1]
    if not (isfinite(base) and isfinite(exponent)) or base == 0.0 or exponent == 0.0:
        return 1
    if base > 0.0:
        y[0] = c.pow(base, exponent)
        d[1] = y[0] * c.log(base)
    elif exponent == floor(exponent):
        # As `float.__pow__` does: the power of the absolute value, with the sign of an odd exponent.
        y[0] = c.pow(-base, exponent)
        if c.fmod(fabs(exponent), 2.0) == 1.0:
            y[0] = -y[0]
        d[1] = NAN
    else:
        return 1
    if not isfinite(y[0]) or fabs(y[0]) < SMALLEST_NORMAL:
        return 1
    if exponent == 2.0:
        d[0] = exponent * base
    elif exponent == 1.0:
        d[0] = exponent
    else:
        d[0] = exponent * c.pow(base, exponent - 1.0)
    return not isfinite(d[0])


# What is left to Python: whatever is not finite. So no function below looks at its domain.

cdef inline int finite_or_declined(double *y, double *d, double partial) noexcept:
    d[0] = partial
    return not (isfinite(y[0]) and isfinite(partial))


# Trigonometric functions.

cdef int sin_(const double *x, double *y, double *d) noexcept:
    y[0] = c.sin(x[0])
    return finite_or_declined(y, d, c.cos(x[0]))

cdef int cos_(const double *x, double *y, double *d) noexcept:
    y[0] = c.cos(x[0])
    return finite_or_declined(y, d, -c.sin(x[0]))

cdef int tan_(const double *x, double *y, double *d) noexcept:
    y[0] = c.tan(x[0])
    return finite_or_declined(y, d, 1.0 + y[0] * y[0])

cdef int asin_(const double *x, double *y, double *d) noexcept:
    y[0] = c.asin(x[0])
    return finite_or_declined(y, d, 1.0 / c.sqrt((1.0 - x[0]) * (1.0 + x[0])))

cdef int acos_(const double *x, double *y, double *d) noexcept:
    y[0] = c.acos(x[0])
    return finite_or_declined(y, d, -(1.0 / c.sqrt((1.0 - x[0]) * (1.0 + x[0]))))

cdef int atan_(const double *x, double *y, double *d) noexcept:
    y[0] = c.atan(x[0])
    return finite_or_declined(y, d, 1.0 / (1.0 + x[0] * x[0]))

cdef int degrees_(const double *x, double *y, double *d) noexcept:
    y[0] = x[0] * DEGREES
    return finite_or_declined(y, d, DEGREES)

cdef int radians_(const double *x, double *y, double *d) noexcept:
    y[0] = x[0] * RADIANS
    return finite_or_declined(y, d, RADIANS)


# Exponentials and logarithms.

cdef int exp_(const double *x, double *y, double *d) noexcept:
    y[0] = c.exp(x[0])
    return finite_or_declined(y, d, y[0])

cdef int expm1_(const double *x, double *y, double *d) noexcept:
    y[0] = c.expm1(x[0])
    return finite_or_declined(y, d, c.exp(x[0]))

cdef int exp2_(const double *x, double *y, double *d) noexcept:
    y[0] = c.exp2(x[0])
    return finite_or_declined(y, d, y[0] * LOG_2)

cdef int ln_(const double *x, double *y, double *d) noexcept:
    y[0] = c.log(x[0])
    return finite_or_declined(y, d, 1.0 / x[0])

cdef int log1p_(const double *x, double *y, double *d) noexcept:
    y[0] = c.log1p(x[0])
    return finite_or_declined(y, d, 1.0 / (1.0 + x[0]))

cdef int log2_(const double *x, double *y, double *d) noexcept:
    y[0] = c.log2(x[0])
    return finite_or_declined(y, d, 1.0 / (x[0] * LOG_2))

cdef int log10_(const double *x, double *y, double *d) noexcept:
    y[0] = c.log10(x[0])
    return finite_or_declined(y, d, 1.0 / (x[0] * LOG_10))

cdef int cbrt_(const double *x, double *y, double *d) noexcept:
    y[0] = c.cbrt(x[0])
    return finite_or_declined(y, d, 1.0 / (3.0 * y[0] * y[0]))


# Hyperbolic functions.

cdef int sinh_(const double *x, double *y, double *d) noexcept:
    y[0] = c.sinh(x[0])
    return finite_or_declined(y, d, c.cosh(x[0]))

cdef int cosh_(const double *x, double *y, double *d) noexcept:
    y[0] = c.cosh(x[0])
    return finite_or_declined(y, d, c.sinh(x[0]))

cdef int tanh_(const double *x, double *y, double *d) noexcept:
    cdef double e = c.exp(-fabs(x[0]))
    cdef double sech = 2.0 * e / (1.0 + e * e)
    y[0] = c.tanh(x[0])
    if sech * sech < SMALLEST_NORMAL:  # `float.__pow__` may see an underflow as an error
        return 1
    return finite_or_declined(y, d, c.pow(sech, 2.0))  # not sech * sech, which may round the other way

cdef int asinh_(const double *x, double *y, double *d) noexcept:
    y[0] = c.asinh(x[0])
    return finite_or_declined(y, d, 1.0 / hypot_one(x[0]))

cdef int acosh_(const double *x, double *y, double *d) noexcept:
    y[0] = c.acosh(x[0])
    return finite_or_declined(y, d, 1.0 / (c.sqrt(x[0] - 1.0) * c.sqrt(x[0] + 1.0)))

cdef int atanh_(const double *x, double *y, double *d) noexcept:
    y[0] = c.atanh(x[0])
    return finite_or_declined(y, d, 1.0 / ((1.0 - x[0]) * (1.0 + x[0])))

cdef inline double hypot_one(double x) noexcept:
    try:
        return python_hypot(1.0, x)
    except Exception:
        return NAN


cdef object capsule(Kernel function):
    return PyCapsule_New(<void *>function, "pullback.kernel", NULL)


abs, acos, acosh, add = capsule(abs_), capsule(acos_), capsule(acosh_), capsule(add_)
asin, asinh, atan, atanh = capsule(asin_), capsule(asinh_), capsule(atan_), capsule(atanh_)
cbrt, cos, cosh, degrees = capsule(cbrt_), capsule(cos_), capsule(cosh_), capsule(degrees_)
exp, exp2, expm1, ln = capsule(exp_), capsule(exp2_), capsule(expm1_), capsule(ln_)
log10, log1p, log2, maximum = capsule(log10_), capsule(log1p_), capsule(log2_), capsule(maximum_)
minimum, mul, neg, power = capsule(minimum_), capsule(mul_), capsule(neg_), capsule(power_)
radians, sin, sinh, sqrt = capsule(radians_), capsule(sin_), capsule(sinh_), capsule(sqrt_)
sub, tan, tanh, truediv = capsule(sub_), capsule(tan_), capsule(tanh_), capsule(truediv_)
