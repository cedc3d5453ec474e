"""Writes libs/nn/src/layers/parity.json: what PyTorch's layers give for an input, and their gradients, for the tests of ours.

In float64, so that the differences are those of float32 in ours; the inputs are float32 numbers.

Usage: python layers.py > libs/nn/src/layers/parity.json   (pip install torch==2.13.0, its CPU build)
"""

import json
import math

import torch
from torch import nn

ROWS, COLUMNS = 3, 21


def float32(values):
    return torch.tensor(values, dtype=torch.float32).to(torch.float64)


SPECIAL = [0.0, -0.0, 3.0, -3.0, 1e-30, -1e-30, 1e-4, -1e-4, 0.5, -0.5, 20.5, -20.5, 12.0, -12.0, 100.0, -100.0]
ELEMENTS = float32(SPECIAL + [6 * math.sin(1.7 * i) for i in range(ROWS * COLUMNS - len(SPECIAL))])
ROWS_OF_NUMBERS = float32([2.5 * math.sin(0.9 * i * i) + 0.3 for i in range(ROWS * COLUMNS)])
ERRORS = float32([math.cos(2.3 * i) for i in range(ROWS * COLUMNS)])


def case(spec, module, values, shape=(COLUMNS,)):
    module = module.to(torch.float64)
    for index, parameter in enumerate(module.parameters()):
        with torch.no_grad():
            numbers = float32([math.cos(0.6 * i + index) for i in range(parameter.numel())])
            parameter.copy_(numbers.reshape(parameter.shape))
    given = values.reshape(ROWS, *shape).clone().requires_grad_()
    output = module(given)
    output.backward(ERRORS.reshape(ROWS, *shape))
    flat = lambda tensor: tensor.detach().flatten().tolist()
    return {
        "spec": spec,
        "shape": shape,
        "input": flat(given),
        "parameters": [flat(parameter) for parameter in module.parameters()],
        "output": flat(output),
        "inputError": flat(given.grad),
        "gradients": [flat(parameter.grad) for parameter in module.parameters()],
    }


ACTIVATIONS = [
    ({"type": "sigmoid"}, nn.Sigmoid()),
    ({"type": "tanh"}, nn.Tanh()),
    ({"type": "relu"}, nn.ReLU()),
    ({"type": "leaky-relu"}, nn.LeakyReLU()),
    ({"type": "leaky-relu", "slope": 0.3}, nn.LeakyReLU(0.3)),
    ({"type": "elu"}, nn.ELU()),
    ({"type": "elu", "alpha": 0.4}, nn.ELU(0.4)),
    ({"type": "gelu"}, nn.GELU()),
    ({"type": "gelu-tanh"}, nn.GELU(approximate="tanh")),
    ({"type": "silu"}, nn.SiLU()),
    ({"type": "softplus"}, nn.Softplus()),
    ({"type": "hard-sigmoid"}, nn.Hardsigmoid()),
]
ALONG_ROWS = [
    ({"type": "softmax"}, nn.Softmax(dim=-1)),
    ({"type": "layer-norm"}, nn.LayerNorm(COLUMNS)),
    ({"type": "layer-norm", "epsilon": 0.1}, nn.LayerNorm(COLUMNS, eps=0.1)),
    ({"type": "rms-norm"}, nn.RMSNorm(COLUMNS, eps=1e-5)),
    ({"type": "rms-norm", "epsilon": 0.1}, nn.RMSNorm(COLUMNS, eps=0.1)),
]
# [7, 3]: the last axis of seven positions, and both together.
OF_AXES = [
    ({"type": "layer-norm"}, nn.LayerNorm(3)),
    ({"type": "layer-norm", "axes": 2, "epsilon": 0.1}, nn.LayerNorm((7, 3), eps=0.1)),
    ({"type": "rms-norm"}, nn.RMSNorm(3, eps=1e-5)),
    ({"type": "rms-norm", "axes": 2, "epsilon": 0.1}, nn.RMSNorm((7, 3), eps=0.1)),
]
cases = [case(spec, module, ELEMENTS) for spec, module in ACTIVATIONS]
cases += [case(spec, module, ROWS_OF_NUMBERS) for spec, module in ALONG_ROWS]
cases += [case(spec, module, ROWS_OF_NUMBERS, (7, 3)) for spec, module in OF_AXES]
print(json.dumps({"shape": [ROWS, COLUMNS], "outputError": ERRORS.tolist(), "cases": cases}, indent=2))
