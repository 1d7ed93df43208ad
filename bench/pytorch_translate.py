"""Translates pictures with a generator of random weights in PyTorch: its loader decodes, threads write PNG files.

    bench/pytorch_translate.py --preset paper|lite PAIR …

Of each pair side by side, the right half is translated.
"""

import argparse
import concurrent.futures
import pathlib
import tempfile

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from pytorch_paper import Generator

parser = argparse.ArgumentParser()
parser.add_argument("--preset", choices=("paper", "lite"), required=True)
parser.add_argument("pictures", nargs="+")
options = parser.parse_args()
is_lite = options.preset == "lite"
generator = Generator(16, 8, 0, "resize") if is_lite else Generator(64, 8, 0.5)


class Pictures(Dataset):
    def __len__(self):
        return len(options.pictures)

    def __getitem__(self, i):
        pair = Image.open(options.pictures[i]).convert("RGB")
        pixels = np.array(pair.crop((pair.width // 2, 0, pair.width, pair.height)))
        return torch.from_numpy(pixels).permute(2, 0, 1).float() / 127.5 - 1


def write(path, image):
    pixels = ((image[0] + 1) * 127.5).round().clamp(0, 255).byte().permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(path)


with tempfile.TemporaryDirectory() as out, concurrent.futures.ThreadPoolExecutor(2) as writers, torch.no_grad():
    written = []
    # Several in a batch would share statistics, which the paper takes from each picture.
    for i, condition in enumerate(DataLoader(Pictures(), batch_size=1, num_workers=1)):
        written.append(writers.submit(write, pathlib.Path(out) / f"{i}.png", generator(condition)))
    for each in written:
        each.result()
