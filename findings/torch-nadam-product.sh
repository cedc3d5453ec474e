#!/usr/bin/env bash
# NAdam of PyTorch 2.13.0 keeps the product of its momenta in the default type, float32, also where the weights are float64: what looks
# like a trajectory in float64 is 1e-10 off after 20 steps, and another one with set_default_dtype(float64). Needs Python 3.11 or newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv here
here/bin/pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6 2>/dev/null
cat >run.py <<'PY'
import sys
import torch

print(f"Python {sys.version.split()[0]}, PyTorch {torch.__version__.split('+')[0]}")
print("guess: with float64 weights and gradients every number of a step is float64")


def trajectory():
    weights = torch.tensor([0.3, -1.7, 0.01], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.NAdam([weights], lr=0.01)
    for step in range(20):
        optimizer.zero_grad()
        (weights * weights * (1 + step % 3)).sum().backward()
        optimizer.step()
    return weights.detach(), optimizer.state[weights]


as_it_is, state = trajectory()
kept = {name: str(value.dtype) for name, value in state.items() if isinstance(value, torch.Tensor)}
torch.set_default_dtype(torch.float64)
in_float64, _ = trajectory()
off = (as_it_is - in_float64).abs().max().item()
print("seen:")
for name, dtype in kept.items():
    print(f"  {name}: {dtype}")
print(f"  after 20 steps off by {off:.1e}")
as_described = kept["mu_product"] == "torch.float32" and kept["exp_avg"] == "torch.float64" and 1e-12 < off < 1e-7
print("as described" if as_described else "CHANGED")
sys.exit(0 if as_described else 1)
PY
here/bin/python run.py
