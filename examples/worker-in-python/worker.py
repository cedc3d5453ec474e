#!/usr/bin/env python3
"""A worker for Lockstep: `worker.py ws://127.0.0.1:7070`. The token, where one is asked for, is in LOCKSTEP_TOKEN."""

import argparse
import asyncio
import json
import os
import platform
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from websockets import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

import exact
import frames
import golden
import losses
from frames import Message
from layers import Pass
from network import Network

PROTOCOL_VERSION = 5
HEARTBEAT_SECONDS = 0.8
LONGEST_PAUSE_SECONDS = 30
# Closes after which a worker does not come back. (4401 is final only behind `refused`.)
FINAL_CLOSES = {1000, 4403, 4406, 4429}
EXIT_REFUSED = 4


class RunOver(Exception):
    """There is nothing to come back for. `status` is the exit status."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Task:
    """The rows of a lease, to compute against the weights of its step."""

    lease: Message
    weights: exact.F32
    rows: exact.U8
    labels: exact.U8 | exact.F32


@dataclass
class Run:
    """What a worker knows of the run: its configuration, the newest weights, the rows sent, and how far it is."""

    term: int
    config: Message
    step: int = 0
    weights: exact.F32 = field(default_factory=lambda: np.empty(0, np.float32))
    rows: list[tuple[Message, exact.U8, exact.U8]] = field(default_factory=list)
    rows_done: int = 0

    def __post_init__(self) -> None:
        model = self.config["model"]
        try:
            self.model = Network(model, losses.judge_of(model["loss"]), frozenset(self.config.get("freeze", [])))
        except exact.UnknownModel as error:
            raise RunOver(f"this worker cannot compute such a network: {error}", EXIT_REFUSED) from None
        self.table = exact.standardisation_table(**self.config["standardisation"])

    def take_weights(self, message: Message, weights: exact.F32) -> None:
        if exact.checksum(weights) != message["checksum"]:
            raise frames.FrameError("the weights were damaged on the way")
        self.step, self.weights, self.rows_done = message["step"], weights, 0
        self.rows = [rows for rows in self.rows if rows[0]["step"] >= self.step]

    def take_rows(self, message: Message, rows: exact.U8, labels: exact.U8 | exact.F32) -> None:
        count = message["rowCount"]
        self.rows.append((message, rows.reshape(count, -1), labels.reshape(count, -1)))

    def heartbeat(self) -> Message:
        return {"type": "heartbeat", "term": self.term, "step": self.step, "rowsDone": self.rows_done}

    def task_of(self, lease: Message) -> Task:
        """A lease is for a span whose rows came, or for a part of one."""
        first, count = lease["span"]["firstLeaf"], lease["rowCount"]
        for message, rows, labels in self.rows:
            skipped = (first - message["span"]["firstLeaf"]) * self.config["leafRows"]
            if message["step"] == lease["step"] and 0 <= skipped and skipped + count <= message["rowCount"]:
                some = slice(skipped, skipped + count)
                return Task(lease, self.weights, rows[some], labels[some])
        raise frames.FrameError("a lease came before its rows")

    def targets_of(self, labels: exact.U8 | exact.F32) -> exact.F32:
        """What the outputs are compared with, [rows,outputs]: labels and numbers as they are."""
        dataset = self.config["dataset"]
        return exact.one_hot(labels[:, 0], dataset["classCount"]) if "target" not in dataset else labels

    def compute(self, task: Task) -> bytes:
        """The contribution that answers a lease."""
        started = time.perf_counter()
        labels = self.targets_of(task.labels)
        inputs = self.table[task.rows]
        leaf_rows, lease = self.config["leafRows"], task.lease
        at = Pass(self.config["seed"], lease["step"], lease["span"]["firstLeaf"] * leaf_rows)
        gradient, loss_sum = self.model.gradient(task.weights, inputs, labels, leaf_rows, at)
        contribution = {
            "type": "contribution",
            **{name: lease[name] for name in ("term", "step", "span", "rowCount")},
            "checksum": exact.checksum(gradient),
            "computeMicros": round((time.perf_counter() - started) * 1e6),
        }
        return frames.encode(contribution, [gradient, np.array([loss_sum])])


class Socket(Protocol):
    """What is needed of a WebSocket."""

    async def send(self, message: bytes) -> None: ...
    async def recv(self) -> Any: ...


class Connection:
    """One connection, from `hello` to its end."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.run: Run | None = None
        self.tasks: asyncio.Queue[Task] = asyncio.Queue()

    async def serve(self, hello: Message) -> None:
        """Raises RunOver where there is nothing to come back for, and what ended the connection otherwise."""
        await self.socket.send(frames.encode(hello))
        jobs = [asyncio.create_task(job) for job in (self.receive(), self.work(), self.beat())]
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for job in filter(asyncio.Task.done, jobs):
                job.result()
        except asyncio.CancelledError:
            await self.socket.send(frames.encode({"type": "leave", "reason": "interrupted"}))
            raise
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    async def receive(self) -> None:
        while True:
            self.take(*frames.decode(await self.socket.recv()))

    def take(self, message: Message, tensors: list[frames.Tensor]) -> None:
        match message["type"]:
            case "welcome":
                self.run = Run(message["term"], json.loads(tensors[0].tobytes()))
                say(f"welcome to run {message['run']}")
            case "refused":
                raise RunOver(f"refused ({message['code']}): {message['detail']}", EXIT_REFUSED)
            case "finished":
                end = f"{message['reason']} after {message['step']} steps"
                raise RunOver(f"{end}, weights sha256 {message['weightsSha256']}", 0)
            case "weights":
                self.welcomed().take_weights(message, *tensors)
            case "rows":
                self.welcomed().take_rows(message, *tensors)
            case "lease":
                self.tasks.put_nowait(self.welcomed().task_of(message))
            case "standby":
                say(f"standing by from step {message['step']}: {message['reason']}")
            case "verdict":
                say(f"step {message['step']}: {message['verdict']} {message.get('reason', '')}".rstrip())

    def welcomed(self) -> Run:
        if self.run is None:
            raise frames.FrameError("work came before the welcome")
        return self.run

    async def work(self) -> None:
        """Answers leases in the order they came. Newer weights make earlier leases void."""
        while True:
            task = await self.tasks.get()
            run = self.welcomed()
            if task.lease["step"] != run.step:
                continue
            contribution = await asyncio.to_thread(run.compute, task)
            if task.lease["step"] == run.step:
                run.rows_done += task.lease["rowCount"]
                await self.socket.send(contribution)

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            if self.run is not None:
                await self.socket.send(frames.encode(self.run.heartbeat()))


def say(text: str) -> None:
    print(text, flush=True)


def hello(name: str) -> Message:
    token = os.environ.get("LOCKSTEP_TOKEN")
    return {
        "type": "hello",
        "protocol": PROTOCOL_VERSION,
        "contract": exact.CONTRACT,
        "goldenDigest": golden.digest(),
        "name": name,
        "kind": "process",
        "engine": f"python {platform.python_version()}",
        "backend": f"numpy {np.__version__}",
        "threads": 1,
        **({"token": token} if token else {}),
    }


async def work_for(url: str, name: str) -> None:
    """Connects, again and again, until the run is over: raises RunOver."""
    greeting = hello(name)
    failures = 0
    while True:
        try:
            # Messages are as long as the run's weights. Pings notice a dead line; compression is never agreed to.
            async with connect(url, max_size=None, compression=None, ping_interval=1, ping_timeout=2) as socket:
                connection = Connection(socket)
                try:
                    await connection.serve(greeting)
                finally:
                    failures = 0 if connection.run else failures
        except (OSError, TimeoutError, WebSocketException) as error:
            if isinstance(error, ConnectionClosed) and error.rcvd and error.rcvd.code in FINAL_CLOSES:
                raise RunOver(f"the coordinator closed: {error.rcvd.reason}", EXIT_REFUSED) from error
            pause = random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.5 * 2**failures))
            failures += 1
            say(f"no connection ({error}): again in {pause:.1f} s")
            await asyncio.sleep(pause)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="of the coordinator, such as ws://127.0.0.1:7070")
    parser.add_argument("--name", default=f"python-{os.getpid()}", help="what people see (default: %(default)s)")
    options = parser.parse_args()
    try:
        asyncio.run(work_for(options.url, options.name))
    except RunOver as over:
        say(str(over))
        return over.status
    except KeyboardInterrupt:
        return 130
    raise AssertionError("a worker ends only with its run")


if __name__ == "__main__":
    sys.exit(main())
