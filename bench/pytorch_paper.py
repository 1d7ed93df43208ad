"""The paper's networks in PyTorch (Isola et al. 2017, section 6.1)."""

import torch
from torch import nn


def norm(channels):
    layer = nn.BatchNorm2d(channels)
    nn.init.normal_(layer.weight, 1.0, 0.02)
    return layer


def initialised(layer):
    nn.init.normal_(layer.weight, 0.0, 0.02)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def enlarging(upsampling, inputs, outputs, bias):
    if upsampling == "transposed":
        return [initialised(nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=bias))]
    return [nn.Upsample(scale_factor=2), initialised(nn.Conv2d(inputs, outputs, 3, 1, 1, bias=bias))]


class Generator(nn.Module):
    def __init__(self, filters, levels, rate, upsampling="transposed"):
        super().__init__()
        widths = [filters * min(2**level, 8) for level in range(levels)]
        self.downs, self.ups = nn.ModuleList(), nn.ModuleList()
        for level, (inputs, outputs) in enumerate(zip([3] + widths, widths)):
            outer = level in (0, levels - 1)
            conv = initialised(nn.Conv2d(inputs, outputs, 4, 2, 1, bias=outer))
            layers = ([] if level == 0 else [nn.LeakyReLU(0.2)]) + [conv] + ([] if outer else [norm(outputs)])
            self.downs.append(nn.Sequential(*layers))
        inputs = widths[-1]
        for block, outputs in enumerate(reversed(widths[:-1]), 1):
            conv = enlarging(upsampling, inputs, outputs, bias=False)
            noise = [nn.Dropout(rate)] if 1 < block <= levels - 4 and rate > 0 else []
            self.ups.append(nn.Sequential(nn.ReLU(), *conv, norm(outputs), *noise))
            inputs = 2 * outputs
        self.output = nn.Sequential(nn.ReLU(), *enlarging(upsampling, inputs, 3, bias=True), nn.Tanh())

    def forward(self, x):
        skips = []
        for down in self.downs:
            x = down(x)
            skips.append(x)
        skips.pop()
        for up in self.ups:
            x = torch.cat([skips.pop(), up(x)], 1)
        return self.output(x)


def discriminator_of(filters, layers, conditional):
    kernel, padding = (4, 1) if layers > 0 else (1, 0)
    blocks, inputs = [], 6 if conditional else 3
    for level in range(max(layers, 1) + 1):
        outputs = filters * min(2**level, 8)
        stride = 2 if level < layers else 1
        blocks.append(initialised(nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=level == 0)))
        blocks += [norm(outputs)] if level > 0 else []
        blocks.append(nn.LeakyReLU(0.2))
        inputs = outputs
    return nn.Sequential(*blocks, initialised(nn.Conv2d(inputs, 1, kernel, 1, padding)))
