"""Reductions, positions of extrema, softmax, gather and scatter."""

import math

import torch
import torch.nn.functional as F

from elementwise import elementwise, plain
from records import FLOATS, TORCH_DTYPES, Values, check, tensor, ulps

INF = math.inf
NAN = math.nan


def amax(value, axes):
    return torch.amax(value, axes, keepdim=True)


def amin(value, axes):
    return torch.amin(value, axes, keepdim=True)


def each_axis(fn):
    """A PyTorch reduction that takes one axis at a time, over several."""

    def reduce(value, axes):
        for axis in axes:
            value = fn(value, axis)
        return value

    return reduce


def total(value, axes):
    return torch.sum(value, axes, keepdim=True, dtype=value.dtype)


product = each_axis(lambda value, axis: torch.prod(value, axis, keepdim=True, dtype=value.dtype))
FLOAT_REDUCTIONS = {"sum": total, "prod": product, "max": amax, "min": amin}
SHAPES = [
    ([6], [0]),
    ([3, 5], [0]),
    ([3, 5], [1]),
    ([3, 5], [0, 1]),
    ([2, 3, 4], [1]),
    ([2, 3, 4], [0, 2]),
    ([2, 1, 3, 4], [0, 2, 3]),
    ([2, 3, 2, 3], [1, 2]),
    ([1, 7], [0]),
]


def reduce():
    for name, fn in FLOAT_REDUCTIONS.items():
        op = {"kind": "reduce", "fn": name}
        for shape, axes in SHAPES:
            identifier = f"reduce/{name}/{'x'.join(map(str, shape))}/{','.join(map(str, axes))}"
            values = Values(identifier)
            x = values.grid(shape, -40, 40, 0.25) if name != "prod" else values.grid(shape, 5, 11, 0.125)
            count = math.prod(shape[axis] for axis in axes)
            tolerance = "equal"
            if name == "sum":
                tolerance = ulps(count, total(x.abs(), axes))
            if name == "prod":
                tolerance = ulps(count)
            yield elementwise(identifier, {**op, "axes": axes}, lambda v: fn(v, axes), [x], tolerance)
        values = Values(f"reduce/{name}/special")
        x = values.sprinkle(values.grid([6, 5], -3, 3), [NAN, INF, -INF, -0.0], 5)
        yield elementwise(f"reduce/{name}/special", {**op, "axes": [1]}, lambda v: fn(v, [1]), [x], ulps(5, x))
        for dtype in ["i32", "i64", "u8", "i8"]:
            wide = {"i32": 2**30, "i64": 2**62, "u8": 255, "i8": 127}[dtype]
            x = values.integers([3, 5], 0 if dtype == "u8" else -wide, wide, TORCH_DTYPES[dtype])
            yield plain(f"reduce/{name}/{dtype}", {**op, "axes": [1]}, lambda v: fn(v, [1]), [x])
    for name in ["sum", "prod"]:
        x = torch.zeros([2, 0, 3], dtype=torch.float64)
        op = {"kind": "reduce", "fn": name, "axes": [1]}
        yield elementwise(f"reduce/{name}/empty", op, lambda v: FLOAT_REDUCTIONS[name](v, [1]), [x], "equal")
    x = Values("reduce/bool").integers([4, 3, 2], 0, 1, torch.bool)
    for name, fn in {"max": amax, "min": amin}.items():
        yield plain(f"reduce/{name}/bool", {"kind": "reduce", "fn": name, "axes": [1]}, lambda v: fn(v, [1]), [x])
    for name, fn in {"any": torch.any, "all": torch.all}.items():
        over = each_axis(lambda value, axis: fn(value, axis, keepdim=True))
        x = Values(f"reduce/{name}").integers([4, 3, 2], 0, 1, torch.bool)
        x[0], x[1] = True, False
        for axes in [[2], [1, 2], [0], [0, 1, 2]]:
            op = {"kind": "reduce", "fn": name, "axes": axes}
            yield plain(f"reduce/{name}/{','.join(map(str, axes))}", op, lambda v: over(v, axes), [x])
        op = {"kind": "reduce", "fn": name, "axes": [1]}
        yield plain(f"reduce/{name}/empty", op, lambda v: over(v, [1]), [torch.zeros([2, 0, 2], dtype=torch.bool)])


def arg_reduce():
    for name, fn in {"argmax": torch.argmax, "argmin": torch.argmin}.items():

        def position(value, axis):
            return fn(value, axis, keepdim=True).to(torch.int32)

        for shape, axis in [([7], 0), ([4, 5], 0), ([4, 5], 1), ([2, 5, 3], 1), ([3, 1, 2], 1)]:
            identifier = f"argReduce/{name}/{'x'.join(map(str, shape))}/{axis}"
            values = Values(identifier)
            op = {"kind": "argReduce", "fn": name, "axis": axis}
            for label, x in [
                ("values", values.grid(shape, -40, 40, 0.25)),
                ("ties", values.grid(shape, 0, 2)),
                ("special", values.sprinkle(values.grid(shape, 0, 2), [NAN, INF, -INF], 3)),
            ]:
                yield elementwise(f"{identifier}/{label}", op, lambda v: position(v, axis), [x], "equal")
        x = torch.full([3, 4], NAN, dtype=torch.float64)
        x[1, 0] = 5
        op = {"kind": "argReduce", "fn": name, "axis": 1}
        yield elementwise(f"argReduce/{name}/all-nan", op, lambda v: position(v, 1), [x], "equal")
        for dtype in ["i32", "i64", "u8", "i8"]:
            x = Values(f"argReduce/{dtype}").integers([4, 5], 0 if dtype == "u8" else -3, 3, TORCH_DTYPES[dtype])
            if dtype == "i64":
                x += 2**60  # Neighbours that are one number in f64.
            yield plain(f"argReduce/{name}/{dtype}", op, lambda v: position(v, 1), [x])
        x = Values("argReduce/bool").integers([4, 3], 0, 1, torch.bool)
        yield plain(f"argReduce/{name}/bool", op, lambda v: position(v.to(torch.uint8), 1), [x])


def softmax():
    for log in [False, True]:
        for shape, axis in [([5], 0), ([3, 4], 1), ([3, 4], 0), ([2, 3, 4], 1), ([2, 1], 1)]:
            identifier = f"softmax/{'log-' if log else ''}{'x'.join(map(str, shape))}/{axis}"
            values = Values(identifier)
            for label, x in [
                ("values", values.grid(shape, -40, 40, 0.125)),
                ("large", values.grid(shape, -16, 16, 512.0)),
                ("constant", torch.full(shape, 3.0, dtype=torch.float64)),
            ]:
                fn = F.log_softmax if log else F.softmax
                # exp(d) of a distance d from the maximum carries d's rounding: |d| units in the last place more.
                spread = float((x.amax(axis) - x.amin(axis)).max())
                tolerance = ulps(16 + min(spread, 128)) if not log else ulps(16, x)
                op = {"kind": "softmax", "axis": axis, "log": log}
                yield elementwise(f"{identifier}/{label}", op, lambda v: fn(v, axis), [x], tolerance)


def gather_and_scatter():
    kinds = ["f32", "f64", "i32", "i64", "u8", "i8", "bool"]
    for shape, index_shape, axis in [([5], [7], 0), ([4, 3], [2, 3], 0), ([3, 4], [3, 6], 1), ([2, 5, 3], [2, 4, 3], 1)]:
        identifier = f"{'x'.join(map(str, shape))}/{'x'.join(map(str, index_shape))}/{axis}"
        for dtype in kinds if axis == 1 and len(shape) == 2 else FLOATS:
            values = Values(f"gather/{identifier}/{dtype}")
            low, high = (0, 1) if dtype == "bool" else (0, 9) if dtype == "u8" else (-9, 9)
            x = values.integers(shape, low, high).to(TORCH_DTYPES[dtype])
            if dtype in FLOATS:
                x = values.sprinkle(x, [NAN, INF, -0.0], 5)
            index = values.integers(index_shape, 0, shape[axis] - 1)
            yield {
                "id": f"gather/{identifier}/{dtype}",
                "op": {"kind": "gather", "axis": axis},
                "inputs": [tensor(x), tensor(index.to(torch.int32))],
                "outputs": [tensor(torch.gather(x, axis, index))],
                "tolerance": "identical",
            }
        values = Values(f"scatterAdd/{identifier}")
        index = values.integers(index_shape, 0, shape[axis] - 1)
        for label, dtypes, source in [
            ("floats", FLOATS, values.grid(index_shape, -20, 20, 0.25)),
            ("integers", ["i32", "i64"], values.grid(index_shape, -9, 9)),
        ]:
            result = torch.zeros(shape, dtype=torch.float64).scatter_add(axis, index, source)
            magnitude = torch.zeros(shape, dtype=torch.float64).scatter_add(axis, index, source.abs())
            tolerance = ulps(index_shape[axis], magnitude)
            f32 = torch.zeros(shape).scatter_add(axis, index, source.to(torch.float32))
            check(f"scatterAdd/{identifier}", f32, result, tolerance)
            yield {
                "id": f"scatterAdd/{identifier}/{label}",
                "op": {"kind": "scatterAdd", "axis": axis},
                "dtypes": dtypes,
                "inputs": [tensor(index.to(torch.int32)), tensor(source, "T")],
                "outputs": [tensor(result, "T")],
                "tolerance": tolerance,
            }
    for shape, index_shape, axis in [([7], [5], 0), ([4, 3], [2, 3], 0), ([3, 6], [3, 4], 1), ([2, 5, 3], [2, 4, 3], 1)]:
        identifier = f"{'x'.join(map(str, shape))}/{'x'.join(map(str, index_shape))}/{axis}"
        for dtype in kinds if axis == 1 and len(shape) == 2 else FLOATS:
            values = Values(f"scatter/{identifier}/{dtype}")
            low, high = (0, 1) if dtype == "bool" else (1, 9) if dtype == "u8" else (-9, 9)
            source = values.integers(index_shape, low, high).to(TORCH_DTYPES[dtype])
            if dtype in FLOATS:
                source = values.sprinkle(source, [NAN, INF, -INF], 5)
            # Positions of one row are distinct: PyTorch leaves open which of two elements for one place stays.
            order = values.integers(shape, 0, 10**9).argsort(axis)
            index = order.narrow(axis, 0, index_shape[axis])
            yield {
                "id": f"scatter/{identifier}/{dtype}",
                "op": {"kind": "scatter", "axis": axis},
                "inputs": [tensor(index.to(torch.int32)), tensor(source)],
                "outputs": [tensor(torch.zeros(shape, dtype=source.dtype).scatter(axis, index, source))],
                "tolerance": "identical",
            }


def records():
    yield from reduce()
    yield from arg_reduce()
    yield from softmax()
    yield from gather_and_scatter()
