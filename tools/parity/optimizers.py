"""Writes libs/nn/src/optimizers/parity.json: weights after 20 steps of PyTorch's optimizers in float64, for the tests of ours.

Usage: python optimizers.py > libs/nn/src/optimizers/parity.json   (pip install torch==2.13.0, its CPU build)

The loss is sum of scale * (w - target)^2 / 2, whose gradient scale * (w - target) anybody computes alike. Lion, which PyTorch lacks, is written
out from its paper (arXiv 2302.06675) with optax's decay; Muon as PyTorch 2.13 has it, but for its bfloat16.
"""

import json
import math

import torch

# NAdam keeps its product of momenta in the default type, float32, whatever the weights are.
torch.set_default_dtype(torch.float64)
torch.manual_seed(20260102)
STEPS = 20
KEPT = [1, 2, 3, 6, 10, 20]
# [inputs, outputs] as ours are: a wide matrix, its bias, a tall one, its bias, and the last matrix.
SHAPES = [(3, 5), (5,), (5, 2), (2,), (2, 3)]


def numbers(shape, least, most):
    """Multiples of 1/64, which float32 holds."""
    return torch.randint(least * 64, most * 64 + 1, shape).double() / 64


START = [numbers(shape, -1, 1) for shape in SHAPES]
TARGET = [numbers(shape, -2, 2) + 0.005 for shape in SHAPES]
SCALE = [numbers(shape, 1, 3) for shape in SHAPES]


def trained(make, clip=None):
    weights = [torch.nn.Parameter(start.clone()) for start in START]
    optimizer = make(weights)
    kept = []
    for step in range(1, STEPS + 1):
        for w, scale, target in zip(weights, SCALE, TARGET):
            w.grad = scale * (w.detach() - target)
        if clip is not None:
            clip(weights)
        optimizer.step()
        if step in KEPT:
            kept.append(flat(weights))
    return kept


def flat(tensors):
    return [float(f"{value:.13g}") for tensor in tensors for value in tensor.detach().flatten().tolist()]


class Lion:
    def __init__(self, weights, lr, beta1=0.9, beta2=0.99, weight_decay=1e-3):
        self.weights, self.lr, self.beta1, self.beta2, self.decay = weights, lr, beta1, beta2, weight_decay
        self.means = [torch.zeros_like(w.detach()) for w in weights]

    @torch.no_grad()
    def step(self):
        for w, mean in zip(self.weights, self.means):
            direction = self.beta1 * mean + (1 - self.beta1) * w.grad
            w -= self.lr * (direction.sign() + self.decay * w)
            mean.mul_(self.beta2).add_(w.grad, alpha=1 - self.beta2)


class Muon:
    """Of all matrices but the last; the rest by AdamW with the same rate and decay."""

    def __init__(self, weights, lr, momentum=0.95, nesterov=True, weight_decay=0.1, iterations=5):
        self.matrices = [w for w in weights if w.ndim == 2][:-1]
        rest = [w for w in weights if all(w is not matrix for matrix in self.matrices)]
        self.rest = torch.optim.AdamW(rest, lr, weight_decay=weight_decay)
        self.lr, self.momentum, self.nesterov = lr, momentum, nesterov
        self.decay, self.iterations = weight_decay, iterations
        self.buffers = [torch.zeros_like(w.detach()) for w in self.matrices]

    @torch.no_grad()
    def step(self):
        self.rest.step()
        for w, buffer in zip(self.matrices, self.buffers):
            buffer.lerp_(w.grad, 1 - self.momentum)
            update = w.grad.lerp(buffer, self.momentum) if self.nesterov else buffer
            # PyTorch's matrices are [outputs, inputs].
            outputs, inputs = update.T.shape
            w.mul_(1 - self.lr * self.decay)
            w -= self.lr * math.sqrt(max(1, outputs / inputs)) * self.orthogonal(update.T).T

    def orthogonal(self, matrix):
        x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
        x = x / x.norm().clamp(min=1e-7)
        for _ in range(self.iterations):
            gram = x @ x.T
            x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
        return x.T if matrix.shape[0] > matrix.shape[1] else x


o = torch.optim


def clip_norm(weights):
    torch.nn.utils.clip_grad_norm_(weights, 1.5)


def clip_value(weights):
    torch.nn.utils.clip_grad_value_(weights, 0.75)


def spared(weights):
    """No decay on vectors."""
    return [
        {"params": [w for w in weights if w.ndim > 1]},
        {"params": [w for w in weights if w.ndim == 1], "weight_decay": 0.0},
    ]


def biases_slow(weights, lr):
    return [
        {"params": [w for w in weights if w.ndim > 1]},
        {"params": [w for w in weights if w.ndim == 1], "lr": lr / 10},
    ]


# Our specification, learning rate, PyTorch's.
CASES = [
    ({"type": "sgd"}, 0.05, lambda w: o.SGD(w, 0.05)),
    ({"type": "sgd", "weightDecay": 0.1}, 0.05, lambda w: o.SGD(w, 0.05, weight_decay=0.1)),
    ({"type": "sgd", "momentum": 0.9}, 0.02, lambda w: o.SGD(w, 0.02, 0.9)),
    (
        {"type": "sgd", "momentum": 0.8, "dampening": 0.3, "weightDecay": 0.01},
        0.03,
        lambda w: o.SGD(w, 0.03, 0.8, 0.3, 0.01),
    ),
    ({"type": "sgd", "momentum": 0.9, "nesterov": True}, 0.02, lambda w: o.SGD(w, 0.02, 0.9, nesterov=True)),
    ({"type": "sgd", "momentum": 0.9, "clipNorm": 1.5}, 0.05, lambda w: o.SGD(w, 0.05, 0.9), clip_norm),
    ({"type": "sgd", "momentum": 0.5, "clipValue": 0.75}, 0.05, lambda w: o.SGD(w, 0.05, 0.5), clip_value),
    ({"type": "adam"}, 0.01, lambda w: o.Adam(w, 0.01)),
    (
        {"type": "adam", "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.02},
        0.05,
        lambda w: o.Adam(w, 0.05, (0.8, 0.95), 1e-3, 0.02),
    ),
    ({"type": "adam", "amsgrad": True}, 0.1, lambda w: o.Adam(w, 0.1, amsgrad=True)),
    (
        {"type": "adam", "amsgrad": True, "beta2": 0.9, "weightDecay": 0.1, "decoupled": True},
        0.1,
        lambda w: o.Adam(w, 0.1, (0.9, 0.9), weight_decay=0.1, amsgrad=True, decoupled_weight_decay=True),
    ),
    ({"type": "adamw"}, 0.05, lambda w: o.AdamW(w, 0.05)),
    (
        {"type": "adamw", "weightDecay": 0.2, "decays": "matrices"},
        0.02,
        lambda w: o.AdamW(spared(w), 0.02, weight_decay=0.2),
    ),
    (
        {"type": "adamw", "groups": [{"match": "*.bias", "rate": 0.1}]},
        0.02,
        lambda w: o.AdamW(biases_slow(w, 0.02), 0.02),
    ),
    ({"type": "nadam"}, 0.02, lambda w: o.NAdam(w, 0.02)),
    (
        {"type": "nadam", "beta1": 0.8, "beta2": 0.99, "weightDecay": 0.05, "decoupled": True},
        0.05,
        lambda w: o.NAdam(w, 0.05, (0.8, 0.99), weight_decay=0.05, decoupled_weight_decay=True),
    ),
    ({"type": "radam"}, 0.02, lambda w: o.RAdam(w, 0.02)),
    (
        {"type": "radam", "beta2": 0.9, "epsilon": 1e-4, "weightDecay": 0.05},
        0.02,
        lambda w: o.RAdam(w, 0.02, (0.9, 0.9), 1e-4, 0.05),
    ),
    ({"type": "rmsprop"}, 0.01, lambda w: o.RMSprop(w, 0.01)),
    (
        {"type": "rmsprop", "centred": True, "momentum": 0.5, "alpha": 0.9, "weightDecay": 0.01},
        0.005,
        lambda w: o.RMSprop(w, 0.005, 0.9, weight_decay=0.01, momentum=0.5, centered=True),
    ),
    ({"type": "rmsprop", "centred": True}, 0.01, lambda w: o.RMSprop(w, 0.01, centered=True)),
    ({"type": "adagrad"}, 0.1, lambda w: o.Adagrad(w, 0.1)),
    (
        {"type": "adagrad", "rateDecay": 0.1, "initialSum": 0.1, "epsilon": 1e-3, "weightDecay": 0.01},
        0.2,
        lambda w: o.Adagrad(w, 0.2, 0.1, 0.01, 0.1, 1e-3),
    ),
    ({"type": "adadelta"}, 1.0, lambda w: o.Adadelta(w)),
    (
        {"type": "adadelta", "rho": 0.8, "epsilon": 1e-3, "weightDecay": 0.01},
        0.5,
        lambda w: o.Adadelta(w, 0.5, 0.8, 1e-3, 0.01),
    ),
    ({"type": "lion"}, 0.01, lambda w: Lion(w, 0.01)),
    (
        {"type": "lion", "beta1": 0.95, "beta2": 0.98, "weightDecay": 0.1},
        0.02,
        lambda w: Lion(w, 0.02, 0.95, 0.98, 0.1),
    ),
    ({"type": "muon"}, 0.02, lambda w: Muon(w, 0.02)),
    (
        {"type": "muon", "momentum": 0.8, "nesterov": False, "weightDecay": 0.01, "iterations": 3},
        0.05,
        lambda w: Muon(w, 0.05, 0.8, False, 0.01, 3),
    ),
]

print(
    json.dumps(
        {
            "source": f"PyTorch {torch.__version__}, torch.optim in float64; Lion and Muon's float64 as optimizers.py has them",
            "shapes": SHAPES,
            "start": flat(START),
            "target": flat(TARGET),
            "scale": flat(SCALE),
            "kept": KEPT,
            "cases": [
                {"optimizer": spec, "learningRate": rate, "weights": trained(make, *clip)}
                for spec, rate, make, *clip in CASES
            ],
        }
    )
)
