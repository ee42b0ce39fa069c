"""Matrix products, with and without bias and activation."""

import torch

from conv import ACTIVATIONS
from records import FLOATS, TORCH_DTYPES, Values, check, tensor, ulps


def matmul_record(batch, m, k, n, bias=False, activation=None, special=()):
    identifier = f"matmul/{batch}x{m}x{k}x{n}" + ("-bias" if bias else "") + (f"-{activation}" if activation else "")
    values = Values(identifier)
    a = values.grid([batch, m, k], -16, 16, 0.25)
    b = values.grid([batch, k, n], -16, 16, 0.125)
    if special:
        identifier += "/special"
        a = values.sprinkle(a, special, 6)
    inputs = [a, b] + ([values.grid([n], -12, 12, 0.25)] if bias else [])

    def product(a, b, c=None):
        result = torch.matmul(a, b) if c is None else torch.matmul(a, b) + c
        return result if activation is None else ACTIVATIONS[activation](result)

    linear = torch.matmul(a.abs(), b.abs()) + (inputs[2].abs() if bias else 0)
    tolerance = ulps(k + 1 + (4 if activation else 0), linear)
    result = product(*inputs)
    check(identifier, product(*[value.to(torch.float32) for value in inputs]), result, tolerance)
    op = {"kind": "matmul"}
    if bias or activation:
        op["epilogue"] = {"bias": bias, **({"activation": activation} if activation else {})}
    return {
        "id": identifier,
        "op": op,
        "dtypes": FLOATS,
        "inputs": [tensor(value, "T") for value in inputs],
        "outputs": [tensor(result, "T")],
        "tolerance": tolerance,
    }


def integers(m, k, n, dtype, largest, bias=False, relu=False):
    """A product of integers, which wraps around; relu, their only activation, comes before the wrapping in Cenote."""
    identifier = f"matmul/1x{m}x{k}x{n}/{dtype}" + ("-bias" if bias else "") + ("-relu" if relu else "")
    values = Values(identifier)
    low = 0 if dtype == "u8" else -largest
    kind = TORCH_DTYPES[dtype]
    inputs = [values.integers(shape, low, largest, kind) for shape in [[1, m, k], [1, k, n], [n]][: 3 if bias else 2]]
    result = torch.matmul(*inputs[:2]) + (inputs[2] if bias else 0)
    op = {"kind": "matmul"}
    if bias or relu:
        op["epilogue"] = {"bias": bias, **({"activation": "relu"} if relu else {})}
    return {
        "id": identifier,
        "op": op,
        "inputs": [tensor(value) for value in inputs],
        "outputs": [tensor(torch.relu(result) if relu else result)],
        "tolerance": "equal",
    }


def records():
    for sizes in [(1, 1, 1, 1), (1, 2, 3, 4), (1, 5, 1, 3), (1, 1, 9, 1), (1, 4, 4, 4), (3, 2, 3, 2), (2, 3, 5, 7), (1, 9, 17, 5)]:
        yield matmul_record(*sizes)
    yield matmul_record(1, 3, 4, 5, bias=True)
    yield matmul_record(2, 3, 6, 2, bias=True)
    for activation in ACTIVATIONS:
        yield matmul_record(1, 3, 4, 5, activation=activation)
        yield matmul_record(2, 2, 3, 4, bias=True, activation=activation)
    yield matmul_record(1, 4, 3, 4, special=[float("inf"), float("nan")])
    # Nothing to add up: zeros, and the bias alone.
    yield matmul_record(1, 2, 0, 3)
    yield matmul_record(1, 2, 0, 3, bias=True)
    yield integers(3, 4, 5, "i32", 100, bias=True, relu=True)
    yield integers(2, 5, 3, "i32", 2**30)
    yield integers(2, 3, 4, "i64", 2**62, bias=True)
    yield integers(3, 6, 2, "u8", 255)
    yield integers(2, 5, 4, "i8", 127)
