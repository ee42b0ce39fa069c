"""Measures PyTorch for the bench: the protocol of protocol.ts, on standard input and output.

Kept to what PyTorch 1.13 knows, which is Debian 12's.
"""

import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

ANSWER_MARK = "@@bench "
# As in sampler.ts.
SHORTEST_SAMPLE = 500_000


class Unsupported(Exception):
    """A workload that there is no operation for."""


# Numbers that are made at a time: few enough for the processor's own memory.
CHUNK = 1 << 15


def values(stream, length):
    """The same numbers as `valueAt` in inputs.ts."""
    result = np.empty(length, dtype=np.float32)
    value = np.empty(CHUNK, dtype=np.uint32)
    other = np.empty(CHUNK, dtype=np.uint32)
    with np.errstate(over="ignore"):
        start = np.arange(CHUNK, dtype=np.uint32) + np.uint32((stream * 0x9E3779B1) & 0xFFFFFFFF)
        for first in range(0, length, CHUNK):
            np.add(start, np.uint32(first), out=value)
            for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, None)):
                np.right_shift(value, np.uint32(shift), out=other)
                np.bitwise_xor(value, other, out=value)
                if factor is not None:
                    np.multiply(value, np.uint32(factor), out=value)
            np.right_shift(value, np.uint32(8), out=value)
            # 24 bits are exact in f32, and so is the difference.
            part = result[first : first + CHUNK]
            np.multiply(value[: len(part)], np.float32(2.0**-23), out=part, casting="unsafe")
            part -= np.float32(1)
    return result


STREAMS = {"x": 1, "gradient": 2, "left": 3, "right": 4, "images": 5, "labels": 6, "parameters": 7}


def tensor(stream, shape):
    return torch.from_numpy(values(STREAMS[stream], math.prod(shape))).reshape(shape)


def arranged(x, layout):
    if layout == "channelsLast":
        if x.dim() == 3:
            # PyTorch has no channels-last format for one axis: it is two, of which one has the size 1.
            return x.unsqueeze(2).contiguous(memory_format=torch.channels_last).squeeze(2)
        return x.contiguous(memory_format=torch.channels_last if x.dim() == 4 else torch.channels_last_3d)
    if layout == "blocked":
        if x.dim() == 3:
            raise Unsupported("no blocked layout for one axis")
        return x.to_mkldnn()
    return x


def pool_function(workload):
    fn, window = workload["fn"], workload["window"]
    axes = len(workload["input"]) - 2
    if window["kind"] == "sliding":
        kernel, stride, padding = (window[name] for name in ("kernel", "stride", "padding"))
        if fn == "max":
            function = getattr(F, f"max_pool{axes}d")
            return lambda x: function(x, kernel, stride, padding)
        function = getattr(F, f"avg_pool{axes}d")
        return lambda x: function(x, kernel, stride, padding, count_include_pad=False)
    output = [1] * axes if window["kind"] == "global" else window["output"]
    function = getattr(F, f"adaptive_{fn}_pool{axes}d")
    return lambda x: function(x, output)


def canonical(y):
    """Channels first, as NumPy has it."""
    if y.is_mkldnn:
        y = y.to_dense()
    return y.detach().contiguous().numpy().reshape(-1)


def prepare_pool(workload, layout):
    pool = pool_function(workload)
    x = arranged(tensor("x", workload["input"]), layout)
    if workload["pass"] == "forward":

        def forward():
            with torch.no_grad():
                return pool(x)

        if layout == "blocked":
            try:
                forward()
            except RuntimeError as error:
                raise Unsupported(str(error).splitlines()[0]) from error
        return forward, lambda: canonical(forward())
    if layout == "blocked":
        raise Unsupported("forward only")
    x.requires_grad_(True)
    y = pool(x)
    dy = arranged(tensor("gradient", list(y.shape)), layout)

    def backward():
        return torch.autograd.grad(y, x, dy, retain_graph=True)[0]

    return backward, lambda: canonical(backward())


def prepare_gemm(workload):
    a = tensor("left", [workload["rows"], workload["inner"]])
    b = tensor("right", [workload["inner"], workload["columns"]])

    def multiply():
        with torch.no_grad():
            return a @ b

    return multiply, lambda: canonical(multiply())


# As in inputs.ts.
PARAMETERS = [
    ([6, 1, 5, 5], 175),
    ([6], 0),
    ([16, 6, 5, 5], 550),
    ([16], 0),
    ([120, 400], 520),
    ([120], 0),
    ([84, 120], 204),
    ([84], 0),
    ([10, 84], 94),
    ([10], 0),
]
LEARNING_RATE = 0.9


def lenet_parameters():
    everything = values(STREAMS["parameters"], 61_706)
    offset = 0
    for shape, fans in PARAMETERS:
        length = math.prod(shape)
        scale = np.float32(0 if fans == 0 else math.sqrt(6 / fans))
        yield torch.from_numpy(everything[offset : offset + length] * scale).reshape(shape)
        offset += length


def prepare_lenet(workload):
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )
    with torch.no_grad():
        for parameter, first in zip(model.parameters(), lenet_parameters()):
            parameter.copy_(first)
    batch = workload["batch"]
    images = (tensor("images", [batch, 1, 28, 28]) + 1) / 2
    if workload["pass"] == "inference":
        model.eval()

        def infer():
            with torch.no_grad():
                return model(images)

        return infer, lambda: canonical(infer())
    labels = torch.from_numpy(np.floor((values(STREAMS["labels"], batch).astype(np.float64) + 1) * 5).astype(np.int64))
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()

    def output():
        step()
        return np.concatenate([canonical(parameter) for parameter in model.parameters()])

    return step, output


PREPARE = {
    "pool": prepare_pool,
    "gemm": lambda workload, layout: prepare_gemm(workload),
    "lenet": lambda workload, layout: prepare_lenet(workload),
}


def time_calls(call, iterations):
    start = time.perf_counter_ns()
    for _ in range(iterations):
        call()
    return time.perf_counter_ns() - start


def picked(result, positions):
    """The result at some places, as JSON can have it."""
    found = result[np.array(positions, dtype=np.int64)].astype(np.float64)
    return [value if math.isfinite(value) else None for value in found.tolist()]


class Worker:
    def __init__(self):
        self.prepared = {}

    def open(self, ask):
        torch.set_num_threads(ask["threads"])
        return {"version": torch.__version__, "threads": torch.get_num_threads()}

    def prepare(self, ask):
        run, output = PREPARE[ask["workload"]["kind"]](ask["workload"], ask["layout"])
        self.prepared[ask["key"]] = run, output
        start = time.perf_counter_ns()
        result = output()
        first_call = time.perf_counter_ns() - start
        return {"values": picked(result, ask["positions"]), "firstCall": first_call}

    def check(self, ask):
        _, output = self.prepared[ask["key"]]
        return {"values": picked(output(), ask["positions"])}

    def calibrate(self, ask):
        call, _ = self.prepared[ask["key"]]
        end = time.perf_counter_ns() + ask["budget"]
        iterations, fastest, runs = 1, math.inf, 0
        while True:
            taken = time_calls(call, iterations)
            fastest = min(fastest, taken / iterations)
            if taken < SHORTEST_SAMPLE:
                iterations = min(1 << 24, iterations * 2)
            runs += 1
            if time.perf_counter_ns() >= end and not (runs < 2 and fastest * 4 < ask["budget"]):
                break
        return {"call": fastest, "iterations": max(1, math.ceil(SHORTEST_SAMPLE / fastest))}

    def sample(self, ask):
        call, _ = self.prepared[ask["key"]]
        iterations = ask["iterations"]
        end = time.perf_counter_ns() + ask["budget"]
        samples = []
        while True:
            samples.append(time_calls(call, iterations) / iterations)
            if time.perf_counter_ns() >= end:
                # As in sampler.ts.
                return {"samples": samples[1:] if len(samples) > 2 else samples}

    def release(self, ask):
        self.prepared.pop(ask["key"], None)
        return {}


def main():
    worker = Worker()
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            reply = {"ok": True, "answer": getattr(worker, ask["ask"])(ask)}
        except Unsupported as error:
            reply = {"ok": False, "kind": "unsupported", "message": str(error)}
        except Exception as error:  # Whatever it is, it is this row's and no other's.
            reply = {"ok": False, "kind": "failed", "message": f"{type(error).__name__}: {error}"}
        print(ANSWER_MARK + json.dumps(reply), flush=True)


main()
