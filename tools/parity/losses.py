"""Writes libs/nn/src/losses/parity.json: losses and slopes in float64 by PyTorch, for the tests of our losses.

Usage: python losses.py > libs/nn/src/losses/parity.json   (pip install torch==2.13.0, its CPU build)

Outputs are multiples of 1/64, and labels of 1/16, which float32 holds. Losses are means over the rows, weighted where classes are.
"""

import json

import torch
from torch.nn import functional as F

torch.manual_seed(20260101)
ROWS = 6


def numbers(width, spread=200):
    return torch.randint(-spread, spread, (ROWS, width)).double() / 64


def classes(width):
    return torch.randint(0, width, (ROWS,))


def shares(width):
    """Sixteenths that add up to one, some of them none."""
    places = torch.randint(0, width, (ROWS, 16))
    return F.one_hot(places, width).sum(dim=1).double() / 16


def case(spec, outputs, labels, loss):
    """`labels` as the network has them; `loss` is PyTorch's mean of the outputs."""
    outputs = outputs.clone().requires_grad_()
    value = loss(outputs)
    value.backward()
    return {
        "loss": spec,
        "outputs": outputs.tolist(),
        "labels": labels.tolist(),
        "value": value.item(),
        "slopes": outputs.grad.tolist(),
    }


def of_classes(spec, width, outputs=None, **options):
    target = classes(width)
    outputs = numbers(width) if outputs is None else outputs
    return case(spec, outputs, F.one_hot(target, width), lambda x: F.cross_entropy(x, target, **options))


def of_shares(spec, width, **options):
    target = shares(width)
    return case(spec, numbers(width), target, lambda x: F.cross_entropy(x, target, **options))


def of_values(spec, width, loss):
    target = numbers(width, 64)
    return case(spec, numbers(width), target, lambda x: loss(x, target))


def yes_or_no(spec, width, target, **options):
    weight = options.get("pos_weight")
    options = {} if weight is None else {"pos_weight": torch.tensor(weight, dtype=torch.float64)}
    outputs = numbers(width, 400)
    return case(spec, outputs, target, lambda x: F.binary_cross_entropy_with_logits(x, target, **options))


def kl(width):
    target = shares(width)
    loss = lambda x: F.kl_div(F.log_softmax(x, dim=1), target, reduction="batchmean")
    return case({"type": "kl"}, numbers(width), target, loss)


WEIGHTS = [1.0, 2.5, 0.125, 0.75]
half_square = lambda x, y: ((x - y) ** 2).sum() / (2 * ROWS)
CASES = [
    of_values({"type": "squared-error"}, 3, half_square),
    of_values({"type": "squared-error"}, 1, half_square),
    of_values({"type": "mse"}, 3, F.mse_loss),
    of_values({"type": "mse"}, 1, F.mse_loss),
    of_values({"type": "mae"}, 3, F.l1_loss),
    of_values({"type": "mae"}, 1, F.l1_loss),
    of_values({"type": "huber"}, 3, F.huber_loss),
    of_values({"type": "huber", "delta": 0.25}, 5, lambda x, y: F.huber_loss(x, y, delta=0.25)),
    of_classes({"type": "cross-entropy"}, 10),
    of_classes({"type": "cross-entropy"}, 40, numbers(40, 4000)),
    of_classes({"type": "cross-entropy", "labelSmoothing": 0.1}, 5, label_smoothing=0.1),
    of_classes({"type": "cross-entropy", "classWeights": WEIGHTS}, 4, weight=torch.tensor(WEIGHTS).double()),
    of_shares({"type": "cross-entropy"}, 6),
    of_shares({"type": "cross-entropy", "labelSmoothing": 0.25}, 6, label_smoothing=0.25),
    yes_or_no({"type": "binary-cross-entropy"}, 1, torch.randint(0, 2, (ROWS, 1)).double()),
    yes_or_no({"type": "binary-cross-entropy"}, 4, torch.randint(0, 17, (ROWS, 4)).double() / 16),
    yes_or_no(
        {"type": "binary-cross-entropy", "positiveWeight": 3},
        4,
        torch.randint(0, 2, (ROWS, 4)).double(),
        pos_weight=3.0,
    ),
    yes_or_no(
        {"type": "binary-cross-entropy", "positiveWeight": [0.5, 1, 7]},
        3,
        torch.randint(0, 17, (ROWS, 3)).double() / 16,
        pos_weight=[0.5, 1.0, 7.0],
    ),
    kl(4),
    kl(20),
]

print(json.dumps({"source": f"PyTorch {torch.__version__}, float64", "cases": CASES}))
