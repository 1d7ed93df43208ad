"""Writes state dicts of generators as pytorch-CycleGAN-and-pix2pix names and builds them, and what they answer.

    /usr/bin/python3 test/goldens/pytorch-checkpoints.py                 into test/goldens/pytorch-checkpoints, a few KB each
    /usr/bin/python3 test/goldens/pytorch-checkpoints.py DIR FILTERS     into DIR, with more filters

Needs python3-torch (written with PyTorch 1.13.0). Weights are multiples of 1/16, exact in every number format, and compress
well; files end in .pth.gz. Conditions come from a hash, as in test/reference/named-values.ts. answers.json has for each file
the outputs, [H, W, 3] little-endian float32 in base64, of every STEPth row and column: "moving" as model.eval() gives them,
"batch" with each image's own statistics, both without dropout.
"""
import base64
import gzip
import json
import pathlib
import sys
from collections import OrderedDict

import numpy as np
import torch
from torch import nn

STEP = 16
torch.set_num_threads(1)


def uniform(name, count):
    """`count` numbers in [0, 1) that depend on the name alone (FNV-1a, murmur3's finaliser)."""
    seed = 0x811C9DC5
    for letter in name.encode():
        seed = ((seed ^ letter) * 0x01000193) & 0xFFFFFFFF
    x = (np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x9E3779B1)) ^ np.uint32(seed)
    x = (x ^ (x >> 16)) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> 13)) * np.uint32(0xC2B2AE35)
    return (x ^ (x >> 16)) / 2.0**32


NORMS = {
    "batch": nn.BatchNorm2d,
    "instance": nn.InstanceNorm2d,
    "tracking instance": lambda width: nn.InstanceNorm2d(width, track_running_stats=True),
    "none": lambda width: nn.Identity(),
}


class Nested(nn.Module):
    """One level of the U-Net, around the next deeper one; its activations work in place."""

    def __init__(self, outside, inside, norm, bias, deeper=None, given=None, dropout=False):
        super().__init__()
        self.is_outermost = given is not None
        down = nn.Conv2d(given or outside, inside, 4, 2, 1, bias=bias)
        above = inside * (1 if deeper is None else 2)
        up = nn.ConvTranspose2d(above, outside, 4, 2, 1, bias=bias or self.is_outermost)
        leaky, relu = nn.LeakyReLU(0.2, True), nn.ReLU(True)
        if self.is_outermost:
            layers = [down, deeper, relu, up, nn.Tanh()]
        elif deeper is None:
            layers = [leaky, down, relu, up, norm(outside)]
        else:
            layers = [leaky, down, norm(inside), deeper, relu, up, norm(outside)]
            layers += [nn.Dropout(0.5)] if dropout else []
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x) if self.is_outermost else torch.cat([x, self.model(x)], 1)


class UNet(nn.Module):
    def __init__(self, levels, filters, kind):
        super().__init__()
        norm, bias = NORMS[kind], "instance" in kind
        width = lambda level: filters * min(2 ** (level - 1), 8)
        block = None
        for level in range(levels, 1, -1):
            dropout = 5 <= level < levels
            block = Nested(width(level - 1), width(level), norm, bias, block, dropout=dropout)
        self.model = Nested(3, filters, norm, bias, block, given=3)

    def forward(self, x):
        return self.model(x)


class Residual(nn.Module):
    def __init__(self, width, norm, bias, dropout):
        super().__init__()
        half = lambda: [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias), norm(width)]
        noise = [nn.Dropout(0.5)] if dropout else []
        self.conv_block = nn.Sequential(*half(), nn.ReLU(True), *noise, *half())

    def forward(self, x):
        return x + self.conv_block(x)


class ResNet(nn.Module):
    def __init__(self, blocks, filters, kind, dropout, halvings=2):
        super().__init__()
        norm, bias = NORMS[kind], "instance" in kind
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, filters, 7, bias=bias), norm(filters), nn.ReLU(True)]
        for i in range(halvings):
            width = filters * 2 ** (i + 1)
            layers += [nn.Conv2d(width // 2, width, 3, 2, 1, bias=bias), norm(width), nn.ReLU(True)]
        layers += [Residual(width, norm, bias, dropout) for _ in range(blocks)]
        for i in range(halvings, 0, -1):
            width = filters * 2 ** (i - 1)
            layers += [nn.ConvTranspose2d(2 * width, width, 3, 2, 1, 1, bias=bias), norm(width), nn.ReLU(True)]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(filters, 3, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


def values_for(name, tensor):
    """Multiples of 1/16 that keep activations near 1."""
    u = torch.from_numpy(uniform(name, tensor.numel())).reshape(tensor.shape)
    if name.endswith("running_var"):
        values = 0.5 + u
    elif name.endswith("weight") and tensor.dim() == 1:
        values = 0.75 + u / 2
    elif tensor.dim() == 4:
        values = (2 * u - 1) * max(2 / (tensor[0].numel() ** 0.5), 1 / 8)
    else:
        values = 0.5 * u - 0.25
    return (values * 16).round() / 16


def fill(net, size):
    for name, tensor in net.state_dict().items():
        if tensor.dtype.is_floating_point:
            tensor.copy_(values_for(name, tensor))
    settle(net, size)
    return net


def settle(net, size):
    """Gives batch norms moving statistics that belong to another image, rounded like the weights."""
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
    ask(net, "another condition", size)
    for norm in norms:
        norm.running_mean.copy_((norm.running_mean * 16).round() / 16)
        norm.running_var.copy_((norm.running_var * 16).round().clamp(1) / 16)


def ask(net, name, size):
    noise = torch.from_numpy(2 * uniform(name, 3 * size * size) - 1).float()
    with torch.no_grad():
        return net(noise.reshape(1, size, size, 3).permute(0, 3, 1, 2))


def answer(net, size, moving):
    net.train()
    for module in net.modules():
        if isinstance(module, nn.Dropout) or (moving and isinstance(module, nn.BatchNorm2d)):
            module.eval()
    saved = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    image = ask(net, "condition", size)
    net.load_state_dict(saved)
    pixels = image[0].permute(1, 2, 0)[::STEP, ::STEP].contiguous().numpy().astype("<f4")
    return base64.b64encode(pixels.tobytes()).decode()


def tidy(state):
    return OrderedDict((name, tensor.clone()) for name, tensor in state.items())


def wrapped(state):
    """As training scripts with DataParallel save it, among other things."""
    parallel = OrderedDict(("module." + name, tensor) for name, tensor in state.items())
    optimizer = {"state": {0: {"step": 3, "exp_avg": torch.zeros(2)}}, "param_groups": [{"lr": 2e-4, "params": [0]}]}
    return {"epoch": 3, "state_dict": parallel, "optimizer": optimizer, "best": 0.25, "name": "facades"}


def views(state):
    """Tensors that are strided views of storages they share."""
    views = OrderedDict()
    for name, tensor in state.items():
        if tensor.dim() == 4:
            padded = torch.full((tensor.shape[0] + 1, *tensor.shape[1:]), 9.0)
            padded[1:] = tensor
            views[name] = padded.permute(3, 1, 0, 2).contiguous().permute(2, 1, 3, 0)[1:]
        else:
            views[name] = tensor
    return views


CASES = {
    "unet-256-batch": dict(net=lambda f: UNet(8, f, "batch"), size=256),
    "unet-128-batch-legacy": dict(net=lambda f: UNet(7, f, "batch"), size=128, legacy=True),
    "unet-128-instance-half": dict(net=lambda f: UNet(7, f, "instance"), size=128, dtype=torch.float16),
    "unet-32-none": dict(net=lambda f: UNet(5, f, "none"), size=64),
    "unet-32-views-legacy": dict(net=lambda f: UNet(5, f, "batch"), size=32, legacy=True, change=views),
    "resnet-6-batch-parallel": dict(net=lambda f: ResNet(6, f, "batch", True), size=64, change=wrapped),
    "resnet-6-instance-bfloat": dict(net=lambda f: ResNet(6, f, "instance", False), size=64, dtype=torch.bfloat16),
    "resnet-9-instance-legacy": dict(net=lambda f: ResNet(9, f, "instance", False), size=64, legacy=True),
    "resnet-9-old-instance-double": dict(
        net=lambda f: ResNet(9, f, "tracking instance", True), size=64, dtype=torch.float64
    ),
    "pix2pixhd-global-instance": dict(net=lambda f: ResNet(2, f, "instance", False, 4), size=64),
}


def main(folder, filters):
    folder.mkdir(parents=True, exist_ok=True)
    answers = {}
    for name, case in CASES.items():
        width = filters or (1 if case["size"] > 64 or "hd" in name else 2)
        net = fill(case["net"](width), case["size"])
        dtype = case.get("dtype", torch.float32)
        state = tidy(net.state_dict())
        if dtype != torch.float32:
            state = OrderedDict((k, v.to(dtype) if v.dtype.is_floating_point else v) for k, v in state.items())
        path = folder / f"{name}.pth"
        torch.save(case.get("change", lambda x: x)(state), path, _use_new_zipfile_serialization=not case.get("legacy"))
        answers[name] = {
            "size": case["size"],
            "moving": answer(net, case["size"], True),
            "batch": answer(net, case["size"], False),
        }
        if filters is None:
            packed = folder / f"{name}.pth.gz"
            packed.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
            path.unlink()
            print(packed, packed.stat().st_size, "bytes")
    (folder / "answers.json").write_text(json.dumps(answers, indent=1) + "\n")


if len(sys.argv) > 1:
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
else:
    main(pathlib.Path(__file__).with_name("pytorch-checkpoints"), None)
