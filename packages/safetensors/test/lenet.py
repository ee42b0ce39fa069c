"""LeNet in PyTorch, and safetensors files by hand: the format is a length, JSON, and the elements.

    lenet.py train FOLDER     trains, writes weights.safetensors, images.bin, logits.bin
    lenet.py check FOLDER     reads here.safetensors and images.bin, writes here-logits.bin
"""
import json
import struct
import sys
from pathlib import Path

import numpy
import torch
from torch import nn


def lenet(variant):
    activation, pooling = (nn.ReLU, nn.MaxPool2d) if variant == "modern" else (nn.Sigmoid, nn.AvgPool2d)
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), activation(), pooling(2),
        nn.Conv2d(6, 16, 5), activation(), pooling(2), nn.Flatten(),
        nn.Linear(400, 120), activation(), nn.Linear(120, 84), activation(), nn.Linear(84, 10),
    )


def write(path, state):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, value in state.items():
        raw = value.detach().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read(path):
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    header.pop("__metadata__", None)
    state = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32"
        state[name] = torch.from_numpy(numpy.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).copy())
    return state


def images():
    # Blocks whose position depends on the class: something that a few steps can learn.
    labels = torch.arange(1000) % 10
    pictures = torch.rand(1000, 1, 28, 28) * 0.5
    for index, label in enumerate(labels.tolist()):
        row, column = divmod(label, 4)
        pictures[index, 0, 2 + 8 * row : 9 + 8 * row, 7 * column : 6 + 7 * column] += 0.5
    return pictures, labels


def train(folder, variant):
    torch.manual_seed(7)
    pictures, labels = images()
    model = lenet(variant)
    if variant == "d2l":  # Sigmoids learn nothing from where PyTorch starts.
        for layer in model:
            if hasattr(layer, "weight"):
                nn.init.xavier_uniform_(layer.weight)
    # So short that logits stay small: with large ones, the rounding of PyTorch itself comes near the tolerance.
    optimizer = torch.optim.Adam(model.parameters(), 1e-3 if variant == "modern" else 5e-3)
    for step in range(22 if variant == "modern" else 60):
        batch = torch.arange(step * 100, step * 100 + 100) % 1000
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(pictures[batch]), labels[batch])
        loss.backward()
        optimizer.step()
    write(folder / "weights.safetensors", model.state_dict())
    (folder / "images.bin").write_bytes(pictures.numpy().astype("<f4").tobytes())
    with torch.no_grad():
        (folder / "logits.bin").write_bytes(model(pictures).numpy().astype("<f4").tobytes())


def check(folder, variant):
    model = lenet(variant)
    model.load_state_dict(read(folder / "here.safetensors"))
    pictures = torch.from_numpy(numpy.frombuffer((folder / "images.bin").read_bytes(), "<f4").reshape(1000, 1, 28, 28).copy())
    with torch.no_grad():
        (folder / "here-logits.bin").write_bytes(model(pictures).numpy().astype("<f4").tobytes())


{"train": train, "check": check}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
