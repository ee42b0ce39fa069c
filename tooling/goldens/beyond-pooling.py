#!/usr/bin/python3
"""Padding modes and pooling beyond the plain kinds, with gradients, from formulas that a real PyTorch computes.

    python3 tooling/goldens/beyond-pooling.py           write packages/tensor/test/goldens/beyond-pooling.json
    python3 tooling/goldens/beyond-pooling.py --check   compare; exit with 1 when the file differs

Everything is computed in float64, by the papers' formulas as they stand: exponentials without any shift, powers without
any scale. Names of options are Cenote's; a tensor is `[dtype, shape, data]`, as in `records.py`. A record has the
operation's `inputs` in order, its `options`, the output `y`, a direction `dy` and the gradient of `Σ dy · y` with respect to
each input.
"""

import json
import math
import os
import pathlib
import sys

# Plain loops instead of vector kernels, so that results do not depend on the processor. Read when PyTorch is loaded.
os.environ["ATEN_CPU_CAPABILITY"] = "default"

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

from records import Values, tensor  # noqa: E402

FILE = pathlib.Path(__file__).resolve().parents[2] / "packages/tensor/test/goldens/beyond-pooling.json"
CONVOLUTIONS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
AVERAGES = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
MAXIMA = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
ADAPTIVE = {
    "max": {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d},
    "avg": {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d},
}


def record(op, inputs, options, compute, note=""):
    """One call with its gradients."""
    leaves = [value.clone().requires_grad_(True) for value in inputs]
    y = compute(*leaves)
    dy = Values(f"{op} {note}").grid(list(y.shape), -8, 8, 1 / 8)
    gradients = torch.autograd.grad(y, leaves, dy)
    return {
        "id": f"{op} {note}".strip(),
        "op": op,
        "inputs": [tensor(value) for value in inputs],
        "options": options,
        "y": tensor(y),
        "dy": tensor(dy),
        "gradients": [tensor(gradient) for gradient in gradients],
    }


def values(seed, shape, low=-24, high=24, step=1 / 8):
    return Values(seed).grid(shape, low, high, step)


def distinct(seed, shape):
    """A shuffled ladder, so that no maximum is tied and gradients are defined."""
    order = Values(seed)
    ladder = list(range(math.prod(shape)))
    for i in reversed(range(1, len(ladder))):
        j = order.below(i + 1)
        ladder[i], ladder[j] = ladder[j], ladder[i]
    return (torch.tensor(ladder, dtype=torch.float64) / 16 - 1).reshape(shape)


def pads():
    for mode, shape, widths in [
        ("reflect", [2, 3, 4, 5], [[3, 2], [1, 4]]),
        ("replicate", [2, 3, 2, 3], [[3, 0], [0, 5]]),
        ("circular", [2, 3, 4, 3], [[4, 1], [2, 3]]),
        ("reflect", [2, 2, 6], [[5, 0]]),
        ("circular", [1, 2, 3, 3, 2], [[1, 3], [0, 2], [2, 1]]),
    ]:
        flat = [width for pair in reversed(widths) for width in pair]
        all_widths = [[0, 0]] * (len(shape) - len(widths)) + widths
        yield record(
            "pad",
            [values(f"pad {mode}", shape)],
            {"widths": all_widths, "mode": mode},
            lambda x: F.pad(x, flat, mode=mode),
            f"{mode} {shape}",
        )


def blur(x, size, stride, mode):
    """Zhang's BlurPool: pad, then a depthwise convolution with the outer product of a binomial row."""
    rank = x.dim() - 2
    row = torch.tensor([math.comb(size - 1, k) for k in range(size)], dtype=torch.float64)
    kernel = row
    for _ in range(rank - 1):
        kernel = kernel.unsqueeze(-1) * row
    kernel = (kernel / kernel.sum()).expand(x.shape[1], 1, *kernel.shape)
    low = (size - 1) // 2
    widths = [low, size - 1 - low] * rank
    x = F.pad(x, widths) if mode == "zeros" else F.pad(x, widths, mode=mode)
    return CONVOLUTIONS[rank](x, kernel, stride=stride, groups=x.shape[1])


def blurs():
    shapes = {1: [2, 2, 9], 2: [1, 2, 7, 8], 3: [1, 1, 4, 5, 4]}
    for rank, size, stride, mode in [
        (2, 1, 2, "reflect"),
        (2, 2, 2, "reflect"),
        (2, 3, 2, "reflect"),
        (2, 4, 2, "reflect"),
        (2, 5, 3, "reflect"),
        (2, 6, 1, "reflect"),
        (2, 7, [1, 2], "reflect"),
        (2, 3, 2, "zeros"),
        (2, 6, [3, 1], "zeros"),
        (2, 4, 2, "circular"),
        (2, 7, 2, "circular"),
        (2, 5, 2, "replicate"),
        (1, 4, 2, "reflect"),
        (1, 5, 2, "zeros"),
        (3, 3, 2, "reflect"),
        (3, 4, 2, "circular"),
    ]:
        options = {"filterSize": size, "stride": stride, "paddingMode": mode}
        note = f"{size} taps, stride {stride}, {mode}"
        x = values(f"blur{rank}", shapes[rank])
        yield record(f"blurPool{rank}d", [x], options, lambda x: blur(x, size, stride, mode), note)
    for rank, window, size, stride, mode in [
        (2, 2, 4, 2, "reflect"),
        (2, 3, 3, 2, "zeros"),
        (2, [2, 3], 5, [2, 1], "circular"),
        (1, 2, 3, 2, "reflect"),
        (3, 2, 3, 2, "zeros"),
    ]:
        options = {"kernelSize": window, "filterSize": size, "stride": stride, "paddingMode": mode}
        note = f"window {window}, {size} taps, stride {stride}, {mode}"
        x = distinct(f"max blur{rank}", shapes[rank])
        compute = lambda x: blur(MAXIMA[rank](x, window, stride=1), size, stride, mode)  # noqa: E731
        yield record(f"maxBlurPool{rank}d", [x], options, compute, note)


WINDOWS = [
    (2, [2, 2, 4, 4], {"kernelSize": 2}),
    (2, [1, 2, 5, 6], {"kernelSize": 3, "stride": 2, "padding": 1}),
    (2, [2, 4, 7], {"kernelSize": [2, 3], "stride": [1, 2]}),
    (2, [1, 1, 7, 8], {"kernelSize": 3, "stride": 2, "padding": 1, "ceilMode": True}),
    (1, [2, 2, 9], {"kernelSize": 4, "stride": 3, "padding": 2}),
    (3, [1, 2, 2, 3, 4], {"kernelSize": 2, "stride": [2, 1, 2]}),
]


def average(rank, x, options):
    """Average pooling by PyTorch, whose divisor cancels in a quotient of two."""
    return AVERAGES[rank](
        x,
        options["kernelSize"],
        options.get("stride"),
        options.get("padding", 0),
        options.get("ceilMode", False),
    )


def maximum(rank, x, options):
    return MAXIMA[rank](
        x,
        options["kernelSize"],
        options.get("stride"),
        options.get("padding", 0),
        1,
        options.get("ceilMode", False),
    )


def importance(rank, x, logits, options):
    weight = logits.exp()
    return average(rank, x * weight, options) / average(rank, weight, options)


def weighted():
    for rank, shape, options in WINDOWS:
        x = values(f"soft{rank}", shape)
        logits = values(f"logits{rank}", shape)
        note = f"{shape} {json.dumps(options)}"
        yield record(f"softPool{rank}d", [x], options, lambda x: importance(rank, x, x, options), note)
        compute = lambda x, logits: importance(rank, x, logits, options)  # noqa: E731
        yield record(f"lipPool{rank}d", [x, logits], options, compute, note)
        positive = values(f"stochastic{rank}", shape, 1, 40)
        compute = lambda a: average(rank, a * a, options) / average(rank, a, options)  # noqa: E731
        yield record(f"stochasticPool{rank}d", [positive], options, compute, note)


def mixed():
    for rank, shape, options in WINDOWS:
        channels = shape[1] if len(shape) == rank + 2 else shape[0]
        x = distinct(f"mixed{rank}", shape)
        note = f"{shape} {json.dumps(options)}"

        def mix(x, share):
            return share * maximum(rank, x, options) + (1 - share) * average(rank, x, options)

        one = values(f"share{rank}", [], 1, 15, 1 / 16)
        each = values(f"shares{rank}", [channels], 1, 15, 1 / 16)
        yield record(f"mixedPool{rank}d", [x, one], options, mix, note)
        spread = [channels] + [1] * rank
        compute = lambda x, each: mix(x, each.reshape(spread))  # noqa: E731
        yield record(f"mixedPool{rank}d", [x, each], options, compute, f"per channel {note}")
        if options.get("ceilMode"):
            continue
        window = options["kernelSize"] if isinstance(options["kernelSize"], list) else [options["kernelSize"]] * rank
        rest = {key: value for key, value in options.items() if key != "kernelSize"}
        rest.setdefault("stride", options["kernelSize"])

        def gated(x, gate):
            kernel = gate.expand(channels, *gate.shape[-rank:]).unsqueeze(1)
            batched = x if x.dim() == rank + 2 else x.unsqueeze(0)
            score = CONVOLUTIONS[rank](batched, kernel, None, rest["stride"], rest.get("padding", 0), 1, channels)
            return mix(x, torch.sigmoid(score.reshape(mix(x, 0).shape)))

        yield record(f"gatedPool{rank}d", [x, values(f"gate{rank}", window, -8, 8)], rest, gated, note)
        gates = values(f"gates{rank}", [channels, *window], -8, 8)
        yield record(f"gatedPool{rank}d", [x, gates], rest, gated, f"per channel {note}")


def gem(x, p, eps):
    axes = tuple(range(2, x.dim()))
    p = p.reshape([-1] + [1] * (x.dim() - 2)) if p.dim() else p
    return x.clamp(min=eps).pow(p).mean(axes, keepdim=True).pow(1 / p)


def gems():
    for rank, shape, p, eps in [
        (2, [2, 3, 4, 5], [], 1e-6),
        (2, [2, 3, 4, 5], [3], 0.3),
        (1, [2, 2, 6], [1], 1e-6),
        (3, [1, 2, 3, 2, 4], [2], 1e-6),
    ]:
        x = values(f"gem{rank}", shape, -1, 40)
        power = values(f"power{rank}", p, 8, 40)
        options = {"eps": eps}
        yield record(f"gemPool{rank}d", [x, power], options, lambda x, p: gem(x, p, eps), f"{shape}, p {p}, eps {eps}")


def pyramids():
    for rank, shape, levels, mode in [
        (2, [2, 3, 7, 5], [4, 2, 1], "max"),
        (2, [2, 3, 7, 5], [1, 3], "avg"),
        (2, [1, 2, 3, 2], [4, 1], "avg"),
        (1, [2, 2, 9], [4, 2], "max"),
        (3, [1, 2, 3, 4, 3], [2, 1], "max"),
    ]:

        def pyramid(x):
            return torch.cat([ADAPTIVE[mode][rank](x, level).flatten(1) for level in levels], 1)

        x = distinct(f"pyramid{rank}", shape)
        options = {"levels": levels, "mode": mode}
        yield record(f"spatialPyramidPool{rank}d", [x], options, pyramid, f"{shape} {levels} {mode}")


def text():
    records = [*pads(), *blurs(), *weighted(), *mixed(), *gems(), *pyramids()]
    identifiers = [entry["id"] for entry in records]
    if len(set(identifiers)) < len(identifiers):
        raise SystemExit("two records have the same id")
    lines = [json.dumps(entry, separators=(",", ":"), allow_nan=False) for entry in records]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main(arguments):
    if arguments not in ([], ["--check"]):
        raise SystemExit(__doc__)
    torch.set_num_threads(1)
    written = text()
    if not arguments:
        FILE.write_text(written)
        print(f"{FILE.name}: {len(written)} bytes")
    elif not FILE.exists() or FILE.read_text() != written:
        raise SystemExit(f"differs from what PyTorch says now: {FILE.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
