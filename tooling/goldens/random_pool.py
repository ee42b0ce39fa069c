"""Pooling as users call it: seeded random windows on seeded random inputs, forward and backward, from torch.nn.functional.

A line of JSON is one call. Inputs and output gradients are not in it: both sides make them from `hash(seed, i)`, as
`KINDS` says. A field that has its default is left out.
"""

import json
import math

import torch
import torch.nn.functional as F

from pool import POOLS, windows
from records import data

MASK = 2**32 - 1
INF = math.inf
GRADIENT = 7919

# What an element is, from its 32-bit hash. `values7560` divides exactly by every usual number of taps.
KINDS = {
    "values": lambda h: (h >> 20) % 19 - 9,
    "ties": lambda h: h % 3,
    "special": lambda h: [math.nan, INF, -INF, h % 5 - 2, h % 5 - 2, h % 5 - 2][(h >> 8) % 6],
    "mostlyMinusInfinity": lambda h: (h >> 20) % 5 if (h >> 8) % 4 == 0 else -INF,
    "values7560": lambda h: ((h >> 20) % 19 - 9) * 7560,
    "positive": lambda h: ((h >> 20) % 24 + 1) / 4,
    "fractions": lambda h: (h >> 8) / 2**21 - 4,
    "unit": lambda h: (h >> 8) / 2**24,
}


def hash32(seed, i):
    h = ((i + 1) * 2654435761 & MASK) ^ ((seed + 1) * 2246822507 & MASK)
    h ^= h >> 15
    h = h * 739982445 & MASK
    h ^= h >> 12
    h = h * 695872825 & MASK
    return h ^ (h >> 15)


def filled(kind, seed, shape, dtype=torch.float64):
    values = [float(KINDS[kind](hash32(seed, i))) for i in range(math.prod(shape))]
    return torch.tensor(values, dtype=dtype).reshape(shape)


class Draw:
    """Seeded choices: the hash of the seed and a count."""

    def __init__(self, seed):
        self.seed = seed
        self.count = 0

    def below(self, limit):
        self.count += 1
        return hash32(self.seed + 104729, self.count) % limit

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def pick(self, options):
        return options[self.below(len(options))]

    def chance(self, one_in):
        return self.below(one_in) == 0


def input_shape(draw, rank, least=1):
    largest = {1: 17, 2: 8, 3: 4}[rank]
    spatial = [draw.between(least, largest) for _ in range(rank)]
    lead = draw.pick([[1], [2], [1, 1], [1, 2], [2, 1]] if math.prod(spatial) <= 24 else [[1], [1, 1]])
    return lead + spatial, spatial


def backward(call, x, dy):
    x = x.detach().clone().requires_grad_(True)
    y = call(x)
    y.backward(dy)
    return x.grad


def window(draw, spatial, dilated, padded):
    """Kernel, stride, padding, dilation and ceil mode that fit, or None."""
    rank = len(spatial)
    # Three axes of averages want windows within the unpadded input.
    kernel = [draw.between(1, min(4, size + 1) if rank < 3 else min(3, size)) for size in spatial]
    stride = [draw.between(1, 3) for _ in spatial] if draw.chance(2) else list(kernel)
    padding = [draw.between(0, k // 2) for k in kernel] if padded and not draw.chance(3) else [0] * rank
    dilation = [draw.between(1, 2) for _ in spatial] if dilated and draw.chance(3) else [1] * rank
    for size, k, p, d in zip(spatial, kernel, padding, dilation):
        if size + 2 * p < d * (k - 1) + 1:
            return None
    return kernel, stride, padding, dilation, draw.chance(2)


def options_of(kernel, stride, padding, dilation, ceil):
    options = {"k": kernel}
    if stride != kernel:
        options["s"] = stride
    if any(padding):
        options["p"] = padding
    if any(d != 1 for d in dilation):
        options["d"] = dilation
    if ceil:
        options["c"] = 1
    return options


def finish(record, call, x, dy, indices=None):
    y = call(x)
    record["y"] = [list(y.shape), data(y)]
    if indices is not None:
        record["i"] = data(indices)
    if dy is not None:
        record["dx"] = data(backward(call, x, dy))
    return record


def max_record(seed, rank):
    draw = Draw(seed)
    shape, spatial = input_shape(draw, rank)
    fit = window(draw, spatial, True, True)
    if fit is None:
        return None
    kernel, stride, padding, dilation, ceil = fit
    kind = draw.pick(["values", "ties", "special", "mostlyMinusInfinity"])
    x = filled(kind, seed, shape)
    pool = POOLS["max"][rank - 1]

    def call(value, indices=False):
        return pool(value, kernel, stride, padding, dilation, ceil, indices)

    y, indices = call(x, True)
    output = list(y.shape[-rank:])
    if any(count == 0 for axis in windows(shape, rank, kernel, stride, padding, dilation, output) for count in axis):
        return None
    record = {"f": f"maxPool{rank}d", "seed": seed, "x": shape, "kind": kind, **options_of(*fit)}
    return finish(record, call, x, filled("values", seed + GRADIENT, y.shape), indices)


def avg_record(seed, rank):
    draw = Draw(seed)
    shape, spatial = input_shape(draw, rank)
    fit = window(draw, spatial, False, True)
    if fit is None:
        return None
    kernel, stride, padding, _, ceil = fit
    kind = draw.pick(["values7560", "values7560", "values7560", "special", "fractions"])
    counts = draw.chance(2)
    divisor = draw.pick([None, None, 5]) if rank > 1 else None
    extra = {} if divisor is None else {"divisor_override": divisor}
    x = filled(kind, seed, shape)

    def call(value):
        return POOLS["avg"][rank - 1](value, kernel, stride, padding, ceil, counts, **extra)

    record = {"f": f"avgPool{rank}d", "seed": seed, "x": shape, "kind": kind, **options_of(*fit)}
    if not counts:
        record["countIncludePad"] = False
    if divisor is not None:
        record["divisorOverride"] = divisor
    return finish(record, call, x, filled("values7560", seed + GRADIENT, call(x).shape))


def lp_record(seed, rank):
    """Only where PyTorch agrees with |x|^p: positive inputs, no padding, no overhang."""
    draw = Draw(seed)
    shape, spatial = input_shape(draw, rank)
    fit = window(draw, spatial, False, False)
    if fit is None:
        return None
    kernel, stride = fit[:2]
    p = draw.pick([1, 2, 3, 2.5])
    x = filled("positive", seed, shape)

    def call(value):
        # One axis takes a number only.
        arguments = (kernel[0], stride[0]) if rank == 1 else (kernel, stride)
        return POOLS["lp"][rank - 1](value, p, *arguments)

    record = {"f": f"lpPool{rank}d", "seed": seed, "x": shape, "kind": "positive", "norm": p}
    record.update(options_of(kernel, stride, [0], [1], False))
    return finish(record, call, x, filled("values", seed + GRADIENT, call(x).shape))


def adaptive_record(seed, rank, fn):
    draw = Draw(seed)
    shape, spatial = input_shape(draw, rank)
    output = [draw.between(1, size + 2) for size in spatial]
    kind = draw.pick(["values", "ties", "special"] if fn == "max" else ["values7560", "values7560", "fractions"])
    x = filled(kind, seed, shape)
    pool = POOLS[f"adaptive_{fn}"][rank - 1]
    record = {"f": f"adaptive{fn.title()}Pool{rank}d", "seed": seed, "x": shape, "kind": kind, "o": output}
    dy = filled("values" if fn == "max" else "values7560", seed + GRADIENT, pool(x, output).shape)
    indices = pool(x, output, return_indices=True)[1] if fn == "max" else None
    return finish(record, lambda value: pool(value, output), x, dy, indices)


UNPOOLS = [F.max_unpool1d, F.max_unpool2d, F.max_unpool3d]


def unpool_record(seed, rank):
    draw = Draw(seed)
    base, spatial = input_shape(draw, rank, 2)
    kernel = [draw.between(1, min(3, size)) for size in spatial]
    overlapping = draw.chance(4)
    stride = [draw.between(1, k) if overlapping else draw.between(k, k + 1) for k in kernel]
    padding = [draw.between(0, k // 2) for k in kernel] if draw.chance(3) else [0] * rank
    pooled, indices = POOLS["max"][rank - 1](filled("values", seed, base), kernel, stride, padding, return_indices=True)
    x = filled("values", seed + 1, pooled.shape)
    lead = base[: len(base) - rank]
    usual = [(size - 1) * s + k - 2 * p for size, s, k, p in zip(pooled.shape[-rank:], stride, kernel, padding)]
    if min(usual) < 1:
        return None
    asked = usual != spatial or draw.chance(4)

    def call(value):
        return UNPOOLS[rank - 1](value, indices, kernel, stride, padding, spatial if asked else None)

    record = {"f": f"maxUnpool{rank}d", "seed": seed + 1, "x": list(x.shape), "kind": "values"}
    record.update(options_of(kernel, stride, padding, [1], False))
    if asked:
        record["o"] = spatial
    flat = indices.reshape(math.prod(lead), -1).tolist()
    # PyTorch gives each of several elements for one place a gradient, although one of them stays.
    distinct = all(len(set(plane)) == len(plane) for plane in flat)
    dy = filled("values", seed + 1 + GRADIENT, lead + (spatial if asked else usual)) if distinct else None
    return finish(record, call, x, dy, indices)


def fractional_record(seed, rank):
    draw = Draw(seed)
    shape, spatial = input_shape(draw, rank, 2)
    kernel = [draw.between(1, min(3, size - 1)) for size in spatial]
    dtype = draw.pick(["f32", "f64"])
    kind = draw.pick(["values", "ties", "special"])
    torch_dtype = torch.float32 if dtype == "f32" else torch.float64
    pool = F.fractional_max_pool2d if rank == 2 else F.fractional_max_pool3d
    record = {"f": f"fractionalMaxPool{rank}d", "seed": seed, "x": shape, "kind": kind, "k": kernel, "dtype": dtype}
    ratio = draw.pick([0.5, 0.7, 0.75])
    by_ratio = [int(size * ratio) for size in spatial]
    # PyTorch wants one element more in 3d than the windows need.
    slack = rank - 2
    if draw.chance(3) and all(0 < o <= size - k + 1 - slack for o, size, k in zip(by_ratio, spatial, kernel)):
        record["ratio"] = ratio
        options = {"output_ratio": ratio}
    else:
        most = [size - k + 1 - slack for size, k in zip(spatial, kernel)]
        if min(most) < 1:
            return None
        record["o"] = [draw.between(1, size) for size in most]
        options = {"output_size": record["o"]}
    lead = shape[: len(shape) - rank]
    samples = filled("unit", seed + 2, [1] * (2 - len(lead)) + lead + [rank], torch_dtype)
    x = filled(kind, seed, shape, torch_dtype)

    def call(value, indices=False):
        return pool(value, kernel, return_indices=indices, _random_samples=samples, **options)

    y, indices = call(x, True)
    return finish(record, call, x, filled("values", seed + GRADIENT, y.shape, torch_dtype), indices)


def rounding_records():
    """Windows that start elsewhere in float32 than in float64: there PyTorch computes in the dtype of the input."""
    count = 0
    for size in range(12, 80):
        for output in range(5, size // 2):
            starts = []
            for dtype in [torch.float32, torch.float64]:
                x = torch.arange(2.0 * size, dtype=dtype).reshape(1, 2, size)
                samples = torch.zeros(1, 1, 2, dtype=dtype)
                y, indices = F.fractional_max_pool2d(x, 2, (1, output), return_indices=True, _random_samples=samples)
                starts.append((x, y, indices))
            if torch.equal(starts[0][2], starts[1][2]):
                continue
            for dtype, (x, y, indices) in zip(["f32", "f64"], starts):
                yield {
                    "f": "fractionalMaxPool2d",
                    "seed": size,
                    "x": [1, 2, size],
                    "kind": "rising",
                    "k": [2, 2],
                    "dtype": dtype,
                    "o": [1, output],
                    "u": [0, 0],
                    "y": [list(y.shape), data(y)],
                    "i": data(indices),
                }
            count += 1
            if count == 5:
                return


def drawn(count, make):
    """`count` records from the seeds that give one."""
    seed = count * 1000
    while count > 0:
        seed += 17
        record = make(seed)
        if record is not None:
            yield record
            count -= 1


def records():
    for rank, count in [(1, 40), (2, 75), (3, 45)]:
        yield from drawn(count, lambda seed: max_record(seed, rank))
        yield from drawn(count - 5, lambda seed: avg_record(seed, rank))
    for rank in [1, 2]:
        yield from drawn(22, lambda seed: lp_record(seed, rank))
    for rank in [1, 2, 3]:
        yield from drawn(20, lambda seed: adaptive_record(seed, rank, "max"))
        yield from drawn(21, lambda seed: adaptive_record(seed, rank, "avg"))
        yield from drawn(25, lambda seed: unpool_record(seed, rank))
    for rank in [2, 3]:
        yield from drawn(36, lambda seed: fractional_record(seed, rank))
    yield from rounding_records()


def to_text():
    return "".join(json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n" for record in records())
