"""How PyTorch prints tensors: packages/tensor/test/goldens/print.json.

Run with `python3 tooling/goldens/print.py`; with `--check` it compares instead. PyTorch's own words are replaced by ours (dtype names, true and false).
"""

import json
import sys
from pathlib import Path

import torch

inf, nan = float("inf"), float("nan")
third = torch.arange(16.0).reshape(1, 2, 2, 4) / 3

# Each name is rebuilt in packages/tensor/test/print.test.ts.
tensors = {
    "whole": torch.tensor([[4.0, 5.0], [7.0, 8.0]]),
    "fractions": torch.tensor([[0.5, -1.25], [10, 3]]),
    "scalar": torch.tensor(3.5),
    "whole scalar": torch.tensor(-3.0),
    "nan and infinity": torch.tensor([1.5, nan, inf, -inf]),
    "small among large": torch.tensor([1e-6, 1.0, 2.0]),
    "large": torch.tensor([1e9, 2e9]),
    "ratio of 1000": torch.tensor([1000.0, 1.0]),
    "ratio above 1000": torch.tensor([1001.0, 1.0]),
    "zeros": torch.zeros(2, 3),
    "three axes": torch.arange(12.0).reshape(2, 2, 3),
    "four axes": third,
    "wraps": torch.arange(30.0) / 7,
    "summary of one axis": torch.arange(2000.0),
    "summary of two axes": torch.arange(40000.0).reshape(200, 200),
    "summary of rows": torch.arange(3000.0).reshape(1000, 3),
    "summary of three axes": torch.arange(8 * 20 * 20.0).reshape(8, 20, 20),
    "i32": torch.tensor([[1, -20], [300, 4]], dtype=torch.int32),
    "bool": torch.tensor([True, False]),
    "empty": torch.tensor([]),
    "f64": torch.tensor([1.5, 2.5], dtype=torch.float64),
}

words = {"True": "true", "False": "false", "dtype=torch.int32": "dtype=i32", "dtype=torch.float64": "dtype=f64"}


def ours(text: str) -> str:
    for theirs, word in words.items():
        text = text.replace(theirs, word)
    return text


target = Path(__file__).parents[2] / "packages/tensor/test/goldens/print.json"
written = json.dumps({name: ours(str(tensor)) for name, tensor in tensors.items()}, indent=1) + "\n"
if sys.argv[1:] != ["--check"]:
    target.write_text(written)
elif target.read_text() != written:
    raise SystemExit(f"differs from what PyTorch says now: {target.name}")
