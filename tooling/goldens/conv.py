"""Convolutions: forward with bias and activation, and the gradients with respect to input and weight."""

import math

import torch
import torch.nn.functional as F

from pool import batched, per_axis, unbatched
from records import FLOATS, Values, check, data, shaped, ulps

CONVS = [F.conv1d, F.conv2d, F.conv3d]
ACTIVATIONS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}


def same_upper(size, kernel, stride, dilation):
    """TensorFlow's SAME: the output is ceil(size / stride), an odd element of padding goes to the end."""
    total = max(0, (math.ceil(size / stride) - 1) * stride + dilation * (kernel - 1) + 1 - size)
    return [total // 2, total - total // 2]


def conv_record(x_shape, w_shape, stride=1, padding=0, dilation=1, groups=1, bias=False, activation=None, integers=False):
    rank = len(w_shape) - 2
    strides = per_axis(stride, rank)
    dilations = per_axis(dilation, rank)
    spatial = x_shape[len(x_shape) - rank :]
    sides = per_axis(padding, rank)
    if padding == "same":
        sides = [same_upper(*axis) for axis in zip(spatial, w_shape[2:], strides, dilations)]
    sides = [side if isinstance(side, list) else [side, side] for side in sides]
    flat_pads = [pad for side in reversed(sides) for pad in side]

    def text(value):
        return "x".join(text(v) for v in value) if isinstance(value, list) else str(value)

    identifier = f"conv{rank}d/{text(x_shape)}/{text(w_shape)}"
    for letter, value, default in [("s", stride, 1), ("p", padding, 0), ("d", dilation, 1), ("g", groups, 1)]:
        if value != default:
            identifier += f"-{letter}{text(value)}"
    identifier += ("-bias" if bias else "") + (f"-{activation}" if activation else "") + ("-integers" if integers else "")

    values = Values(identifier)
    x = values.grid(x_shape, -12, 12, 1 if integers else 0.25)
    w = values.grid(w_shape, -8, 8, 1 if integers else 0.125)
    b = values.grid([w_shape[0]], -16, 16, 1 if integers else 0.25) if bias else None

    def forward(x, w, b=None):
        return unbatched(CONVS[rank - 1](F.pad(batched(x, rank), flat_pads), w, b, strides, 0, dilations, groups), x, rank)

    def gradients(x, w, dy):
        x = x.detach().clone().requires_grad_(True)
        w = w.detach().clone().requires_grad_(True)
        forward(x, w).backward(dy)
        return x.grad, w.grad

    y = forward(x, w, b)
    magnitude = forward(x.abs(), w.abs(), None if b is None else b.abs())
    terms = math.prod(w_shape[1:]) + 1
    tolerance = ulps(terms, magnitude)
    spec = {"rank": rank}
    for name, value, default in [("stride", stride, 1), ("padding", padding, 0), ("dilation", dilation, 1), ("groups", groups, 1)]:
        if value != default:
            spec[name] = value
    record = {"id": identifier, "dtypes": ["i32", "i64"] if integers else FLOATS, "spec": spec, "x": shaped(x), "w": shaped(w)}
    if b is not None:
        record["bias"] = data(b)
    x32, w32 = x.to(torch.float32), w.to(torch.float32)
    y32 = forward(x32, w32, None if b is None else b.to(torch.float32))
    if activation is not None:
        # Activations are at most as steep as the identity, so the accumulator's error is the result's; 4 more for their own.
        y, y32 = ACTIVATIONS[activation](y), ACTIVATIONS[activation](y32)
        tolerance = {**tolerance, "ulps": terms + 4}
        check(identifier, y32, y, tolerance)
        return {**record, "activation": activation, "y": shaped(y), "tolerance": tolerance}
    check(identifier, y32, y, tolerance)
    dy = values.grid(y.shape, -10, 10, 1 if integers else 0.25)
    dx, dw = gradients(x, w, dy)
    dx_magnitude, dw_magnitude = gradients(x.abs(), w.abs(), dy.abs())
    dx_tolerance = ulps(math.prod(w_shape) // w_shape[1] // groups + 1, dx_magnitude)
    dw_tolerance = ulps(dy.numel() // w_shape[0] + 1, dw_magnitude)
    dx32, dw32 = gradients(x32, w32, dy.to(torch.float32))
    check(identifier, dx32, dx, dx_tolerance)
    check(identifier, dw32, dw, dw_tolerance)
    record.update({"y": shaped(y), "tolerance": tolerance, "dy": data(dy)})
    record.update({"dx": data(dx), "dxTolerance": dx_tolerance, "dw": data(dw), "dwTolerance": dw_tolerance})
    return record


def records():
    # One axis.
    yield conv_record([1, 1, 5], [1, 1, 1])
    yield conv_record([1, 1, 6], [2, 1, 3])
    yield conv_record([2, 2, 7], [3, 2, 3], padding=1)
    yield conv_record([1, 2, 9], [2, 2, 3], stride=2, padding=1, bias=True)
    yield conv_record([3, 8], [3, 1, 2], groups=3, dilation=3)
    yield conv_record([1, 4, 6], [4, 2, 3], groups=2, padding=2, bias=True)
    yield conv_record([1, 1, 10], [1, 1, 3], stride=4, dilation=2)
    yield conv_record([1, 2, 6], [1, 2, 4], padding=[[0, 3]])
    yield conv_record([1, 1, 7], [2, 1, 2], padding="same", stride=2)
    yield conv_record([1, 1, 3], [1, 1, 3], padding=4)
    yield conv_record([1, 1, 11], [1, 1, 2], stride=5)
    # Two axes.
    yield conv_record([1, 1, 4, 4], [1, 1, 1, 1])
    yield conv_record([1, 3, 3, 4], [2, 3, 1, 1], bias=True)
    yield conv_record([1, 1, 5, 5], [2, 1, 3, 3])
    yield conv_record([2, 2, 4, 5], [2, 2, 3, 3], padding=1, bias=True)
    yield conv_record([1, 2, 5, 4], [3, 2, 2, 3])
    yield conv_record([1, 1, 7, 6], [1, 1, 3, 3], stride=2)
    yield conv_record([1, 2, 6, 7], [2, 2, 3, 2], stride=[2, 3], padding=[1, 0])
    yield conv_record([1, 1, 7, 7], [2, 1, 3, 3], dilation=2)
    yield conv_record([1, 1, 8, 6], [1, 1, 3, 2], dilation=[2, 3], padding=[2, 1], stride=[1, 2])
    yield conv_record([1, 4, 4, 4], [4, 1, 3, 3], groups=4, padding=1)
    yield conv_record([1, 4, 4, 3], [6, 2, 2, 2], groups=2, bias=True)
    yield conv_record([1, 2, 4, 4], [4, 1, 3, 3], groups=2, padding=1, stride=2)
    yield conv_record([2, 5, 4], [3, 2, 3, 3], padding=1)
    yield conv_record([1, 1, 5, 6], [2, 1, 3, 3], padding=[[0, 1], [2, 0]])
    yield conv_record([1, 2, 5, 6], [1, 2, 3, 4], padding="same")
    yield conv_record([1, 1, 6, 7], [2, 1, 3, 3], padding="same", stride=2, bias=True)
    yield conv_record([1, 1, 6, 6], [1, 1, 2, 3], padding="same", dilation=2)
    yield conv_record([1, 1, 6, 6], [2, 1, 5, 5], padding=2)
    yield conv_record([1, 1, 2, 2], [1, 1, 3, 3], padding=2)
    yield conv_record([1, 1, 3, 5], [1, 1, 1, 5])
    yield conv_record([1, 1, 3, 3], [1, 1, 2, 2], padding=3, stride=2)
    yield conv_record([3, 1, 3, 3], [2, 1, 3, 3])
    for activation in ACTIVATIONS:
        yield conv_record([1, 2, 4, 4], [2, 2, 3, 3], padding=1, bias=True, activation=activation)
        yield conv_record([2, 1, 4, 3], [2, 1, 2, 2], stride=2, activation=activation)
    yield conv_record([2, 2, 4, 5], [4, 1, 3, 2], groups=2, padding=1, bias=True, integers=True)
    yield conv_record([1, 1, 5, 5], [2, 1, 2, 2], stride=2, bias=True, activation="relu", integers=True)
    # Three axes.
    yield conv_record([1, 1, 2, 3, 3], [1, 1, 1, 1, 1])
    yield conv_record([1, 1, 3, 4, 3], [2, 1, 2, 2, 2])
    yield conv_record([1, 2, 3, 3, 3], [1, 2, 3, 3, 3], padding=1)
    yield conv_record([1, 1, 4, 4, 5], [1, 1, 2, 3, 2], stride=[1, 2, 3], bias=True)
    yield conv_record([1, 1, 5, 3, 4], [1, 1, 3, 2, 2], dilation=[2, 1, 3])
    yield conv_record([1, 2, 2, 3, 3], [2, 1, 2, 2, 2], groups=2, padding=[1, 0, 1])
    yield conv_record([2, 3, 3, 2], [2, 2, 2, 2, 1], bias=True)
    yield conv_record([1, 1, 3, 3, 4], [1, 1, 2, 3, 3], padding=[[0, 1], [1, 1], [2, 0]], stride=2)
    yield conv_record([1, 1, 3, 4, 4], [1, 1, 2, 2, 3], padding="same", stride=2)
    yield conv_record([1, 1, 2, 3, 3], [1, 1, 2, 2, 2], bias=True, activation="relu")
