"""The article's pix2pix step in PyTorch, as a contender of `pix2pix bench`.

Speaks lines: prints {"ready": true, ...}, then for each task name read from stdin runs it once and prints {"ms": ...}.
Debian: apt-get install python3-torch libopenblas0-pthread; found by running /usr/bin/python3 or python3.
"""

import argparse
import json
import sys
import time

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    print(json.dumps({"ready": False, "reason": str(error)}), flush=True)
    sys.exit(0)

parser = argparse.ArgumentParser()
for name in ("size", "filters", "levels", "batch", "threads"):
    parser.add_argument("--" + name, type=int, required=True)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)


def norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class Encode(nn.Module):
    def __init__(self, inputs, outputs, normed):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 4, 2, 1)
        self.norm = norm(outputs) if normed else nn.Identity()

    def forward(self, x):
        return self.norm(F.leaky_relu(self.conv(x), 0.2))


class Decode(nn.Module):
    def __init__(self, inputs, outputs, dropout):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 4)
        self.norm = norm(outputs)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, skip):
        x = F.relu(same(self.conv, F.interpolate(x, scale_factor=2)))
        return torch.cat([self.norm(self.dropout(x)), skip], 1)


def same(conv, x):
    return conv(F.pad(x, (1, 2, 1, 2)))


class Generator(nn.Module):
    def __init__(self, filters, levels):
        super().__init__()
        widths = [filters * min(2**level, 8) for level in range(levels)]
        self.encoders = nn.ModuleList(Encode(a, b, i > 0) for i, (a, b) in enumerate(zip([3] + widths, widths)))
        decoders, inputs = [], widths[-1]
        for block, width in enumerate(reversed(widths[:-1])):
            decoders.append(Decode(inputs, width, 0.5 if block < levels - 4 else 0.0))
            inputs = 2 * width
        self.decoders = nn.ModuleList(decoders)
        self.output = nn.Conv2d(inputs, 3, 4)

    def forward(self, x):
        skips = []
        for encode in self.encoders:
            x = encode(x)
            skips.append(x)
        for decode, skip in zip(self.decoders, reversed(skips[:-1])):
            x = decode(x, skip)
        return torch.tanh(same(self.output, F.interpolate(x, scale_factor=2)))


class Discriminator(nn.Module):
    def __init__(self, filters):
        super().__init__()
        widths = [6] + [filters * 2**level for level in range(4)]
        self.encoders = nn.Sequential(*(Encode(a, b, i > 0) for i, (a, b) in enumerate(zip(widths, widths[1:]))))
        self.output = nn.Conv2d(widths[-1], 1, 4)

    def forward(self, image, condition):
        return same(self.output, self.encoders(torch.cat([image, condition], 1)))


generator = Generator(options.filters, options.levels)
discriminator = Discriminator(options.filters)
adam = {net: torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999), 1e-7) for net in (generator, discriminator)}
condition, target = (torch.rand(options.batch, 3, options.size, options.size) * 2 - 1 for _ in range(2))
matrix = torch.rand(2048, 2048)


def judge(image, label):
    adam[discriminator].zero_grad()
    logits = discriminator(image, condition)
    F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label)).backward()
    adam[discriminator].step()


def step():
    with torch.no_grad():
        fake = generate()
    judge(target, 1.0)
    judge(fake, 0.0)
    for parameter in discriminator.parameters():
        parameter.requires_grad_(False)
    discriminator.eval()
    adam[generator].zero_grad()
    logits = discriminator(generator(condition), condition)
    F.binary_cross_entropy_with_logits(logits, torch.ones_like(logits)).backward()
    adam[generator].step()
    discriminator.train()
    for parameter in discriminator.parameters():
        parameter.requires_grad_(True)


def generate():
    generator.eval()
    with torch.no_grad():
        image = generator(condition)
    generator.train()
    return image


tasks = {"step": step, "generate": generate, "gemm": lambda: matrix @ matrix}
print(json.dumps({"ready": True, "version": torch.__version__}), flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    tasks[line.strip()]()
    print(json.dumps({"ms": (time.perf_counter() - started) * 1e3}), flush=True)
