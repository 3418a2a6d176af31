"""What transforms return: functions that look like the original, pickle, and bind as methods."""

from __future__ import annotations

import copy
import functools
import inspect
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import pytest

import pullback as pb
from pullback import grad, hessian, jacobian, value_and_grad


def square(x: float, *, scale: float = 1.0) -> float:
    """Return the square."""
    return x * x * scale


@grad
def slope(x: float) -> float:
    """Return the cube, differentiated."""
    return x * x * x


@functools.partial(value_and_grad, argnums=1)
def both(x: float, y: float) -> float:
    return x * y * y


def weigh(x: float, y: float) -> float:
    return x * y * y


@dataclass
class Quadratic:
    a: float

    def __call__(self, x: Any) -> Any:
        return self.a * x * x

    def value(self, x: Any) -> Any:
        return self.a * x * x

    @functools.partial(grad, argnums=1)
    def slope(self, x: Any) -> Any:
        """Return the slope."""
        return self.a * x * x

    @staticmethod
    def half(x: Any) -> Any:
        return x / 2.0

    @staticmethod
    @grad
    def static_slope(x: Any) -> Any:
        return x * x

    @classmethod
    def of(cls, x: Any) -> Any:
        return cls(2.0)(x)

    @grad
    def by_itself(self, x: Any) -> Any:
        return self.a * x * x


TRANSFORMS = [grad, value_and_grad, jacobian, hessian]


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_metadata_is_that_of_the_original(transform: Any) -> None:
    derived = transform(square)
    assert derived.__name__ == "square"
    assert derived.__qualname__ == "square"
    assert derived.__doc__ == "Return the square."
    assert derived.__module__ == __name__
    assert derived.__wrapped__ is not None
    assert inspect.signature(derived) == inspect.signature(square)
    assert inspect.unwrap(derived) is square
    assert "square" in repr(derived)
    assert callable(derived)
    assert inspect.signature(transform(transform(square))) == inspect.signature(square)


def test_a_transform_as_decorator() -> None:
    assert slope(2.0) == 12.0
    assert slope.__name__ == "slope"
    assert slope.__doc__ == "Return the cube, differentiated."
    assert both(3.0, 2.0) == (12.0, 12.0)


def test_methods() -> None:
    model = Quadratic(3.0)
    assert model.slope(2.0) == 12.0
    assert Quadratic.slope(model, 2.0) == 12.0
    assert Quadratic.slope.__doc__ == "Return the slope."
    assert Quadratic.static_slope(3.0) == 6.0
    assert model.static_slope(3.0) == 6.0
    assert model.by_itself(2.0) == Quadratic(4.0)
    assert grad(model.value)(2.0) == 12.0
    assert grad(model)(2.0) == 12.0
    assert grad(Quadratic.half)(2.0) == 0.5
    assert grad(Quadratic.of)(2.0) == 8.0


def test_an_instance_with_attributes_like_ours() -> None:
    class Odd:
        def __init__(self) -> None:
            self._function = "mine"
            self._argnums = 17
            self._mode = "strange"
            self._has_aux = True
            self._holomorphic = True

        def __call__(self, x: Any) -> Any:
            return x * x

    for transform, wanted in ((grad, 6.0), (jacobian, 6.0), (hessian, 2.0)):
        assert transform(Odd())(3.0) == wanted  # type: ignore[operator]


def test_an_instance_that_changes_later() -> None:
    model = Quadratic(3.0)
    derived = grad(model)
    model.a = 5.0
    assert derived(1.0) == 10.0


def test_partials_have_no_name_and_work() -> None:
    derived = grad(functools.partial(square, scale=3.0))
    assert derived(2.0) == 12.0
    assert "partial" in repr(derived)
    with pytest.raises(TypeError, match="one real number"):
        grad(functools.partial(lambda y, x: None, 1.0))(2.0)


PICKLED: list[tuple[str, Any, Any, Any]] = [
    ("grad", grad(square), (3.0,), 6.0),
    ("value_and_grad", value_and_grad(square), (3.0,), (9.0, 6.0)),
    ("jacobian", jacobian(square, mode="forward"), (3.0,), 6.0),
    ("hessian", hessian(square), (3.0,), 2.0),
    ("grad of grad", grad(grad(square)), (3.0,), 2.0),
    ("argnums", grad(weigh, argnums=("y", 0)), (3.0, 2.0), (12.0, 4.0)),
    ("bound method", grad(Quadratic(3.0).value), (2.0,), 12.0),
    ("instance", grad(Quadratic(3.0)), (2.0,), 12.0),
    ("static method", grad(Quadratic.half), (2.0,), 0.5),
    ("class method", grad(Quadratic.of), (2.0,), 8.0),
    ("partial", grad(functools.partial(square, scale=3.0)), (2.0,), 12.0),
    ("primitive", grad(pb.math.sin), (0.0,), 1.0),
    ("decorated function", slope, (2.0,), 12.0),
    ("decorated by a partial", both, (3.0, 2.0), (12.0, 12.0)),
    ("grad of a decorated function", grad(slope), (2.0,), 12.0),
    ("decorated bound method", Quadratic(3.0).slope, (2.0,), 12.0),
    ("decorated static method", Quadratic.static_slope, (3.0,), 6.0),
]


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(("derived", "args", "wanted"), [row[1:] for row in PICKLED], ids=[row[0] for row in PICKLED])
def test_gradient_functions_pickle(derived: Any, args: Any, wanted: Any, protocol: int) -> None:
    assert derived(*args) == wanted
    loaded = pickle.loads(pickle.dumps(derived, protocol))
    assert loaded(*args) == wanted
    if hasattr(derived, "__name__"):
        assert loaded.__name__ == derived.__name__


@pytest.mark.parametrize(("derived", "args", "wanted"), [row[1:] for row in PICKLED], ids=[row[0] for row in PICKLED])
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_gradient_functions_copy(derived: Any, args: Any, wanted: Any, duplicate: Any) -> None:
    assert duplicate(derived)(*args) == wanted


def test_a_decorated_function_pickles_by_its_name() -> None:
    assert pickle.loads(pickle.dumps(slope)) is slope


def test_what_cannot_be_pickled_says_so() -> None:
    for derived in (grad(lambda x: x), jacobian(lambda x: x)):
        with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
            pickle.dumps(derived)


def test_gradient_functions_go_to_other_processes() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(grad(_plain_cube), [1.0, 2.0])) == [3.0, 12.0]


# Found by the name of an importable module in the other process, as a test module is not.
_plain_cube = functools.partial(pow, exp=3)
