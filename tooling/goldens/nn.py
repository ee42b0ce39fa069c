#!/usr/bin/python3
"""Losses, optimisers, schedules and first values of `@cenote/nn`, from a real PyTorch.

    python3 tooling/goldens/nn.py           write packages/nn/test/goldens/{losses,training}.json
    python3 tooling/goldens/nn.py --check   compare; exit with 1 and the names of files that differ

Everything is computed in float64. Names of options are Cenote's; a tensor is `[dtype, shape, data]`, as in `records.py`.
"""

import itertools
import json
import os
import pathlib
import sys

# Plain loops instead of vector kernels, so that results do not depend on the processor. Read when PyTorch is loaded.
os.environ["ATEN_CPU_CAPABILITY"] = "default"

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

from records import Values, number, tensor  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "packages/nn/test/goldens"
REDUCTIONS = ["mean", "sum", "none"]
IGNORED = -100


def loss_record(identifier, fn, x, target, weight=None, ignore=None, smoothing=0.0, reduction="mean"):
    """A loss and its gradient; with several losses, that of their weighted sum (weights 1, 2, 3, …)."""
    x = x.clone().requires_grad_(True)
    options = {"reduction": reduction}
    if fn in ("crossEntropy", "nllLoss"):
        known = {"weight": weight, "ignore_index": IGNORED if ignore is None else ignore, "reduction": reduction}
        if fn == "crossEntropy":
            value = F.cross_entropy(x, target, label_smoothing=smoothing, **known)
        else:
            value = F.nll_loss(x, target, **known)
    else:
        value = {"mseLoss": F.mse_loss, "l1Loss": F.l1_loss}[fn](x, target, reduction=reduction)
    if weight is not None:
        options["weight"] = tensor(weight)
    if ignore is not None:
        options["ignoreIndex"] = ignore
    if smoothing:
        options["labelSmoothing"] = smoothing
    ramp = torch.arange(1, value.numel() + 1, dtype=torch.float64).reshape(value.shape)
    (gradient,) = torch.autograd.grad((value * ramp).sum(), x)
    target = tensor(target.to(torch.int32) if target.dtype == torch.int64 else target)
    return {
        "id": identifier,
        "fn": fn,
        "x": tensor(x),
        "target": target,
        "options": options,
        "value": tensor(value),
        "gradient": tensor(gradient),
    }


def label_records(fn):
    for shape in ([3, 4], [2, 3, 1, 2]):
        for weighted, ignored, smoothing, reduction in itertools.product(
            [False, True], [None, IGNORED, 1], [0.0, 0.1] if fn == "crossEntropy" else [0.0], REDUCTIONS
        ):
            identifier = f"{fn}/{shape}/weight={weighted}/ignore={ignored}/smoothing={smoothing}/{reduction}"
            values = Values(identifier)
            classes = shape[1]
            x = values.grid(shape, -24, 24, 0.125)
            places = [size for axis, size in enumerate(shape) if axis != 1]
            labels = values.integers(places, 0, classes - 1)
            if ignored is not None:
                labels = values.sprinkle(labels, [ignored], 3)
                labels.reshape(-1)[0] = ignored
                labels.reshape(-1)[-1] = 0
            weight = values.grid([classes], 1, 16, 0.25) if weighted else None
            yield loss_record(identifier, fn, x, labels, weight, ignored, smoothing, reduction)
    values = Values(f"{fn}/others")
    for reduction in REDUCTIONS:
        yield loss_record(f"{fn}/[5]/{reduction}", fn, values.grid([5], -8, 8), torch.tensor(3), reduction=reduction)
        everything = torch.full([3], IGNORED)
        x = values.grid([3, 4], -8, 8)
        yield loss_record(f"{fn}/all ignored/{reduction}", fn, x, everything, reduction=reduction)
    yield loss_record(f"{fn}/[2, 3, 4]", fn, values.grid([2, 3, 4], -8, 8), values.integers([2, 4], 0, 2))
    yield loss_record(f"{fn}/one class", fn, values.grid([3, 1], -8, 8), torch.zeros([3], dtype=torch.int64))
    yield loss_record(f"{fn}/large", fn, values.grid([3, 4], -8, 8, 1000.0), values.integers([3], 0, 3))


def probability_records():
    for shape in ([3, 4], [4], [2, 3, 2]):
        for weighted, smoothing, reduction in itertools.product([False, True], [0.0, 0.25], REDUCTIONS):
            identifier = f"crossEntropy/probabilities/{shape}/weight={weighted}/smoothing={smoothing}/{reduction}"
            values = Values(identifier)
            x = values.grid(shape, -24, 24, 0.125)
            target = values.grid(shape, 0, 8, 0.125)
            weight = values.grid([shape[0] if len(shape) == 1 else shape[1]], 1, 16, 0.25) if weighted else None
            yield loss_record(identifier, "crossEntropy", x, target, weight, smoothing=smoothing, reduction=reduction)


def regression_records():
    for fn in ("mseLoss", "l1Loss"):
        for reduction in REDUCTIONS:
            values = Values(fn + reduction)
            x = values.grid([3, 4], -24, 24, 0.25)
            target = values.grid([3, 4], -24, 24, 0.25)
            target[0, 0] = x[0, 0]
            yield loss_record(f"{fn}/{reduction}", fn, x, target, reduction=reduction)


def losses():
    return [*label_records("crossEntropy"), *label_records("nllLoss"), *probability_records(), *regression_records()]


STEPS = 6
SKIPPED = 2  # The second parameter has no gradient in this step.
SLOWER = 4  # From this step on, the learning rate is a tenth.

SGD = {"momentum": "momentum", "dampening": "dampening", "nesterov": "nesterov", "weightDecay": "weight_decay"}
ADAM = {"betas": "betas", "eps": "eps", "weightDecay": "weight_decay"}
OPTIMIZERS = [
    ("sgd", torch.optim.SGD, SGD, {"lr": 0.9}),
    ("sgd", torch.optim.SGD, SGD, {"lr": 0.1, "momentum": 0.9}),
    ("sgd", torch.optim.SGD, SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.25}),
    ("sgd", torch.optim.SGD, SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("sgd", torch.optim.SGD, SGD, {"lr": 0.1, "weightDecay": 0.25}),
    ("sgd", torch.optim.SGD, SGD, {"lr": 0.1, "momentum": 0.5, "nesterov": True, "weightDecay": 0.25}),
    ("adam", torch.optim.Adam, ADAM, {"lr": 0.001}),
    ("adam", torch.optim.Adam, ADAM, {"lr": 0.1, "betas": [0.5, 0.75], "eps": 0.125}),
    ("adam", torch.optim.Adam, ADAM, {"lr": 0.1, "weightDecay": 0.25}),
    ("adamW", torch.optim.AdamW, ADAM, {"lr": 0.001}),
    ("adamW", torch.optim.AdamW, ADAM, {"lr": 0.1, "betas": [0.5, 0.75], "weightDecay": 0.25}),
]


def optimizer_record(kind, optimizer_class, names, options):
    values = Values(kind + json.dumps(options))
    shapes = [[2, 3], [4]]
    parameters = [values.grid(shape, -16, 16, 0.125).requires_grad_(True) for shape in shapes]
    known = {names.get(name, name): tuple(value) if name == "betas" else value for name, value in options.items()}
    optimizer = optimizer_class(parameters, **known)
    start = [tensor(parameter) for parameter in parameters]
    steps = []
    for step in range(STEPS):
        gradients = [values.grid(shape, -16, 16, 0.125) for shape in shapes]
        if step == SKIPPED:
            gradients[1] = None
        if step == SLOWER:
            optimizer.param_groups[0]["lr"] /= 10
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient
        optimizer.step()
        steps.append(
            {
                "lr": optimizer.param_groups[0]["lr"],
                "gradients": [None if gradient is None else tensor(gradient) for gradient in gradients],
                "parameters": [tensor(parameter) for parameter in parameters],
            }
        )
    return {"kind": kind, "options": options, "start": start, "steps": steps}


def schedule_record(name, options, make, epochs=12):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    schedule = make(optimizer)
    rates = []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return {"name": name, "lr": 0.5, "options": options, "rates": rates}


def schedules():
    scheduler = torch.optim.lr_scheduler
    yield schedule_record("step", {"stepSize": 4, "gamma": 0.5}, lambda o: scheduler.StepLR(o, 4, 0.5))
    yield schedule_record("step", {"stepSize": 3}, lambda o: scheduler.StepLR(o, 3))
    yield schedule_record("cosine", {"epochs": 11}, lambda o: scheduler.CosineAnnealingLR(o, 11))
    cosine = {"epochs": 11, "minimum": 0.1}
    yield schedule_record("cosine", cosine, lambda o: scheduler.CosineAnnealingLR(o, 11, 0.1))


def drawn(body):
    """The distributions that `body` draws from, in order: `['uniform', low, high]` or `['normal', mean, deviation]`."""
    draws = []
    originals = {name: getattr(torch.Tensor, f"{name}_") for name in ("uniform", "normal")}

    def recorder(name):
        def record(self, a=0, b=1):
            draws.append([name, number(float(a)), number(float(b))])
            return self

        return record

    try:
        for name in originals:
            setattr(torch.Tensor, f"{name}_", recorder(name))
        body()
    finally:
        for name, original in originals.items():
            setattr(torch.Tensor, f"{name}_", original)
    return draws


def initialisations():
    init = torch.nn.init
    schemes = [
        ("xavierUniform", {}, init.xavier_uniform_, {}),
        ("xavierUniform", {"gain": 2}, init.xavier_uniform_, {"gain": 2}),
        ("xavierNormal", {}, init.xavier_normal_, {}),
        ("xavierNormal", {"gain": 2}, init.xavier_normal_, {"gain": 2}),
    ]
    for name, make in (("kaimingUniform", init.kaiming_uniform_), ("kaimingNormal", init.kaiming_normal_)):
        schemes += [
            (name, {}, make, {}),
            (name, {"mode": "fanOut", "nonlinearity": "relu"}, make, {"mode": "fan_out", "nonlinearity": "relu"}),
            (name, {"negativeSlope": 0.25}, make, {"a": 0.25}),
            (name, {"nonlinearity": "tanh"}, make, {"nonlinearity": "tanh"}),
            (name, {"nonlinearity": "sigmoid"}, make, {"nonlinearity": "sigmoid"}),
        ]
    for name, options, make, known in schemes:
        for shape in ([16, 6, 5, 5], [84, 120]):
            draws = drawn(lambda: make(torch.empty(shape), **known))
            yield {"scheme": name, "options": options, "shape": shape, "draws": draws}


def layers():
    """What the weight and bias of a new layer are drawn from."""
    yield {"layer": "conv2d(6, 16, 5)", "draws": drawn(lambda: torch.nn.Conv2d(6, 16, 5))}
    yield {"layer": "conv2d(6, 16, 3, groups 2)", "draws": drawn(lambda: torch.nn.Conv2d(6, 16, 3, groups=2))}
    yield {"layer": "linear(400, 120)", "draws": drawn(lambda: torch.nn.Linear(400, 120))}


def training():
    return {
        "optimizers": [optimizer_record(*variant) for variant in OPTIMIZERS],
        "schedules": list(schedules()),
        "initialisations": list(initialisations()),
        "layers": list(layers()),
    }


def lines(records):
    return ",\n".join(json.dumps(record, separators=(",", ":"), allow_nan=False) for record in records)


def files():
    yield FOLDER / "losses.json", f"[\n{lines(losses())}\n]\n"
    fields = ",\n".join(f"{json.dumps(key)}: [\n{lines(records)}\n]" for key, records in training().items())
    yield FOLDER / "training.json", f"{{\n{fields}\n}}\n"


def main(arguments):
    if arguments not in ([], ["--check"]):
        raise SystemExit(__doc__)
    torch.set_num_threads(1)
    differ = []
    for path, text in files():
        if not arguments:
            path.write_text(text)
            print(f"{path.name}: {len(text)} bytes")
        elif not path.exists() or path.read_text() != text:
            differ.append(path.name)
    if differ:
        raise SystemExit("differ from what PyTorch says now: " + ", ".join(differ))


if __name__ == "__main__":
    main(sys.argv[1:])
