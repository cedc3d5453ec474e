"""The layers of docs/exactness.md in numpy: each is one row's tensors at a time, [rows, elements]."""

from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np

import exact
import functions
from exact import F32, ONE, UnknownModel

LANES = 16
DROPOUT_STREAM = 3

Spec = dict[str, Any]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Pass:
    """What a training pass is a function of, beside weights and rows; `first_row` is the first one's place in the step."""

    seed: int
    step: int
    first_row: int


class Layer(Protocol):
    """One layer of a model. What `forward` keeps, `backward` and `gradients` find."""

    output: Shape
    parameters: list[Shape]
    names: tuple[str, ...]
    """Of the parameters, in the same order."""

    def forward(self, inputs: list[F32], parameters: list[F32], at: Pass) -> F32: ...

    def backward(self, error: F32, parameters: list[F32]) -> list[F32]:
        """dloss/d(each input) of dloss/d(output)."""
        ...

    def gradients(self, error: F32, leaf_rows: int) -> list[F32]:
        """dloss/d(each parameter), summed over the rows."""
        ...


class Plain:
    """What has no parameters and leaves the shape as it is."""

    names: tuple[str, ...] = ()

    def __init__(self, spec: Spec, index: int, inputs: list[Shape]) -> None:
        if len(inputs) > 1:
            raise UnknownModel(f"{spec['type']} reads several layers")
        self.spec, self.index, self.output = spec, index, inputs[0]
        self.parameters: list[Shape] = []

    def gradients(self, error: F32, leaf_rows: int) -> list[F32]:
        return []


class Dense(Plain):
    names = ("weight", "bias")

    def __init__(self, spec: Spec, index: int, inputs: list[Shape]) -> None:
        super().__init__(spec, index, inputs)
        self.output = (spec["units"],)
        self.parameters = [(prod(inputs[0]), spec["units"]), self.output]

    def forward(self, inputs: list[F32], parameters: list[F32], at: Pass) -> F32:
        (self.input,) = inputs
        weight, bias = parameters
        return exact.product(self.input, weight) + bias

    def backward(self, error: F32, parameters: list[F32]) -> list[F32]:
        return [exact.product(error, parameters[0].T)]

    def gradients(self, error: F32, leaf_rows: int) -> list[F32]:
        return [exact.weight_gradient(self.input, error, leaf_rows), exact.bias_gradient(error, leaf_rows)]


class Activation(Plain):
    def __init__(self, spec: Spec, index: int, inputs: list[Shape]) -> None:
        super().__init__(spec, index, inputs)
        self.function, self.slope, self.reads_output, setting = functions.ACTIVATIONS[spec["type"]]
        self.settings = [] if setting is None else [spec[setting]]

    def forward(self, inputs: list[F32], parameters: list[F32], at: Pass) -> F32:
        output = self.function(inputs[0], *self.settings)
        self.kept = output if self.reads_output else inputs[0]
        return output

    def backward(self, error: F32, parameters: list[F32]) -> list[F32]:
        return [self.slope(error, self.kept, *self.settings)]


class Dropout(Plain):
    def forward(self, inputs: list[F32], parameters: list[F32], at: Pass) -> F32:
        self.kept = mask(self.spec["rate"], self.index, at, *inputs[0].shape)
        return self.drop(inputs[0])

    def backward(self, error: F32, parameters: list[F32]) -> list[F32]:
        return [self.drop(error)]

    def drop(self, x: F32) -> F32:
        return np.where(self.kept, x * np.float32(1 / (1 - self.spec["rate"])), np.float32(0))


def mask(rate: float, layer: int, at: Pass, rows: int, width: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which units are kept."""
    quads = -(-width // 4)
    row = np.arange(at.first_row, at.first_row + rows, dtype=np.uint64)[:, None]
    unit = np.arange(quads, dtype=np.uint64)[None, :]
    words = exact.philox_words((at.seed, DROPOUT_STREAM), at.step, layer, row, unit)
    least = np.uint64(int(rate * 2**32))
    return np.stack(words, axis=2).reshape(rows, 4 * quads)[:, :width] >= least


def lane_sum(x: F32) -> F32:
    """Of each row of [rows, n]: 16 interleaved lanes, joined up the tree. [rows, 1]"""
    lanes = np.zeros((len(x), LANES), np.float32)
    for start in range(0, x.shape[1], LANES):
        part = x[:, start : start + LANES]
        lanes[:, : part.shape[1]] += part
    while lanes.shape[1] > 1:
        lanes = lanes[:, 0::2] + lanes[:, 1::2]
    return lanes


def largest(x: F32) -> F32:
    """Of each row of [rows, n] the first number, replaced by each that is above it. [rows, 1]"""
    most = x[:, :1]
    for j in range(1, x.shape[1]):
        most = np.where(x[:, j : j + 1] > most, x[:, j : j + 1], most)
    return most


class Softmax(Plain):
    """Along the last axis."""

    def forward(self, inputs: list[F32], parameters: list[F32], at: Pass) -> F32:
        x = inputs[0].reshape(-1, self.output[-1])
        e = exact.exp(x - largest(x))
        self.p = e / lane_sum(e)
        return self.p.reshape(inputs[0].shape)

    def backward(self, error: F32, parameters: list[F32]) -> list[F32]:
        dp = error.reshape(self.p.shape)
        return [(self.p * (dp - lane_sum(dp * self.p))).reshape(error.shape)]


class Normalisation(Plain):
    """What LayerNorm and RMSNorm have in common: x, which they scale, and the inverse of each position's deviation."""

    def __init__(self, spec: Spec, index: int, inputs: list[Shape]) -> None:
        super().__init__(spec, index, inputs)
        if not set(spec) <= {"type", "name", "from", "epsilon", "axes"}:
            raise UnknownModel(f"{spec} is told more than this worker knows")
        self.together = self.output[-spec.get("axes", 1) :]
        self.size = prod(self.together)
        self.n = np.float32(self.size)
        self.epsilon = np.float32(spec["epsilon"])

    def positions(self, x: F32) -> F32:
        """[rows, elements] as [rows * positions, what is taken together]."""
        return x.reshape(-1, self.size)

    def summed(self, terms: F32, leaf_rows: int) -> F32:
        """Of [rows * positions, n] the sums over rows, and in each over its positions."""
        return exact.position_sum(terms, prod(self.output) // self.size, leaf_rows).reshape(self.together)

    def normalise(self, d: F32) -> None:
        self.inverse = ONE / np.sqrt(lane_sum(d * d) / self.n + self.epsilon)
        self.x = d * self.inverse


class LayerNorm(Normalisation):
    names = ("gamma", "beta")

    def __init__(self, spec: Spec, index: int, inputs: list[Shape]) -> None:
        super().__init__(spec, index, inputs)
        self.parameters = [self.together, self.together]

    def forward(self, inputs: list[F32], parameters: list[F32], at: Pass) -> F32:
        gamma, beta = (parameter.ravel() for parameter in parameters)
        x = self.positions(inputs[0])
        self.normalise(x - lane_sum(x) / self.n)
        return (self.x * gamma + beta).reshape(inputs[0].shape)

    def backward(self, error: F32, parameters: list[F32]) -> list[F32]:
        g = self.positions(error) * parameters[0].ravel()
        mean, along = lane_sum(g) / self.n, lane_sum(g * self.x) / self.n
        return [(self.inverse * ((g - mean) - self.x * along)).reshape(error.shape)]

    def gradients(self, error: F32, leaf_rows: int) -> list[F32]:
        e = self.positions(error)
        return [self.summed(e * self.x, leaf_rows), self.summed(e, leaf_rows)]


class RmsNorm(Normalisation):
    names = ("gamma",)

    def __init__(self, spec: Spec, index: int, inputs: list[Shape]) -> None:
        super().__init__(spec, index, inputs)
        self.parameters = [self.together]

    def forward(self, inputs: list[F32], parameters: list[F32], at: Pass) -> F32:
        self.normalise(self.positions(inputs[0]))
        return (self.x * parameters[0].ravel()).reshape(inputs[0].shape)

    def backward(self, error: F32, parameters: list[F32]) -> list[F32]:
        g = self.positions(error) * parameters[0].ravel()
        return [(self.inverse * (g - self.x * (lane_sum(g * self.x) / self.n))).reshape(error.shape)]

    def gradients(self, error: F32, leaf_rows: int) -> list[F32]:
        return [self.summed(self.positions(error) * self.x, leaf_rows)]


class Add(Plain):
    """The sum of several layers, in their order."""

    def __init__(self, spec: Spec, index: int, inputs: list[Shape]) -> None:
        super().__init__(spec, index, inputs[:1])
        self.count = len(inputs)

    def forward(self, inputs: list[F32], parameters: list[F32], at: Pass) -> F32:
        total = inputs[0]
        for each in inputs[1:]:
            total = total + each
        return total

    def backward(self, error: F32, parameters: list[F32]) -> list[F32]:
        return [error] * self.count


class View(Plain):
    """The same elements under another shape."""

    def __init__(self, spec: Spec, index: int, inputs: list[Shape]) -> None:
        super().__init__(spec, index, inputs)
        size = prod(self.output)
        shape = list(spec.get("shape", [size]))
        if -1 in shape:
            shape[shape.index(-1)] = size // -prod(shape)
        self.output = tuple(shape)

    def forward(self, inputs: list[F32], parameters: list[F32], at: Pass) -> F32:
        return inputs[0]

    def backward(self, error: F32, parameters: list[F32]) -> list[F32]:
        return [error]


KINDS: dict[str, Any] = {
    "dense": Dense,
    **{name: Activation for name in functions.ACTIVATIONS},
    "dropout": Dropout,
    "softmax": Softmax,
    "layer-norm": LayerNorm,
    "rms-norm": RmsNorm,
    "add": Add,
    "reshape": View,
    "flatten": View,
}


def layer_of(spec: Spec, index: int, inputs: list[Shape]) -> Layer:
    """The layer in place `index` of a model, on inputs of these shapes."""
    kind = KINDS.get(spec["type"])
    if kind is None:
        raise UnknownModel(f"a layer is {spec['type']}")
    layer: Layer = kind(spec, index, inputs)
    return layer
