import { readFile } from 'node:fs/promises';
import type { RunConfig } from '../config/config.ts';
import { explainFileError } from '../files/file-error.ts';
import type { WeightsMap } from '../formats/safetensors.ts';
import { fitTensors } from './fit.ts';
import { recognizeKeras } from './keras-article.ts';
import { readKeras } from './keras-thread.ts';
import type { SourceTensor, SourceTensors } from './numbers.ts';
import { recognizeOwn } from './own-weights.ts';
import { isTorchLegacy, readTorch } from './pytorch.ts';
import { recognizeTorch } from './recognize-torch.ts';
import type { Recognized } from './recognized.ts';
import { type Refuse, refusing } from './refuse.ts';
import { isSafetensors, readSafetensors } from './source-safetensors.ts';
import { isZip, readZip } from './zip.ts';

/** An imported generator. */
export interface ImportedModel {
  /** Its origin: "U-Net of pytorch-CycleGAN-and-pix2pix". */
  readonly kind: string;
  readonly config: RunConfig;
  /** All variables `G/…`. */
  readonly tensors: WeightsMap;
}

/**
 * Reads a generator's weights in a format recognised by content, not by name: PyTorch's torch.save, Keras' HDF5 layouts
 * and .keras archives, safetensors. Throws UserError if the file is none of these, damaged, or another network;
 * `MisfitError` if single tensors don't fit.
 */
export async function readModel(path: string): Promise<ImportedModel> {
  const refuse = refusing(path);
  const bytes = await readFile(path).catch(error => refuse(explainFileError(error)));
  const { recognised, tensors } = await recognise(bytes, path, refuse);
  assertReasonable(recognised.config, refuse);
  return {
    kind: recognised.kind,
    config: recognised.config,
    tensors: fitTensors(path, recognised, tensors, refuse),
  };
}

const mostFilters = 1024;
const mostChannels = 64;

/** Shapes in an untrusted file can be anything; networks are only built within limits. */
function assertReasonable({ generator, channels }: RunConfig, refuse: Refuse): void {
  const { filters } = generator;
  if (filters < 1 || filters > mostFilters) {
    refuse(`its first layer has ${filters} filters, expected 1 to ${mostFilters}`);
  }
  const { condition, target } = channels;
  if (Math.min(condition, target) < 1 || Math.max(condition, target) > mostChannels) {
    refuse(`it takes ${condition} channels and makes ${target}, expected 1 to ${mostChannels}`);
  }
}

async function recognise(
  bytes: Uint8Array,
  path: string,
  refuse: Refuse,
): Promise<{ recognised: Recognized; tensors: SourceTensors }> {
  if (isHdf5(bytes)) return keras(bytes, path, refuse);
  if (isZip(bytes)) {
    const inner = readZip(bytes, name => name === kerasEntry, refuse).get(kerasEntry);
    if (inner) return keras(inner, path, refuse);
  }
  if (isZip(bytes) || isTorchLegacy(bytes)) return recognizeTorch(readTorch(bytes, refuse), refuse);
  if (isSafetensors(bytes)) return safetensors(bytes, refuse);
  return refuse(
    'it is neither a PyTorch state_dict (.pth, .pt) nor Keras weights (.h5, .weights.h5, .keras) nor safetensors',
  );
}

/** Keras' file name for the weights in a .keras archive. */
const kerasEntry = 'model.weights.h5';

const hdf5Signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

function isHdf5(bytes: Uint8Array): boolean {
  return hdf5Signature.every((byte, i) => bytes[i] === byte);
}

async function keras(bytes: Uint8Array, path: string, refuse: Refuse) {
  const weights = await readKeras(bytes, path);
  const tensors = new Map<string, SourceTensor>(
    weights.map(({ name, shape, data }) => [name, { shape, read: () => data }]),
  );
  return { recognised: recognizeKeras(weights, refuse), tensors };
}

function safetensors(bytes: Uint8Array, refuse: Refuse) {
  const { tensors, metadata } = readSafetensors(bytes, refuse);
  const recognised = recognizeOwn(tensors, metadata);
  return recognised ? { recognised, tensors } : recognizeTorch(tensors, refuse);
}
