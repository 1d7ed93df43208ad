"""Writes pytorch.jsonl, a line a case: networks, gradients and five training steps as PyTorch computes them, in double precision.

    /usr/bin/python3 test/goldens/pytorch.py     (python3-torch; written with PyTorch 1.13.0)

Weights, images, dropout masks and mixing factors come from a hash of their names, which test/pytorch.test.ts
computes as well, so that only results are stored: of step 1 the generated image (every few pixels) and every
gradient, as 16-bit fixed point relative to the largest; of five steps the losses. Kernels are drawn and gradients
stored as [height, width, inputs, outputs] ([height, width, outputs, inputs] where a convolution is transposed).

The networks are written from their publications: Isola et al. 2017 (arXiv:1611.07004), section 6.1; Zhu et al. 2017
(arXiv:1703.10593), section 7.2; Wang et al. 2018 (arXiv:1711.11585), section 3.
"""
import base64
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

STEPS = 5
LEAK = 0.2
EPSILON = 1e-5


# --- shared numbers ---------------------------------------------------------------------------------------------


def uniform(name, count):
    """`count` numbers in [0, 1) that depend on the name alone (FNV-1a, murmur3's finaliser)."""
    seed = 0x811C9DC5
    for letter in name.encode():
        seed = ((seed ^ letter) * 0x01000193) & 0xFFFFFFFF
    x = (np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x9E3779B1)) ^ np.uint32(seed)
    x = (x ^ (x >> 16)) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> 13)) * np.uint32(0xC2B2AE35)
    return (x ^ (x >> 16)) / 2.0**32


def initial(name, shape):
    u = torch.from_numpy(uniform(name, math.prod(shape))).reshape(shape)
    if name.endswith("kernel"):
        height, width, a, b = shape
        return (2 * u - 1) * math.sqrt(6 / (height * width * max(a, b)))
    return 0.5 + u if name.endswith("gamma") else 0.6 * u - 0.3


def image(name, batch, size, channels=3):
    """Noise on [-1, 1), NHWC to NCHW."""
    height, width = size
    values = uniform(name, batch * height * width * channels)
    return torch.from_numpy(2 * values - 1).reshape(batch, height, width, channels).permute(0, 3, 1, 2)


class Network:
    """Weights by name, made when first asked for."""

    def __init__(self):
        self.weights = {}

    def weight(self, name, shape):
        if name not in self.weights:
            value = initial(name, shape)
            # [h, w, i, o] -> [o, i, h, w], and [h, w, o, i] -> [i, o, h, w]: PyTorch's two layouts
            value = value.permute(3, 2, 0, 1) if len(shape) == 4 else value
            self.weights[name] = value.contiguous().requires_grad_()
        return self.weights[name]

    def conv(self, scope, x, filters, kernel=4, stride=1, padding=1, bias=False):
        w = self.weight(f"{scope}/conv/kernel", (kernel, kernel, x.shape[1], filters))
        b = self.weight(f"{scope}/conv/bias", (filters,)) if bias else None
        return F.conv2d(x, w, b, stride=stride, padding=padding)

    def transposed(self, scope, x, filters, kernel=4, bias=False):
        w = self.weight(f"{scope}/conv/kernel", (kernel, kernel, filters, x.shape[1]))
        b = self.weight(f"{scope}/conv/bias", (filters,)) if bias else None
        return F.conv_transpose2d(x, w, b, stride=2, padding=1, output_padding=4 - kernel)

    def norm(self, scope, x, kind):
        if kind == "none":
            return x
        if kind == "instance":
            return F.instance_norm(x, eps=EPSILON)
        gamma = self.weight(f"{scope}/norm/gamma", (x.shape[1],))
        beta = self.weight(f"{scope}/norm/beta", (x.shape[1],))
        return F.batch_norm(x, None, None, gamma, beta, training=True, eps=EPSILON)


# --- generators -------------------------------------------------------------------------------------------------


def enlarge(net, scope, x, filters, options, kernel, bias):
    if options["upsampling"] == "transposed":
        return net.transposed(scope, x, filters, kernel, bias)
    return net.conv(scope, F.interpolate(x, scale_factor=2, mode="nearest"), filters, 3, 1, 1, bias)


def unet(net, x, options, mask):
    """C64-C128-…-C512 down, CD512-…-C64 up; activations in front of the convolutions."""
    levels, norm = options["levels"], options["norm"]
    plain_bias, normed_bias = norm != "batch", norm == "none"
    width = lambda level: options["filters"] * min(2 ** (level - 1), 8)
    skips = []
    for level in range(1, levels + 1):
        scope = f"G/down{level}"
        outer = level in (1, levels)
        y = x if level == 1 else F.leaky_relu(x, LEAK)
        y = net.conv(scope, y, width(level), 4, 2, 1, plain_bias if outer else normed_bias)
        x = y if outer else net.norm(scope, y, norm)
        skips.append(x)
    skips.pop()
    for block in range(1, levels):
        scope, skip = f"G/up{block}", skips.pop()
        y = enlarge(net, scope, F.relu(x), skip.shape[1], options, 4, normed_bias)
        y = net.norm(scope, y, norm)
        if options["dropout"] > 0 and 1 < block <= levels - 4:
            y = y * mask(f"{scope}/dropout/mask", y.shape, options["dropout"])
        x = torch.cat([skip, y], 1) if options["skips"] else y
    return torch.tanh(enlarge(net, "G/output", F.relu(x), 3, options, 4, True))


def resnet_features(net, x, options, mask):
    """c7s1-64, d128, d256, R256 …, u128, u64, all with reflected borders where the stride is 1."""
    norm, filters = options["norm"], options["filters"]
    bias = norm == "none"
    reflect = lambda x, width: F.pad(x, [width] * 4, mode="reflect")
    layer = lambda scope, y: F.relu(net.norm(scope, y, norm))
    x = layer("G/input", net.conv("G/input", reflect(x, 3), filters, 7, 1, 0, bias))
    for level in range(1, options["levels"] + 1):
        scope = f"G/down{level}"
        x = layer(scope, net.conv(scope, x, filters * 2**level, 3, 2, 1, bias))
    for block in range(1, options["blocks"] + 1):
        scope = f"G/block{block}"
        y = net.conv(f"{scope}/first", reflect(x, 1), x.shape[1], 3, 1, 0, bias)
        y = layer(f"{scope}/first", y)
        if options["dropout"] > 0:
            y = y * mask(f"{scope}/dropout/mask", y.shape, options["dropout"])
        y = net.conv(f"{scope}/second", reflect(y, 1), x.shape[1], 3, 1, 0, bias)
        x = x + net.norm(f"{scope}/second", y, norm)
    for level in range(options["levels"], 0, -1):
        scope = f"G/up{options['levels'] - level + 1}"
        x = layer(scope, enlarge(net, scope, x, filters * 2 ** (level - 1), options, 3, bias))
    return x


def resnet(net, x, options, mask):
    """… and c7s1-3."""
    x = resnet_features(net, x, options, mask)
    return torch.tanh(net.conv("G/output", F.pad(x, [3] * 4, mode="reflect"), 3, 7, 1, 0, True))


def enhancer(net, x, options, mask):
    """c7s1-32, d64, the sum with the global generator's features of the picture at half the size, R64 …, u32, c7s1-3."""
    norm, filters = options["norm"], options["filters"]
    bias = norm == "none"
    reflect = lambda x, width: F.pad(x, [width] * 4, mode="reflect")
    layer = lambda scope, y: F.relu(net.norm(scope, y, norm))
    coarse = resnet_features(net, F.avg_pool2d(x, 3, 2, 1, count_include_pad=False), options, mask)
    at = "G/enhancer"
    y = layer(f"{at}/input", net.conv(f"{at}/input", reflect(x, 3), filters // 2, 7, 1, 0, bias))
    y = layer(f"{at}/down", net.conv(f"{at}/down", y, filters, 3, 2, 1, bias)) + coarse
    for block in range(1, options["enhancerBlocks"] + 1):
        first, second = f"{at}/block{block}/first", f"{at}/block{block}/second"
        z = layer(first, net.conv(first, reflect(y, 1), filters, 3, 1, 0, bias))
        y = y + net.norm(second, net.conv(second, reflect(z, 1), filters, 3, 1, 0, bias), norm)
    y = layer(f"{at}/up", enlarge(net, f"{at}/up", y, filters // 2, options, 3, bias))
    return torch.tanh(net.conv(f"{at}/output", reflect(y, 3), 3, 7, 1, 0, True))


GENERATORS = {"unet": unet, "resnet": resnet, "enhancer": enhancer}


# --- discriminators ---------------------------------------------------------------------------------------------


def patches(net, scope, x, options):
    """n strided convolutions, one more, and the logits; n = 0 looks at single pixels. Returns (logits, features)."""
    layers, norm, filters = options["layers"], options["norm"], options["filters"]
    kernel, padding = (1, 0) if layers == 0 else (4, 1)
    features = []
    for level in range(1, max(layers, 1) + 2):
        at = f"{scope}/down{level}"
        stride = 2 if level <= layers else 1
        width = filters * min(2 ** (level - 1), 8)
        x = net.conv(at, x, width, kernel, stride, padding, level == 1 or norm == "none")
        x = F.leaky_relu(x if level == 1 else net.norm(at, x, norm), LEAK)
        features.append(x)
    return net.conv(f"{scope}/output", x, 1, kernel, 1, padding, True), features


def judge(net, picture, condition, options):
    pair = torch.cat([condition, picture], 1) if options["conditional"] else picture
    if options["scales"] == 1:
        return [patches(net, "D", pair, options)]
    results = []
    for scale in range(1, options["scales"] + 1):
        if scale > 1:
            pair = F.avg_pool2d(pair, 3, 2, 1, count_include_pad=False)
        results.append(patches(net, f"D/scale{scale}", pair, options))
    return results


# --- losses -----------------------------------------------------------------------------------------------------


def adversarial(kind, x, real):
    if kind == "bce":
        return F.binary_cross_entropy_with_logits(x, torch.full_like(x, float(real)))
    if kind == "lsgan":
        return ((x - float(real)) ** 2).mean()
    if kind == "hinge":
        return F.relu(1 - x if real else 1 + x).mean()
    return -x.mean() if real else x.mean()


def fooling(kind, x):
    return -x.mean() if kind in ("hinge", "wgan-gp") else adversarial(kind, x, True)


def penalty(net, real, fake, condition, options, mix):
    """Gulrajani et al. 2017 (arXiv:1704.00028), equation 3."""
    between = (mix * real + (1 - mix) * fake).requires_grad_()
    total = sum(logits.sum() for logits, _ in judge(net, between, condition, options))
    (slope,) = torch.autograd.grad(total, between, create_graph=True)
    return ((slope.square().sum((1, 2, 3)).sqrt() - 1) ** 2).mean()


# --- training ---------------------------------------------------------------------------------------------------

PAPER = {
    "size": [32, 32],
    "batchSize": 1,
    "generator": {
        "architecture": "unet",
        "filters": 2,
        "levels": 4,
        "blocks": 9,
        "dropout": 0,
        "norm": "batch",
        "upsampling": "transposed",
        "skips": True,
    },
    "discriminator": {"filters": 2, "layers": 3, "scales": 1, "norm": "batch", "conditional": True},
    "loss": {
        "adversarial": "bce",
        "gan": 1,
        "l1": 100,
        "l2": 0,
        "totalVariation": 0,
        "featureMatching": 0,
        "gradientPenalty": 10,
        "discriminator": 0.5,
    },
}

CASES = {
    "the paper at 256×256, 8 levels": {"size": [256, 256], "generator": {"levels": 8, "dropout": 0.5}},
    "the paper at 128×128, 7 levels": {"size": [128, 128], "generator": {"levels": 7, "dropout": 0.5}},
    "encoder–decoder without skips and norms, 16×16 patches, hinge, L2 and total variation": {
        "generator": {"skips": False, "norm": "none", "levels": 3, "filters": 3},
        "discriminator": {"layers": 1, "norm": "none", "filters": 3},
        "loss": {"adversarial": "hinge", "l1": 0, "l2": 10, "totalVariation": 2},
    },
    "U-Net with resized upsampling and instance norm, pixels, least squares": {
        "size": [48, 32],
        "batchSize": 2,
        "generator": {"upsampling": "resize", "norm": "instance", "levels": 3},
        "discriminator": {"layers": 0, "norm": "instance", "filters": 4},
        "loss": {"adversarial": "lsgan"},
    },
    # L2, since one pixel lies within float32's precision of L1's kink
    "ResNet with batch norm and dropout, whole image": {
        "size": [96, 96],
        "generator": {"architecture": "resnet", "levels": 2, "blocks": 2, "dropout": 0.5},
        "discriminator": {"layers": 5, "filters": 1},
        "loss": {"l1": 0, "l2": 50},
    },
    "ResNet with instance norm, Wasserstein with penalty, unconditional": {
        "size": [32, 48],
        "batchSize": 2,
        "generator": {"architecture": "resnet", "levels": 2, "blocks": 1, "norm": "instance", "upsampling": "resize"},
        "discriminator": {"layers": 2, "norm": "none", "conditional": False},
        "loss": {"adversarial": "wgan-gp", "l1": 10},
    },
    "Pix2PixHD’s global generator, two scales, feature matching": {
        "size": [64, 64],
        "generator": {"architecture": "resnet", "levels": 3, "blocks": 1, "norm": "instance"},
        "discriminator": {"scales": 2, "layers": 2, "norm": "instance"},
        "loss": {"adversarial": "lsgan", "l1": 0, "featureMatching": 10},
    },
    "Pix2PixHD’s local enhancer around its global generator": {
        "size": [64, 48],
        "generator": {
            "architecture": "enhancer",
            "filters": 4,
            "levels": 2,
            "blocks": 1,
            "enhancerBlocks": 2,
            "norm": "instance",
        },
        "discriminator": {"scales": 2, "layers": 1, "norm": "instance"},
        "loss": {"adversarial": "lsgan", "l1": 0, "featureMatching": 10},
    },
}


def complete(case):
    return {
        field: {**value, **case.get(field, {})} if isinstance(value, dict) else case.get(field, value)
        for field, value in PAPER.items()
    }


def train(config):
    generator, critic = Network(), Network()
    build = GENERATORS[config["generator"]["architecture"]]
    loss, batch, size = config["loss"], config["batchSize"], config["size"]
    losses, first, optimizers = [], {}, None
    for step in range(STEPS):
        condition, target = image(f"condition {step}", batch, size), image(f"target {step}", batch, size)

        def mask(name, shape, rate):
            n, c, h, w = shape
            u = uniform(f"{name} {step}", math.prod(shape)).reshape(n, h, w, c).transpose(0, 3, 1, 2)
            return torch.from_numpy(np.where(u < rate, 0, 1 / (1 - rate)))

        fake = build(generator, condition, config["generator"], mask)
        look = lambda picture: judge(critic, picture, condition, config["discriminator"])

        kind = loss["adversarial"]
        on_fake = sum(adversarial(kind, logits, False) for logits, _ in look(fake.detach()))
        on_real = sum(adversarial(kind, logits, True) for logits, _ in look(target))
        critic_loss = on_fake + on_real
        if kind == "wgan-gp":
            mix = torch.from_numpy(uniform(f"mix {step}", batch)).reshape(batch, 1, 1, 1)
            slope = penalty(critic, target, fake.detach(), condition, config["discriminator"], mix)
            critic_loss = critic_loss + loss["gradientPenalty"] * slope
        if optimizers is None:
            optimizers = [
                torch.optim.Adam(list(net.weights.values()), lr=2e-4, betas=(0.5, 0.999), eps=1e-8)
                for net in (critic, generator)
            ]
        for optimizer in optimizers:
            optimizer.zero_grad()
        (loss["discriminator"] * critic_loss).backward()
        if step == 0:
            first["discriminator"] = gradients(critic)
        optimizers[0].step()

        on_fake = look(fake)
        l1 = (target - fake).abs().mean()
        objective = loss["gan"] * sum(fooling(kind, logits) for logits, _ in on_fake)
        objective = objective + loss["l1"] * l1 + loss["l2"] * ((target - fake) ** 2).mean()
        if loss["totalVariation"] > 0:
            down = (fake[:, :, 1:] - fake[:, :, :-1]).abs().mean()
            across = (fake[:, :, :, 1:] - fake[:, :, :, :-1]).abs().mean()
            objective = objective + loss["totalVariation"] * (down + across)
        if loss["featureMatching"] > 0:
            scales = [
                sum((a - b.detach()).abs().mean() for a, b in zip(seen, wanted))
                for (_, seen), (_, wanted) in zip(on_fake, look(target))
            ]
            objective = objective + loss["featureMatching"] * sum(scales) / len(scales)
        for optimizer in optimizers:
            optimizer.zero_grad()
        objective.backward()
        if step == 0:
            first["generator"] = gradients(generator)
            every = max(size[0] // 16, 1)
            first["fake"] = packed(fake.detach()[:, :, ::every, ::every].permute(0, 2, 3, 1))
        optimizers[1].step()
        losses.append([number(critic_loss) / 2, number(objective), number(l1)])
    return {"first": first, "losses": losses}


def number(tensor):
    return tensor.detach().item()


def gradients(net):
    """By name, kernels with [height, width, …] in front again."""
    return {
        name: packed(weight.grad.permute(2, 3, 1, 0) if weight.dim() == 4 else weight.grad)
        for name, weight in net.weights.items()
    }


def packed(tensor):
    largest = tensor.abs().max().item()
    values = np.rint(tensor.contiguous().numpy() / (largest or 1) * 32767).astype("<i2")
    return {"largest": largest, "values": base64.b64encode(values.tobytes()).decode()}


goldens = []
for what, case in CASES.items():
    config = complete(case)
    goldens.append({"what": what, "config": config, **train(config)})
    print(what, goldens[-1]["losses"])

path = pathlib.Path(__file__).with_name("pytorch.jsonl")
lines = [json.dumps(each, ensure_ascii=False) for each in goldens]
path.write_text("\n".join(lines) + "\n")
print(path, path.stat().st_size, "bytes")
