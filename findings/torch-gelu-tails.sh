#!/usr/bin/env bash
# GELU and SiLU of PyTorch 2.13.0 lose their left tails in float32 on the processor: gelu(-5) is 4 % off, gelu(-6) is 0 where the true
# value is -5.9e-9, an ordinary float32; silu(-90) is -0 where it is -7.4e-38; both are NaN at minus infinity, where the limit is 0.
# In float64 gelu is 0 from -10 on, though the value is 7.6e-23. Needs Python 3.11 or newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv here
here/bin/pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6 mpmath==1.3.0 2>/dev/null
cat >run.py <<'PY'
import sys
import mpmath
import torch
from torch.nn.functional import gelu, silu

print(f"Python {sys.version.split()[0]}, PyTorch {torch.__version__.split('+')[0]}")
print("guess: a few units in the last place off everywhere, and 0 at minus infinity")
mpmath.mp.dps = 40


def true_gelu(x):
    return float(mpmath.mpf(x) * mpmath.erfc(-mpmath.mpf(x) / mpmath.sqrt(2)) / 2)


def true_silu(x):
    return float(mpmath.mpf(x) / (1 + mpmath.exp(-mpmath.mpf(x))))


def of(function, x, dtype=torch.float32):
    return function(torch.tensor([x], dtype=dtype)).item()


seen = {
    "gelu(-5) in float32, relative error": f"{abs(of(gelu, -5.0) / true_gelu(-5) - 1):.2f}",
    "gelu(-6) in float32 is 0": of(gelu, -6.0) == 0,
    "gelu(-10) in float64 is 0": of(gelu, -10.0, torch.float64) == 0,
    "silu(-90) in float32 is 0": of(silu, -90.0) == 0,
    "gelu(-inf) is NaN": of(gelu, float("-inf")) != of(gelu, float("-inf")),
    "silu(-inf) is NaN": of(silu, float("-inf")) != of(silu, float("-inf")),
}
print(f"true: gelu(-6) {true_gelu(-6):.3g}, gelu(-10) {true_gelu(-10):.3g}, silu(-90) {true_silu(-90):.3g}")
print("seen:")
for what, result in seen.items():
    print(f"  {what}: {result}")
as_described = list(seen.values()) == ["0.04", True, True, True, True, True]
print("as described" if as_described else "CHANGED")
sys.exit(0 if as_described else 1)
PY
here/bin/python run.py
