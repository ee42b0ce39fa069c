"""Small relatives of well-known classifiers, with random weights, as PyTorch's own exporter writes them.

    classifiers.py FOLDER     writes for each NAME-OPSET.onnx, NAME.x.bin and NAME.y.bin, and index.json
"""
import json
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore")


def unit(inputs, outputs, kernel, activation=nn.ReLU, **options):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, bias=False, **options), nn.BatchNorm2d(outputs), activation())


class Alexnet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 5, stride=2, padding=2), nn.ReLU(inplace=True), nn.LocalResponseNorm(3), nn.MaxPool2d(3, 2),
            nn.Conv2d(8, 12, 3, padding=1, groups=2), nn.ReLU(inplace=True), nn.AvgPool2d(3, 2),
        )
        self.classifier = nn.Sequential(nn.Dropout(), nn.Linear(108, 20), nn.Tanh(), nn.Linear(20, 5))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


class Vgg(nn.Sequential):
    def __init__(self):
        super().__init__(
            unit(3, 6, 3, padding=1), unit(6, 6, 3, padding=1), nn.MaxPool2d(2, 2),
            unit(6, 8, 3, padding=1), nn.MaxPool2d(2, 2), nn.Flatten(), nn.Linear(8 * 8 * 8, 5), nn.LogSoftmax(1),
        )


class Resnet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = unit(3, 8, 7, stride=2, padding=3)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.first = unit(8, 8, 3, padding=1)
        self.second = nn.Sequential(nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16))
        self.shortcut = nn.Conv2d(8, 16, 1, stride=2)
        self.end = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        x = self.pool(self.stem(x))
        x = F.relu(self.second(self.first(x) + x) + self.shortcut(x))
        x = self.end(x)
        return self.head(x.view(x.size(0), -1))


class Squeezenet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2)
        self.squeeze, self.one, self.three = nn.Conv2d(8, 4, 1), nn.Conv2d(4, 8, 1), nn.Conv2d(4, 8, 3, padding=1)
        self.last = nn.Conv2d(16, 5, 1)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.stem(x)), 3, 2, ceil_mode=True)
        x = F.relu(self.squeeze(x))
        x = torch.cat([F.relu(self.one(x)), F.relu(self.three(x))], 1)
        return F.adaptive_avg_pool2d(F.relu(self.last(F.dropout(x, 0.5, self.training))), 1).flatten(1)


class Mobilenet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = unit(3, 8, 3, nn.Hardswish, stride=2, padding=1)
        self.wide = unit(8, 24, 1, nn.ReLU6)
        self.depthwise = unit(24, 24, 3, nn.ReLU6, padding=1, groups=24)
        self.less, self.more = nn.Conv2d(24, 6, 1), nn.Conv2d(6, 24, 1)
        self.narrow = nn.Sequential(nn.Conv2d(24, 8, 1), nn.BatchNorm2d(8))
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = self.stem(x)
        inner = self.depthwise(self.wide(x))
        scale = F.hardsigmoid(self.more(F.leaky_relu(self.less(inner.mean([2, 3], keepdim=True)))))
        x = self.narrow(inner * scale) + x
        return self.head(x.mean([2, 3]))


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = unit(3, 6, 3, nn.SiLU)
        self.row = nn.Sequential(unit(6, 4, (1, 5), padding=(0, 2)), unit(4, 4, (5, 1), padding=(2, 0)))
        self.projected = unit(6, 4, 1)
        self.head = nn.Linear(14, 5)

    def forward(self, x):
        x = self.stem(F.pad(x, (1, 2, 0, 1)))
        average = F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
        x = torch.cat([self.row(x), self.projected(average), F.elu(x)], 1)
        left, right = x.chunk(2, 1)
        x = torch.cat([F.softplus(left), right * 0.5 - 1], 1)[:, :, 1:-1, ::2]
        return F.softmax(self.head(F.lp_pool2d(x.abs(), 2, 2).amax([2, 3])), 1)


def main(folder):
    torch.manual_seed(11)
    index = []
    for make in [Alexnet, Vgg, Resnet, Squeezenet, Mobilenet, Inception]:
        model = make()
        for layer in model.modules():
            # As after training: neither zeros nor ones.
            if isinstance(layer, nn.BatchNorm2d):
                for value in [layer.weight, layer.running_var]:
                    nn.init.uniform_(value, 0.5, 1.5)
                for value in [layer.bias, layer.running_mean]:
                    nn.init.normal_(value, 0, 0.3)
        model.eval()
        x, name = torch.randn(3, 3, 32, 32), make.__name__.lower()
        with torch.no_grad():
            y = model(x)
        (folder / f"{name}.x.bin").write_bytes(x.numpy().astype("<f4").tobytes())
        (folder / f"{name}.y.bin").write_bytes(y.numpy().astype("<f4").tobytes())
        for opset in [9, 11, 13, 17]:
            # What the exporter has no operators for; and from 11 on it writes a branch for the squeeze within its LRN.
            if (make in (Mobilenet, Inception) and opset < 11) or (make is Alexnet and opset > 9):
                continue
            path = folder / f"{name}-{opset}.onnx"
            torch.onnx.export(
                model, x[:1], str(path), opset_version=opset, input_names=["x"], output_names=["y"],
                # Batch normalisation stays an operator of its own in every second file.
                training=torch.onnx.TrainingMode.PRESERVE if opset in (11, 17) else torch.onnx.TrainingMode.EVAL,
                do_constant_folding=opset not in (11, 17), dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}},
            )
            index.append({"name": name, "opset": opset, "output": list(y.shape)})
    (folder / "index.json").write_text(json.dumps(index))


main(Path(sys.argv[1]))
