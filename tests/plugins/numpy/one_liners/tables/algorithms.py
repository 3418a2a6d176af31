"""Textbook algorithms in plain loops, recursions, classes and containers of Python, from the papers and exercises people copy."""

from __future__ import annotations

import collections
import copy
import functools
import heapq
import itertools
import random
from typing import Any

import numpy as np

from ..row import PSD, A, B, M, P, Row, T, X, Y, spread

_EIGHT = spread(8, seed=21)
_TALL = spread(4, 3, seed=22)
_SQUARE = spread(4, 4, seed=23) + 3.0 * np.eye(4)
_PAIRS = spread(5, 2, seed=24)


def kalman_filter(theta: Any) -> Any:
    q, r, mean, a = np.exp(theta[0]), np.exp(theta[1]), theta[2], np.tanh(theta[3])
    spread_, total = 1.0, 0.0
    for y in (0.1, -0.4, 1.2):
        mean, spread_ = a * mean, a * spread_ * a + q
        s = spread_ + r
        gain, error = spread_ / s, y - mean
        total += -0.5 * (np.log(2 * np.pi * s) + error**2 / s)
        mean += gain * error
        spread_ *= 1 - gain
    return total


def forward_algorithm(start: Any, step: Any, emit: Any) -> Any:
    step = step - np.logaddexp.reduce(step, axis=1, keepdims=True)
    alpha = start + emit[:, 0]
    for seen in (1, 3, 2):
        alpha = np.logaddexp.reduce(alpha[:, None] + step, axis=0) + emit[:, seen]
    return np.logaddexp.reduce(alpha)


def scaled_forward_algorithm(step: Any, emit: Any) -> Any:
    step = step / step.sum(1, keepdims=True)
    alpha, scale = np.zeros_like(emit, shape=(3, 3)), np.zeros_like(emit, shape=3)
    for t, seen in enumerate([0, 1, 1]):
        alpha[t] = (np.full(3, 1 / 3) if t == 0 else alpha[t - 1] @ step) * emit[seen, :3]
        scale[t] = alpha[t].sum()
        alpha[t] /= scale[t]
    return np.log(scale).sum()


def time_warping(a: Any, b: Any) -> Any:
    cost = np.full((len(a) + 1, len(b) + 1), np.inf).tolist()
    cost[0][0] = 0.0
    for i, j in itertools.product(range(len(a)), range(len(b))):
        cost[i + 1][j + 1] = np.sum((a[i] - b[j]) ** 2) + min(cost[i][j + 1], cost[i + 1][j], cost[i][j])
    return cost[-1][-1]


def lstm(w: Any, x: Any) -> Any:
    def sigmoid(z: Any) -> Any:
        return 1 / (1 + np.exp(-z))

    h, c = np.zeros(1), np.zeros(1)
    for value in x:
        i, f, o, g = np.split(w @ np.concatenate([[value], h, [1.0]]), 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return np.hstack([h, c])


def causal_attention(x: Any) -> Any:
    q, k, v = np.split(x @ x.T @ np.tile(x, (1, 3)), 3, axis=1)
    scores = q @ k.T / np.sqrt(k.shape[-1])
    scores[np.triu_indices(len(x), 1)] = -np.inf
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True)) @ v


def rotary_embedding(x: Any) -> Any:
    angle = np.arange(3)[:, None] * 100.0 ** -(np.arange(0, 4, 2) / 4)
    c, s = np.cos(angle), np.sin(angle)
    out = np.empty_like(x)
    out[:, 0::2] = x[:, 0::2] * c - x[:, 1::2] * s
    out[:, 1::2] = x[:, 0::2] * s + x[:, 1::2] * c
    return out


def columns_of_patches(x: Any, w: Any) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(x, (2, 2))
    return windows.reshape(-1, 4) @ w[:2, :2].reshape(4)


def patches_by_strides(x: Any) -> Any:
    down, right = x.strides
    return np.lib.stride_tricks.as_strided(x, (2, 2, 2, 2), (2 * down, 2 * right, down, right)).sum(axis=(2, 3)) ** 2


def gram_schmidt(a: Any) -> Any:
    q = np.zeros_like(a)
    for j in range(a.shape[1]):
        v = a[:, j].copy()
        for i in range(j):
            v -= (q[:, i] @ a[:, j]) * q[:, i]
        q[:, j] = v / np.linalg.norm(v)
    return q


def householder(a: Any) -> Any:
    r = a.copy()
    for k in range(a.shape[1]):
        x = r[k:, k]
        e = np.zeros_like(x)
        e[0] = np.copysign(np.linalg.norm(x), x[0])
        v = (x + e) / np.linalg.norm(x + e)
        r[k:, k:] -= 2 * np.outer(v, v @ r[k:, k:])
    return r


def givens(a: Any) -> Any:
    r = a + 0
    for j, i in ((0, 2), (0, 1), (1, 2)):
        length = np.hypot(r[j, j], r[i, j])
        c, s = r[j, j] / length, r[i, j] / length
        r[[j, i]] = np.array([[c, s], [-s, c]]) @ r[[j, i]]
    return r


def elimination_with_pivots(a: Any) -> Any:
    a = a.copy()
    b = np.arange(1.0, 5.0) + 0 * a[0]
    for k in range(4):
        p = k + np.argmax(np.abs(a[k:, k]))
        if p != k:
            a[[k, p]] = a[[p, k]]
            b[[k, p]] = b[[p, k]]
        for i in range(k + 1, 4):
            f = a[i, k] / a[k, k]
            a[i, k:] -= f * a[k, k:]
            b[i] -= f * b[k]
    x = np.zeros_like(b)
    for i in reversed(range(4)):
        x[i] = (b[i] - np.dot(a[i, i + 1 :], x[i + 1 :])) / a[i, i]
    return x


def determinant_by_minors(a: Any) -> Any:
    if len(a) == 1:
        return a[0, 0]
    return sum((-1) ** j * a[0, j] * determinant_by_minors(np.delete(a[1:], j, axis=1)) for j in range(len(a)))


def recursive_fft(x: Any) -> Any:
    def fft(x: Any) -> Any:
        if len(x) == 1:
            return x
        even, odd = fft(x[::2]), fft(x[1::2])
        odd = np.exp(-2j * np.pi * np.arange(len(odd)) / len(x)) * odd
        return np.concatenate([even + odd, even - odd])

    return np.abs(fft(x.astype(complex))) ** 2


def bubble_sort(x: Any) -> Any:
    x = x.copy()
    for end in range(len(x), 1, -1):
        for j in range(end - 1):
            if x[j] > x[j + 1]:
                x[j], x[j + 1] = x[j + 1], x[j]
    return x * np.arange(len(x))


def merge_sort(x: Any) -> Any:
    def sort(values: list[Any]) -> list[Any]:
        if len(values) < 2:
            return values
        left, right = sort(values[: len(values) // 2]), sort(values[len(values) // 2 :])
        return list(heapq.merge(left, right))

    return np.stack(sort(list(x))) * np.arange(len(x))


def shuffled(x: Any) -> Any:
    drawn = list(x)
    random.Random(0).shuffle(drawn)
    generator = np.random.default_rng(0)
    return np.array(drawn) * generator.permutation(x) + generator.choice(x, 5)


def de_boor(c: Any, at: Any) -> Any:
    knots, degree, out = np.array([0, 0, 0, 1, 2, 3, 3, 3.0]), 2, np.empty_like(at)
    for n, x in enumerate(at):
        i = np.searchsorted(knots, x, side="right") - 1
        d = [c[j + i - degree] for j in range(degree + 1)]
        for r in range(1, degree + 1):
            for j in range(degree, r - 1, -1):
                a = (x - knots[j + i - degree]) / (knots[j + 1 + i - r] - knots[j + i - degree])
                d[j] = (1 - a) * d[j - 1] + a * d[j]
        out[n] = d[degree]
    return out


def two_loop_recursion(x: Any) -> Any:
    def gradient(x: Any) -> Any:
        return np.array([2 * x[0] + x[1], 4 * x[1] + x[0] + x[1] ** 3])

    steps: list[Any] = []
    x = x[:2]
    for _ in range(3):
        q, shares = gradient(x), []
        for s, y in reversed(steps):
            shares.append(s @ q / (y @ s))
            q = q - shares[-1] * y
        for (s, y), share in zip(steps, reversed(shares), strict=True):
            q = q + s * (share - y @ q / (y @ s))
        new = x - 0.1 * q
        steps.append((new - x, gradient(new) - gradient(x)))
        x = new
    return x


def simplex_projection(v: Any) -> Any:
    u = np.sort(v)[::-1]
    sums = np.cumsum(u) - 1
    rho = np.nonzero(u - sums / np.arange(1, len(v) + 1) > 0)[0][-1]
    return np.maximum(v - sums[rho] / (rho + 1), 0) ** 2


def sinkhorn(cost: Any) -> Any:
    kernel, u = np.exp(-cost / 0.5), np.ones(3) / 3
    for _ in range(5):
        v = (np.ones(3) / 3) / (kernel.T @ u)
        u = np.array([0.2, 0.3, 0.5]) / (kernel @ v)
    return np.sum(u[:, None] * kernel * v * cost)


def shortest_paths(w: Any) -> Any:
    d = np.abs(w) + 0.5
    for k in range(len(d)):
        d = np.minimum(d, d[:, k, None] + d[None, k, :])
    return d


def means_of_segments(x: Any) -> Any:
    segment, out = np.array([0, 1, 1, 0, 2]), np.zeros_like(x, shape=(3, 2))
    np.add.at(out, segment, x)
    return (out / np.bincount(segment)[:, None]) ** 2


def minmod_limiter(u: Any) -> Any:
    left, right = u - np.roll(u, 1), np.roll(u, -1) - u
    slope = 0.5 * (np.sign(left) + np.sign(right)) * np.minimum(np.abs(left), np.abs(right))
    flux = 0.5 * (u + 0.3 * slope) ** 2
    return u - 0.2 * (flux - np.roll(flux, 1))


def bouncing_ball(h: Any, v: Any) -> Any:
    for _ in range(20):
        v -= 0.05 * 9.81
        h += 0.05 * v
        if h < 0:
            h, v = -h, -0.8 * v
    return h * v


def single_qubit_gates(theta: Any) -> Any:
    flip, phase = np.array([[0, 1], [1, 0]]), np.diag([1, -1])
    state = np.array([1, 0], dtype=complex)
    for angle, gate in zip(theta, (flip, phase, flip), strict=False):
        state = (np.cos(angle / 2) * np.eye(2) - 1j * np.sin(angle / 2) * gate) @ state
    return np.abs(state) ** 2


class Layer:
    def __init__(self, w: Any, b: Any):
        self.w, self.b, self.seen = w, b, collections.deque(maxlen=2)

    def __call__(self, x: Any) -> Any:
        self.seen.append(x @ self.w + self.b)
        return np.maximum(self.seen[-1], 0)

    def step(self, slope: Any) -> None:
        self.w -= 0.1 * slope
        self.b = self.b - 0.1 * slope.sum(0)


def trained_layer(w: Any, b: Any) -> Any:
    layer, x = Layer(w, b), np.arange(6.0).reshape(2, 3) / 6
    for _ in range(3):
        out = layer(x)
        layer.step(x.T @ ((out - 1) * (layer.seen[-1] > 0)))
    return layer(x) * len(layer.seen)


def copied_tree(x: Any, y: Any) -> Any:
    tree = {"x": x, "list": [y]}
    deep, shallow = copy.deepcopy(tree), copy.copy(tree)
    deep["x"][0] = 5.0
    deep["list"][0] *= 2.0
    shallow["x"] = shallow["x"] * 3.0
    return tree["x"] * deep["list"][0] + deep["x"] * tree["list"][0] + shallow["x"]


def remembered(x: Any) -> Any:
    known: dict[int, Any] = {}

    def term(n: int) -> Any:
        if n not in known:
            known[n] = x[n] if n < 2 else term(n - 1) * x[2] + term(n - 2)
        return known[n]

    return term(7)


def generated(x: Any) -> Any:
    def numbers() -> Any:
        a, b = x[0], x[1]
        while True:
            yield a
            a, b = b, a * x[2] + b

    return np.stack(list(itertools.islice(numbers(), 6)))


def accumulated(x: Any) -> Any:
    groups: Any = collections.defaultdict(float)
    for key, value in zip("abaab", x, strict=True):
        groups[key] += value
    return (
        groups["a"] * groups["b"]
        + functools.reduce(lambda a, b: a * np.tanh(b) + b, x, 1.0)
        + sum(heapq.nlargest(2, x))
    )


ROWS = [
    Row("kalman_filter_likelihood", kalman_filter, (X[:4],)),
    Row("hidden_markov_forward", forward_algorithm, (X[:3], A, M)),
    Row("hidden_markov_forward_scaled", scaled_forward_algorithm, (np.abs(A), np.abs(M))),
    Row("dynamic_time_warping", time_warping, (_PAIRS, _PAIRS[::-1] * 0.7)),
    Row("lstm_cell", lstm, (_TALL, X[:3])),
    Row("causal_attention_with_infinite_mask", causal_attention, (M * 0.5,)),
    Row("rotary_embedding", rotary_embedding, (M,)),
    Row("patches_as_columns", columns_of_patches, (M, B)),
    Row("patches_by_strides", patches_by_strides, (_SQUARE,)),
    Row("gram_schmidt_in_place", gram_schmidt, (_TALL,)),
    Row("householder_in_place", householder, (_TALL,)),
    Row("givens_rotations", givens, (A,)),
    Row("elimination_with_pivots", elimination_with_pivots, (_SQUARE,)),
    Row("determinant_by_minors", determinant_by_minors, (_SQUARE,)),
    Row("recursive_fft", recursive_fft, (_EIGHT,)),
    Row("bubble_sort", bubble_sort, (_EIGHT,)),
    Row("merge_sort_by_heapq", merge_sort, (_EIGHT,)),
    Row("shuffled_and_drawn", shuffled, (X,)),
    Row("de_boor", de_boor, (X, np.array([0.3, 1.7, 2.4]))),
    Row("two_loop_recursion", two_loop_recursion, (X,)),
    Row("projection_onto_the_simplex", simplex_projection, (X,)),
    Row("sinkhorn", sinkhorn, (np.abs(A),)),
    Row("shortest_paths", shortest_paths, (A,)),
    Row("means_of_segments", means_of_segments, (_PAIRS,)),
    Row("minmod_limiter", minmod_limiter, (_EIGHT,)),
    Row("bouncing_ball", bouncing_ball, (1.0, 0.3)),
    Row("single_qubit_gates", single_qubit_gates, (X[:3],)),
    Row("object_with_state", trained_layer, (_TALL[:3], X[:3])),
    Row("deep_and_shallow_copies", copied_tree, (X, Y)),
    Row("remembered_recursion", remembered, (X,)),
    Row("generator", generated, (X,)),
    Row("groups_and_folds", accumulated, (X,)),
    Row("newton_for_keplers_equation", lambda e: functools.reduce(
        lambda u, _: u - (u - e * np.sin(u) - 1.1) / (1 - e * np.cos(u)), range(12), 1.1 + 0 * e), (0.6,)),
    Row("pagerank", lambda a: functools.reduce(
        lambda r, _: 0.85 * (a / a.sum(axis=0)) @ r + 0.05, range(6), np.ones(3) / 3), (np.abs(A) + 0.1,)),
    Row("matrix_exponential_by_its_series", lambda a: sum(itertools.accumulate(
        range(1, 15), lambda term, k: term @ a / k, initial=np.eye(3))), (A * 0.3,)),
    Row("inverse_square_root_by_newton", lambda s: functools.reduce(
        lambda yz, _: ((yz[0] + np.linalg.inv(yz[1])) / 2, (yz[1] + np.linalg.inv(yz[0])) / 2), range(8), (s, np.eye(3)))[1],
        ((PSD + np.eye(3)),)),
    Row("ravel_of_a_column_is_a_copy", lambda a: (lambda b: (b[:, 0].ravel().fill(7.0), b * a)[1])(a.copy()), (M,)),
    Row("mean_of_traces", lambda t: np.mean([np.trace(a @ a.T) for a in t]) + np.std([a.sum() for a in t]), (T,)),
    Row("median_of_pairwise_means", lambda p: np.median([(a + b) / 2 for a, b in itertools.combinations(p, 2)]), (P,)),
]  # fmt: skip
