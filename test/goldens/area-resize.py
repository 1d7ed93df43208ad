"""Writes area-resize.json: what OpenCV's INTER_AREA makes of small random pictures.

    /usr/bin/python3 test/goldens/area-resize.py     (python3-opencv; written with OpenCV 4.6.0)
"""
import base64
import json
import pathlib

import cv2
import numpy as np

# (what, channels, input width × height, output width × height)
CASES = [
    ("down by 2", 3, (32, 24), (16, 12)),
    ("down by 4", 1, (64, 48), (16, 12)),
    ("down by 3 and 2", 3, (36, 24), (12, 12)),
    ("down, fractional", 3, (37, 29), (16, 16)),
    ("down, fractional, one channel", 1, (31, 23), (7, 5)),
    ("down by a hair", 3, (33, 21), (32, 20)),
    ("down in width only", 3, (40, 17), (27, 17)),
    ("down, four channels", 4, (25, 19), (10, 8)),
    ("down to one pixel", 3, (5, 4), (1, 1)),
    ("up by 2", 3, (12, 9), (24, 18)),
    ("up, fractional", 3, (17, 13), (29, 20)),
    ("up by 286/256", 3, (64, 32), (72, 36)),
    ("up, fractional, one channel", 1, (16, 12), (40, 30)),
    ("up in height only", 3, (18, 10), (18, 23)),
    ("up from one pixel", 3, (1, 1), (5, 4)),
    ("up from two pixels", 1, (2, 2), (3, 5)),
    ("narrower and higher", 3, (40, 12), (21, 30)),
    ("wider and lower", 3, (21, 30), (50, 11)),
    ("wider and lower, one channel", 1, (10, 64), (33, 16)),
    ("same size", 3, (7, 5), (7, 5)),
]


def base64_of(array):
    return base64.b64encode(array.tobytes()).decode()


random = np.random.default_rng(1)
goldens = []
for what, channels, (width, height), (out_width, out_height) in CASES:
    # Noise with some flat, saturated patches: hard edges show a misplaced tap at once.
    source = random.integers(0, 256, (height, width, channels), dtype=np.uint8)
    source[: height // 3, : width // 3] = 255
    source[height // 2 :, width // 2 :] //= 8
    resized = cv2.resize(source, (out_width, out_height), interpolation=cv2.INTER_AREA)
    goldens.append(
        {
            "what": what,
            "channels": channels,
            "from": [width, height],
            "to": [out_width, out_height],
            "source": base64_of(source),
            "resized": base64_of(resized),
        }
    )

path = pathlib.Path(__file__).with_name("area-resize.json")
path.write_text(json.dumps({"opencv": cv2.__version__, "goldens": goldens}, indent=2) + "\n")
print(path, path.stat().st_size, "bytes")
