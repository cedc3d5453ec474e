"""Training steps of a multilayer perceptron in PyTorch, as a contender of tools/bench.

    torch-peer.py WORK    WORK: JSON {"sizes", "rows", "learningRate", "threads", "folder", "layout"?, "update"?}

The folder holds inputs.f32, labels.f32 and weights.f32, little-endian: [rows, inputs], [rows, outputs], and the weights
[inputs, outputs] and biases of each layer in turn. Sigmoid hidden layers, linear output, loss = sum of squared errors / 2 /
rows, plain SGD. "layout": "transposed" keeps weights as [inputs, outputs]; "update" is "fused" or "foreach". With WORLD_SIZE in the environment it is one rank of DistributedDataParallel over gloo and takes its share
of the rows.

Answers one line of JSON a request on standard output: first, unasked, what it computed and runs on; then for each line N of
standard input the median milliseconds of N steps. What it does beside the steps themselves is what makes PyTorch fastest:
gradients are set to None instead of zero, buckets and gradients share memory, all rows are in memory as float32.
"""

import json
import os
import sys
import time

import torch
from torch.nn import functional

# What the loss of the fourth step is compared on; the same number as in the other contenders.
STEPS_BEFORE_RESULT = 3


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float32)


class Transposed(torch.nn.Module):
    """What torch.nn.Linear computes, with the weights as [inputs, outputs] in memory."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.matrix = torch.nn.Parameter(torch.empty(inputs, outputs))
        self.bias = torch.nn.Parameter(torch.empty(outputs))

    @property
    def weight(self):
        return self.matrix.T

    def forward(self, rows):
        return torch.addmm(self.bias, rows, self.matrix)


def perceptron(sizes, flat, layout):
    """Linear and Sigmoid in turn, with the weights of `flat`; torch.nn.Linear keeps them as [outputs, inputs]."""
    kind = Transposed if layout == "transposed" else torch.nn.Linear
    layers, start = [], 0
    for inputs, outputs in zip(sizes, sizes[1:]):
        linear = kind(inputs, outputs)
        end = start + inputs * outputs
        with torch.no_grad():
            linear.weight.copy_(flat[start:end].reshape(inputs, outputs).T)
            linear.bias.copy_(flat[end : end + outputs])
        start = end + outputs
        layers += [linear, torch.nn.Sigmoid()]
    return torch.nn.Sequential(*layers[:-1])


def make_step(work, rank, ranks):
    """A function that takes one step and returns the loss before it, of this rank's rows."""
    sizes, folder = work["sizes"], work["folder"]
    rows = work["rows"] // ranks
    mine = slice(rank * rows, (rank + 1) * rows)
    inputs = read(folder, "inputs.f32").reshape(-1, sizes[0])[mine].clone()
    labels = read(folder, "labels.f32").reshape(-1, sizes[-1])[mine].clone()
    model = perceptron(sizes, read(folder, "weights.f32"), work.get("layout"))
    if ranks > 1:
        model = torch.nn.parallel.DistributedDataParallel(model, gradient_as_bucket_view=True)
    update = {work["update"]: True} if "update" in work else {}
    optimizer = torch.optim.SGD(model.parameters(), lr=work["learningRate"], **update)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = functional.mse_loss(model(inputs), labels, reduction="sum") / (2 * rows)
        loss.backward()
        optimizer.step()
        return loss

    return step


def mean_over_ranks(loss, ranks):
    if ranks > 1:
        torch.distributed.all_reduce(loss)
    return loss.item() / ranks


def median_milliseconds(step, count):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times)[count // 2]


def runs_on():
    """The version and the library of its products, in PyTorch's own words."""
    library = "MKL" if torch.backends.mkl.is_available() else "its own BLAS"
    return f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, {library}"


def say(message):
    print(json.dumps(message), flush=True)


def main():
    work = json.loads(sys.argv[1])
    torch.set_num_threads(work["threads"])
    ranks, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if ranks > 1:
        torch.distributed.init_process_group("gloo")
    step = make_step(work, rank, ranks)
    for _ in range(STEPS_BEFORE_RESULT):
        step()
    loss = mean_over_ranks(step().detach(), ranks)
    for _ in range(5):
        step()
    milliseconds = median_milliseconds(step, 5)
    say({"loss": loss, "milliseconds": milliseconds, "runsOn": runs_on()})
    for line in sys.stdin:
        if ranks > 1:
            torch.distributed.barrier()
        say({"milliseconds": median_milliseconds(step, int(line))})


main()
