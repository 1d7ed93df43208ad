"""Trains in PyTorch with the config of a run of preset paper, and writes its translations of the test pairs as pictures.

    /usr/bin/python3 bench/pytorch_train.py runs/paper/config.json facades --out runs/paper-pytorch
    npx pix2pix evaluate runs/paper runs/paper-pytorch facades

Everything comes from the run's config: networks, objective, Adam, schedule, augmentation, size, epochs, direction.
Only the random numbers differ. Debian: apt-get install python3-torch python3-opencv libopenblas0-pthread.
"""

import argparse
import json
import pathlib
import random
import sys
import time

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from pytorch_paper import Generator, discriminator_of

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("config", type=pathlib.Path, help="config.json of a run of preset paper")
parser.add_argument("data", type=pathlib.Path, help="side-by-side pairs in train/ and test/")
parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the translations, <name>.png each")
parser.add_argument("--threads", type=int, default=0, help="0: PyTorch's default")
parser.add_argument("--json", action="store_true", help="print losses as lines of JSON")
options = parser.parse_args()
config = json.loads(options.config.read_text())
height, width = config["size"]


def refuse_other_models():
    wanted = {
        "algorithm": "paper",
        "grow": None,
        "batchSize": 1,
        "generator.architecture": "unet",
        "generator.upsampling": "transposed",
        "generator.norm": "batch",
        "generator.skips": True,
        "generator.initializer": "normal",
        "generator.keepLuminance": False,
        "generator.inference.statistics": "batch",
        "discriminator.architecture": "patchgan",
        "discriminator.scales": 1,
        "discriminator.norm": "batch",
        "discriminator.blur": False,
        "discriminator.initializer": "normal",
        "loss.adversarial": "bce",
        "loss.l1Coarse": 0,
        "loss.l2": 0,
        "loss.totalVariation": 0,
        "loss.featureMatching": 0,
        "optimizer.method": "adam",
        "optimizer.form": "pytorch",
        "optimizer.average": None,
        "optimizer.clipNorm": None,
        "optimizer.accumulate": 1,
        "optimizer.discriminatorLearningRate": None,
        "schedule.warmUpEpochs": 0,
        "augment.rotation": 0,
        "augment.scale": 1,
        "augment.color": 0,
        "augment.cutout": 0,
        "augment.distort": 0,
        "augment.roughen": 0,
        "labels.planes": False,
        "labels.boundaries": "none",
        "freeze": None,
        "validation.everySteps": None,
        "minutes": None,
    }
    if config["schedule"]["course"] != "constant":
        wanted["schedule.course"] = "linear"
    for path, value in wanted.items():
        found = config
        for field in path.split("."):
            found = found.get(field) if isinstance(found, dict) else None
        # Older runs lack some fields; their behaviour is the one wanted here.
        if found is not None and found != value:
            sys.exit(f'Cannot train "{options.config}" in PyTorch: {path} is {found}, and only {value} is written here')


# --- data -----------------------------------------------------------------------------------------------------------


def halves(path):
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1]
    side = picture.shape[0]
    a, b = picture[:, :side], picture[:, side:]
    return (a, b) if config["direction"] == "AtoB" else (b, a)


def tensor(picture):
    return torch.from_numpy(picture.astype(np.float32).transpose(2, 0, 1)[None] / 127.5 - 1)


def resize(picture, rows, columns, side):
    """Resizes like the run; runs before version 0.2 average."""
    if config.get("resize", {}).get(side, "area") == "area":
        return cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA)
    below = lambda length, count: ((np.arange(count) + 0.5) * length / count).astype(int)
    return picture[below(picture.shape[0], rows)][:, below(picture.shape[1], columns)]


def augmented(pair):
    jitter = config["augment"]["jitter"]
    rows, columns = round(height * jitter), round(width * jitter)
    top, left = random.randint(0, rows - height), random.randint(0, columns - width)
    mirror = config["augment"]["mirror"] and random.random() < 0.5
    for picture, side in zip(pair, ("condition", "target")):
        part = resize(picture, rows, columns, side)[top : top + height, left : left + width]
        yield tensor(part[:, ::-1] if mirror else part)


def pictures_in(split):
    paths = sorted(path for path in (options.data / split).iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if not paths:
        sys.exit(f'Cannot train on "{options.data}": there are no pictures in "{options.data / split}"')
    return paths


# --- training -------------------------------------------------------------------------------------------------------


def rate_share(epoch):
    schedule = config["schedule"]
    if schedule["course"] == "constant" or epoch <= schedule["constantEpochs"]:
        return 1.0
    return 1 - (epoch - schedule["constantEpochs"]) / (config["epochs"] - schedule["constantEpochs"])


def adam_of(network):
    adam = config["optimizer"]
    return torch.optim.Adam(network.parameters(), adam["learningRate"], (adam["beta1"], adam["beta2"]), adam["epsilon"])


def bce(logits, label):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def judge(image, condition):
    seen = torch.cat([condition, image], 1) if config["discriminator"]["conditional"] else image
    return discriminator(seen)


def step(condition, target):
    weights = config["loss"]
    fake = generator(condition)
    loss_d = torch.zeros(())
    if weights["gan"] > 0:
        adam_d.zero_grad()
        loss_d = weights["discriminator"] * (bce(judge(fake.detach(), condition), 0.0) + bce(judge(target, condition), 1.0))
        loss_d.backward()
        adam_d.step()
    adam_g.zero_grad()
    l1 = F.l1_loss(fake, target)
    loss_g = weights["l1"] * l1
    if weights["gan"] > 0:
        discriminator.requires_grad_(False)
        loss_g = loss_g + weights["gan"] * bce(judge(fake, condition), 1.0)
    loss_g.backward()
    adam_g.step()
    discriminator.requires_grad_(True)
    return {"discriminatorLoss": loss_d.item(), "generatorLoss": loss_g.item(), "l1": l1.item()}


def train():
    paths = pictures_in("train")
    pairs = [halves(path) for path in paths]
    total = min(config["epochs"] * len(pairs), config["steps"] or sys.maxsize)
    started, done = time.time(), 0
    for epoch in range(config["epochs"]):
        order = random.sample(range(len(pairs)), len(pairs)) if config["shuffle"] else range(len(pairs))
        for index, which in enumerate(order):
            if done == total:
                return
            for adam in (adam_g, adam_d):
                adam.param_groups[0]["lr"] = config["optimizer"]["learningRate"] * rate_share(epoch + index / len(pairs))
            losses = step(*augmented(pairs[which]))
            done += 1
            if done % 100 == 0 or done == total:
                report(done, total, time.time() - started, losses)


def report(done, total, seconds, losses):
    if options.json:
        print(json.dumps({"step": done, "seconds": seconds, **losses}), flush=True)
        return
    left = seconds / done * (total - done)
    shown = " ".join(f"{name} {value:.3f}" for name, value in losses.items())
    print(f"step {done}/{total} {shown} | {left / 60:.1f} min left", flush=True)


def translate():
    options.out.mkdir(parents=True, exist_ok=True)
    # As the run translates: the picture's own statistics, dropout as the config says.
    generator.train()
    if not config["generator"]["inference"]["dropout"]:
        for layer in generator.modules():
            if isinstance(layer, nn.Dropout):
                layer.eval()
    for path in pictures_in("test"):
        with torch.no_grad():
            image = generator(tensor(resize(halves(path)[0], height, width, "condition")))[0].numpy().transpose(1, 2, 0)
        levels = np.clip(np.round((image + 1) * 127.5), 0, 255).astype(np.uint8)
        cv2.imwrite(str(options.out / f"{path.stem}.png"), levels[..., ::-1])


refuse_other_models()
if options.threads:
    torch.set_num_threads(options.threads)
torch.manual_seed(config["seed"])
random.seed(config["seed"])
generator = Generator(config["generator"]["filters"], config["generator"]["levels"], config["generator"]["dropout"])
discriminator = discriminator_of(
    config["discriminator"]["filters"], config["discriminator"]["layers"], config["discriminator"]["conditional"]
)
adam_g, adam_d = adam_of(generator), adam_of(discriminator)
train()
translate()
