"""The functions of docs/exactness.md that are computed in float64 and rounded once, and the activations made of them, in numpy."""

from collections.abc import Callable

import numpy as np

import exact
from exact import F32, F64, I32, ONE, SHIFT

ZERO = np.float32(0)
LN2 = 0.6931471805599453
SHIFT_BITS = np.int32(0x4B400000)
# Below these expm1 and log1p, and tanh, are their argument.
TINY, TINY_TANH = np.float32(2.0**-25), np.float32(2.0**-13)
LARGEST, SMALLEST_NORMAL = exact.f32(0x7F7FFFFF), exact.f32(0x00800000)


def wide(x: F32) -> F64:
    return x.astype(np.float64)


def narrow(x: F64) -> F32:
    return x.astype(np.float32)


def at_least(x: F32, bound: float) -> F32:
    return np.where(x < np.float32(bound), np.float32(bound), x)


def at_most(x: F32, bound: float) -> F32:
    return np.where(x > np.float32(bound), np.float32(bound), x)


def power_of_two(n: I32) -> F64:
    """2^n in float64, of which each half fits a float32."""
    half = n >> np.int32(1)
    return wide(exact.power_of_two(half)) * wide(exact.power_of_two(n - half))


def reduced(w: F64) -> tuple[F64, F64]:
    """e^r - 1 and 2^n of w = n ln 2 + r."""
    shifted = narrow(w) * exact.LOG2_E + SHIFT
    r = w - wide(shifted - SHIFT) * LN2
    c8 = 2.48015873015873e-5 + r * 2.7557319223985893e-6
    c7 = 0.0001984126984126984 + r * c8
    c6 = 0.001388888888888889 + r * c7
    c5 = 0.008333333333333333 + r * c6
    c4 = 0.041666666666666664 + r * c5
    c3 = 0.16666666666666666 + r * c4
    c2 = 0.5 + r * c3
    return r + r * r * c2, power_of_two(shifted.view(np.int32) - SHIFT_BITS)


def exp_wide(w: F64) -> F64:
    less_one, power = reduced(w)
    return (1 + less_one) * power


def expm1_wide(w: F64) -> F64:
    less_one, power = reduced(w)
    return less_one * power + (power - 1)


def expm1(x: F32) -> F32:
    value = narrow(expm1_wide(wide(at_least(at_most(x, 89), -20))))
    return np.where(np.abs(x) < TINY, x, value)


def series(m: F64) -> F64:
    """log(1 + m) for 1 + m between 0.7 and 1.42."""
    s = m / (2 + m)
    q = s * s
    c5 = 0.09090909090909091 + q * (0.07692307692307693 + q * 0.06666666666666667)
    c3 = 0.14285714285714285 + q * (0.1111111111111111 + q * c5)
    c1 = 0.3333333333333333 + q * (0.2 + q * c3)
    return 2 * s * (1 + q * c1)


def exponent_of(x: F32) -> I32:
    return (x.view(np.int32) - np.int32(0x3F3504F3)) >> np.int32(23)


def outside(x: F32) -> F32:
    """A NaN below 0, and -infinity at 0."""
    return np.where(x < ZERO, np.float32(np.nan), -ONE / np.abs(x))


def log(x: F32) -> F32:
    is_small = x < SMALLEST_NORMAL
    scaled = np.where(is_small, x * np.float32(2.0**25), x)
    k = exponent_of(scaled)
    fraction = wide(scaled) * power_of_two(-k) - 1
    exponent = k.astype(np.float64) - np.where(is_small, 25.0, 0.0)
    value = narrow(exponent * LN2 + series(fraction))
    return np.where(x > ZERO, np.where(x > LARGEST, x, value), outside(x))


def log1p(x: F32) -> F32:
    total = ONE + x
    k = exponent_of(total)
    fraction = (wide(x) - (power_of_two(k) - 1)) * power_of_two(-k)
    value = narrow(k.astype(np.float64) * LN2 + series(fraction))
    near = np.where(np.abs(x) < TINY, x, np.where(x > LARGEST, x, value))
    return np.where(x > -ONE, near, outside(total))


def scaled_erfc(z: F64) -> F64:
    """e^(z^2) erfc(z)."""
    t = (z - 3) / (z + 3)
    c10 = -0.00012593659144500917 + t * (0.0001289865495193801 + t * 3.4030573838876466e-5)
    c8 = 0.0018930030013616936 + t * (-0.0007918784296321018 + t * c10)
    c6 = -0.02377057636314501 + t * (0.002534043936642424 + t * c8)
    c4 = -0.11927372190842343 + t * (0.06830731905508453 + t * c6)
    c2 = -0.0475622904593603 + t * (0.12964520228507312 + t * c4)
    return (1.2530080582388305 + t * (-0.13562110689859255 + t * c2)) / (1 + 2 * z)


def erf(x: F32) -> F32:
    size = np.abs(x)
    z = wide(at_most(size, 4))
    square = z * z
    far = narrow(1 - exp_wide(-1 * square) * scaled_erfc(z))
    c6 = 0.00012055332981789664 + square * (-1.492565035840625e-5 + square * 1.6462114365889248e-6)
    c4 = 0.005223977625442188 + square * (-0.0008548327023450853 + square * c6)
    c2 = 0.11283791670955126 + square * (-0.026866170645131252 + square * c4)
    near = narrow(wide(x) * (1.1283791670955126 + square * (-0.37612638903183754 + square * c2)))
    return np.where(size < np.float32(0.5), near, np.where(x < ZERO, -far, far))


def tanh(x: F32) -> F32:
    size = np.abs(x)
    t = expm1_wide(2 * wide(at_most(size, 10)))
    value = narrow(t / (t + 2))
    return np.where(size < TINY_TANH, x, np.where(x < ZERO, -value, value))


def softplus(x: F32) -> F32:
    e = exp_wide(-1 * wide(at_most(np.abs(x), 110)))
    s = e / (2 + e)
    q = s * s
    c9 = 0.05263157894736842 + q * (0.047619047619047616 + q * 0.043478260869565216)
    c7 = 0.06666666666666667 + q * (0.058823529411764705 + q * c9)
    c5 = 0.09090909090909091 + q * (0.07692307692307693 + q * c7)
    c3 = 0.14285714285714285 + q * (0.1111111111111111 + q * c5)
    c1 = 0.3333333333333333 + q * (0.2 + q * c3)
    return narrow(wide(np.where(x > ZERO, x, ZERO)) + 2 * s * (1 + q * c1))


def softplus_backward(dz: F32, x: F32) -> F32:
    return dz * exact.sigmoid(x)


def tanh_backward(dz: F32, z: F32) -> F32:
    return dz * (ONE - z * z)


def relu(x: F32) -> F32:
    return np.where(x < ZERO, ZERO, x)


def relu_backward(dz: F32, z: F32) -> F32:
    return np.where(z <= ZERO, ZERO, dz)


def leaky_relu(x: F32, slope: float) -> F32:
    return np.where(x > ZERO, x, x * np.float32(slope))


def leaky_relu_backward(dz: F32, z: F32, slope: float) -> F32:
    return np.where(z > ZERO, dz, dz * np.float32(slope))


def elu(x: F32, alpha: float) -> F32:
    return np.where(x > ZERO, x, np.float32(alpha) * expm1(x))


def elu_backward(dz: F32, z: F32, alpha: float) -> F32:
    return np.where(z > ZERO, dz, dz * (z + np.float32(alpha)))


def normal_below(x: F32, size: F64, density: F64) -> F64:
    beyond = 0.5 * density * scaled_erfc(size * 0.7071067811865476)
    return np.where(x > ZERO, 1.0, 0.0) + np.where(x > ZERO, -1.0, 1.0) * beyond


def gelu(x: F32) -> F32:
    floored = at_least(x, -14.5)
    bounded = at_most(floored, 14.5)
    size = wide(np.abs(bounded))
    density = exp_wide(-0.5 * (size * size))
    return narrow(wide(floored) * normal_below(bounded, size, density))


def gelu_backward(dz: F32, x: F32) -> F32:
    bounded = at_most(at_least(x, -14.5), 14.5)
    size = wide(np.abs(bounded))
    density = exp_wide(-0.5 * (size * size))
    slope = normal_below(bounded, size, density) + wide(bounded) * (density * 0.3989422804014327)
    return narrow(wide(dz) * slope)


LINEAR, CUBIC, CUBIC_SLOPE = 1.5957691216057308, 0.07135481627260025, 0.21406444881780073


def decay(x: F64) -> F64:
    return exp_wide(-1 * (x * (LINEAR + CUBIC * (x * x))))


def gelu_tanh(x: F32) -> F32:
    floored = at_least(x, -11)
    return narrow(wide(floored) / (1 + decay(wide(at_most(floored, 11)))))


def gelu_tanh_backward(dz: F32, x: F32) -> F32:
    bounded = wide(at_most(at_least(x, -11), 11))
    e = decay(bounded)
    s = 1 / (1 + e)
    steepness = LINEAR + CUBIC_SLOPE * (bounded * bounded)
    return narrow(wide(dz) * (s + bounded * (s * (s * e)) * steepness))


def silu(x: F32) -> F32:
    floored = at_least(x, -110)
    return narrow(wide(floored) / (1 + exp_wide(-1 * wide(at_most(floored, 89)))))


def silu_backward(dz: F32, x: F32) -> F32:
    bounded = wide(at_most(at_least(x, -110), 89))
    e = exp_wide(-1 * bounded)
    s = 1 / (1 + e)
    return narrow(wide(dz) * (s * (1 + bounded * (s * e))))


def hard_sigmoid(x: F32) -> F32:
    return at_most(at_least(x + np.float32(3), 0), 6) / np.float32(6)


def hard_sigmoid_backward(dz: F32, x: F32) -> F32:
    below = np.where(x < np.float32(3), dz / np.float32(6), ZERO)
    return np.where(x > np.float32(-3), below, ZERO)


# z of y; dloss/dy of dloss/dz and what the slope follows from; whether that is z, or y; the name of the setting both take.
Activation = tuple[Callable[..., F32], Callable[..., F32], bool, str | None]

ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": (exact.sigmoid, exact.sigmoid_backward, True, None),
    "tanh": (tanh, tanh_backward, True, None),
    "relu": (relu, relu_backward, True, None),
    "leaky-relu": (leaky_relu, leaky_relu_backward, True, "slope"),
    "elu": (elu, elu_backward, True, "alpha"),
    "gelu": (gelu, gelu_backward, False, None),
    "gelu-tanh": (gelu_tanh, gelu_tanh_backward, False, None),
    "silu": (silu, silu_backward, False, None),
    "softplus": (softplus, softplus_backward, False, None),
    "hard-sigmoid": (hard_sigmoid, hard_sigmoid_backward, False, None),
}
