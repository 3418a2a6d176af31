"""The transforms: functions of functions. None of them names a primitive, and no primitive names one of them."""

from pullback.transforms.checkpoint import checkpoint
from pullback.transforms.constants import stop_gradient
from pullback.transforms.forward import jvp
from pullback.transforms.jacobian import hessian, hvp, jacobian
from pullback.transforms.reverse import elementwise_grad, grad, value_and_grad, vjp

__all__ = [
    "checkpoint",
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]
