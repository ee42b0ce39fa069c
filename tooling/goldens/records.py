"""What every golden file is made of: seeded values, compact JSON, tolerances, and the files themselves.

A record is one line of JSON. Tensors are `[dtype, shape, data]` with row-major data; the dtype "T" stands for each of the
record's "dtypes" in turn. A number that JSON cannot hold ("NaN", "Infinity", "-Infinity", "-0", a 64-bit integer beyond
2^53) is a string that JavaScript's `Number` (or `BigInt`) reads.
"""

import json
import math
import zlib

import torch

FLOATS = ["f32", "f64"]

TORCH_DTYPES = {
    "f32": torch.float32,
    "f64": torch.float64,
    "i32": torch.int32,
    "i64": torch.int64,
    "u8": torch.uint8,
    "i8": torch.int8,
    "bool": torch.bool,
}
DTYPE_NAMES = {dtype: name for name, dtype in TORCH_DTYPES.items()}


class Values:
    """Seeded numbers from a 64-bit linear congruential generator, the same on every platform and Python."""

    def __init__(self, seed):
        self.state = zlib.crc32(seed.encode())

    def below(self, limit):
        """An integer in [0, limit)."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit

    def grid(self, shape, low, high, step=1.0):
        """A float64 tensor of multiples of `step` between `low` and `high` (both counted in steps)."""
        count = math.prod(shape)
        data = [(low + self.below(high - low + 1)) * step for _ in range(count)]
        return torch.tensor(data, dtype=torch.float64).reshape(shape)

    def integers(self, shape, low, high, dtype=torch.int64):
        """An integer tensor with values from `low` to `high`."""
        data = [low + self.below(high - low + 1) for _ in range(math.prod(shape))]
        return torch.tensor(data, dtype=torch.int64).reshape(shape).to(dtype)

    def sprinkle(self, tensor, values, every):
        """A copy in which about one element in `every` is one of `values`."""
        flat = tensor.clone().reshape(-1)
        for i in range(flat.numel()):
            if self.below(every) == 0:
                flat[i] = values[self.below(len(values))]
        return flat.reshape(tensor.shape)


def number(value):
    """One element as JSON."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else 0
    if value == int(value) and abs(value) < 2**53:
        return int(value)
    return value


def data(tensor):
    """The elements of a tensor, row-major."""
    return [number(value) for value in tensor.detach().reshape(-1).tolist()]


def tensor(value, dtype=None):
    """`[dtype, shape, data]`; the dtype is the tensor's own unless another name is given."""
    return [dtype or DTYPE_NAMES[value.dtype], list(value.shape), data(value)]


def shaped(value):
    """`[shape, data]`, for records that name the dtype elsewhere."""
    return [list(value.shape), data(value)]


def ulps(count, magnitude_of=None):
    """A tolerance: `count` units in the last place of the result or, where terms cancel, of the largest intermediate."""
    if magnitude_of is None:
        return {"ulps": count}
    finite = magnitude_of[torch.isfinite(magnitude_of)]
    magnitude = float(finite.abs().max()) if finite.numel() else 0.0
    return {"ulps": count, "magnitude": number(math.ceil(magnitude * 16) / 16)}


def within(got, expected, tolerance, dtype):
    """Whether PyTorch's own result in `dtype` is as close to the float64 one as a backend has to be."""
    epsilon = torch.finfo(dtype).eps
    got = got.to(torch.float64)
    expected = expected.to(torch.float64)
    if tolerance in ("equal", "identical"):
        close = got == expected.to(dtype).to(torch.float64)
    else:
        expected = expected.to(dtype).to(torch.float64)
        scale = expected.abs().clamp(min=tolerance.get("magnitude", 0))
        # Below the smallest normal number a backend may flush to zero.
        close = (got - expected).abs() <= tolerance["ulps"] * epsilon * scale + torch.finfo(dtype).tiny
        close |= got == expected
    close |= got.isnan() & expected.isnan()
    return bool(close.all())


def check(identifier, got, expected, tolerance):
    """Fails when PyTorch in float32 does not meet the tolerance: then the tolerance or the case is wrong."""
    if not within(got, expected, tolerance, got.dtype):
        raise SystemExit(f"{identifier}: PyTorch's own {got.dtype} result is outside the tolerance {tolerance}")


def to_lines(records):
    """JSON Lines; fails on a repeated id."""
    seen = set()
    lines = []
    for record in records:
        if record["id"] in seen:
            raise SystemExit(f"{record['id']}: there are two records of this id")
        seen.add(record["id"])
        lines.append(json.dumps(record, separators=(",", ":"), allow_nan=False))
    return lines
