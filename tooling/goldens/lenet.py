"""One step of the LeNet of "Dive into Deep Learning" (section 7.6), with images, labels and weights from a formula.

The file holds no weights: both sides make them from `hash(tensor, i)`, a 32-bit integer hash of a tensor's number and an
element's row-major position, so that every value is exact in float32. `formula` in the file says how, `tensors` which
number and scale each tensor has. Results are computed in float64; PyTorch's own float32 results stand beside them.
"""

import json

import torch
import torch.nn.functional as F

MASK = 2**32 - 1
BATCH = 8
CLASSES = 10
LEARNING_RATE = 0.9
STEPS = 5
SAMPLES = 32

# Xavier bounds sqrt(6 / (fanIn + fanOut)), and 1/16 for biases, in 1024ths so that every weight is exact in float32.
PARAMETERS = [
    ("0.weight", [6, 1, 5, 5], 190),
    ("0.bias", [6], 64),
    ("3.weight", [16, 6, 5, 5], 107),
    ("3.bias", [16], 64),
    ("7.weight", [120, 400], 110),
    ("7.bias", [120], 64),
    ("9.weight", [84, 120], 176),
    ("9.bias", [84], 64),
    ("11.weight", [10, 84], 259),
    ("11.bias", [10], 64),
]
IMAGES = 100
DIRECTION = 200

FORMULA = [
    "hash(tensor, i): h = imul(i + 1, 2654435761) ^ imul(tensor + 1, 2246822507); h ^= h >>> 15; h = imul(h, 739982445); "
    "h ^= h >>> 12; h = imul(h, 695872825); h ^= h >>> 15; all in unsigned 32-bit arithmetic, i is the row-major position",
    "images[n, 0, row, column] = (hash(100, i) >>> 24) / 256 where (row * (n + 1) + column) % 7 < 3 + n % 3, else 0; "
    "i is the position in [8, 1, 28, 28]",
    "labels[n] = (7 * n + 3) % 10",
    "parameter[i] = (2 * (hash(tensor, i) >>> 20) - 4095) / 4096 * scale / 1024, with tensor and scale from `parameters`",
    "direction[i] = ((hash(200 + tensor, i) >>> 24) - 128) / 128, which a gradient's `dot` is taken with",
    "model: conv(1, 6, 5, padding 2), sigmoid, avgPool(2), conv(6, 16, 5), sigmoid, avgPool(2), flatten, "
    "linear(400, 120), sigmoid, linear(120, 84), sigmoid, linear(84, 10); names are those of an nn.Sequential of "
    "these twelve layers; loss: mean cross-entropy",
    "gradients: those of the first step, before any update; sgdLosses[k]: the loss before update k + 1, where an update "
    "is parameter -= learningRate * gradient on the whole batch; the last entry is the loss after all of them",
]


def hash32(tensor, i):
    h = ((i + 1) * 2654435761 & MASK) ^ ((tensor + 1) * 2246822507 & MASK)
    h ^= h >> 15
    h = h * 739982445 & MASK
    h ^= h >> 12
    h = h * 695872825 & MASK
    return h ^ (h >> 15)


def make_images():
    """Noise on stripes whose slope and width differ from image to image."""
    noise = formula(IMAGES, [BATCH, 28, 28], lambda h: (h >> 24) / 256)
    n, row, column = torch.meshgrid(torch.arange(BATCH), torch.arange(28), torch.arange(28), indexing="ij")
    return torch.where((row * (n + 1) + column) % 7 < 3 + n % 3, noise, 0.0).reshape(BATCH, 1, 28, 28)


def formula(tensor, shape, value):
    count = 1
    for size in shape:
        count *= size
    return torch.tensor([value(hash32(tensor, i)) for i in range(count)], dtype=torch.float64).reshape(shape)


def forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    h = F.avg_pool2d(torch.sigmoid(F.conv2d(images, w1, b1, padding=2)), 2)
    h = F.avg_pool2d(torch.sigmoid(F.conv2d(h, w2, b2)), 2)
    h = torch.sigmoid(F.linear(h.flatten(1), w3, b3))
    return F.linear(torch.sigmoid(F.linear(h, w4, b4)), w5, b5)


def train(dtype):
    """Logits and gradients of the first step, and the losses of all of them."""
    images = make_images().to(dtype)
    labels = torch.tensor([(7 * n + 3) % CLASSES for n in range(BATCH)])
    parameters = []
    for tensor, (_, shape, scale) in enumerate(PARAMETERS):
        value = formula(tensor, shape, lambda h: (2 * (h >> 20) - 4095) / 4096 * scale / 1024)
        assert torch.equal(value, value.to(torch.float32).to(torch.float64))
        parameters.append(value.to(dtype).requires_grad_(True))
    losses = []
    first = None
    for step in range(STEPS + 1):
        logits = forward(images, parameters)
        loss = F.cross_entropy(logits, labels)
        losses.append(loss.item())
        gradients = torch.autograd.grad(loss, parameters)
        if step == 0:
            first = (logits.detach(), gradients)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients):
                parameter -= LEARNING_RATE * gradient
    return first[0], first[1], losses


def summary(tensor, gradient):
    flat = gradient.to(torch.float64).reshape(-1)
    direction = formula(DIRECTION + tensor, [flat.numel()], lambda h: ((h >> 24) - 128) / 128)
    return {
        "sum": flat.sum().item(),
        "norm": flat.norm().item(),
        "maxAbs": flat.abs().max().item(),
        "dot": flat.dot(direction).item(),
    }


def sampled(count):
    """Positions of the entries that are stored: all of a small tensor, else evenly spread ones with the two ends."""
    if count <= SAMPLES:
        return list(range(count))
    return [k * (count - 1) // (SAMPLES - 1) for k in range(SAMPLES)]


def golden():
    """The content of the file."""
    logits, gradients, losses = train(torch.float64)
    logits32, gradients32, losses32 = train(torch.float32)
    entries = []
    for tensor, (name, shape, _) in enumerate(PARAMETERS):
        at = sampled(gradients[tensor].numel())
        entries.append(
            {
                "name": name,
                "shape": shape,
                **summary(tensor, gradients[tensor]),
                "at": at,
                "values": [gradients[tensor].reshape(-1)[i].item() for i in at],
                "float32": {
                    **summary(tensor, gradients32[tensor]),
                    "values": [gradients32[tensor].reshape(-1)[i].item() for i in at],
                },
            }
        )
    return {
        "source": f"PyTorch {torch.__version__.split('a')[0]}, float64; generated by tooling/goldens/generate.py",
        "formula": FORMULA,
        "batch": BATCH,
        "learningRate": LEARNING_RATE,
        "parameters": [
            {"name": name, "tensor": tensor, "shape": shape, "scale": scale}
            for tensor, (name, shape, scale) in enumerate(PARAMETERS)
        ],
        # A few values of the formula, to find out at once when it was copied wrongly.
        "formulaCheck": {
            "hash(0, 0)": hash32(0, 0),
            "hash(100, 6271)": hash32(IMAGES, 6271),
            "sum of images": make_images().sum().item(),
        },
        "logits": {"shape": [BATCH, CLASSES], "data": logits.reshape(-1).tolist(), "float32": logits32.reshape(-1).tolist()},
        "loss": losses[0],
        "gradients": entries,
        "sgdLosses": {"float64": losses, "float32": losses32},
    }


def to_text():
    """The file, one top-level field or list entry a line."""
    lines = []
    for key, value in golden().items():
        if isinstance(value, list):
            entries = ",\n    ".join(json.dumps(entry) for entry in value)
            lines.append(f"  {json.dumps(key)}: [\n    {entries}\n  ]")
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
