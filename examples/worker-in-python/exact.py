"""The arithmetic of the contract `exact-2` in numpy: docs/exactness.md.

An operation of numpy on float32 arrays rounds each element once, and never fuses two. Sums are written out, since `@`
and `np.sum` choose an order of their own.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
I32 = NDArray[np.int32]
U64 = NDArray[np.uint64]

CONTRACT = "exact-2"
BLOCK = 256
WORD = 0xFFFFFFFF


class UnknownModel(Exception):
    """A network with a part that this worker cannot compute."""


# Products that overflow are part of the arithmetic: an infinity says that a run diverges.
np.seterr(all="ignore")


def f32(bits: int) -> np.float32:
    """The float32 with these bits."""
    return np.float32(np.array(bits, np.uint32).view(np.float32))


LOG2_E, LN2_HIGH, LN2_LOW = f32(0x3FB8AA3B), f32(0x3F317200), f32(0x35BFBE8E)
C0, C1, C2, C3, C4 = map(f32, (0x3EFFFFFE, 0x3E2AAA46, 0x3D2AAC2C, 0x3C091EF0, 0x3AB56359))
ONE, SHIFT = np.float32(1), np.float32(1.5 * 2**23)
LARGEST, SMALLEST = np.float32(89), np.float32(-104)


def exp(x: F32) -> F32:
    """e^x, within 1 ulp."""
    argument = np.where(x > LARGEST, LARGEST, x)
    argument = np.where(argument < SMALLEST, SMALLEST, argument)
    shifted = argument * LOG2_E + SHIFT
    whole = shifted - SHIFT
    n = shifted.view(np.int32) - np.int32(0x4B400000)
    high = argument - whole * LN2_HIGH
    low = whole * LN2_LOW
    r = high - low
    polynomial = (((C4 * r + C3) * r + C2) * r + C1) * r + C0
    tail = r * r * polynomial - low
    fraction = high + tail
    fraction_lost = tail - (fraction - high)
    rough = ONE + fraction
    lost = (fraction - (rough - ONE)) + fraction_lost
    mantissa = rough + lost
    first = n >> 1
    return mantissa * power_of_two(first) * power_of_two(n - first)


def power_of_two(n: NDArray[np.int32]) -> F32:
    return ((n + np.int32(127)) << np.int32(23)).view(np.float32)


def sigmoid(y: F32) -> F32:
    """1 / (1 + e^-y): e in float32, the sum and the quotient in float64, rounded once."""
    e = exp(-np.abs(y))
    numerator = np.where(y >= 0, ONE, e).astype(np.float64)
    return (numerator / (1 + e.astype(np.float64))).astype(np.float32)


def sigmoid_backward(dz: F32, z: F32) -> F32:
    return dz * (z * (ONE - z))


def product(a: F32, b: F32) -> F32:
    """a[m,k] @ b[k,n]: blocks of 256 k, each summed from +0 upward, then added in order.

    All blocks are summed at once. The last is filled with zeros: a sum from +0 is never -0, so they change nothing.
    """
    (m, k), n = a.shape, b.shape[1]
    blocks = -(-k // BLOCK)
    length = min(k, BLOCK)
    left = np.zeros((blocks * length, m), np.float32)
    left[:k] = a.T
    right = np.zeros((blocks * length, n), np.float32)
    right[:k] = b
    left, right = left.reshape(blocks, length, m, 1), right.reshape(blocks, length, 1, n)
    sums = np.zeros((blocks, m, n), np.float32)
    term = np.empty_like(sums)
    for p in range(length):
        np.multiply(left[:, p], right[:, p], out=term)
        sums += term
    total = sums[0]
    for block in sums[1:]:
        total = total + block
    return total


def tree_sum(first: int, count: int, leaf: Callable[[int], Any]) -> Any:
    """The sum of `leaf(first)` to `leaf(first + count - 1)` up the fixed tree."""
    if count == 1:
        return leaf(first)
    split = 1 << ((count - 1).bit_length() - 1)  # the largest power of two below count
    return tree_sum(first, split, leaf) + tree_sum(first + split, count - split, leaf)


def sum_over_rows(rows: int, leaf_rows: int, zero: Callable[[], Any], add_row: Callable[[Any, int], Any]) -> Any:
    """Rows ascending from `zero()` within a leaf, leaves up the tree. `add_row(sum, row)` adds one."""

    def leaf(index: int) -> Any:
        total = zero()
        for row in range(index * leaf_rows, min(rows, (index + 1) * leaf_rows)):
            total = add_row(total, row)
        return total

    return tree_sum(0, -(-rows // leaf_rows), leaf)


def weight_gradient(x: F32, a: F32, leaf_rows: int) -> F32:
    """x[rows,k]^T @ a[rows,n], summed over rows up the tree."""
    shape = (x.shape[1], a.shape[1])
    term = np.empty(shape, np.float32)

    def add_row(total: F32, row: int) -> F32:
        np.multiply(x[row][:, None], a[row][None, :], out=term)
        total += term
        return total

    return sum_over_rows(len(x), leaf_rows, lambda: np.zeros(shape, np.float32), add_row)


def bias_gradient(a: F32, leaf_rows: int) -> F32:
    zero = np.zeros(a.shape[1], np.float32)
    return sum_over_rows(len(a), leaf_rows, lambda: zero, lambda total, row: total + a[row])


def position_sum(terms: F32, positions: int, leaf_rows: int) -> F32:
    """terms[rows * positions, n] summed: in a leaf (row, position) ascending, in blocks of 256 that are then added."""

    def leaf(index: int) -> F32:
        mine = terms[index * leaf_rows * positions : (index + 1) * leaf_rows * positions]
        blocks = []
        for start in range(0, len(mine), BLOCK):
            total = np.zeros(terms.shape[1], np.float32)
            for term in mine[start : start + BLOCK]:
                total = total + term
            blocks.append(total)
        total = blocks[0]
        for block in blocks[1:]:
            total = total + block
        return total

    total: F32 = tree_sum(0, -(-len(terms) // (positions * leaf_rows)), leaf)
    return total


def squared_error_sum(error: F32, leaf_rows: int) -> float:
    """The sum over rows of sum_j error[row,j]^2 / 2, in float64."""
    terms = error.astype(np.float64) ** 2 / 2
    losses = np.zeros(len(error))
    for j in range(error.shape[1]):
        losses += terms[:, j]
    return float(sum_over_rows(len(error), leaf_rows, lambda: 0.0, lambda total, row: total + losses[row]))


def standardisation_table(mean: float, deviation: float) -> F32:
    """What each of the 256 bytes becomes."""
    return ((np.arange(256) / 255 - mean) / deviation).astype(np.float32)


def one_hot(labels: U8, classes: int) -> F32:
    return (labels[:, None] == np.arange(classes)).astype(np.float32)


# From outputs and labels, [rows,width], and the rows of a leaf: the slopes by each output, and the sum of the losses.
Judge = Callable[[F32, F32, int], tuple[F32, float]]


def squared_error(outputs: F32, labels: F32, leaf_rows: int) -> tuple[F32, float]:
    """The specification's loss, by which the golden workload judges."""
    error = outputs - labels
    return error, squared_error_sum(error, leaf_rows)


PRIME_1, PRIME_2, PRIME_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
LANES = 64


def checksum(tensor: F32) -> str:
    """The 64-bit checksum of the tensor's words, as 16 hex digits."""
    words = np.ascontiguousarray(tensor).view(np.uint32) * np.uint32(PRIME_2)
    lanes = np.arange(1, LANES + 1, dtype=np.uint32) * np.uint32(PRIME_3)
    upper = np.empty_like(lanes)
    left, right, prime = np.uint32(13), np.uint32(19), np.uint32(PRIME_1)
    for at in range(0, len(words), LANES):
        row = words[at : at + LANES]
        lane, carried = lanes[: len(row)], upper[: len(row)]
        lane += row
        np.left_shift(lane, left, out=carried)
        lane >>= right
        lane |= carried
        lane *= prime
    low, high = len(words), ~len(words) & WORD
    for lane, other in zip(lanes.tolist(), reversed(lanes.tolist())):
        low, high = checksum_round(low, lane), checksum_round(high, other)
    return f"{avalanche(high):08x}{avalanche(low):08x}"


def checksum_round(lane: int, word: int) -> int:
    total = (lane + word * PRIME_2) & WORD
    return ((total << 13 | total >> 19) * PRIME_1) & WORD


def avalanche(word: int) -> int:
    word = ((word ^ word >> 15) * PRIME_2) & WORD
    word = ((word ^ word >> 13) * PRIME_3) & WORD
    return word ^ word >> 16


def is_finite(tensor: F32) -> bool:
    return bool(np.isfinite(tensor).all())


def philox(key: tuple[int, int], counter: tuple[int, int, int, int]) -> tuple[int, ...]:
    """The four words of Philox4x32-10 (Salmon et al. 2011)."""
    c0, c1, c2, c3 = counter
    words = philox_words(key, c0, c1, np.array(c2, np.uint64), np.array(c3, np.uint64))
    return tuple(int(word) for word in words)


def philox_words(key: tuple[int, int], c0: int, c1: int, c2: U64, c3: U64) -> tuple[U64, U64, U64, U64]:
    """The four words at many counters at once; c2 and c3 are broadcast."""
    (k0, k1), mask, half = key, np.uint64(WORD), np.uint64(32)
    shape = np.broadcast_shapes(c2.shape, c3.shape)
    w0, w1 = np.full(shape, c0, np.uint64), np.full(shape, c1, np.uint64)
    w2, w3 = np.broadcast_to(c2, shape), np.broadcast_to(c3, shape)
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * w0, np.uint64(0xCD9E8D57) * w2
        w0, w1 = (p1 >> half) ^ w1 ^ np.uint64(k0), p1 & mask
        w2, w3 = (p0 >> half) ^ w3 ^ np.uint64(k1), p0 & mask
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return w0, w1, w2, w3
