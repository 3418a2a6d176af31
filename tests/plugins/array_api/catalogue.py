"""Functions of SciPy and estimators of scikit-learn that are differentiated as they are: what to call, with what, by what.

Each case is a function of one array and the array. It is called by whoever measures, on variables and on plain arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Case(NamedTuple):
    """`function` of an array like `x`, which calls what is called `name`."""

    name: str
    function: Callable[[Any], Any]
    x: Any


REFUSED = {
    "stats.norm.logpdf": "computes in `np.asarray`",
    "linalg.solve": "computes in `np.asarray` and LAPACK",
    "linalg.expm": "computes in `np.asarray` and C",
    "interpolate.CubicSpline": "computes in `np.asarray` and LAPACK",
    "signal.detrend": "computes in `np.asarray` and LAPACK",
    "cluster.vq.vq": "computes in C",
    "metrics.mean_squared_error": "returns `float(...)`",
    "metrics.mean_absolute_error": "returns `float(...)`",
    "metrics.r2_score": "returns `float(...)`",
    "metrics.mean_gamma_deviance": "returns `float(...)`",
}
"""What cannot be differentiated, and raises, and why."""


def sample(*shape: int, low: float = 0.5, high: float = 2.5, seed: int = 0) -> Any:
    return np.random.default_rng(seed).uniform(low, high, shape)


DATA = sample(7)
OTHER = sample(7, seed=1)
TABLE = sample(6, 3, seed=2)


def beside(x: Any, array: Any) -> Any:
    """Return a constant that is asked for its namespace together with `x`."""
    return x.__array_namespace__().asarray(array) if hasattr(x, "__array_namespace__") else array


def scipy_cases() -> list[Case]:
    """Return the cases of SciPy."""
    from scipy import cluster, differentiate, fft, integrate, interpolate, linalg, optimize, signal, special, stats
    from scipy.optimize import elementwise
    from scipy.spatial.transform import Rotation

    def of_two(function: Callable[..., Any]) -> Callable[[Any], Any]:
        return lambda x: function(x, beside(x, OTHER))

    cases = {
        # stats
        "stats.gmean": (stats.gmean, DATA),
        "stats.hmean": (stats.hmean, DATA),
        "stats.pmean": (lambda x: stats.pmean(x, 3), DATA),
        "stats.moment": (lambda x: stats.moment(x, 3), DATA),
        "stats.skew": (stats.skew, DATA),
        "stats.kurtosis": (stats.kurtosis, DATA),
        "stats.variation": (stats.variation, DATA),
        "stats.tmean": (stats.tmean, DATA),
        "stats.tvar": (stats.tvar, DATA),
        "stats.tstd": (stats.tstd, DATA),
        "stats.tsem": (stats.tsem, DATA),
        "stats.sem": (stats.sem, DATA),
        "stats.zscore": (stats.zscore, DATA),
        "stats.zmap": (of_two(stats.zmap), DATA),
        "stats.gzscore": (stats.gzscore, DATA),
        "stats.gstd": (stats.gstd, DATA),
        "stats.describe": (lambda x: stats.describe(x).variance, DATA),
        "stats.ttest_1samp": (lambda x: stats.ttest_1samp(x, 1.0).statistic, DATA),
        "stats.ttest_ind": (lambda x: stats.ttest_ind(x, beside(x, OTHER)).statistic, DATA),
        "stats.ttest_rel": (lambda x: stats.ttest_rel(x, beside(x, OTHER)).statistic, DATA),
        "stats.f_oneway": (lambda x: stats.f_oneway(x, beside(x, OTHER)).statistic, DATA),
        "stats.pearsonr": (lambda x: stats.pearsonr(x, beside(x, OTHER)).statistic, DATA),
        "stats.entropy": (stats.entropy, DATA),
        "stats.entropy (relative)": (of_two(stats.entropy), DATA),
        "stats.directional_stats": (lambda x: stats.directional_stats(x).mean_direction, TABLE),
        "stats.circmean": (stats.circmean, DATA),
        "stats.circvar": (stats.circvar, DATA),
        "stats.circstd": (stats.circstd, DATA),
        "stats.iqr": (stats.iqr, DATA),
        "stats.quantile": (lambda x: stats.quantile(x, 0.3), DATA),
        "stats.trim_mean": (lambda x: stats.trim_mean(x, 0.2), DATA),
        "stats.lmoment": (stats.lmoment, DATA),
        "stats.boxcox_llf": (lambda x: stats.boxcox_llf(0.7, x), DATA),
        "stats.yeojohnson_llf": (lambda x: stats.yeojohnson_llf(0.7, x), DATA),
        "stats.jarque_bera": (lambda x: stats.jarque_bera(x).statistic, DATA),
        "stats.skewtest": (lambda x: stats.skewtest(x).statistic, sample(12)),
        "stats.kurtosistest": (lambda x: stats.kurtosistest(x).statistic, sample(24)),
        "stats.power_divergence": (lambda x: stats.power_divergence(x, lambda_=2 / 3).statistic, DATA),
        "stats.chisquare": (lambda x: stats.chisquare(x).statistic, DATA),
        "stats.bartlett": (lambda x: stats.bartlett(x, beside(x, OTHER)).statistic, DATA),
        "stats.combine_pvalues": (lambda x: stats.combine_pvalues(x).statistic, sample(5, low=0.1, high=0.9)),
        # special
        "special.logsumexp": (special.logsumexp, DATA),
        "special.softmax": (special.softmax, DATA),
        "special.log_softmax": (special.log_softmax, DATA),
        "special.erf": (special.erf, DATA),
        "special.gammaln": (special.gammaln, DATA),
        "special.expit": (special.expit, DATA),
        "special.logit": (special.logit, sample(5, low=0.1, high=0.9)),
        "special.xlogy": (of_two(special.xlogy), DATA),
        "special.rel_entr": (of_two(special.rel_entr), DATA),
        "special.entr": (special.entr, DATA),
        # signal
        "signal.detrend": (signal.detrend, DATA),
        "signal.detrend (constant)": (lambda x: signal.detrend(x, type="constant"), DATA),
        "signal.fftconvolve": (of_two(signal.fftconvolve), DATA),
        "signal.oaconvolve": (of_two(signal.oaconvolve), DATA),
        "signal.convolve": (lambda x: signal.convolve(x, beside(x, OTHER), method="fft"), DATA),
        "signal.hilbert": (lambda x: abs(signal.hilbert(x)), DATA),
        "signal.resample": (lambda x: signal.resample(x, 12), DATA),
        "signal.chirp": (lambda x: signal.chirp(x, 1.0, 1.0, 2.0), DATA),
        "signal.vectorstrength": (lambda x: signal.vectorstrength(x, 1.3)[0], DATA),
        "signal.freqz": (lambda x: abs(signal.freqz(x, worN=beside(x, OTHER))[1]), DATA),
        "signal.bilinear": (lambda x: signal.bilinear(x[:3], x[3:])[0], DATA),
        # integrate
        "integrate.trapezoid": (integrate.trapezoid, DATA),
        "integrate.simpson": (integrate.simpson, DATA),
        "integrate.cumulative_trapezoid": (integrate.cumulative_trapezoid, DATA),
        "integrate.cumulative_simpson": (integrate.cumulative_simpson, DATA),
        "integrate.fixed_quad": (lambda x: integrate.fixed_quad(lambda t: t * x[0] ** 2, 0.0, 1.0)[0], DATA),
        "integrate.romb": (integrate.romb, sample(5)),
        "integrate.tanhsinh": (
            lambda x: integrate.tanhsinh(lambda t, c: (t * c) ** 2, beside(x, 0.0), beside(x, 1.0), args=(x,)).integral,
            sample(2),
        ),
        # fft
        "fft.fft": (lambda x: abs(fft.fft(x)), DATA),
        "fft.rfft": (lambda x: abs(fft.rfft(x)), DATA),
        "fft.irfft": (fft.irfft, DATA),
        "fft.ifft": (lambda x: abs(fft.ifft(x)), DATA),
        "fft.hfft": (fft.hfft, DATA),
        "fft.fht": (lambda x: fft.fht(x, 0.1, 0.5), DATA),
        "fft.fft2": (lambda x: abs(fft.fft2(x)), TABLE),
        "fft.fftshift": (fft.fftshift, DATA),
        # the rest
        "stats.norm.logpdf": (stats.norm.logpdf, DATA),
        "linalg.solve": (lambda x: linalg.solve(x, beside(x, OTHER[:3])), TABLE[:3] + 3.0 * np.eye(3)),
        "linalg.expm": (linalg.expm, TABLE[:3]),
        "linalg.khatri_rao": (lambda x: linalg.khatri_rao(x, x), TABLE[:3]),
        "interpolate.CubicSpline": (lambda x: interpolate.CubicSpline(beside(x, np.arange(7.0)), x)(2.5), DATA),
        "cluster.vq.whiten": (cluster.vq.whiten, TABLE),
        "cluster.vq.vq": (lambda x: cluster.vq.vq(x, beside(x, TABLE[:2] + 0.1))[1], TABLE),
        "optimize.rosen": (optimize.rosen, DATA),
        "optimize.rosen_der": (optimize.rosen_der, DATA),
        "optimize.elementwise.find_root": (
            lambda x: elementwise.find_root(lambda t, c: t**3 - c, (x * 0.0, x * 0.0 + 3.0), args=(x,)).x,
            sample(3),
        ),
        "differentiate.derivative": (
            lambda x: differentiate.derivative(lambda t: t**3, x).df,
            sample(3),
        ),
        "spatial.transform.Rotation.apply": (
            lambda x: Rotation.from_rotvec(x).apply(beside(x, OTHER[:3])),
            sample(3),
        ),
        "spatial.transform.Rotation.as_matrix": (lambda x: Rotation.from_quat(x).as_matrix(), sample(4)),
        "spatial.transform.Rotation.as_euler": (lambda x: Rotation.from_quat(x).as_euler("xyz"), sample(4)),
    }
    return [Case(name, function, x) for name, (function, x) in cases.items()]


def sklearn_cases() -> list[Case]:
    """Return the cases of scikit-learn."""
    from sklearn import (
        decomposition,
        discriminant_analysis,
        linear_model,
        metrics,
        naive_bayes,
        pipeline,
        preprocessing,
    )
    from sklearn.metrics import pairwise

    labels = np.array([0, 1, 0, 1, 1, 0])

    def fitted(estimator: Any, method: str, target: Any = None) -> Callable[[Any], Any]:
        def function(x: Any) -> Any:
            made = estimator.fit(x) if target is None else estimator.fit(x, beside(x, target))
            return getattr(made, method)(x)

        return function

    cases = {
        "StandardScaler": (fitted(preprocessing.StandardScaler(), "transform"), TABLE),
        "MinMaxScaler": (fitted(preprocessing.MinMaxScaler(), "transform"), TABLE),
        "MaxAbsScaler": (fitted(preprocessing.MaxAbsScaler(), "transform"), TABLE),
        "Normalizer": (fitted(preprocessing.Normalizer(), "transform"), TABLE),
        "KernelCenterer": (fitted(preprocessing.KernelCenterer(), "transform"), TABLE @ TABLE.T),
        "PolynomialFeatures": (fitted(preprocessing.PolynomialFeatures(2), "transform"), TABLE),
        "PCA": (lambda x: decomposition.PCA(2, svd_solver="full").fit(x).explained_variance_, TABLE),
        "Ridge": (fitted(linear_model.Ridge(solver="svd"), "predict", DATA[:6]), TABLE),
        "RidgeClassifier": (
            lambda x: linear_model.RidgeClassifier(solver="svd").fit(x, beside(x, labels)).decision_function(x),
            TABLE,
        ),
        "RidgeCV": (fitted(linear_model.RidgeCV(), "predict", DATA[:6]), TABLE),
        "Pipeline of StandardScaler, PCA and Ridge": (
            fitted(
                pipeline.make_pipeline(
                    preprocessing.StandardScaler(),
                    decomposition.PCA(2, svd_solver="full"),
                    linear_model.Ridge(solver="svd"),
                ),
                "predict",
                DATA[:6],
            ),
            TABLE,
        ),
        "LinearDiscriminantAnalysis": (
            fitted(discriminant_analysis.LinearDiscriminantAnalysis(), "decision_function", labels),
            TABLE,
        ),
        "GaussianNB": (fitted(naive_bayes.GaussianNB(), "predict_log_proba", labels), TABLE),
        "pairwise.euclidean_distances": (lambda x: pairwise.euclidean_distances(x, beside(x, TABLE[:2] + 1.0)), TABLE),
        "pairwise.rbf_kernel": (lambda x: pairwise.rbf_kernel(x, beside(x, TABLE[:2])), TABLE),
        "pairwise.polynomial_kernel": (lambda x: pairwise.polynomial_kernel(x, beside(x, TABLE[:2])), TABLE),
        "pairwise.sigmoid_kernel": (lambda x: pairwise.sigmoid_kernel(x, beside(x, TABLE[:2])), TABLE),
        "pairwise.cosine_similarity": (lambda x: pairwise.cosine_similarity(x, beside(x, TABLE[:2])), TABLE),
        "pairwise.chi2_kernel": (lambda x: pairwise.chi2_kernel(x, beside(x, TABLE[:2])), TABLE),
        "pairwise.laplacian_kernel": (lambda x: pairwise.laplacian_kernel(x, beside(x, TABLE[:2] + 1.0)), TABLE),
        "pairwise.manhattan_distances": (lambda x: pairwise.manhattan_distances(x, beside(x, TABLE[:2] + 1.0)), TABLE),
        "pairwise.cosine_distances": (lambda x: pairwise.cosine_distances(x, beside(x, TABLE[:2] + 1.0)), TABLE),
        "pairwise.paired_euclidean_distances": (
            lambda x: pairwise.paired_euclidean_distances(x, beside(x, TABLE + 1.0)),
            TABLE,
        ),
        **{
            f"metrics.{metric.__name__} (raw_values)": (
                lambda x, metric=metric: metric(beside(x, OTHER), x, multioutput="raw_values"),
                DATA,
            )
            for metric in (
                metrics.mean_squared_error,
                metrics.root_mean_squared_error,
                metrics.mean_absolute_error,
                metrics.mean_squared_log_error,
                metrics.mean_absolute_percentage_error,
                metrics.mean_pinball_loss,
                metrics.r2_score,
                metrics.explained_variance_score,
            )
        },
        "metrics.mean_squared_error": (lambda x: metrics.mean_squared_error(beside(x, OTHER), x), DATA),
        "metrics.mean_absolute_error": (lambda x: metrics.mean_absolute_error(beside(x, OTHER), x), DATA),
        "metrics.r2_score": (lambda x: metrics.r2_score(beside(x, OTHER), x), DATA),
        "metrics.mean_gamma_deviance": (lambda x: metrics.mean_gamma_deviance(beside(x, OTHER), x), DATA),
    }
    return [Case(name, function, x) for name, (function, x) in cases.items()]
