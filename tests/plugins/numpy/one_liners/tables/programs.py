"""Small programs: what people differentiate, as they write it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..row import A, B, M, N, P, Row, S, X, Y, spread

_INPUTS = spread(4, 3, seed=11)
_DAMPING = 0.1


def mlp(w1: Any, b1: Any, w2: Any) -> Any:
    h = np.tanh(_INPUTS @ w1 + b1)
    logits = h @ w2
    logits = logits - np.max(logits, axis=1, keepdims=True)
    log_p = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(4), [0, 1, 1, 0]])


def rnn(w: Any, u: Any) -> Any:
    h = np.zeros(3)
    for x in _INPUTS:
        h = np.tanh(w @ x + u @ h)
    return np.sum(h**2)


def attention(x: Any, wq: Any) -> Any:
    q, k, v = x @ wq, x, x
    scores = q @ k.T / np.sqrt(q.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights @ v


def conv2d(image: Any, kernel: Any) -> Any:
    h, w = kernel.shape
    out = [
        [np.sum(image[i : i + h, j : j + w] * kernel) for j in range(image.shape[1] - w + 1)]
        for i in range(image.shape[0] - h + 1)
    ]
    return np.array(out).sum() ** 2


def batch_norm(a: Any, gamma: Any, beta: Any) -> Any:
    mean, var = np.mean(a, axis=0), np.var(a, axis=0)
    return gamma * (a - mean) / np.sqrt(var + 1e-5) + beta


def runge_kutta(y0: Any) -> Any:
    def slope(y: Any) -> Any:
        return np.array([y[1], -np.sin(y[0]) - _DAMPING * y[1]])

    y, h = y0, 0.1
    for _ in range(3):
        k1 = slope(y)
        k2 = slope(y + h / 2 * k1)
        k3 = slope(y + h / 2 * k2)
        k4 = slope(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return np.sum(y**2)


def verlet(x: Any, v: Any) -> Any:
    for _ in range(4):
        v = v - 0.05 * x**3
        x = x + 0.1 * v
        v = v - 0.05 * x**3
    return 0.5 * np.sum(v**2) + 0.25 * np.sum(x**4)


def heat_equation(u0: Any) -> Any:
    u = u0.copy()
    for _ in range(4):
        new = u.copy()
        new[1:-1] = u[1:-1] + 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
        u = new
    return np.sum(u**2)


def heat_equation_in_place(u0: Any) -> Any:
    u = u0.copy()
    for _ in range(4):
        u[1:-1] += 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u


def n_body_energy(r: Any) -> Any:
    energy = 0.0
    for i in range(len(r)):
        for j in range(i):
            energy -= 1.0 / np.linalg.norm(r[i] - r[j])
    return energy


def coulomb_matrix(r: Any) -> Any:
    d = r[:, None, :] - r[None, :, :]
    distance = np.sqrt(np.sum(d**2, axis=-1) + np.eye(len(r)))
    return np.sum(np.triu(1 / distance, 1))


def forward_kinematics(q: Any) -> Any:
    position, angle = np.zeros(2), 0.0
    for joint, length in zip(q, (1.0, 0.8, 0.5)):
        angle = angle + joint
        position = position + length * np.array([np.cos(angle), np.sin(angle)])
    return np.sum((position - np.array([1.0, 1.0])) ** 2)


def rodrigues(w: Any) -> Any:
    theta = np.linalg.norm(w)
    k = w / theta
    skew = np.array([[0.0, -k[2], k[1]], [k[2], 0.0, -k[0]], [-k[1], k[0], 0.0]])
    rotation = np.eye(3) + np.sin(theta) * skew + (1 - np.cos(theta)) * skew @ skew
    return rotation @ np.array([1.0, 2.0, 3.0])


def quaternion_rotation(q: Any) -> Any:
    w, x, y, z = q / np.linalg.norm(q)
    rotation = np.array(
        [
            [1 - 2 * (y**2 + z**2), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x**2 + z**2), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x**2 + y**2)],
        ]
    )
    return rotation.dot([1.0, 2.0, 3.0])


def kalman_filter(q: Any) -> Any:
    x, p, loss = 0.0, 1.0, 0.0
    for z in X:
        p = p + q
        gain = p / (p + 0.5)
        loss = loss + 0.5 * np.log(p + 0.5) + 0.5 * (z - x) ** 2 / (p + 0.5)
        x = x + gain * (z - x)
        p = (1 - gain) * p
    return loss


def gaussian_process(h: Any) -> Any:
    k = np.exp(-0.5 * (X[:, None] - X[None, :]) ** 2 / h[0] ** 2) * h[1] ** 2 + h[2] ** 2 * np.eye(5)
    chol = np.linalg.cholesky(k)
    alpha = np.linalg.solve(chol.T, np.linalg.solve(chol, Y))
    return 0.5 * Y @ alpha + np.log(np.diag(chol)).sum() + 2.5 * np.log(2 * np.pi)


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def ackley(x: Any) -> Any:
    n = len(x)
    return -20 * np.exp(-0.2 * np.sqrt(np.sum(x**2) / n)) - np.exp(np.sum(np.cos(2 * np.pi * x)) / n) + 20 + np.e


def rastrigin(x: Any) -> Any:
    x = np.asarray(x)
    return 10 * x.size + np.sum(x**2 - 10 * np.cos(2 * np.pi * x))


def monte_carlo_option(s: Any, sigma: Any) -> Any:
    paths = s * np.exp(-0.5 * sigma**2 + sigma * np.array([-1.1, -0.2, 0.4, 1.3, 0.9]))
    return np.mean(np.maximum(paths - 1.0, 0.0))


def binomial_tree(s: Any) -> Any:
    values = np.maximum(s * 1.1 ** np.arange(-3, 4, 2) - 1.0, 0.0)
    for _ in range(3):
        values = 0.99 * (0.5 * values[1:] + 0.5 * values[:-1])
    return values[0]


def markov_chain(logits: Any) -> Any:
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    state = np.array([1.0, 0.0, 0.0])
    for _ in range(4):
        state = state @ p
    return state


def viterbi_forward(a: Any) -> Any:
    alpha = a[0]
    for row in a[1:]:
        alpha = np.logaddexp.reduce(alpha[:, None] + B[:, :1] + row[None, :], axis=0)
    return np.logaddexp.reduce(alpha)


def iir_filter(b: Any) -> Any:
    y = np.zeros_like(X * b[0])
    for n in range(len(X)):
        y[n] = b[0] * X[n] + (b[1] * y[n - 1] if n > 0 else 0.0)
    return np.sum(y**2)


def power_iteration(a: Any) -> Any:
    v = np.ones(3)
    for _ in range(6):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v


def gram_schmidt(a: Any) -> Any:
    basis: list[Any] = []
    for v in a:
        w = v - sum(np.dot(v, b) * b for b in basis)
        basis.append(w / np.linalg.norm(w))
    return np.stack(basis)


def thomas(d: Any) -> Any:
    c, d = np.zeros_like(d), d.copy()
    b = 3.0
    c[0] = 1.0 / b
    d[0] = d[0] / b
    for i in range(1, len(d)):
        c[i] = 1.0 / (b - c[i - 1])
        d[i] = (d[i] - d[i - 1]) / (b - c[i - 1])
    for i in reversed(range(len(d) - 1)):
        d[i] -= c[i] * d[i + 1]
    return d


def polygon_area(p: Any) -> Any:
    x, y = p[:, 0], p[:, 1]
    return 0.5 * np.abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))


def bezier(p: Any) -> Any:
    t = np.linspace(0, 1, 5)[:, None]
    return (1 - t) ** 3 * p[0] + 3 * (1 - t) ** 2 * t * p[1] + 3 * (1 - t) * t**2 * p[2] + t**3 * p[3]


def ray_sphere(d: Any) -> Any:
    d = d / np.sqrt(np.dot(d, d))
    o = np.array([0.0, 0.0, -3.0])
    b, c = np.dot(o, d), np.dot(o, o) - 1.0
    return -b - np.sqrt(b**2 - c)


def adam_step(w: Any) -> Any:
    m, v = np.zeros(5), np.zeros(5)
    for t in range(1, 4):
        g = 2 * (w - Y)
        m = 0.9 * m + 0.1 * g
        v = 0.99 * v + 0.01 * g**2
        w = w - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
    return np.sum(w**2)


def triplet_loss(a: Any, p: Any, n: Any) -> Any:
    positive = np.sum((a - p) ** 2, axis=1)
    negative = np.sum((a - n) ** 2, axis=1)
    return np.mean(np.maximum(positive - negative + 1.5, 0))


def infonce(a: Any) -> Any:
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    s = a @ a.T / 0.5
    return -np.mean(np.diag(s) - np.log(np.exp(s).sum(axis=1)))


def state_space(a: Any) -> Any:
    x = np.array([1.0, 0.0, 0.5])
    outputs = []
    for k in range(4):
        x = a @ x + 0.1 * k
        outputs.append(x[0])
    return np.array(outputs) @ P[:4]


def ising_energy(s: Any) -> Any:
    return -np.sum(s * np.roll(s, 1, axis=0)) - np.sum(s * np.roll(s, 1, axis=1))


def lorenz(p: Any) -> Any:
    x, y, z = 1.0, 1.0, 1.0
    for _ in range(5):
        dx, dy, dz = p[0] * (y - x), x * (p[1] - z) - y, x * y - p[2] * z
        x, y, z = x + 0.01 * dx, y + 0.01 * dy, z + 0.01 * dz
    return x**2 + y * z


def dictionary_of_parameters(w: Any, b: Any) -> Any:
    parameters = {"w": w, "b": b}
    return np.mean((M.T @ parameters["w"] + parameters["b"]) ** 2)


def while_loop(x: Any) -> Any:
    while np.sum(x**2) > 0.5:
        x = 0.7 * x + 0.01
    return np.sum(np.sin(x))


def early_return(x: Any) -> Any:
    if x.max() < 0:
        return x.sum()
    return np.log1p(x.max()) * x.mean()


ROWS = [
    Row("mlp", mlp, (spread(3, 4, seed=12), P[:4], spread(4, 2, seed=13))),
    Row("rnn", rnn, (A / 2, B / 2)),
    Row("attention", attention, (M[:, :3], A)),
    Row("conv2d", conv2d, (M, A[:2, :2])),
    Row("batch_norm", batch_norm, (_INPUTS, P[:3], X[:3])),
    Row("runge_kutta", runge_kutta, (np.array([0.7, -0.2]),)),
    Row("verlet", verlet, (X, Y)),
    Row("heat_equation", heat_equation, (X,)),
    Row("heat_equation_in_place", heat_equation_in_place, (X,)),
    Row("n_body_energy", n_body_energy, (B,)),
    Row("coulomb_matrix", coulomb_matrix, (B,)),
    Row("forward_kinematics", forward_kinematics, (np.array([0.3, -0.5, 0.8]),)),
    Row("rodrigues", rodrigues, (np.array([0.3, -0.5, 0.8]),)),
    Row("quaternion_rotation", quaternion_rotation, (np.array([0.8, 0.3, -0.5, 0.1]),)),
    Row("kalman_filter", kalman_filter, (0.3,)),
    Row("gaussian_process", gaussian_process, (np.array([0.9, 1.1, 0.4]),)),
    Row("rosenbrock", rosenbrock, (X,)),
    Row("ackley", ackley, (X,)),
    Row("rastrigin", rastrigin, (X,), may_refuse=True),
    Row("monte_carlo_option", monte_carlo_option, (1.05, 0.3)),
    Row("binomial_tree", binomial_tree, (1.03,)),
    Row("markov_chain", markov_chain, (A,)),
    Row("viterbi_forward", viterbi_forward, (A,)),
    Row("iir_filter", iir_filter, (np.array([0.7, -0.4]),)),
    Row("power_iteration", power_iteration, (S,)),
    Row("gram_schmidt", gram_schmidt, (A,)),
    Row("thomas_algorithm", thomas, (X,)),
    Row("polygon_area", polygon_area, (spread(5, 2, seed=14),)),
    Row("bezier", bezier, (N,)),
    Row("ray_sphere", ray_sphere, (np.array([0.05, -0.1, 1.0]),)),
    Row("adam_step", adam_step, (X,)),
    Row("triplet_loss", triplet_loss, (A, B, B + 0.4)),
    Row("infonce", infonce, (M,)),
    Row("state_space", state_space, (A / 2,)),
    Row("ising_energy", ising_energy, (M,)),
    Row("lorenz", lorenz, (np.array([10.0, 28.0, 2.667]),)),
    Row("dictionary_of_parameters", dictionary_of_parameters, (X[:3], 0.4)),
    Row("while_loop", while_loop, (X,)),
    Row("early_return", early_return, (X,)),
]
