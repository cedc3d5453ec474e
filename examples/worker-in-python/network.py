"""A network of docs/exactness.md: from weights and rows to the gradient, as a run's configuration describes it."""

from math import prod
from typing import Any

import numpy as np

import exact
import layers
from exact import F32, Judge, UnknownModel
from layers import Pass, Shape

INPUT = -1


class Network:
    """Layers in the order data flows, each with those that it reads."""

    def __init__(
        self, model: dict[str, Any], judge: Judge = exact.squared_error, frozen: frozenset[str] = frozenset()
    ) -> None:
        """frozen: names of parameters, as in "stem.weight", whose gradient is +0."""
        self.judge = judge
        self.learned: list[list[bool]] = []
        self.layers: list[layers.Layer] = []
        self.reads: list[list[int]] = []
        shapes: dict[int, Shape] = {INPUT: tuple(model["input"])}
        places = {"input": INPUT}
        for index, spec in enumerate(model["layers"]):
            reads = [places[name] for name in spec.get("from", [])] or [index - 1]
            layer = layers.layer_of(spec, index, [shapes[at] for at in reads])
            shapes[index] = layer.output
            places[spec.get("name", str(index))] = index
            self.layers.append(layer)
            self.learned.append([f"{spec.get('name')}.{name}" not in frozen for name in layer.names])
            self.reads.append(reads)
        if len(shapes[len(self.layers) - 1]) != 1:
            raise UnknownModel("its outputs have several axes")

    @property
    def parameter_count(self) -> int:
        return sum(prod(shape) for layer in self.layers for shape in layer.parameters)

    def parameters(self, flat: F32) -> list[list[F32]]:
        """Of each layer its tensors: windows onto the flat buffer."""
        tensors, at = [], 0
        for layer in self.layers:
            own = []
            for shape in layer.parameters:
                own.append(flat[at : at + prod(shape)].reshape(shape))
                at += prod(shape)
            tensors.append(own)
        return tensors

    def gradient(self, weights: F32, inputs: F32, labels: F32, leaf_rows: int, at: Pass) -> tuple[F32, float]:
        """The sums over rows of dloss/d(weights), flat, and of the loss.

        inputs is [rows,features], labels [rows,classes].
        """
        parameters = self.parameters(weights)
        outputs = {INPUT: inputs}
        for index, layer in enumerate(self.layers):
            read = [outputs[place] for place in self.reads[index]]
            outputs[index] = layer.forward(read, parameters[index], at)

        last = len(self.layers) - 1
        error, loss_sum = self.judge(outputs[last], labels, leaf_rows)
        # Of each layer what its readers hand back, by the reader.
        errors: dict[int, dict[int, F32]] = {index: {} for index in range(INPUT, last + 1)}
        errors[last][last + 1] = error
        flat = np.zeros(self.parameter_count, np.float32)
        gradients = self.parameters(flat)
        for index in range(last, -1, -1):
            # Nothing here or before learns: nobody wants the error.
            if not any(any(learned) for learned in self.learned[: index + 1]):
                break
            layer, error = self.layers[index], ascending(errors[index])
            if any(self.learned[index]):
                sums = layer.gradients(error, leaf_rows)
                for out, gradient, is_learned in zip(gradients[index], sums, self.learned[index]):
                    if is_learned:
                        out[:] = gradient
            if not any(any(learned) for learned in self.learned[:index]):
                break
            for place, (read, back) in enumerate(zip(self.reads[index], layer.backward(error, parameters[index]))):
                errors[read][index * len(self.layers) + place] = back
        return flat, loss_sum


def ascending(errors: dict[int, F32]) -> F32:
    """The sum of what readers hand back, in their order."""
    first, *others = (errors[reader] for reader in sorted(errors))
    for error in others:
        first = first + error
    return first


def perceptron(sizes: list[int], has_sigmoid_output: bool) -> Network:
    """The specification's network: dense layers, a sigmoid after each but perhaps the last."""
    chain: list[dict[str, Any]] = []
    for units in sizes[1:]:
        chain += [{"type": "dense", "units": units}, {"type": "sigmoid"}]
    return Network({"input": sizes[:1], "layers": chain if has_sigmoid_output else chain[:-1]})


INITIAL_WEIGHTS_STREAM = 2


def initial_weights(network: Network, seed: int) -> F32:
    """Glorot uniform weights, biases zero, as a perceptron's are where nothing else is said."""
    flat = np.zeros(network.parameter_count, np.float32)
    dense = [tensors for tensors in network.parameters(flat) if tensors]
    for layer, (weight, _) in enumerate(dense):
        inputs, outputs = weight.shape
        scale = np.float32(np.sqrt(6 / (inputs + outputs)) / 2**24)
        row = np.arange(inputs, dtype=np.uint64)[:, None]
        quad = np.arange(-(-outputs // 4), dtype=np.uint64)[None, :]
        words = exact.philox_words((seed, INITIAL_WEIGHTS_STREAM), 0, layer, row, quad)
        word = np.stack(words, axis=2).reshape(inputs, -1)[:, :outputs].astype(np.int64)
        weight[:] = (2 * (word >> 8) - (2**24 - 1)).astype(np.float32) * scale
    return flat
