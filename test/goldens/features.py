"""Writes features.json and features/: distances between what networks see in pictures, as SciPy and PyTorch compute them.

    /usr/bin/python3 test/goldens/features.py     (Debian: python3-torch, python3-onnx; written with SciPy 1.10.1, PyTorch 1.13.0)

Numbers come from a hash that test/reference/named-values.ts computes as well. features/network.onnx is a small network of random
weights, written by PyTorch; features/network.json says how to feed it, and features/answers.json what six pictures score by it.
"""
import json
import pathlib

import numpy as np
import torch
from scipy.linalg import sqrtm

here = pathlib.Path(__file__).parent


def uniform(name, *shape):
    """Numbers in [0, 1) that depend on the name alone (FNV-1a, murmur3's finaliser)."""
    seed = 0x811C9DC5
    for letter in name.encode():
        seed = ((seed ^ letter) * 0x01000193) & 0xFFFFFFFF
    x = (np.arange(1, np.prod(shape) + 1, dtype=np.uint32) * np.uint32(0x9E3779B1)) ^ np.uint32(seed)
    x = (x ^ (x >> 16)) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> 13)) * np.uint32(0xC2B2AE35)
    return ((x ^ (x >> 16)) / 2.0**32).reshape(shape)


def samples(name, count, features):
    """As float32 holds them."""
    return uniform(name, count, features).astype(np.float32).astype(float)


def frechet(mean1, cov1, mean2, cov2):
    """By SciPy's root where the covariances have one, else by the eigenvalues of their product."""
    if np.linalg.matrix_rank(cov1) == len(cov1) and np.linalg.matrix_rank(cov2) == len(cov2):
        root = np.trace(sqrtm(cov1 @ cov2)).real
    else:
        root = np.sqrt(np.maximum(np.linalg.eigvals(cov1 @ cov2).real, 0)).sum()
    return ((mean1 - mean2) ** 2).sum() + np.trace(cov1) + np.trace(cov2) - 2 * root


def frechet_of(x, y):
    return frechet(x.mean(0), np.cov(x, rowvar=False), y.mean(0), np.cov(y, rowvar=False))


def kid_of(x, y):
    """Gretton et al. 2012, equation 4, with matrices."""
    kernel = lambda a, b: (a @ b.T / a.shape[1] + 1) ** 3
    terms = kernel(x, x) + kernel(y, y) - kernel(x, y) - kernel(x, y).T
    return (terms.sum() - np.trace(terms)) / (len(x) * (len(x) - 1))


def lpips_of(a, b, weights):
    """Zhang et al. 2018: lists of [1, C, H, W], and of C weights."""
    unit = lambda x: x / (torch.sqrt((x**2).sum(1, keepdim=True)) + 1e-10)
    layer = lambda x, y, w: ((unit(x) - unit(y)) ** 2 * torch.tensor(w).double().view(1, -1, 1, 1)).sum(1).mean()
    return float(sum(layer(x, y, w) for x, y, w in zip(a, b, weights)))


gaussians = []
for features in (1, 3, 8):
    factors = [uniform(f"factor {side} {features}", features, features) - 0.5 for side in (1, 2)]
    means = [uniform(f"mean {side} {features}", features) for side in (1, 2)]
    value = frechet(means[0], factors[0].T @ factors[0], means[1], factors[1].T @ factors[1])
    gaussians.append({"features": features, "value": value})

sets = []
for first, second, features in [(40, 40, 5), (30, 25, 12), (6, 6, 20), (9, 30, 16), (17, 17, 17)]:
    x, y = samples(f"x {features}", first, features), samples(f"y {features}", second, features) ** 2
    y = y.astype(np.float32).astype(float)
    case = {"first": first, "second": second, "features": features, "frechet": frechet_of(x, y)}
    if first == second:
        case["kernel"] = kid_of(x, y)
    sets.append(case)

layers = []
for height, width, channels, name in [(5, 4, 7, "a"), (1, 1, 3, "b")]:
    of = lambda side: torch.tensor(samples(f"{side} {name}", channels * height * width, 1)).view(1, channels, height, width)
    weights = list(uniform(f"weights {name}", channels))
    ones = [1.0] * channels
    values = [lpips_of([of("image")], [of("truth")], [w]) for w in (ones, weights)]
    layers.append({"height": height, "width": width, "channels": channels, "name": name, "values": values})

(here / "features.json").write_text(json.dumps({"gaussians": gaussians, "sets": sets, "layers": layers}, indent=1) + "\n")


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(3, 6, 3, stride=2, padding=1)
        self.second = torch.nn.Conv2d(6, 10, 3, stride=2, padding=1)
        self.last = torch.nn.Linear(10, 4)

    def forward(self, image):
        first = torch.relu(self.first(image))
        second = torch.relu(self.second(first))
        return first, second, 20 * self.last(second.mean((2, 3)))


torch.manual_seed(0)
network = Network().eval()
folder = here / "features"
folder.mkdir(exist_ok=True)
names = ["first", "second", "features"]
torch.onnx.export(network, torch.zeros(1, 3, 16, 16), str(folder / "network.onnx"), input_names=["image"], output_names=names)

mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
weights = [[round(float(w), 3) for w in uniform(f"layer {i}", count)] for i, count in enumerate((6, 10))]
manifest = {
    "input": {"size": [16, 16], "layout": "NCHW", "range": [0, 1], "mean": mean, "std": std},
    "features": "features",
    "layers": [{"output": name, "weights": w} for name, w in zip(names, weights)],
}
(folder / "network.json").write_text(json.dumps(manifest, indent=1) + "\n")


def see(pixels):
    """[32, 32, 3] of 8 bits → the mean of each four pixels, rounded, as the network is fed."""
    small = np.rint(pixels.reshape(16, 2, 16, 2, 3).mean((1, 3)))
    fed = ((small / 255 - mean) / std).transpose(2, 0, 1)[None]
    with torch.no_grad():
        return [output.double() for output in network(torch.tensor(fed).float())]


levels = lambda name: np.floor(uniform(name, 32, 32, 3) * 256)
truths = [see(levels(f"truth {i}")) for i in range(6)]
made = [see(np.floor((levels(f"truth {i}") + levels(f"made {i}")) / 3)) for i in range(6)]
stack = lambda seen: np.concatenate([each[2].numpy() for each in seen])
answers = {
    "lpips": [lpips_of(a[:2], b[:2], weights) for a, b in zip(made, truths)],
    "fid": frechet_of(stack(made), stack(truths)),
    "kid": kid_of(stack(made), stack(truths)),
}
(folder / "answers.json").write_text(json.dumps(answers, indent=1) + "\n")
