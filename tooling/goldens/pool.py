"""Pooling: forward, indices and gradients, from torch.nn.functional in float64 (float32 is checked against it)."""

import itertools
import math

import torch
import torch.nn.functional as F

from records import FLOATS, Values, check, data, shaped, ulps

INF = math.inf
NAN = math.nan
POOLS = {
    "max": [F.max_pool1d, F.max_pool2d, F.max_pool3d],
    "avg": [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d],
    "adaptive_max": [F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d],
    "adaptive_avg": [F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d],
    "lp": [F.lp_pool1d, F.lp_pool2d],
}


def per_axis(value, rank):
    return list(value) if isinstance(value, (list, tuple)) else [value] * rank


def batched(x, rank):
    """With batch and channel axes in front, which not every PyTorch function can do without."""
    return x.reshape([1] * (rank + 2 - x.dim()) + list(x.shape))


def unbatched(y, x, rank):
    """A result of `batched(x)` without the axes that `x` does not have."""
    return y.reshape(y.shape[rank + 2 - x.dim() :])


def gradient(forward, x, dy):
    """The gradient of `forward` at `x`, by PyTorch's autograd."""
    x = x.detach().clone().requires_grad_(True)
    forward(x).backward(dy)
    return x.grad


def windows(shape, rank, kernel, stride, padding, dilation, output):
    """Per axis and output: how many taps lie on the input."""
    counts = []
    for axis in range(rank):
        size = shape[len(shape) - rank + axis]
        low = padding[axis][0] if isinstance(padding[axis], (list, tuple)) else padding[axis]
        counts.append(
            [
                sum(0 <= o * stride[axis] - low + j * dilation[axis] < size for j in range(kernel[axis]))
                for o in range(output[axis])
            ]
        )
    return counts


def window_spec(rank, kernel, stride, padding, dilation, ceil):
    spec = {"rank": rank, "kernelSize": kernel}
    if stride is not None:
        spec["stride"] = stride
    if padding != 0:
        spec["padding"] = padding
    if dilation != 1:
        spec["dilation"] = dilation
    if ceil:
        spec["ceilMode"] = True
    return spec


def describe(kernel, stride, padding, dilation, ceil):
    def short(value):
        return "x".join(short(v) for v in value) if isinstance(value, (list, tuple)) else str(value)

    text = f"k{short(kernel)}"
    if stride is not None:
        text += f"-s{short(stride)}"
    if padding != 0:
        text += f"-p{short(padding)}"
    if dilation != 1:
        text += f"-d{short(dilation)}"
    return text + ("-ceil" if ceil else "")


def name_of(shape):
    return "x".join(map(str, shape))


def cover(kernel):
    """An upper bound for the number of windows over one element, for tolerances."""
    return math.prod(kernel)


def max_record(label, rank, x, kernel, stride=None, padding=0, dilation=1, ceil=False, dtypes=FLOATS):
    identifier = f"max{rank}d/{label}/{name_of(x.shape)}/{describe(kernel, stride, padding, dilation, ceil)}"
    asymmetric = isinstance(padding, (list, tuple)) and any(isinstance(side, (list, tuple)) for side in padding)
    kernel_sizes = per_axis(kernel, rank)
    strides = per_axis(kernel if stride is None else stride, rank)
    options = {"stride": strides, "dilation": per_axis(dilation, rank), "ceil_mode": ceil}
    pads = per_axis(padding, rank)
    low = [0] * rank
    flat_pads = []
    if asymmetric:
        # PyTorch pads symmetrically only. Its padding is −∞, and windows that see nothing else are no cases of ours.
        pads = [side if isinstance(side, (list, tuple)) else (side, side) for side in pads]
        low = [side[0] for side in pads]
        flat_pads = [p for side in reversed(pads) for p in side]
        options["padding"] = [0] * rank
    else:
        options["padding"] = pads

    def forward(value, indices):
        value = batched(value, rank)
        if asymmetric:
            value = F.pad(value, flat_pads, value=-INF)
        result = POOLS["max"][rank - 1](value, kernel_sizes, return_indices=indices, **options)
        return (unbatched(result[0], x, rank), unbatched(result[1], x, rank)) if indices else unbatched(result, x, rank)

    y, indices = forward(x, True)
    spatial = list(x.shape[x.dim() - rank :])
    output = list(y.shape[y.dim() - rank :])
    counts = windows(x.shape, rank, kernel_sizes, strides, pads, options["dilation"], output)
    if any(count == 0 for axis in counts for count in axis):
        return None
    if asymmetric:
        padded = [size + sum(side) for size, side in zip(spatial, pads)]
        indices = indices.clone().apply_(lambda flat: unpad(flat, padded, low, spatial))
    # Fractions, unless there are integers that take part.
    dy = Values(identifier).grid(y.shape, -9, 9, 0.25 if dtypes == FLOATS else 1)
    dx = gradient(lambda value: forward(value, False), x, dy)
    magnitude = gradient(lambda value: forward(value, False), x, dy.abs())
    tolerance = ulps(cover(kernel_sizes), magnitude)
    if "f32" in dtypes:
        x32 = x.to(torch.float32)
        check(identifier, forward(x32, False), y, "equal")
        check(identifier, gradient(lambda v: forward(v, False), x32, dy.to(torch.float32)), dx, tolerance)
    return {
        "id": identifier,
        "pool": {"fn": "max"},
        "dtypes": dtypes,
        "spec": window_spec(rank, kernel, stride, padding, dilation, ceil),
        "x": shaped(x),
        "y": shaped(y),
        "indices": data(indices),
        "dy": data(dy),
        "dx": data(dx),
        "gradTolerance": tolerance,
    }


def unpad(flat, padded, low, spatial):
    """A flat position in the padded plane as one in the unpadded plane."""
    position = []
    for size in reversed(padded):
        position.append(flat % size)
        flat //= size
    position.reverse()
    result = 0
    for at, before, size in zip(position, low, spatial):
        result = result * size + at - before
    return result


def avg_record(label, rank, x, kernel, stride=None, padding=0, ceil=False, divisor="taps"):
    identifier = f"avg{rank}d/{label}/{name_of(x.shape)}/{describe(kernel, stride, padding, 1, ceil)}-{divisor}"
    kernel_sizes = per_axis(kernel, rank)
    strides = per_axis(kernel if stride is None else stride, rank)
    asymmetric = isinstance(padding, (list, tuple)) and any(isinstance(side, (list, tuple)) for side in padding)
    pads = per_axis(padding, rank)
    options = {"stride": strides, "ceil_mode": ceil, "count_include_pad": divisor == "window"}
    if not isinstance(divisor, str):
        options["divisor_override"] = divisor
    flat_pads = []
    if asymmetric:
        if ceil:
            raise SystemExit(f"{identifier}: ceil mode drops other windows when the padding is part of the input")
        pads = [side if isinstance(side, (list, tuple)) else (side, side) for side in pads]
        flat_pads = [p for side in reversed(pads) for p in side]
        options["count_include_pad"] = True
    else:
        options["padding"] = pads

    def forward(value):
        value = batched(value, rank)
        if not asymmetric:
            return unbatched(POOLS["avg"][rank - 1](value, kernel_sizes, **options), x, rank)
        result = POOLS["avg"][rank - 1](F.pad(value, flat_pads), kernel_sizes, **options)
        if divisor == "taps":
            # The share of valid taps in each window, by the same pooling over ones.
            result = result / POOLS["avg"][rank - 1](F.pad(torch.ones_like(value), flat_pads), kernel_sizes, **options)
        return unbatched(result, x, rank)

    y = forward(x)
    dy = Values(identifier).grid(y.shape, -12, 12, 4.5)
    dx = gradient(forward, x, dy)
    tolerance = ulps(math.prod(kernel_sizes) + 2, forward(x.abs()))
    grad_tolerance = ulps(cover(kernel_sizes) + 2, gradient(forward, x, dy.abs()))
    x32 = x.to(torch.float32)
    check(identifier, forward(x32), y, tolerance)
    check(identifier, gradient(forward, x32, dy.to(torch.float32)), dx, grad_tolerance)
    return {
        "id": identifier,
        "pool": {"fn": "avg", "divisor": divisor},
        "dtypes": FLOATS,
        "spec": window_spec(rank, kernel, stride, padding, 1, ceil),
        "x": shaped(x),
        "y": shaped(y),
        "tolerance": tolerance,
        "dy": data(dy),
        "dx": data(dx),
        "gradTolerance": grad_tolerance,
    }


def quantized_record(rank, dtype, shape, kernel, stride=None, padding=0, ceil=False, divisor="taps"):
    """An average of 8-bit integers: the exact quotient, to the nearest, halves to even, clamped. They have no gradient.

    The quotient of two small integers in float64 is a half exactly when the true one is.
    """
    low, high = (0, 255) if dtype == "u8" else (-128, 127)
    x = Values(f"quantized/{rank}/{dtype}/{shape}/{kernel}").grid(shape, low, high)
    record = avg_record(dtype, rank, x, kernel, stride, padding, ceil, divisor)
    for field in ["dy", "dx", "gradTolerance", "tolerance"]:
        del record[field]
    exact = torch.tensor([float(value) for value in record["y"][1]], dtype=torch.float64)
    return {**record, "dtypes": [dtype], "y": [record["y"][0], data(torch.round(exact).clamp(low, high))]}


def quantized():
    for dtype in ["u8", "i8"]:
        yield quantized_record(1, dtype, [1, 2, 9], 2, 1)
        yield quantized_record(2, dtype, [1, 2, 6, 5], 2, None)
        yield quantized_record(2, dtype, [1, 1, 5, 5], 3, 2, 1, True, "window")
        yield quantized_record(2, dtype, [1, 1, 5, 5], 3, 2, 1, True, "taps")
        yield quantized_record(2, dtype, [1, 1, 4, 4], 2, 1, 0, False, 1)
        yield quantized_record(2, dtype, [1, 1, 4, 4], 2, 1, 0, False, 8)
        yield quantized_record(3, dtype, [1, 1, 2, 4, 3], 2, 1)


def lp_record(rank, x, p, kernel, stride=None, padding=0, dilation=1):
    """PyTorch's lp pooling takes powers of signed values and has no padding: it agrees with |x|^p where x > 0.

    Padding is added as zeros before it, which adds nothing to a sum of powers. Three axes are one lp pooling of planes
    and one of depth, because powers of sums of powers add up.
    """
    identifier = f"lp{rank}d/p{p}/{name_of(x.shape)}/{describe(kernel, stride, padding, dilation, False)}"
    kernel_sizes = per_axis(kernel, rank)
    strides = per_axis(kernel if stride is None else stride, rank)
    flat_pads = [pad for side in reversed(per_axis(padding, rank)) for pad in (side, side)]

    def forward(value):
        value = F.pad(batched(value, rank), flat_pads)
        if rank < 3:
            return unbatched(F_lp(value, p, kernel_sizes, strides, rank), x, rank)
        n, c, d, h, w = value.shape
        planes = F_lp(value.reshape(n, c * d, h, w), p, kernel_sizes[1:], strides[1:], 2)
        rows = planes.reshape(n, c, d, -1).transpose(2, 3).reshape(n, -1, d)
        depth = F_lp(rows, p, kernel_sizes[:1], strides[:1], 1)
        result = depth.reshape(n, c, -1, depth.shape[-1]).transpose(2, 3)
        return unbatched(result.reshape(n, c, depth.shape[-1], *planes.shape[2:]), x, rank)

    y = forward(x)
    dy = Values(identifier).grid(y.shape, -8, 8, 0.5)
    dx = gradient(forward, x, dy)
    tolerance = ulps(math.prod(kernel_sizes) + 8)
    grad_tolerance = ulps(cover(kernel_sizes) + 24, gradient(forward, x, dy.abs()))
    x32 = x.to(torch.float32)
    check(identifier, forward(x32), y, tolerance)
    check(identifier, gradient(forward, x32, dy.to(torch.float32)), dx, grad_tolerance)
    return {
        "id": identifier,
        "pool": {"fn": "lp", "p": p},
        "dtypes": FLOATS,
        "spec": window_spec(rank, kernel, stride, padding, dilation, False),
        "x": shaped(x),
        "y": shaped(y),
        "tolerance": tolerance,
        "dy": data(dy),
        "dx": data(dx),
        "gradTolerance": grad_tolerance,
    }


def F_lp(value, p, kernel, stride, rank):
    if rank == 1:
        return F.lp_pool1d(value, p, kernel[0], stride[0])
    return F.lp_pool2d(value, p, kernel, stride)


def adaptive_record(fn, label, rank, x, output_size):
    output = per_axis(output_size, rank)
    identifier = f"adaptive-{fn}{rank}d/{label}/{name_of(x.shape)}/o{name_of(output)}"
    pool = POOLS[f"adaptive_{fn}"][rank - 1]

    def forward(value):
        return unbatched(pool(batched(value, rank), output), x, rank)

    y = forward(x)
    dy = Values(identifier).grid(y.shape, -12, 12, 0.5)
    dx = gradient(forward, x, dy)
    spatial = list(x.shape[x.dim() - rank :])
    taps = math.prod(size // out + 2 for size, out in zip(spatial, output))
    covers = math.prod(out // size + 2 for size, out in zip(spatial, output))
    record = {
        "id": identifier,
        "pool": {"fn": "max"} if fn == "max" else {"fn": "avg", "divisor": "taps"},
        "dtypes": FLOATS,
        "spec": {"rank": rank, "outputSize": output_size},
        "x": shaped(x),
        "y": shaped(y),
    }
    tolerance = "equal"
    if fn == "max":
        indices = pool(batched(x, rank), output, return_indices=True)[1]
        record["indices"] = data(indices)
    else:
        tolerance = ulps(taps + 2, forward(x.abs()))
        record["tolerance"] = tolerance
    grad_tolerance = ulps(covers + 2, gradient(forward, x, dy.abs()))
    x32 = x.to(torch.float32)
    check(identifier, forward(x32), y, tolerance)
    check(identifier, gradient(forward, x32, dy.to(torch.float32)), dx, grad_tolerance)
    record.update({"dy": data(dy), "dx": data(dx), "gradTolerance": grad_tolerance})
    return record


# Each entry: input shape, kernel, stride (None: the kernel), padding, dilation. Every one is pooled in floor and in ceil mode.
WINDOWS = {
    1: [
        ([1, 1, 1], 1, None, 0, 1),
        ([1, 2, 7], 2, None, 0, 1),
        ([2, 1, 8], 3, 2, 1, 1),
        ([1, 2, 9], 3, 1, 1, 1),
        ([3, 10], 4, 3, 2, 1),
        ([11], 3, 2, 0, 2),
        ([1, 1, 12], 2, 5, 1, 1),
        ([1, 2, 6], 6, 1, 3, 1),
        ([1, 1, 13], 3, 4, 1, 3),
    ],
    2: [
        ([1, 2, 4, 4], 2, None, 0, 1),
        ([2, 1, 5, 5], 2, 2, 0, 1),
        ([1, 1, 5, 4], 3, 1, 1, 1),
        ([1, 2, 6, 5], 3, 2, 1, 1),
        ([1, 1, 7, 6], 3, 3, 0, 1),
        ([1, 1, 4, 9], [1, 3], [1, 2], [0, 1], 1),
        ([1, 1, 7, 4], [3, 2], [2, 3], [1, 0], 1),
        ([2, 5, 6], [2, 3], None, [1, 1], 1),
        ([7, 5], 3, 2, 0, 2),
        ([1, 1, 8, 7], 2, 1, 1, [3, 2]),
        ([1, 1, 6, 6], [4, 5], [3, 2], [2, 1], 1),
        ([1, 2, 3, 3], 3, 1, 0, 1),
        ([1, 1, 6, 7], 2, [4, 3], 1, 1),
        ([1, 1, 9, 8], [3, 2], [2, 3], [1, 1], [2, 3]),
    ],
    3: [
        ([1, 1, 2, 4, 4], 2, None, 0, 1),
        ([1, 1, 3, 4, 3], 3, 2, 1, 1),
        ([1, 2, 3, 3, 2], 2, 1, 0, 1),
        ([2, 3, 4, 3], [1, 2, 3], None, [0, 1, 1], 1),
        ([4, 3, 5], [2, 1, 3], [1, 2, 2], 0, [2, 1, 1]),
        ([1, 1, 5, 4, 3], 2, [2, 3, 1], 1, [3, 2, 1]),
    ],
}


def systematic():
    for rank, entries in WINDOWS.items():
        for (shape, kernel, stride, padding, dilation), ceil in itertools.product(entries, [False, True]):
            seed = f"pool/{rank}/{shape}/{kernel}/{stride}/{padding}/{dilation}"
            grid = Values(seed).grid(shape, -40, 40, 0.25)
            yield max_record("values", rank, grid, kernel, stride, padding, dilation, ceil)
            if dilation != 1:
                continue  # PyTorch's averages have no dilation.
            nines = Values(seed).grid(shape, -24, 24, 2.25)
            divisors = ["taps"]
            if padding != 0:
                divisors.append("window")
            if rank > 1 and stride is not None:
                divisors.append(5)
            for divisor in divisors:
                yield avg_record("values", rank, nines, kernel, stride, padding, ceil, divisor)


def special_values():
    for rank, shape in [(1, [1, 2, 9]), (2, [1, 2, 6, 5]), (3, [1, 1, 4, 3, 5])]:
        windows_of_rank = [(2, None, 0), (3, 2, 1), (2, 1, 1)]
        for (kernel, stride, padding), ceil in itertools.product(windows_of_rank, [False, True]):
            values = Values(f"special/{rank}/{kernel}/{ceil}")
            few = values.grid(shape, 0, 2)
            every = ["f32", "f64", "i32", "i64", "u8", "i8"]
            yield max_record("ties", rank, few, kernel, stride, padding, 1, ceil, every)
            bits = values.grid(shape, 0, 1)
            yield max_record("bits", rank, bits, kernel, stride, padding, 1, ceil, ["bool"])
            integers = values.grid(shape, -128, 127)
            yield max_record("integers", rank, integers, kernel, stride, padding, 1, ceil, ["i32", "i64", "i8"])
            with_nan = values.sprinkle(few, [NAN], 4)
            yield max_record("nan", rank, with_nan, kernel, stride, padding, 1, ceil)
            with_infinity = values.sprinkle(few, [INF, -INF], 3)
            yield max_record("infinity", rank, with_infinity, kernel, stride, padding, 1, ceil)
            mixed = values.sprinkle(few, [INF, -INF, NAN, -0.0], 2)
            yield max_record("mixed", rank, mixed, kernel, stride, padding, 1, ceil)
    for rank, shape in [(1, [1, 1, 7]), (2, [1, 1, 5, 5]), (3, [1, 1, 3, 3, 4])]:
        nothing = torch.full(shape, -INF, dtype=torch.float64)
        yield max_record("minus-infinity", rank, nothing, 2, 1, 1)
        yield max_record("minus-infinity", rank, nothing, 3, 2, 1, 1, True)
        rows = Values(f"rows/{rank}").grid(shape, -5, 5)
        rows[..., :3] = -INF
        yield max_record("rows-of-minus-infinity", rank, rows, 2, 2, 1)
        yield max_record("rows-of-minus-infinity", rank, rows, 3, 1, 1)
        yield max_record("all-nan", rank, nothing * 0, 2, 1, 1)
        weird = Values(f"weird/{rank}").sprinkle(Values(f"w/{rank}").grid(shape, -8, 8, 4.5), [INF, -INF, NAN], 6)
        yield avg_record("nan-and-infinity", rank, weird, 2, 1, 1, False, "taps")
        yield avg_record("nan-and-infinity", rank, weird, 3, 2, 1, True, "window")


def asymmetric():
    entries = [
        (1, [1, 2, 7], 3, 2, [[0, 1]]),
        (1, [1, 1, 8], 4, 1, [[2, 1]]),
        (2, [1, 1, 6, 5], 3, 2, [[0, 1], [1, 1]]),
        (2, [1, 2, 4, 4], 2, 1, [[0, 1], [0, 1]]),
        (2, [1, 1, 5, 7], [3, 4], [2, 3], [[2, 0], [0, 3]]),
        (3, [1, 1, 3, 4, 4], 2, 2, [[1, 0], [0, 0], [1, 1]]),
    ]
    for rank, shape, kernel, stride, padding in entries:
        values = Values(f"asymmetric/{rank}/{shape}")
        yield max_record("asymmetric", rank, values.grid(shape, -9, 9), kernel, stride, padding)
        nines = values.grid(shape, -24, 24, 2.25)
        for divisor in ["taps", "window"]:
            yield avg_record("asymmetric", rank, nines, kernel, stride, padding, False, divisor)


def adaptive_records():
    entries = [
        (1, [1, 2, 7], 3),
        (1, [2, 5], 5),
        (1, [1, 1, 4], 7),
        (1, [9], 1),
        (2, [1, 2, 5, 7], [2, 3]),
        (2, [1, 1, 6, 6], 3),
        (2, [2, 7, 5], 1),
        (2, [1, 1, 3, 4], [5, 6]),
        (2, [6, 4], [4, 2]),
        (2, [1, 1, 11, 3], [7, 3]),
        (3, [1, 1, 3, 4, 5], [2, 3, 2]),
        (3, [1, 2, 2, 3, 4], 1),
        (3, [4, 3, 3], [3, 2, 3]),
        (3, [1, 2, 3, 2, 2], [2, 4, 3]),
    ]
    for rank, shape, output in entries:
        values = Values(f"adaptive/{rank}/{shape}/{output}")
        yield adaptive_record("avg", "values", rank, values.grid(shape, -24, 24, 3), output)
        yield adaptive_record("max", "values", rank, values.grid(shape, -20, 20, 0.5), output)
        few = values.grid(shape, 0, 2)
        yield adaptive_record("max", "mixed", rank, values.sprinkle(few, [NAN, INF, -INF], 4), output)


def lp_records():
    entries = [
        (1, [1, 2, 8], 2, 2, None, 0),
        (1, [1, 1, 9], 3, 3, 2, 1),
        (1, [7], 1, 2, 1, 0),
        (2, [1, 2, 4, 4], 2, 2, None, 0),
        (2, [1, 1, 5, 6], 2, 3, 2, 1),
        (2, [1, 1, 5, 4], 1, 2, 1, 1),
        (2, [2, 5, 5], 3, [2, 3], [2, 1], [0, 1]),
        (2, [6, 6], 4, 3, 3, 0),
        (2, [1, 1, 4, 5], 2.5, 2, 1, 0),
        (3, [1, 1, 3, 4, 4], 2, 2, 1, 0),
        (3, [1, 1, 4, 3, 3], 3, [2, 3, 2], [2, 1, 1], [1, 1, 0]),
    ]
    for rank, shape, p, kernel, stride, padding in entries:
        x = Values(f"lp/{rank}/{shape}/{p}").grid(shape, 1, 24, 0.25)
        yield lp_record(rank, x, p, kernel, stride, padding)


def every_record():
    for record in itertools.chain(systematic(), special_values(), asymmetric(), quantized()):
        if record is not None:
            yield record


def max_records():
    return (record for record in every_record() if record["pool"]["fn"] == "max")


def avg_records():
    return (record for record in every_record() if record["pool"]["fn"] == "avg")
