"""The losses of docs/exactness.md in numpy: of some rows the slopes by each output, and the sum of the losses up the tree."""

from collections.abc import Callable
from typing import Any

import numpy as np

import exact
import layers
from exact import F32, F64, ONE

LN2_HIGH, LN2_LOW = (np.uint64(bits).view(np.float64) for bits in (0x3FE62E42FEE00000, 0x3DEA39EF35793C76))
SERIES = [2 / (2 * k + 3) for k in range(11)]
SQRT2 = np.uint64(0x3FF6A09E667F3BCD).view(np.float64)

Loss = dict[str, Any]
# Slopes, and of each row its loss.
Judged = tuple[F32, F64]


def log(x: F64) -> F64:
    """ln x in float64; infinity and what is no number stay as they are."""
    half, exponent = np.frexp(x)
    is_small = half * 2 <= SQRT2
    f = np.where(is_small, half * 2, half) - 1
    n = np.where(is_small, exponent - 1, exponent).astype(np.float64)
    s = f / (2 + f)
    square = s * s
    r = np.zeros_like(f)
    for coefficient in reversed(SERIES):
        r = r * square + coefficient
    r = r * square
    return np.where(x < np.inf, n * LN2_HIGH - ((s * (f - r) - n * LN2_LOW) - f), x)


def ascending(terms: F64) -> F64:
    """Of each row the sum from 0 over its outputs."""
    total = np.zeros(len(terms))
    for j in range(terms.shape[1]):
        total = total + terms[:, j]
    return total


def squared_error(loss: Loss, x: F32, t: F32) -> Judged:
    error = x - t
    return error, ascending(error.astype(np.float64) ** 2 / 2)


def mse(loss: Loss, x: F32, t: F32) -> Judged:
    d, width = x - t, x.shape[1]
    return d * np.float32(2 / width), ascending(d.astype(np.float64) ** 2) / width


def mae(loss: Loss, x: F32, t: F32) -> Judged:
    d, width = x - t, x.shape[1]
    slope = np.float32(1 / width)
    return np.where(d > 0, slope, np.where(d < 0, -slope, d)), ascending(np.abs(d).astype(np.float64)) / width


def huber(loss: Loss, x: F32, t: F32) -> Judged:
    d, width, delta = x - t, x.shape[1], loss["delta"]
    bound, size = np.float32(delta), np.abs(d).astype(np.float64)
    at_most = np.where(d > bound, bound, d)
    slopes = np.where(at_most < -bound, -bound, at_most) * np.float32(1 / width)
    return slopes, ascending(np.where(size <= delta, size * size / 2, delta * (size - delta / 2))) / width


def softmax(x: F32) -> tuple[F32, F64]:
    """p, and -ln p in float64."""
    largest = layers.largest(x)
    e = exact.exp(x - largest)
    sums = layers.lane_sum(e)
    return e / sums, (log(sums.astype(np.float64)) + largest.astype(np.float64)) - x.astype(np.float64)


def where_any(t: F32, terms: F64) -> F64:
    """Terms of labels that are not 0."""
    return np.where(t != 0, terms, 0)


def cross_entropy(loss: Loss, x: F32, t: F32) -> Judged:
    smoothing, width = loss["labelSmoothing"], x.shape[1]
    labels = ((1 - smoothing) * t.astype(np.float64) + smoothing / width).astype(np.float32)
    p, surprise = softmax(x)
    slopes, losses = p - labels, ascending(where_any(labels, labels.astype(np.float64) * surprise))
    if "classWeights" not in loss:
        return slopes, losses
    weights = row_weights(loss, t)
    return slopes * weights.astype(np.float32)[:, None], weights * losses


def binary_cross_entropy(loss: Loss, x: F32, t: F32) -> Judged:
    weights, width = np.array(loss["positiveWeight"], np.float64), x.shape[1]
    w = weights.astype(np.float32)
    slopes = (ONE + (w - ONE) * t) * exact.sigmoid(x) - w * t
    outputs, labels, e = (each.astype(np.float64) for each in (x, t, exact.exp(-np.abs(x))))
    both = 1 + e
    softplus = np.where(outputs > 0, outputs, 0) + np.where(both == 1, e, log(both) * e / (both - 1))
    terms = (1 - labels) * softplus + weights * labels * (softplus - outputs)
    return slopes * np.float32(1 / width), ascending(terms) / width


def kl(loss: Loss, x: F32, t: F32) -> Judged:
    p, surprise = softmax(x)
    shares = t.astype(np.float64)
    own = log(np.where(t != 0, shares, 1))
    return p - t, ascending(where_any(t, shares * (own + surprise)))


KINDS: dict[str, Callable[[Loss, F32, F32], Judged]] = {
    "squared-error": squared_error,
    "mse": mse,
    "mae": mae,
    "huber": huber,
    "cross-entropy": cross_entropy,
    "binary-cross-entropy": binary_cross_entropy,
    "kl": kl,
}


def row_weights(loss: Loss, t: F32) -> F64:
    """What each row counts."""
    if "classWeights" not in loss:
        return np.ones(len(t))
    return np.array(loss["classWeights"])[t.argmax(axis=1)]


def judge_of(loss: Loss) -> exact.Judge:
    """What a network's outputs are judged by."""
    kind = KINDS.get(loss["type"])
    if kind is None:
        raise exact.UnknownModel(f"its loss is {loss}")

    def judge(outputs: F32, labels: F32, leaf_rows: int) -> tuple[F32, float]:
        slopes, losses = kind(loss, outputs, labels)
        return slopes, sum_of(losses, leaf_rows)

    return judge


def sum_of(values: F64, leaf_rows: int) -> float:
    """Of rows, in float64 up the tree."""
    return float(exact.sum_over_rows(len(values), leaf_rows, lambda: 0.0, lambda total, row: total + values[row]))
