"""The special functions of SciPy. Its ufuncs dispatch on variables; its ordinary functions do not, and are defined here by the same names.

`polygamma`, the error functions and the gamma function are in the family `special`, for floats and arrays.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy import cos, exp, log1p, sin, sinc, trunc
from numpy import log as ln

from pullback import Primitive, UnknownPrimitiveError, composite, elementwise, hookimpl, primitive
from pullback.extend import resolve, user_location
from pullback_plugins.arithmetic import abs, divide, ieee_power, ratio, sign, sqrt, where
from pullback_plugins.arithmetic import xlogy as _xlogy

__all__ = ["lambertw", "softplus", "zeta"]

_PI = math.pi
_ROOT_PI = math.sqrt(math.pi)
_ROOT_2 = math.sqrt(2.0)
_ROOT_2_PI = math.sqrt(2.0 * math.pi)
_LN_2, _LN_10 = math.log(2.0), math.log(10.0)
_DEGREE = math.pi / 180.0


def _pair(name: str, *slopes: Any, **options: Any) -> Primitive:
    """Return the pair that answers for ``scipy.special.name``, named ``scipy_name``: other families use the short name."""
    target = f"scipy.special:{name}"
    return elementwise(target, name=f"scipy_{name}", derivative=slopes, overloads=[target], **options)


def _function(name: str) -> Any:
    """Return ``scipy.special.name`` for use in rules; SciPy is imported when it is called.

    Rules call the functions of NumPy and SciPy, not pairs of another family, which may be disabled and is then not imported.
    """

    def call(*args: Any) -> Any:
        return resolve(f"scipy.special:{name}")(*args)

    return call


digamma, erf, gamma = map(_function, ("digamma", "erf", "gamma"))


def gaussian(x: Any) -> Any:
    """Return ``exp(-x**2)``."""
    return exp(-x * x)


def _unknown(name: str, parameter: str) -> Any:
    """Return a partial derivative that has no closed form: it raises when it is needed."""

    def slope(*_: Any, **__: Any) -> Any:
        raise UnknownPrimitiveError(
            f"scipy.special.{name} is not differentiated by {parameter}, at {user_location()}; pass "
            f"stop_gradient({parameter}) to hold it fixed"
        )

    return slope


# Error functions and the normal distribution.

erfinv = _pair("erfinv", lambda x, y: 0.5 * _ROOT_PI * exp(y * y))
erfcinv = _pair("erfcinv", lambda x, y: -0.5 * _ROOT_PI * exp(y * y))
erfi = _pair("erfi", lambda x, y: 2.0 / _ROOT_PI * exp(x * x))
_erfcx_slope: Primitive = elementwise(
    "pullback_plugins.scipy.moments:erfcx_slope",
    name="erfcx_slope",
    derivative=(lambda x, y, out: 2.0 * y + 2.0 * x * out, None),
)
erfcx = _pair("erfcx", lambda x, y: _erfcx_slope(x, y))
dawsn = _pair("dawsn", lambda x, y: 1.0 - 2.0 * x * y)  # DLMF 7.10.1
wofz = _pair("wofz", lambda z, w: 2j / _ROOT_PI - 2.0 * z * w)  # DLMF 7.10.2
ndtr = _pair("ndtr", lambda x, y: gaussian(x / _ROOT_2) / _ROOT_2_PI)
ndtri = _pair("ndtri", lambda p, x: _ROOT_2_PI * exp(0.5 * x * x))
# The ratio of the density to the distribution function, by the scaled error function.
log_ndtr = _pair("log_ndtr", lambda x, y: 2.0 / _ROOT_2_PI / erfcx(-x / _ROOT_2))
ndtri_exp = _pair("ndtri_exp", lambda y, x: 0.5 * _ROOT_2_PI * erfcx(-x / _ROOT_2))
owens_t = _pair(  # Owen (1956), equation 2.1, differentiated
    "owens_t",
    lambda h, a, t: -0.5 / _ROOT_2_PI * gaussian(h / _ROOT_2) * erf(a * h / _ROOT_2),
    lambda h, a, t: exp(-0.5 * h * h * (1.0 + a * a)) / (2.0 * _PI * (1.0 + a * a)),
)


def _fresnel_backward(x: Any, out: Any, grad: Any) -> Any:
    angle = 0.5 * _PI * x * x
    return grad[0] * sin(angle) + grad[1] * cos(angle)


fresnel = primitive(
    "scipy.special:fresnel", _fresnel_backward, name="scipy_fresnel", overloads=["scipy.special:fresnel"]
)  # DLMF 7.2.7, 7.2.8


# Gamma, beta and their relatives.

loggamma = _pair("loggamma", lambda x, y: digamma(x))


def _reciprocal_gamma_slope(x: Any, y: Any) -> Any:
    # For x < 1/2 by reflection, which has no poles there (DLMF 5.5.3).
    left = where(x < 0.5, x, 0.0)
    reflected = gamma(1.0 - left) * (cos(_PI * left) - digamma(1.0 - left) * sin(_PI * left) / _PI)
    return where(x < 0.5, reflected, -y * digamma(where(x < 0.5, 1.0, x)))


rgamma = _pair("rgamma", _reciprocal_gamma_slope)
gammasgn = _pair("gammasgn", 0.0)
poch = _pair("poch", lambda a, m, y: y * (digamma(a + m) - digamma(a)), lambda a, m, y: y * digamma(a + m))
beta = _pair(
    "beta", lambda a, b, y: y * (digamma(a) - digamma(a + b)), lambda a, b, y: y * (digamma(b) - digamma(a + b))
)
betaln = _pair("betaln", lambda a, b, y: digamma(a) - digamma(a + b), lambda a, b, y: digamma(b) - digamma(a + b))
binom = _pair(
    "binom",
    lambda n, k, y: y * (digamma(n + 1.0) - digamma(n - k + 1.0)),
    lambda n, k, y: y * (digamma(n - k + 1.0) - digamma(k + 1.0)),
)
# The density of the gamma distribution, DLMF 8.8.13. Its derivative is the density of order a-1 minus itself, at 0 too.
_gamma_density: Primitive = elementwise(
    "pullback_plugins.scipy.moments:gamma_density",
    name="gamma_density",
    derivative=(_unknown("gammainc", "a"), lambda a, x, out: _gamma_density(a - 1.0, x) - out),
)
gammainc = _pair("gammainc", _unknown("gammainc", "a"), lambda a, x, y: _gamma_density(a, x))
gammaincc = _pair("gammaincc", _unknown("gammaincc", "a"), lambda a, x, y: -_gamma_density(a, x))
gammaincinv = _pair("gammaincinv", _unknown("gammaincinv", "a"), lambda a, p, x: divide(1.0, _gamma_density(a, x)))
gammainccinv = _pair("gammainccinv", _unknown("gammainccinv", "a"), lambda a, p, x: -divide(1.0, _gamma_density(a, x)))
chdtr = _pair("chdtr", _unknown("chdtr", "v"), lambda v, x, y: 0.5 * _gamma_density(0.5 * v, 0.5 * x))
chdtrc = _pair("chdtrc", _unknown("chdtrc", "v"), lambda v, x, y: -0.5 * _gamma_density(0.5 * v, 0.5 * x))
# The density of the beta distribution, DLMF 8.17.20.
_beta_density: Primitive = elementwise(
    "pullback_plugins.scipy.moments:beta_density",
    name="beta_density",
    derivative=(
        _unknown("betainc", "a"),
        _unknown("betainc", "b"),
        lambda a, b, x, out: (a + b - 1.0) * (_beta_density(a - 1.0, b, x) - _beta_density(a, b - 1.0, x)),
    ),
)
betainc = _pair(
    "betainc", _unknown("betainc", "a"), _unknown("betainc", "b"), lambda a, b, x, y: _beta_density(a, b, x)
)
betaincc = _pair(
    "betaincc", _unknown("betaincc", "a"), _unknown("betaincc", "b"), lambda a, b, x, y: -_beta_density(a, b, x)
)
betaincinv = _pair(
    "betaincinv",
    _unknown("betaincinv", "a"),
    _unknown("betaincinv", "b"),
    lambda a, b, y, x: divide(1.0, _beta_density(a, b, x)),
)
stdtr = _pair(
    "stdtr",
    _unknown("stdtr", "df"),
    lambda df, t, p: exp(-betaln(0.5, 0.5 * df) - 0.5 * (df + 1.0) * log1p(t * t / df)) / sqrt(df),
)
# The Hurwitz zeta function, DLMF 25.11.17. `scipy.special.zeta` is an ordinary function that calls this ufunc.
zeta: Primitive = elementwise(
    "scipy.special:zeta",
    name="scipy_zeta",
    derivative=(_unknown("zeta", "x"), lambda x, q, y: -x * zeta(x + 1.0, q)),
    overloads=["scipy.special._ufuncs:_zeta"],
)


# Logistic functions, entropies, and logarithms with weights.

expit: Primitive = _pair("expit", lambda x, y: y * expit(-x))
logit = _pair("logit", lambda p, x: divide(1.0, p * (1.0 - p)), points={0.0: math.inf, 1.0: math.inf})
log_expit = _pair("log_expit", lambda x, y: expit(-x))
entr = _pair("entr", lambda x, y: -_log(x) - 1.0)
rel_entr = _pair("rel_entr", lambda x, y, out: _log(ratio(x, y)) + 1.0, lambda x, y, out: -ratio(x, y))
kl_div = _pair("kl_div", lambda x, y, out: _log(ratio(x, y)), lambda x, y, out: 1.0 - ratio(x, y))
xlogy = _pair("xlogy", lambda x, y, out: _log(y), lambda x, y, out: ratio(x, y))
xlog1py = _pair("xlog1py", lambda x, y, out: _log(1.0 + y), lambda x, y, out: ratio(x, 1.0 + y))


def _log(x: Any) -> Any:
    """Return the logarithm, which is -inf at 0, for floats too."""
    return _xlogy(1.0, x)


huber = _pair(
    "huber",
    lambda delta, r, y: where(abs(r) <= delta, 0.0, abs(r) - delta),
    lambda delta, r, y: where(abs(r) <= delta, r, delta * sign(r)),
)


def _pseudo_huber_by_delta(delta: Any, r: Any, y: Any) -> Any:
    slope = r / delta
    root = sqrt(1.0 + slope * slope)
    return delta * (2.0 * (root - 1.0) - slope * slope / root)


pseudo_huber = _pair(
    "pseudo_huber",
    _pseudo_huber_by_delta,
    lambda delta, r, y: r / sqrt(1.0 + (r / delta) * (r / delta)),
)


# Powers and exponentials.

# The integral of s**n exp(u s) over s from 0 to 1; its derivative is the same integral with n + 1.
_exp_moment: Primitive = elementwise(
    "pullback_plugins.scipy.moments:exp_moment",
    name="exp_moment",
    derivative=lambda u, out, *, order: _exp_moment(u, order=order + 1),
)
exprel = _pair("exprel", lambda x, y: _exp_moment(x, order=1))
cosm1 = _pair("cosm1", lambda x, y: -sin(x))
powm1 = _pair("powm1", lambda x, y, out: y * ieee_power(x, y - 1.0), lambda x, y, out: _xlogy(out + 1.0, x))
more_expm1 = _pair("expm1", lambda x, y: exp(x))
more_log1p = _pair("log1p", lambda x, y: divide(1.0, 1.0 + x))
more_exp2 = _pair("exp2", lambda x, y: y * _LN_2)
exp10 = _pair("exp10", lambda x, y: y * _LN_10)
more_cbrt = _pair("cbrt", lambda x, y: divide(1.0, 3.0 * y * y), points={0.0: math.inf})
sindg: Primitive = _pair("sindg", lambda x, y: _DEGREE * cosdg(x))
cosdg: Primitive = _pair("cosdg", lambda x, y: -_DEGREE * sindg(x))
tandg = _pair("tandg", lambda x, y: _DEGREE * (1.0 + y * y))


def _by_power(log: Any, power: Any) -> Any:
    # y = (exp(l L) - 1) / l with L = log(x), the integral of L exp(l L s) over s from 0 to 1.
    return log * log * _exp_moment(power * log, order=1)


def _boxcox_by_power(x: Any, power: Any, y: Any) -> Any:
    zero = (x == 0) & (power > 0)
    return where(zero, divide(1.0, power * power), _by_power(_log(where(zero, 1.0, x)), power))


boxcox = _pair("boxcox", lambda x, power, y: ieee_power(x, power - 1.0), _boxcox_by_power)
boxcox1p = _pair(
    "boxcox1p", lambda x, power, y: exp((power - 1.0) * log1p(x)), lambda x, power, y: _by_power(log1p(x), power)
)
inv_boxcox = _pair(
    "inv_boxcox",
    lambda y, power, x: ieee_power(x, 1.0 - power),
    lambda y, power, x: -ieee_power(x, 1.0 - power) * _by_power(ln(x), power),
)
inv_boxcox1p = _pair(
    "inv_boxcox1p",
    lambda y, power, x: exp((1.0 - power) * log1p(x)),
    lambda y, power, x: -exp((1.0 - power) * log1p(x)) * _by_power(log1p(x), power),
)
wrightomega = _pair("wrightomega", lambda z, w: w / (1.0 + w))
# DLMF 4.13.4. `scipy.special.lambertw` is an ordinary function that calls this ufunc.
_lambertw = elementwise(
    "scipy.special:lambertw",
    name="lambertw_of",
    derivative=(lambda z, k, tol, w: exp(-w) / (1.0 + w), None, None),
    overloads=["scipy.special._ufuncs:_lambertw"],
)


@composite
def lambertw(z: Any, k: Any = 0, tol: float = 1e-8) -> Any:
    """Return branch `k` of the inverse of ``w exp(w)``, a complex number, as `scipy.special.lambertw` does."""
    return _lambertw(z, k, tol)


# SciPy truncates orders that must be integers (expn, yn, kn), so the rules subtract 1 from the truncated order.

# Exponential, sine and cosine integrals: DLMF 6.2; Spence's function: DLMF 25.12.2.

exp1 = _pair("exp1", lambda x, y: -exp(-x) / x)
expi = _pair("expi", lambda x, y: exp(x) / x)


def _expn_slope(n: Any, x: Any, y: Any) -> Any:
    n = trunc(n)
    return where(n == 0, -exp(-x) / x * (1.0 + 1.0 / x), -expn(where(n == 0, 1, n) - 1, x))


expn: Primitive = _pair("expn", _unknown("expn", "n"), _expn_slope)


def _sici_backward(x: Any, out: Any, grad: Any) -> Any:
    return grad[0] * sinc(x / _PI) + ratio(grad[1] * cos(x), x)


sici = primitive("scipy.special:sici", _sici_backward, name="scipy_sici", overloads=["scipy.special:sici"])


def _spence_slope(x: Any, y: Any) -> Any:
    u = x - 1.0
    near = abs(u) < 1e-3
    u = where(near, u, 1.0)
    series = -1.0 + u * (1 / 2 - u * (1 / 3 - u * (1 / 4 - u * (1 / 5 - u * (1 / 6 - u / 7)))))
    x = where(near, 2.0, x)
    return where(near, series, _log(x) / (1.0 - x))


spence = _pair("spence", _spence_slope)


# Bessel functions: DLMF 10.6.1, 10.6.3, 10.29.1, 10.29.3.

jv: Primitive = _pair("jv", _unknown("jv", "v"), lambda v, x, y: 0.5 * (jv(v - 1, x) - jv(v + 1, x)))
yv: Primitive = _pair("yv", _unknown("yv", "v"), lambda v, x, y: 0.5 * (yv(v - 1, x) - yv(v + 1, x)))
yn: Primitive = _pair("yn", _unknown("yn", "n"), lambda n, x, y: 0.5 * (yn(trunc(n) - 1, x) - yn(trunc(n) + 1, x)))
iv: Primitive = _pair("iv", _unknown("iv", "v"), lambda v, x, y: 0.5 * (iv(v - 1, x) + iv(v + 1, x)))
kv: Primitive = _pair("kv", _unknown("kv", "v"), lambda v, x, y: -0.5 * (kv(v - 1, x) + kv(v + 1, x)))
kn: Primitive = _pair(
    "kn", _unknown("kn", "n"), lambda n, x, y: -0.5 * (kn(abs(trunc(n) - 1), x) + kn(trunc(n) + 1, x))
)
hankel1: Primitive = _pair(
    "hankel1", _unknown("hankel1", "v"), lambda v, x, y: 0.5 * (hankel1(v - 1, x) - hankel1(v + 1, x))
)
hankel2: Primitive = _pair(
    "hankel2", _unknown("hankel2", "v"), lambda v, x, y: 0.5 * (hankel2(v - 1, x) - hankel2(v + 1, x))
)
# Scaled by exp(-|x|) and exp(x).
ive: Primitive = _pair("ive", _unknown("ive", "v"), lambda v, x, y: 0.5 * (ive(v - 1, x) + ive(v + 1, x)) - sign(x) * y)
kve: Primitive = _pair("kve", _unknown("kve", "v"), lambda v, x, y: y - 0.5 * (kve(v - 1, x) + kve(v + 1, x)))
j0 = _pair("j0", lambda x, y: -j1(x))
j1: Primitive = _pair("j1", lambda x, y: 0.5 * (j0(x) - jv(2, x)))
y0 = _pair("y0", lambda x, y: -y1(x))
y1: Primitive = _pair("y1", lambda x, y: 0.5 * (y0(x) - yn(2, x)))
i0 = _pair("i0", lambda x, y: i1(x))
i1: Primitive = _pair("i1", lambda x, y: 0.5 * (i0(x) + iv(2, x)))
k0 = _pair("k0", lambda x, y: -k1(x))
k1: Primitive = _pair("k1", lambda x, y: -0.5 * (k0(x) + kn(2, x)))
i0e = _pair("i0e", lambda x, y: i1e(x) - sign(x) * y)
i1e: Primitive = _pair("i1e", lambda x, y: 0.5 * (i0e(x) + ive(2, x)) - sign(x) * y)
k0e = _pair("k0e", lambda x, y: y - k1e(x))
k1e: Primitive = _pair("k1e", lambda x, y: y - 0.5 * (k0e(x) + kve(2, x)))


def _airy_backward(z: Any, out: Any, grad: Any) -> Any:  # DLMF 9.2.1
    ai, ai_slope, bi, bi_slope = out
    return grad[0] * ai_slope + grad[1] * z * ai + grad[2] * bi_slope + grad[3] * z * bi


airy = primitive("scipy.special:airy", _airy_backward, name="scipy_airy", overloads=["scipy.special:airy"])


# Hypergeometric functions and elliptic integrals.

hyp0f1: Primitive = _pair("hyp0f1", _unknown("hyp0f1", "v"), lambda v, z, y: hyp0f1(v + 1.0, z) / v)  # DLMF 16.3.1
hyp1f1: Primitive = _pair(  # DLMF 13.3.15
    "hyp1f1", _unknown("hyp1f1", "a"), _unknown("hyp1f1", "b"), lambda a, b, x, y: a / b * hyp1f1(a + 1.0, b + 1.0, x)
)
hyp2f1: Primitive = _pair(  # DLMF 15.5.1
    "hyp2f1",
    _unknown("hyp2f1", "a"),
    _unknown("hyp2f1", "b"),
    _unknown("hyp2f1", "c"),
    lambda a, b, c, z, y: a * b / c * hyp2f1(a + 1.0, b + 1.0, c + 1.0, z),
)
# DLMF 19.5.1 and 19.5.2: no quotient that is 0 / 0 at m = 0.
ellipk = _pair("ellipk", lambda m, y: _PI / 8 * hyp2f1(1.5, 1.5, 2.0, m))
ellipe = _pair("ellipe", lambda m, y: -_PI / 8 * hyp2f1(0.5, 1.5, 2.0, m))


def _ellipkm1_slope(p: Any, k: Any) -> Any:
    # DLMF 19.4.1 where it does not cancel.
    small = where(p < 0.5, p, 0.25)
    at_small = ellipkm1(small)
    return where(
        p < 0.5,
        -divide(ellipe(1.0 - small) - small * at_small, 2.0 * small * (1.0 - small)),
        -_PI / 8 * hyp2f1(1.5, 1.5, 2.0, 1.0 - where(p < 0.5, 0.5, p)),
    )


ellipkm1: Primitive = _pair("ellipkm1", _ellipkm1_slope)
ellipkinc = _pair(
    "ellipkinc", lambda phi, m, y: divide(1.0, sqrt(1.0 - m * sin(phi) * sin(phi))), _unknown("ellipkinc", "m")
)
ellipeinc = _pair("ellipeinc", lambda phi, m, y: sqrt(1.0 - m * sin(phi) * sin(phi)), _unknown("ellipeinc", "m"))


# Counterparts of ordinary SciPy functions, which do not dispatch: call these instead.


@composite(name="scipy_softplus")
def softplus(x: Any) -> Any:
    """Return ``log(1 + exp(x))``."""
    return np.logaddexp(x, 0.0)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        erfinv, erfcinv, erfi, _erfcx_slope, erfcx, dawsn, wofz, ndtr, ndtri, log_ndtr, ndtri_exp, owens_t, fresnel,
        loggamma, rgamma, gammasgn, poch, beta, betaln, binom, _gamma_density, gammainc, gammaincc, gammaincinv,
        gammainccinv, chdtr, chdtrc, _beta_density, betainc, betaincc, betaincinv, stdtr, zeta,
        expit, logit, log_expit, entr, rel_entr, kl_div, xlogy, xlog1py, huber, pseudo_huber,
        _exp_moment, exprel, cosm1, powm1, more_expm1, more_log1p, more_exp2, exp10, more_cbrt, sindg, cosdg, tandg,
        boxcox, boxcox1p, inv_boxcox, inv_boxcox1p, wrightomega, _lambertw, lambertw, exp1, expi, expn, sici, spence,
        jv, yv, yn, iv, kv, kn, hankel1, hankel2, ive, kve, j0, j1, y0, y1, i0, i1, k0, k1, i0e, i1e, k0e, k1e, airy,
        hyp0f1, hyp1f1, hyp2f1, ellipk, ellipe, ellipkm1, ellipkinc, ellipeinc, softplus,
    ]  # fmt: skip
