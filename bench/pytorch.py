"""The step of preset article, paper or lite in PyTorch, as a contender of `pix2pix bench`.

Protocol: prints {"ready": true, ...}; then, for each task name read from stdin, runs it once and prints {"ms": ...}.
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

    import pytorch_paper
except ImportError as error:
    print(json.dumps({"ready": False, "reason": str(error)}), flush=True)
    sys.exit(0)

parser = argparse.ArgumentParser()
for name in ("size", "filters", "levels", "batch", "threads"):
    parser.add_argument("--" + name, type=int, required=True)
parser.add_argument("--preset", choices=("article", "paper", "lite"), default="article")
parser.add_argument("--device", default="cpu", help="cpu; anything else means CUDA")
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)
on_cuda = options.device != "cpu"
if on_cuda and not torch.cuda.is_available():
    print(json.dumps({"ready": False, "reason": f"PyTorch {torch.__version__} finds no CUDA device"}), flush=True)
    sys.exit(0)
device = torch.device("cuda" if on_cuda else "cpu")
torch.backends.cudnn.benchmark = True  # as pytorch-CycleGAN-and-pix2pix does


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


class PaperDiscriminator(nn.Module):
    def __init__(self, filters):
        super().__init__()
        self.layers = pytorch_paper.discriminator_of(filters, 3, True)

    def forward(self, image, condition):
        return self.layers(torch.cat([condition, image], 1))


is_article = options.preset == "article"
if is_article:
    generator, discriminator = Generator(options.filters, options.levels), Discriminator(options.filters)
else:
    is_lite = options.preset == "lite"
    rate, upsampling = (0, "resize") if is_lite else (0.5, "transposed")
    generator = pytorch_paper.Generator(options.filters, options.levels, rate, upsampling)
    discriminator = PaperDiscriminator(options.filters)
networks = (generator.to(device), discriminator.to(device))
adam = {net: torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999), 1e-7) for net in networks}
shape = (options.batch, 3, options.size, options.size)
condition, target = (torch.rand(shape, device=device) * 2 - 1 for _ in range(2))
matrix = torch.rand(2048, 2048, device=device)


def bce(logits, label):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def update(network, loss):
    adam[network].zero_grad()
    loss().backward()
    adam[network].step()


def article_step():
    fake = generate()
    update(discriminator, lambda: bce(discriminator(target, condition), 1.0))
    update(discriminator, lambda: bce(discriminator(fake, condition), 0.0))
    discriminator.requires_grad_(False)
    discriminator.eval()
    update(generator, lambda: bce(discriminator(generator(condition), condition), 1.0))
    discriminator.train()
    discriminator.requires_grad_(True)


def paper_step():
    fake = generator(condition)
    on_fake = lambda: bce(discriminator(fake.detach(), condition), 0.0)
    update(discriminator, lambda: 0.5 * (on_fake() + bce(discriminator(target, condition), 1.0)))
    discriminator.requires_grad_(False)
    update(generator, lambda: bce(discriminator(fake, condition), 1.0) + 100 * F.l1_loss(fake, target))
    discriminator.requires_grad_(True)


def generate():
    # The paper translates with the picture's own statistics and with dropout.
    generator.train(not is_article)
    with torch.no_grad():
        image = generator(condition)
    generator.train()
    return image


def timed(task):
    started = time.perf_counter()
    task()
    if on_cuda:
        torch.cuda.synchronize()
    return (time.perf_counter() - started) * 1e3


step = article_step if is_article else paper_step
tasks = {"step": step, "generate": generate, "gemm": lambda: matrix @ matrix}
name = f" on {torch.cuda.get_device_name()}" if on_cuda else ""
print(json.dumps({"ready": True, "version": torch.__version__ + name}), flush=True)
for line in sys.stdin:
    print(json.dumps({"ms": timed(tasks[line.strip()])}), flush=True)
