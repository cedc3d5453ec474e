"""Writes libs/nn/src/schedules/parity.json: the learning rates that PyTorch gives, for the tests of our schedules.

Usage: python schedules.py > libs/nn/src/schedules/parity.json   (pip install torch==2.13.0, its CPU build)
"""

import json

import torch
from torch.optim import lr_scheduler as lr

BASE = 0.4
STEPS = 48


def rates(make, base=BASE):
    optimizer = torch.optim.SGD([torch.zeros(1, dtype=torch.float64)], lr=base)
    scheduler = make(optimizer)
    seen = []
    for _ in range(STEPS):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return seen


def momenta(make, optimizer):
    scheduler = make(optimizer)
    seen = []
    for _ in range(STEPS):
        group = optimizer.param_groups[0]
        seen.append(group["momentum"] if "momentum" in group else group["betas"][0])
        optimizer.step()
        scheduler.step()
    return seen


PARAMETERS = [torch.zeros(1, dtype=torch.float64)]
MOMENTA = [
    (
        {"type": "one-cycle", "steps": 49, "momentum": {}},
        lambda: torch.optim.SGD(PARAMETERS, lr=BASE, momentum=0.9),
        lambda o: lr.OneCycleLR(o, BASE, total_steps=49),
    ),
    (
        {"type": "one-cycle", "steps": 60, "peakAt": 0.45, "momentum": {"highest": 0.9, "lowest": 0.5}},
        lambda: torch.optim.Adam(PARAMETERS, lr=BASE),
        lambda o: lr.OneCycleLR(o, BASE, total_steps=60, pct_start=0.45, base_momentum=0.5, max_momentum=0.9),
    ),
]


def warm(optimizer, steps, start, make):
    first = lr.LinearLR(optimizer, start_factor=start, total_iters=steps)
    return lr.SequentialLR(optimizer, [first, make(optimizer)], milestones=[steps])


CASES = [
    ({"type": "step", "every": 7, "factor": 0.5}, lambda o: lr.StepLR(o, 7, 0.5)),
    ({"type": "step", "every": 20}, lambda o: lr.StepLR(o, 20)),
    ({"type": "multi-step", "at": [5, 6, 30]}, lambda o: lr.MultiStepLR(o, [5, 6, 30])),
    ({"type": "multi-step", "at": [1], "factor": 0.3}, lambda o: lr.MultiStepLR(o, [1], 0.3)),
    ({"type": "exponential", "factor": 0.93}, lambda o: lr.ExponentialLR(o, 0.93)),
    ({"type": "exponential", "factor": 0.5}, lambda o: lr.ExponentialLR(o, 0.5)),
    ({"type": "linear", "steps": 30, "from": 0.25, "to": 1}, lambda o: lr.LinearLR(o, 0.25, 1, 30)),
    ({"type": "linear", "steps": 60, "to": 0.1}, lambda o: lr.LinearLR(o, 1, 0.1, 60)),
    ({"type": "polynomial", "steps": 40}, lambda o: lr.PolynomialLR(o, 40)),
    ({"type": "polynomial", "steps": 48, "power": 2.5}, lambda o: lr.PolynomialLR(o, 48, 2.5)),
    # PyTorch's rises again after T_max, ours stays: compared up to there.
    ({"type": "cosine", "steps": 48}, lambda o: lr.CosineAnnealingLR(o, 48)),
    ({"type": "cosine", "steps": 50, "to": 0.1}, lambda o: lr.CosineAnnealingLR(o, 50, 0.1 * BASE)),
    ({"type": "warm-restarts", "steps": 11}, lambda o: lr.CosineAnnealingWarmRestarts(o, 11)),
    (
        {"type": "warm-restarts", "steps": 5, "multiply": 2, "to": 0.01},
        lambda o: lr.CosineAnnealingWarmRestarts(o, 5, 2, 0.01 * BASE),
    ),
    ({"type": "one-cycle", "steps": 49}, lambda o: lr.OneCycleLR(o, BASE, total_steps=49)),
    (
        {"type": "one-cycle", "steps": 60, "peakAt": 0.45, "startDivisor": 10, "endDivisor": 100},
        lambda o: lr.OneCycleLR(o, BASE, total_steps=60, pct_start=0.45, div_factor=10, final_div_factor=100),
    ),
    (
        {"type": "cosine", "steps": 40, "warmUp": {"steps": 8, "from": 0.1}},
        lambda o: warm(o, 8, 0.1, lambda p: lr.CosineAnnealingLR(p, 40)),
    ),
    (
        {"type": "step", "every": 10, "warmUp": {"steps": 5, "from": 0.01}},
        lambda o: warm(o, 5, 0.01, lambda p: lr.StepLR(p, 10)),
    ),
]

print(
    json.dumps(
        {
            "source": f"PyTorch {torch.__version__}, torch.optim.lr_scheduler, one call of step() after each step",
            "base": BASE,
            "cases": [{"schedule": schedule, "rates": rates(make)} for schedule, make in CASES],
            "momenta": [
                {"schedule": schedule, "momenta": momenta(make, optimizer())}
                for schedule, optimizer, make in MOMENTA
            ],
        },
        indent=1,
    )
)
