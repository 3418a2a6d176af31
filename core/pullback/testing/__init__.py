"""The test kit: compares gradients and pairs with numerical derivatives."""

from pullback.testing.gradients import check_grads
from pullback.testing.pairs import check_pair, check_points, check_purity, partials_at

__all__ = ["check_grads", "check_pair", "check_points", "check_purity", "partials_at"]
