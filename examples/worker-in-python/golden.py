"""The golden workload of docs/golden-workload.md: its digest proves that a worker gives the contract's bits."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np

import exact
import network
from exact import F32, F64, U32
from layers import Pass

SHAPES = [
    (1, 1, 1, 1), (2, 2, 3, 1), (5, 3, 10, 2), (7, 300, 9, 3), (13, 7, 17, 4), (33, 29, 70, 8),
    (3, 521, 36, 1), (70, 13, 47, 16), (40, 110, 10, 7), (17, 10, 21, 64), (39, 9, 19, 1),
]  # fmt: skip
LENGTHS = [1, 2, 3, 7, 35, 143]
KINDS = ["ordinary", "halfway", "subnormal", "zeros"]
FACTORS = list(map(np.float32, (1 / 3, 2.0**-100, -1)))
DIVISORS = list(map(np.float32, (7, 2.0**100, -3)))
RATES = list(map(np.float32, (0.1, 2.0**-80, 1)))

BITS: dict[str, Callable[[U32], U32]] = {
    "ordinary": lambda w: (w & 0x81FFFFFF) | (0x3E000000 + ((w << 1) & 0x01800000)),
    "halfway": lambda w: (
        (w & 0x80000000)
        | np.choose(
            (w >> 24) % 6,
            [
                0x3F800000 | ((w & 7) << 9),
                0x3F800000 | (w & 0x7FFFFF),
                0x33800000 + ((w & 3) << 23),
                0x33800000 | (w & 0x400000),
                np.full_like(w, 0x3F800001),
                0x4B800000 | (w & 1),
            ],
        )
    ),
    "subnormal": lambda w: np.choose(
        (w >> 24) % 4,
        [
            w & 0x807FFFFF,
            (w & 0x80FFFFFF) | 0x00800000,
            (w & 0x83FFFFFF) | 0x1C000000,
            (w & 0x81FFFFFF) | 0x3E000000,
        ],
    ),
    "tiny": lambda w: w & 0x80FFFFFF,
    "zeros": lambda w: (w & 0x80000000) | np.where(w & 0x01000000, 0x3F800000, 0).astype(np.uint32),
    "wide": lambda w: np.where((w & 0x7F800000) == 0x7F800000, w & 0xBFFFFFFF, w),
    "bending": lambda w: (w & 0x80FFFFFF) | (0x3C000000 + ((w >> 25) % 6) * 0x01000000),
    "vanishing": lambda w: 0xC2AE0000 + (w & 0x1FFFFF) + ((w >> 30) & 1),
}


class Fill(Protocol):
    """The next numbers of a part, as a tensor; of the kind that is its turn unless another is named."""

    def __call__(self, *shape: int, kind: str = ...) -> F32: ...


class Numbers:
    """The numbers of one part, counted from 0 on."""

    def __init__(self) -> None:
        self.count = 0

    def of(self, turn: str) -> Fill:
        def fill(*shape: int, kind: str = turn) -> F32:
            return self.tensor(kind, *shape)

        return fill

    def tensor(self, kind: str, *shape: int) -> F32:
        length = int(np.prod(shape))
        counts = np.arange(self.count, self.count + length, dtype=np.uint32)
        self.count += length
        word = counts * np.uint32(0x9E3779B1)
        word = (word ^ (word >> 15)) * np.uint32(0x85EBCA77)
        word = (word ^ (word >> 13)) * np.uint32(0xC2B2AE3D)
        bits = BITS[kind](word ^ (word >> 16))
        return bits.astype(np.uint32).view(np.float32).reshape(shape)


Kept = Iterator[F32 | F64]
OnShape = Callable[[Fill, int, int, int, int], Kept]
OnLength = Callable[[Fill, int], Kept]


def over_shapes(run: OnShape, kinds: list[str]) -> Kept:
    """`run(fill, rows, k, n, leaf_rows)` for every kind and shape."""
    numbers = Numbers()
    for kind in kinds:
        for shape in SHAPES:
            yield from run(numbers.of(kind), *shape)


def over_lengths(run: OnLength, kinds: list[str]) -> Kept:
    numbers = Numbers()
    for kind in kinds:
        for length in LENGTHS:
            yield from run(numbers.of(kind), length)


def matmul(fill: Fill, m: int, k: int, n: int, _: int) -> Kept:
    fill(m, n)
    yield exact.product(fill(m, k), fill(k, n))


def matmul_transposed(fill: Fill, m: int, k: int, n: int, _: int) -> Kept:
    fill(m, n)
    yield exact.product(fill(m, k), fill(n, k).T)


def weight_gradient(fill: Fill, rows: int, k: int, n: int, leaf_rows: int) -> Kept:
    fill(k, n)
    whole = exact.weight_gradient(fill(rows, k), fill(rows, n), leaf_rows)
    yield whole
    part = np.ones_like(whole)
    some = slice(k // 3, -(-k // 2))
    part[some] = whole[some]
    yield part


def bias_gradient(fill: Fill, rows: int, _: int, n: int, leaf_rows: int) -> Kept:
    fill(n)
    yield exact.bias_gradient(fill(rows, n), leaf_rows)


def squared_error_sum(fill: Fill, rows: int, _: int, n: int, leaf_rows: int) -> Kept:
    yield np.array([exact.squared_error_sum(fill(rows, n), leaf_rows)])


def add_bias(fill: Fill, rows: int, _k: int, n: int, _leaf_rows: int) -> Kept:
    yield fill(rows, n) + fill(n)


def add_bias_sigmoid(fill: Fill, rows: int, _k: int, n: int, _leaf_rows: int) -> Kept:
    yield exact.sigmoid(fill(rows, n) + fill(n))
    yield exact.sigmoid(fill(rows, n, kind="vanishing") + fill(n, kind="zeros"))


def sigmoid(fill: Fill, length: int) -> Kept:
    fill(length)
    yield exact.sigmoid(fill(length))


def sigmoid_backward(fill: Fill, length: int) -> Kept:
    fill(length)
    yield exact.sigmoid_backward(fill(length), fill(length))


def subtract(fill: Fill, length: int) -> Kept:
    fill(length)
    yield fill(length) - fill(length)


def add(fill: Fill, length: int) -> Kept:
    fill(length)
    yield fill(length) + fill(length)


def scale(fill: Fill, length: int) -> Kept:
    for factor in FACTORS:
        fill(length)
        yield fill(length) * factor


def divide(fill: Fill, length: int) -> Kept:
    for divisor in DIVISORS:
        fill(length)
        yield fill(length) / divisor


def axpy(fill: Fill, length: int) -> Kept:
    for factor in FACTORS:
        yield fill(length) + factor * fill(length)


def sgd_step(weights: F32, gradient_sum: F32, divisor: np.float32, rate: np.float32) -> F32:
    return weights - rate * (gradient_sum / divisor)


def sgd(fill: Fill, length: int) -> Kept:
    finite = []
    for divisor, rate in zip(DIVISORS, RATES):
        fill(length)
        out = sgd_step(fill(length), fill(length), divisor, rate)
        finite.append(exact.is_finite(out))
        yield out
    yield np.array(finite, np.float64)


def lookup(fill: Fill, length: int) -> Kept:
    fill(length)
    yield fill(256)[np.arange(length) * 37 & 255]


def is_finite(fill: Fill, length: int) -> Kept:
    x = fill(length)
    yield np.array([exact.is_finite(x)], np.float64)
    for value in (np.inf, np.nan):
        x[length * 2 % 5 % length] = value
        yield np.array([exact.is_finite(x)], np.float64)


def checksum(fill: Fill, length: int) -> Kept:
    x = fill(length)
    for value in (1, -np.inf):
        x[-1] = value
        digits = exact.checksum(x)
        yield np.array([int(digits[:8], 16), int(digits[8:], 16), exact.is_finite(x)], np.float64)


def training(sizes: list[int], has_sigmoid_output: bool, rows: int, leaf_rows: int, steps: int, rate: float) -> Kept:
    """Steps on the same rows from the initial weights of seed 4."""
    model = network.perceptron(sizes, has_sigmoid_output)
    weights = network.initial_weights(model, seed=4)
    table = exact.standardisation_table(0.5, 1)
    inputs = table[np.arange(rows * sizes[0]) * 37 % 256].reshape(rows, -1)
    labels = Numbers().tensor("ordinary", rows, sizes[-1])
    for step in range(steps):
        gradient, loss_sum = model.gradient(weights, inputs, labels, leaf_rows, Pass(4, step, 0))
        yield np.array([loss_sum])
        weights = sgd_step(weights, gradient, np.float32(rows), np.float32(rate))
    yield gradient
    yield weights


def parts() -> dict[str, Kept]:
    return {
        "matmul": over_shapes(matmul, KINDS),
        "matmulTransposed": over_shapes(matmul_transposed, KINDS),
        "weightGradient": over_shapes(weight_gradient, KINDS),
        "biasGradient": over_shapes(bias_gradient, [*KINDS, "tiny"]),
        "squaredErrorSum": over_shapes(squared_error_sum, KINDS),
        "addBias": over_shapes(add_bias, KINDS),
        "addBiasSigmoid": over_shapes(add_bias_sigmoid, ["ordinary", "halfway", "bending"]),
        "sigmoid": over_lengths(sigmoid, [*KINDS, "wide", "bending", "vanishing"]),
        "sigmoidBackward": over_lengths(sigmoid_backward, KINDS),
        "subtract": over_lengths(subtract, KINDS),
        "add": over_lengths(add, KINDS),
        "scale": over_lengths(scale, KINDS),
        "divide": over_lengths(divide, KINDS),
        "axpy": over_lengths(axpy, KINDS),
        "sgd": over_lengths(sgd, KINDS),
        "lookup": over_lengths(lookup, KINDS),
        "isFinite": over_lengths(is_finite, KINDS),
        "checksum": over_lengths(checksum, KINDS),
        "one step": training([70, 41, 26, 10], False, 75, 16, steps=1, rate=0.25),
        "a hundred steps": training([17, 13, 9, 5], True, 21, 4, steps=100, rate=2),
    }


def sections() -> dict[str, str]:
    """The sha256 of what each part computes."""
    return {
        name: hashlib.sha256(b"".join(tensor.tobytes() for tensor in kept)).hexdigest()
        for name, kept in parts().items()
    }


def digest() -> str:
    """The sha256 over the lines `name digest` of all parts."""
    lines = "".join(f"{name} {section}\n" for name, section in sections().items())
    return hashlib.sha256(lines.encode()).hexdigest()
