"""Elementwise functions, comparisons, selection and conversions."""

import math

import torch

from records import DTYPE_NAMES, FLOATS, TORCH_DTYPES, Values, check, tensor, ulps

INF = math.inf
NAN = math.nan
I64_LIMIT = 2**63 - 1

# The function, its inputs (multiples of 1/8 in a range), and how close a backend has to be in units in the last place.
UNARY = {
    "neg": (torch.neg, -40, 40, "identical"),
    "abs": (torch.abs, -40, 40, "equal"),
    "sign": (torch.sign, -8, 8, "equal"),
    "exp": (torch.exp, -80, 80, 8),
    "expm1": (torch.expm1, -40, 40, 8),
    "log": (torch.log, 1, 400, 8),
    "log1p": (torch.log1p, -7, 200, 8),
    "sqrt": (torch.sqrt, 0, 400, 2),
    "reciprocal": (torch.reciprocal, 1, 200, 2),
    "sin": (torch.sin, -60, 60, 8),
    "cos": (torch.cos, -60, 60, 8),
    "tanh": (torch.tanh, -40, 40, 8),
    "sigmoid": (torch.sigmoid, -60, 60, 8),
    "relu": (torch.relu, -40, 40, "equal"),
    "floor": (torch.floor, -40, 40, "equal"),
    "ceil": (torch.ceil, -40, 40, "equal"),
    "round": (torch.round, -40, 40, "equal"),
}

# What PyTorch 1.13 does with NaN, infinity and zero; its sign(NaN) is 0 where ours is NaN, so NaN is left out there.
SPECIAL = [NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0]
SMALL = [1e-10, -1e-10, 1e-5, -1e-5]
LARGE = [1e4, -1e4, 88.0, -87.0]
SPECIAL_OF = {
    "sign": [INF, -INF, 0.0, -0.0],
    "expm1": SPECIAL + SMALL,
    "log1p": SPECIAL + SMALL,
    "log": SPECIAL + [0.999755859375, 1.0009765625],
    "tanh": SPECIAL + SMALL + LARGE,
    "sigmoid": SPECIAL + LARGE,
    "exp": SPECIAL + LARGE,
    "round": [NAN, INF, -INF, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999997, 8388609.0],
}


def unary():
    for name, (fn, low, high, tolerance) in UNARY.items():
        x = Values(f"unary/{name}").grid([3, 7], low, high, 0.125)
        if not isinstance(tolerance, str):
            tolerance = ulps(tolerance)
        special = torch.tensor(SPECIAL_OF.get(name, SPECIAL), dtype=torch.float64)
        # An f32 case has inputs that are exact in f32: the expected value is that of the number that a backend sees.
        special = special.to(torch.float32).to(torch.float64)
        for label, values in [("values", x), ("special", special)]:
            yield elementwise(f"unary/{name}/{label}", {"kind": "unary", "fn": name}, fn, [values], tolerance)
    x = Values("unary/isNan").sprinkle(Values("unary/isNan/x").grid([4, 5], -4, 4), [NAN, INF, -INF], 3)
    yield elementwise("unary/isNan/values", {"kind": "unary", "fn": "isNan"}, torch.isnan, [x], "equal")
    for dtype in ["i32", "i64", "u8", "i8"]:
        low, high = (0, 255) if dtype == "u8" else (-100, 100)
        x = Values(f"unary/{dtype}").integers([2, 6], low, high, TORCH_DTYPES[dtype])
        for name in ["neg", "abs", "sign", "relu", "isNan"]:
            fn = torch.isnan if name == "isNan" else UNARY[name][0]
            yield plain(f"unary/{name}/{dtype}", {"kind": "unary", "fn": name}, fn, [x])
        # PyTorch 1.13 has no rounding functions for most integers; they are the identity.
        for name in ["floor", "ceil", "round"]:
            yield plain(f"unary/{name}/{dtype}", {"kind": "unary", "fn": name}, torch.clone, [x])
    x = torch.tensor([[True, False], [False, True]])
    yield plain("unary/logicalNot/bool", {"kind": "unary", "fn": "logicalNot"}, torch.logical_not, [x])
    yield plain("unary/isNan/bool", {"kind": "unary", "fn": "isNan"}, lambda v: torch.zeros_like(v), [x])


def elementwise(identifier, op, fn, inputs, tolerance):
    """A record for f32 and f64: PyTorch's float64 result of float64 inputs."""
    result = fn(*inputs)
    if result.dtype == torch.float64:
        check(identifier, fn(*[value.to(torch.float32) for value in inputs]), result, tolerance)
    return {
        "id": identifier,
        "op": op,
        "dtypes": FLOATS,
        "inputs": [tensor(value, "T" if value.dtype == torch.float64 else None) for value in inputs],
        "outputs": [tensor(result, "T" if result.dtype == torch.float64 else None)],
        "tolerance": tolerance,
    }


def plain(identifier, op, fn, inputs, tolerance="equal"):
    """A record for the dtypes that the tensors have."""
    return {
        "id": identifier,
        "op": op,
        "inputs": [tensor(value) for value in inputs],
        "outputs": [tensor(fn(*inputs))],
        "tolerance": tolerance,
    }


ARITHMETIC = {"add": torch.add, "sub": torch.sub, "mul": torch.mul}
EXTREMA = {"maximum": torch.maximum, "minimum": torch.minimum}
COMPARE = {"eq": torch.eq, "ne": torch.ne, "lt": torch.lt, "le": torch.le, "gt": torch.gt, "ge": torch.ge}
LOGICAL = {"logicalAnd": torch.logical_and, "logicalOr": torch.logical_or}

# What PyTorch's own gradients of the activations call, of the gradient and the activation's output.
ACTIVATION_GRADS = {
    "reluGrad": (lambda dy, y: torch.ops.aten.threshold_backward(dy, y, 0), "equal"),
    "sigmoidGrad": (torch.ops.aten.sigmoid_backward, ulps(4)),
    "tanhGrad": (torch.ops.aten.tanh_backward, ulps(4)),
}


def binary():
    def op(name):
        return {"kind": "binary", "fn": name}

    floats = {**ARITHMETIC, **EXTREMA, "div": torch.div}
    special = torch.tensor(SPECIAL, dtype=torch.float64)
    left = special.repeat_interleave(len(SPECIAL))
    right = special.repeat(len(SPECIAL))
    for name, fn in {**floats, **COMPARE}.items():
        values = Values(f"binary/{name}")
        a, b = values.grid([3, 6], -16, 16, 0.25), values.grid([3, 6], -16, 16, 0.25)
        if name in COMPARE:
            a, b = a.round(), b.round()
            a.view(-1)[::3] = b.view(-1)[::3]
        tolerance = "equal" if name in COMPARE or name in EXTREMA else ulps(2 if name == "div" else 1)
        yield elementwise(f"binary/{name}/values", op(name), fn, [a, b], tolerance)
        yield elementwise(f"binary/{name}/special", op(name), fn, [left, right], "equal")
    for name, (fn, tolerance) in ACTIVATION_GRADS.items():
        values = Values(f"binary/{name}")
        # Outputs in 64ths, of which PyTorch squares and subtracts without rounding.
        dy, y = values.grid([4, 6], -16, 16, 0.375), values.grid([4, 6], 0 if name == "sigmoidGrad" else -64, 64, 1 / 64)
        yield elementwise(f"binary/{name}/values", op(name), fn, [dy, y], tolerance)
        yield elementwise(f"binary/{name}/special", op(name), fn, [left, right], "equal")
    values = Values("binary/remainder")
    a, b = values.grid([4, 6], -60, 60, 0.25), values.grid([4, 6], 1, 12, 0.5)
    b[1] = -b[1]
    b[3] = -b[3]
    yield elementwise("binary/remainder/values", op("remainder"), torch.remainder, [a, b], ulps(2))
    values = Values("binary/pow")
    base, exponent = values.grid([3, 6], 1, 32, 0.25), values.grid([3, 6], -12, 12, 0.5)
    yield elementwise("binary/pow/values", op("pow"), torch.pow, [base, exponent], ulps(32))
    base, exponent = values.grid([2, 6], -8, 8, 0.5), values.grid([2, 6], 0, 5)
    yield elementwise("binary/pow/negative-base", op("pow"), torch.pow, [base, exponent], ulps(32))
    # As in C: 1 to the power of anything is 1, and so is −1 to the power of ±∞. JavaScript says NaN.
    base = torch.tensor(
        [0.0, 0.0, 0.0, -2.0, NAN, NAN, INF, INF, -INF, 0.5, 2.0, -8.0, 1.0, 1.0, -1.0, -1.0], dtype=torch.float64
    )
    exponent = torch.tensor(
        [0.0, 2.0, -1.0, 0.5, 0.0, 1.0, 0.0, -2.0, 3.0, INF, -INF, NAN, NAN, INF, INF, -INF], dtype=torch.float64
    )
    yield elementwise("binary/pow/special", op("pow"), torch.pow, [base, exponent], ulps(8))

    dividend = torch.tensor([-6.0, 6.0, 5.0, -5.0, INF, 5.0, 0.0, -0.0, NAN, 1.0], dtype=torch.float64)
    divisor = torch.tensor([3.0, -3.0, INF, INF, 2.0, 0.0, 3.0, 3.0, 1.0, NAN], dtype=torch.float64)
    yield elementwise("binary/remainder/special", op("remainder"), torch.remainder, [dividend, divisor], "identical")

    for dtype in ["i32", "i64", "u8", "i8"]:
        kind = TORCH_DTYPES[dtype]
        limits = torch.iinfo(kind)
        for name, fn in {**ARITHMETIC, **EXTREMA, **COMPARE, "remainder": torch.remainder}.items():
            values = Values(f"binary/{name}/{dtype}")
            # Large enough that sums and products wrap around.
            wide = 2**62 if dtype == "i64" else 2**30 if dtype == "i32" else 127
            low = 0 if dtype == "u8" else -wide
            a, b = values.integers([2, 6], low, wide, kind), values.integers([2, 6], low, wide, kind)
            if name in COMPARE:
                a[:, ::2] = b[:, ::2]
                if dtype == "i64":
                    a[:, 1] = b[:, 1] + 1  # Neighbours that are one number in f64.
            if name == "remainder":
                b = values.integers([2, 6], 1, 9, kind)
                if dtype != "u8":
                    b[1] = -b[1]
            if name in ["add", "mul"]:
                a[0, 0], b[0, 0] = limits.max, limits.max
            if name in ["sub"]:
                a[0, 0], b[0, 0] = limits.min, limits.max
            yield plain(f"binary/{name}/{dtype}", op(name), fn, [a, b])
        # Powers wrap around; a negative exponent gives the truncated reciprocal (0 has none: by hand).
        values = Values(f"binary/pow/{dtype}")
        low = 0 if dtype == "u8" else -9
        a, b = values.integers([3, 5], low, 9, kind), values.integers([3, 5], 0, 12, kind)
        yield plain(f"binary/pow/{dtype}", op("pow"), torch.pow, [a, b])
        if dtype != "u8":
            a = torch.tensor([2, -2, 1, -1, -1, 7], dtype=kind)
            b = torch.tensor([-1, -3, -5, -2, -3, -1], dtype=kind)
            yield plain(f"binary/pow/{dtype}/negative-exponent", op("pow"), torch.pow, [a, b])
    left, right = torch.tensor([[False, False], [True, True]]), torch.tensor([[False, True], [False, True]])
    for name, fn in {**LOGICAL, **COMPARE, **EXTREMA}.items():
        yield plain(f"binary/{name}/bool", op(name), fn, [left, right])


def where():
    for dtype in ["f32", "f64", "i32", "i64", "u8", "i8", "bool"]:
        values = Values(f"where/{dtype}")
        condition = values.integers([3, 4], 0, 1, torch.bool)
        low, high = (0, 1) if dtype == "bool" else (0, 200) if dtype == "u8" else (-100, 100)
        a = values.integers([3, 4], low, high).to(TORCH_DTYPES[dtype])
        b = values.integers([3, 4], low, high).to(TORCH_DTYPES[dtype])
        if dtype in FLOATS:
            a, b = values.sprinkle(a, [NAN, -0.0, INF], 4), values.sprinkle(b, [NAN, -0.0, -INF], 4)
        yield plain(f"where/{dtype}", {"kind": "where"}, torch.where, [condition, a, b], "identical")


def copy():
    """Conversions between all pairs of dtypes, for values that both can hold. What wraps is not PyTorch's to say."""
    for source, source_kind in TORCH_DTYPES.items():
        for target, target_kind in TORCH_DTYPES.items():
            values = Values(f"copy/{source}/{target}")
            narrow = [source, target]
            low = 0 if "u8" in narrow else -120
            high = 120
            if source == "bool":
                low, high = 0, 1
            x = values.grid([2, 7], low * 8, high * 8, 0.125) if source in FLOATS else values.integers([2, 7], low, high)
            if source not in FLOATS and not any(name in narrow for name in ["u8", "i8", "bool", "f32", "i32"]):
                x = x * 2**40 + 7  # i64 to i64 and f64: beyond 32 bits, exact in f64.
            if target == "bool":
                x = values.sprinkle(x, [0], 2)
            x = x.to(source_kind)
            if source in FLOATS and target in FLOATS + ["bool"]:
                x = values.sprinkle(x, [NAN, INF, -INF, -0.0], 4)
            tolerance = "identical"
            yield plain(f"copy/{source}-to-{target}", {"kind": "copy"}, lambda v: v.to(target_kind), [x], tolerance)
    x = torch.tensor([1 / 3, 0.1, 1e300, -1e300, 16777217.0, 1e-3], dtype=torch.float64)
    yield plain("copy/f64-to-f32/rounding", {"kind": "copy"}, lambda v: v.to(torch.float32), [x], "identical")
    x = torch.tensor([16777217, -16777219, 2**31 - 1, -(2**31)], dtype=torch.int32)
    yield plain("copy/i32-to-f32/rounding", {"kind": "copy"}, lambda v: v.to(torch.float32), [x], "identical")
    x = torch.tensor([I64_LIMIT, -I64_LIMIT - 1, 2**53 + 1, -1], dtype=torch.int64)
    yield plain("copy/i64/limits", {"kind": "copy"}, torch.clone, [x], "identical")
    yield plain("copy/i64-to-i32/wrapping", {"kind": "copy"}, lambda v: v.to(torch.int32), [x], "identical")
    yield plain("copy/i64-to-f64/rounding", {"kind": "copy"}, lambda v: v.to(torch.float64), [x], "identical")
    x = torch.tensor([256, 300, -1, -200, 128, 65535 + 7], dtype=torch.int32)
    yield plain("copy/i32-to-u8/wrapping", {"kind": "copy"}, lambda v: v.to(torch.uint8), [x], "identical")
    yield plain("copy/i32-to-i8/wrapping", {"kind": "copy"}, lambda v: v.to(torch.int8), [x], "identical")
    x = torch.tensor([0, 127, 128, 255], dtype=torch.uint8)
    yield plain("copy/u8-to-i8/wrapping", {"kind": "copy"}, lambda v: v.to(torch.int8), [x], "identical")
    x = torch.tensor([-1, -128, 127], dtype=torch.int8)
    yield plain("copy/i8-to-u8/wrapping", {"kind": "copy"}, lambda v: v.to(torch.uint8), [x], "identical")


def records():
    yield from unary()
    yield from binary()
    yield from where()
    yield from copy()
