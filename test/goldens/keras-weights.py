"""Writes weights of the article's generator in Keras' HDF5 layouts, through h5py, as Keras does.

    /usr/bin/python3 test/goldens/keras-weights.py [DIR]     (python3-h5py; written with h5py 3.7.0)

Values come from a hash of our names of the variables, which test/import-keras.test.ts computes as well. Files:
    legacy.h5            model.save_weights('….h5') up to Keras 2: layers by name, each with a list of its weights
    saved.h5             model.save('….h5'): the same below model_weights, with the model's config and an optimiser
    named.h5             as legacy.h5, of a model whose layers are named by hand, numbers in float64, compressed
    new.weights.h5       model.save_weights('….weights.h5') of Keras 3: layers/conv2d_1/vars/0
    checkpoint.weights.h5  the same as TensorFlow 2.12 called it: _layer_checkpoint_dependencies
    model.keras          model.save('….keras'): a zip file around new.weights.h5
    short.h5             as legacy.h5 without the last layer, and with a wrong shape
Without DIR they go to test/goldens/keras-weights, each compressed as FILE.gz.
"""
import gzip
import pathlib
import sys
import zipfile

import h5py
import numpy as np

FILTERS, LEVELS = 1, 7


def uniform(name, count):
    """`count` numbers in [0, 1) that depend on the name alone (FNV-1a, murmur3's finaliser)."""
    seed = 0x811C9DC5
    for letter in name.encode():
        seed = ((seed ^ letter) * 0x01000193) & 0xFFFFFFFF
    x = (np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x9E3779B1)) ^ np.uint32(seed)
    x = (x ^ (x >> 16)) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> 13)) * np.uint32(0xC2B2AE35)
    return (x ^ (x >> 16)) / 2.0**32


def value(name, shape):
    u = uniform(name, int(np.prod(shape))).reshape(shape)
    if name.endswith("kernel"):
        height, width, a, b = shape
        return coarse((2 * u - 1) * np.sqrt(6 / (height * width * max(a, b))))
    if name.endswith("variance"):
        return 1 + coarse(0.6 * u - 0.3)
    return coarse(0.5 + u if name.endswith("gamma") else 0.6 * u - 0.3)


def coarse(values):
    """Multiples of 1/16, which compress well."""
    return (np.floor(values.astype("<f4") * 16) / 16).astype("<f4")


def layers():
    """Keras' layers in order: class, our scope, shapes of the weights."""
    width = lambda level: FILTERS * min(2 ** (level - 1), 8)
    conv = lambda scope, inputs, outputs: ("conv2d", f"G/{scope}/conv", {"kernel": (4, 4, inputs, outputs), "bias": (outputs,)})
    norm = lambda scope, channels: (
        "batch_normalization",
        f"G/{scope}/norm",
        {part: (channels,) for part in ("gamma", "beta", "moving_mean", "moving_variance")},
    )
    found = [("input_layer", "", {})]
    for level in range(1, LEVELS + 1):
        found += [conv(f"down{level}", 3 if level == 1 else width(level - 1), width(level)), ("leaky_re_lu", "", {})]
        found += [norm(f"down{level}", width(level))] if level > 1 else []
    inputs = width(LEVELS)
    for block in range(1, LEVELS):
        outputs = width(LEVELS - block)
        found += [("up_sampling2d", "", {}), conv(f"up{block}", inputs, outputs)]
        found += [("dropout", "", {})] if block < LEVELS - 3 else []
        found += [norm(f"up{block}", outputs), ("concatenate", "", {})]
        inputs = 2 * outputs
    return [*found, ("up_sampling2d", "", {}), conv("output", inputs, 3)]


def numbered(kinds, start=0):
    """conv2d, conv2d_1, …; a second model in a session goes on counting."""
    counts = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, start - 1) + 1
        yield kind if counts[kind] == 0 else f"{kind}_{counts[kind]}"


def write_legacy(group, found, names, **options):
    group.attrs["layer_names"] = [name.encode() for name in names]
    group.attrs["backend"] = b"tensorflow"
    group.attrs["keras_version"] = b"2.15.0"
    for name, (_, scope, shapes) in zip(names, found):
        layer = group.create_group(name)
        layer.attrs["weight_names"] = [f"{name}/{part}:0".encode() for part in shapes]
        for part, shape in shapes.items():
            data = value(f"{scope}/{part}", shape)
            layer.create_dataset(f"{name}/{part}:0", data=data.astype(options.get("dtype", "<f4")), **options.get("storage", {}))


def write_new(file, root, found):
    for name, (kind, scope, shapes) in zip(numbered(kind for kind, *_ in found), found):
        stored = file.create_group(f"{root}/{name}/vars")
        if kind == "dropout":
            file[f"{root}/{name}/seed_generator/vars/0"] = np.array([7, 0], "u4")
        for i, (part, shape) in enumerate(shapes.items()):
            stored[str(i)] = value(f"{scope}/{part}", shape)
    file["optimizer/vars/0"] = np.array(5, "i8")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    found = layers()
    kinds = [kind for kind, *_ in found]
    with h5py.File(folder / "legacy.h5", "w") as file:
        write_legacy(file, found, list(numbered(kinds)))
    with h5py.File(folder / "saved.h5", "w") as file:
        file.attrs["model_config"] = '{"class_name": "Functional"}'
        write_legacy(file.create_group("model_weights"), found, list(numbered(kinds, 3)))
        file["optimizer_weights/Adam/m/conv2d_3/kernel:0"] = np.zeros((4, 4, 3, FILTERS), "<f4")
    with h5py.File(folder / "named.h5", "w") as file:
        storage = {"compression": "gzip", "shuffle": True}
        names = [f"{'zyxwvutsrqponmlkjihgfedcba'[i % 26]}{i}" for i in range(len(found))]
        write_legacy(file, found, names, dtype="<f8", storage=storage)
    with h5py.File(folder / "new.weights.h5", "w") as file:
        write_new(file, "layers", found)
    with h5py.File(folder / "checkpoint.weights.h5", "w") as file:
        write_new(file, "_layer_checkpoint_dependencies", found)
    with zipfile.ZipFile(folder / "model.keras", "w") as archive:
        for name, data in [
            ("metadata.json", b'{"keras_version": "3.3.3"}'),
            ("config.json", b'{"class_name": "Functional"}'),
            ("model.weights.h5", (folder / "new.weights.h5").read_bytes()),
        ]:
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 17, 0, 0, 0)), data)
    with h5py.File(folder / "short.h5", "w") as file:
        wrong = [(kind, scope, {**shapes, "kernel": (4, 4, 5, 2)} if scope == "G/down3/conv" else shapes) for kind, scope, shapes in found]
        write_legacy(file, wrong[:-1], list(numbered(kinds))[:-1])


if len(sys.argv) > 1:
    main(pathlib.Path(sys.argv[1]))
else:
    goldens = pathlib.Path(__file__).with_name("keras-weights")
    main(goldens)
    for path in [path for path in goldens.iterdir() if path.suffix != ".gz"]:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        path.unlink()
