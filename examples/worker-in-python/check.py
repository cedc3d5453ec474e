#!/usr/bin/env python3
"""Compares this implementation with docs/vectors/exact-2.json, part by part; optimizers are none of a worker's business."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

import exact
import frames
import functions
import golden
import layers
import losses
from layers import Pass
from network import Network, initial_weights, perceptron

VECTORS = Path(__file__).parents[2] / "docs/vectors/exact-2.json"
Vector = dict[str, Any]


def floats(hexes: list[str]) -> exact.F32:
    return np.array([int(bits, 16) for bits in hexes], np.uint32).view(np.float32)


def hexes(tensor: exact.F32) -> list[str]:
    return [f"{bits:08x}" for bits in tensor.view(np.uint32).ravel().tolist()]


def float64_hex(value: float) -> str:
    return f"{np.array(value).view(np.uint64):016x}"


def is_function(function: Any, pairs: list[list[str]]) -> bool:
    arguments, results = zip(*pairs, strict=True)
    return hexes(function(floats(list(arguments)))) == list(results)


def is_checksum(vector: Vector) -> bool:
    words = floats(vector["words"])
    return (exact.checksum(words), exact.is_finite(words)) == (vector["checksum"], vector["isFinite"])


def is_tree(vector: Vector) -> bool:
    return bool(exact.tree_sum(0, vector["leafCount"], lambda leaf: Leaf(leaf)) == vector["sum"])


class Leaf(str):
    """A leaf or a node by its name; the sum of two is the name of their node."""

    def __add__(self, other: str) -> "Leaf":
        return Leaf(f"({self} + {other})")


def is_product(vector: Vector) -> bool:
    a, b = floats(vector["a"]), floats(vector["b"])
    return hexes(exact.product(a[None, :], b[:, None])) == [vector["product"]]


def is_step(vector: Vector) -> bool:
    model = Network(vector["model"], losses.judge_of(vector["model"]["loss"]))
    rows = np.frombuffer(bytes.fromhex(vector["rows"]), np.uint8).reshape(vector["rowCount"], -1)
    inputs = exact.standardisation_table(**vector["standardisation"])[rows]
    labels = exact.one_hot(np.array(vector["labels"], np.uint8), model.layers[-1].output[0])
    weights = floats(vector["weights"])
    gradient, loss_sum = model.gradient(weights, inputs, labels, vector["leafRows"], Pass(0, 0, 0))
    after = golden.sgd_step(weights, gradient, np.float32(vector["rowCount"]), np.float32(vector["learningRate"]))
    computed = hexes(gradient), float64_hex(loss_sum), hexes(after)
    return computed == (vector["gradient"], vector["lossSum"], vector["weightsAfter"])


def is_logarithm(pair: list[str]) -> bool:
    argument, result = (np.array([int(bits, 16)], np.uint64).view(np.float64) for bits in pair)
    return bool((losses.log(argument) == result).all())


def is_loss(vector: Vector) -> bool:
    outputs, labels = (floats(vector[name]).reshape(-1, vector["width"]) for name in ("outputs", "labels"))
    error, loss_sum = losses.judge_of(vector["loss"])(outputs, labels, vector["leafRows"])
    weight_sum = losses.sum_of(losses.row_weights(vector["loss"], labels), vector["leafRows"])
    computed = hexes(error), float64_hex(loss_sum), float64_hex(weight_sum)
    return computed == (vector["error"], vector["lossSum"], vector["weightSum"])


def operations() -> dict[str, Any]:
    """The operations that a worker's layers are made of, by name: those of tensors, then of settings."""
    own = {"erf": functions.erf, "expm1": functions.expm1, "log": functions.log, "log1p": functions.log1p}
    for kind, (function, slope, _, _) in functions.ACTIVATIONS.items():
        first, *others = kind.split("-")
        name = first + "".join(map(str.capitalize, others))
        own |= {name: function, f"{name}Backward": slope}
    return {"exp": exact.exp, **own}


def is_operation(vector: Vector, function: Any) -> bool:
    tensors, scalars = (vector[part].values() for part in ("inputs", "scalars"))
    out = function(*map(floats, tensors), *(floats([scalar])[0] for scalar in scalars))
    return same(out, vector["results"][0])


def is_along_rows(vector: Vector) -> bool:
    a, b = (floats(vector[name]).reshape(-1, vector["n"]) for name in ("a", "b"))
    computed = layers.lane_sum(a), layers.lane_sum(a * b), layers.largest(a)
    return all(same(out, vector[name]) for out, name in zip(computed, ("sums", "dots", "maxima")))


def is_mask(vector: Vector, mask: Vector) -> bool:
    rows = mask["kept"]
    at = Pass(vector["seed"], vector["step"], vector["firstRow"])
    kept = layers.mask(mask["rate"], vector["layer"], at, len(rows), vector["width"])
    return ["".join("01"[int(unit)] for unit in row) for row in kept] == rows


def is_layer(vector: Vector, case: Vector) -> bool:
    at = Pass(vector["seed"], vector["step"], vector["firstRow"])
    shape, rows = tuple(case["shape"]), vector["rows"]
    layer = layers.layer_of(case["layer"], vector["index"], [shape] * len(case["inputs"]))
    inputs = [floats(each).reshape(rows, -1) for each in case["inputs"]]
    tensors = [floats(each) for each in case["parameters"].values()]
    parameters = [tensor.reshape(own) for tensor, own in zip(tensors, layer.parameters)]
    error = floats(case["outputError"]).reshape(rows, -1)
    is_output = same(layer.forward(inputs, parameters, at), case["output"])
    is_error = same(layer.backward(error, parameters)[0], case["inputError"])
    gradients = layer.gradients(error, vector["leafRows"])
    return is_output and is_error and all(map(same, gradients, case["gradients"].values()))


def same(tensor: exact.F32, told: list[str]) -> bool:
    """Whether the bits are those, where any NaN is as good as another."""
    expected = floats(told)
    is_nan = np.isnan(expected)
    computed = np.where(is_nan & np.isnan(tensor.ravel()), expected, tensor.ravel())
    return hexes(computed) == told


def is_frame(vector: Vector) -> bool:
    message, tensors = frames.decode(bytes.fromhex(vector["frame"]))
    again = frames.decode(frames.encode(message, tensors))
    told = [hexes(tensors[0]), float64_hex(tensors[1][0])] if tensors else []
    given = [vector["gradient"], vector["lossSum"]] if tensors else []
    return message == vector["message"] == again[0] and told == given


def main() -> int:
    vectors = json.loads(VECTORS.read_text())
    parts = {
        "exp": is_function(exact.exp, vectors["exp"]),
        "sigmoid": is_function(exact.sigmoid, vectors["sigmoid"]),
        "standardisation": all(
            hexes(exact.standardisation_table(v["mean"], v["deviation"])) == v["table"]
            for v in vectors["standardisation"]
        ),
        "checksum": all(map(is_checksum, vectors["checksum"])),
        "philox": all(
            [f"{word:08x}" for word in exact.philox(v["key"], v["counter"])] == v["words"] for v in vectors["philox"]
        ),
        "initialWeights": all(
            hexes(initial_weights(perceptron(v["sizes"], False), v["seed"])) == v["weights"]
            for v in vectors["initialWeights"]
        ),
        "tree": all(map(is_tree, vectors["tree"])),
        "product": all(map(is_product, vectors["product"])),
        "step": all(map(is_step, vectors["step"])),
        "log": all(map(is_logarithm, vectors["log"])),
        **{f"loss: {v['loss']}": is_loss(v) for v in vectors["losses"]},
        **{f"operation: {name}": is_operation(vectors["operations"][name], f) for name, f in operations().items()},
        "along rows": all(map(is_along_rows, vectors["alongRows"])),
        "dropout": all(is_mask(vectors["dropout"], mask) for mask in vectors["dropout"]["masks"]),
        **{f"layer: {case['layer']} of {case['shape']}": is_layer(vectors["layers"], case) for case in vectors["layers"]["cases"]},
        "frames": all(map(is_frame, vectors["frames"])),
    }
    computed = golden.sections()
    parts |= {f"golden: {name}": computed[name] == told for name, told in vectors["golden"]["sections"].items()}
    parts["golden: digest"] = golden.digest() == vectors["golden"]["digest"]
    for name, is_equal in parts.items():
        print(f"{'equal    ' if is_equal else 'NOT EQUAL'} {name}")
    return 0 if all(parts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
