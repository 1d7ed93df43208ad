"""Writes metrics.json: how near pairs of small pictures are to each other, as other programs measure it.

    /usr/bin/python3 test/goldens/metrics.py     (Debian: python3-skimage; written with scikit-image 0.19.3, SciPy 1.10.1)

Pictures come from a hash, which src/metrics/metrics.test.ts computes as well, so that only results are stored.
SSIM and PSNR are scikit-image's, the distance of histograms is SciPy's; MS-SSIM is written here from the paper
(Wang, Simoncelli, Bovik 2003) on SciPy's filters.
"""
import json
import pathlib

import numpy as np
from scipy import ndimage, stats
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

# width, height, channels, how far the picture is from its truth in levels
CASES = [
    (40, 32, 3, 20),
    (11, 11, 3, 60),
    (23, 51, 1, 5),
    (96, 90, 3, 120),
    (176, 180, 3, 40),
    (64, 48, 3, 0),
]


def uniform(name, count):
    """`count` numbers in [0, 1) that depend on the name alone (FNV-1a, murmur3's finaliser)."""
    seed = 0x811C9DC5
    for letter in name.encode():
        seed = ((seed ^ letter) * 0x01000193) & 0xFFFFFFFF
    x = (np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x9E3779B1)) ^ np.uint32(seed)
    x = (x ^ (x >> 16)) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> 13)) * np.uint32(0xC2B2AE35)
    return (x ^ (x >> 16)) / 2.0**32


def pictures(width, height, channels, amount):
    """A truth of stripes and noise, and a picture off by up to `amount` levels and a little darker."""
    y, x, c = np.mgrid[:height, :width, :channels]
    noise = np.floor(uniform(f"truth {width}", x.size) * 60).astype(int).reshape(x.shape)
    truth = (5 * x + 3 * y + 40 * c + noise) % 256
    off = np.floor(uniform(f"image {width}", x.size) * (2 * amount + 1)).astype(int).reshape(x.shape) - amount
    image = np.clip(truth + off - (amount + 1) // 2, 0, 255)
    return image.astype(np.uint8), truth.astype(np.uint8)


def ms_ssim(a, b):
    exponents = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])
    scales = sum(min(a.shape) // 2**scale >= 11 for scale in range(5))
    exponents = exponents[:scales] / exponents[:scales].sum()
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    blur = lambda x: ndimage.gaussian_filter(x, 1.5, truncate=3.5)[5:-5, 5:-5]
    result = 1.0
    for scale, exponent in enumerate(exponents):
        mean_a, mean_b = blur(a), blur(b)
        var_a, var_b = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2
        structure = (2 * (blur(a * b) - mean_a * mean_b) + c2) / (var_a + var_b + c2)
        brightness = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
        value = (structure * brightness if scale == scales - 1 else structure).mean()
        result *= max(value, 0) ** exponent
        even = lambda x: x[: x.shape[0] // 2 * 2, : x.shape[1] // 2 * 2]
        half = lambda x: ndimage.uniform_filter(even(x), 2, origin=-1)[::2, ::2]
        a, b = half(a), half(b)
    return result


def luma(image):
    return image.astype(float) @ (np.array([0.299, 0.587, 0.114]) if image.shape[2] == 3 else np.array([1.0]))


def energy(image):
    return (np.diff(luma(image), axis=0) ** 2).sum() + (np.diff(luma(image), axis=1) ** 2).sum()


def nyquist(image):
    """Power at half the sampling rate along x, y and both, mean over windows of 16×16; None if none fits."""
    height, width = (side // 16 * 16 for side in image.shape[:2])
    if height * width == 0:
        return None
    windows = luma(image)[:height, :width].reshape(height // 16, 16, width // 16, 16).transpose(0, 2, 1, 3)
    spectrum = np.abs(np.fft.fft2(windows) / 16**2) ** 2
    return (spectrum[..., 0, 8] + spectrum[..., 8, 0] + spectrum[..., 8, 8]).mean()


def log_ratio(a, b):
    return None if a is None else abs(np.log(a / b))


def measure(image, truth):
    channels = range(image.shape[2])
    a, b = image.astype(float), truth.astype(float)
    options = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)
    return {
        "l1": np.abs(a - b).mean() / 127.5,
        "psnr": min(peak_signal_noise_ratio(truth, image, data_range=255), 100),
        "ssim": np.mean([structural_similarity(a[..., c], b[..., c], **options) for c in channels]),
        "msSsim": np.mean([ms_ssim(a[..., c], b[..., c]) for c in channels]),
        "sharpness": energy(image) / energy(truth),
        "sharpnessError": log_ratio(energy(image), energy(truth)),
        "nyquistError": log_ratio(nyquist(image), nyquist(truth)),
        "colours": np.mean([stats.wasserstein_distance(a[..., c].ravel(), b[..., c].ravel()) for c in channels]),
    }


goldens = []
for width, height, channels, amount in CASES:
    measured = measure(*pictures(width, height, channels, amount))
    values = {name: None if value is None else float(value) for name, value in measured.items()}
    goldens.append({"width": width, "height": height, "channels": channels, "amount": amount, "values": values})
path = pathlib.Path(__file__).with_name("metrics.json")
path.write_text(json.dumps(goldens, indent=1) + "\n")
