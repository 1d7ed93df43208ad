import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { firstLineOf, UserError } from '../../core/errors.ts';
import type { Image } from '../../core/image.ts';
import { explainFileError } from '../../files/file-error.ts';
import { resample } from '../../images/resize.ts';
import { type LayerFeatures, perceptualDistance } from '../../metrics/perceptual-distance.ts';
import { openSession, type Session, type SessionValue } from '../../runtime/session.ts';
import { type FeatureManifest, manifestPath, readManifest } from './manifest.ts';

/** A network's features of a picture. */
export interface Sight {
  /** [D], for FID and KID; null if the manifest names none. */
  readonly features: Float32Array | null;
  /** For LPIPS; empty if the manifest names none. */
  readonly layers: readonly LayerFeatures[];
}

/** Information about a network for the report, as plain data. */
export interface FeatureNetworkAbout {
  readonly path: string;
  /** SHA-256 of the file, in hexadecimal; scores by different networks can't be compared. */
  readonly sha256: string;
  readonly input: FeatureManifest['input'];
  /** The output for FID and KID; null if there is none. */
  readonly features: string | null;
  /** The outputs for LPIPS. */
  readonly layers: readonly { readonly output: string; readonly weighted: boolean }[];
}

/** A pretrained network whose features are used to compare pictures. */
export interface FeatureNetwork {
  readonly about: FeatureNetworkAbout;
  /** Throws UserError if the outputs differ from the manifest, or hold NaN or infinite values. */
  look(picture: Image): Promise<Sight>;
  /** LPIPS between two pictures; null if there are no layers. */
  distance(picture: Sight, truth: Sight): number | null;
  close(): Promise<void>;
}

/** Opens an ONNX file and the manifest in the same folder. Throws {@link UserError} if either can't be used. */
export async function openFeatureNetwork(path: string): Promise<FeatureNetwork> {
  const refuse = (reason: string): never => {
    throw new UserError(`Cannot use feature network "${path}": ${reason}`);
  };
  const bytes = await readFile(path).catch(error => refuse(explainFileError(error)));
  const session = await openSession(bytes).catch(error =>
    refuse(`ONNX Runtime does not accept it: ${firstLineOf(error)}`),
  );
  try {
    const manifest = await readManifest(path, session.outputs);
    assertNames(session, manifest, path, refuse);
    return networkOf(session, manifest, createHash('sha256').update(bytes).digest('hex'), path, refuse);
  } catch (error) {
    await session.release();
    throw error;
  }
}

type Refuse = (reason: string) => never;

function networkOf(
  session: Session,
  manifest: FeatureManifest,
  sha256: string,
  path: string,
  refuse: Refuse,
): FeatureNetwork {
  const { input, features, layers = [] } = manifest;
  const weights = layers.map(layer => layer.weights ?? null);
  const read = (results: Readonly<Record<string, SessionValue>>, output: string): LayerFeatures => {
    const layer = layerOf(results[output]!, input.layout) ?? refuse(explainShape(output, results[output]!));
    if (layer.data.every(Number.isFinite)) return layer;
    return refuse(
      `output "${output}" holds NaN or infinite values; check "range", "mean" and "std" in "${manifestPath(path)}"`,
    );
  };
  return {
    about: {
      path,
      sha256,
      input,
      features: features ?? null,
      layers: layers.map(({ output }, i) => ({ output, weighted: weights[i] !== null })),
    },
    look: async picture => {
      const results = await session
        .run({ [session.inputs[0]!]: feedOf(picture, manifest) })
        .catch(error => refuse(`it rejects its input: ${firstLineOf(error)}`));
      const seen = layers.map(({ output, weights }) => {
        const layer = read(results, output);
        if (weights === undefined || weights.length === layer.channels) return layer;
        return refuse(`layer "${output}" has ${layer.channels} channels and ${weights.length} weights`);
      });
      return {
        features: features === undefined ? null : meanOverPixels(read(results, features)),
        layers: seen,
      };
    },
    distance: (picture, truth) =>
      layers.length === 0 ? null : perceptualDistance(picture.layers, truth.layers, weights),
    close: () => session.release(),
  };
}

function assertNames(session: Session, manifest: FeatureManifest, path: string, refuse: Refuse): void {
  if (session.inputs.length !== 1) {
    refuse(
      `it has ${session.inputs.length} inputs (${session.inputs.join(', ')}), expected one, for the image`,
    );
  }
  const { features = [], layers = [] } = manifest;
  const wanted = [features, layers.map(({ output }) => output)].flat();
  const absent = wanted.find(name => !session.outputs.includes(name));
  if (absent === undefined) return;
  const names = session.outputs.map(name => `"${name}"`).join(', ');
  refuse(`"${manifestPath(path)}" names output "${absent}", but it has ${names}`);
}

/** An output of one picture: [1, C], [1, C, H, W] or [1, H, W, C]; null for any other shape. */
function layerOf({ data, shape }: SessionValue, layout: 'NCHW' | 'NHWC'): LayerFeatures | null {
  if (!(data instanceof Float32Array) || data.length === 0 || shape[0] !== 1) return null;
  if (shape.length === 2)
    return { data, pixels: 1, channels: data.length, pixelStride: data.length, channelStride: 1 };
  if (shape.length !== 4) return null;
  const channels = layout === 'NCHW' ? shape[1]! : shape[3]!;
  const pixels = data.length / channels;
  return layout === 'NCHW'
    ? { data, pixels, channels, pixelStride: 1, channelStride: pixels }
    : { data, pixels, channels, pixelStride: channels, channelStride: 1 };
}

function explainShape(output: string, { data, shape }: SessionValue): string {
  const kind = data instanceof Float32Array ? '' : ' of another type';
  return `output "${output}" is [${shape.join(', ')}]${kind}, expected float32 [1, channels], or channels and pixels of one image`;
}

function meanOverPixels({ data, pixels, channels, pixelStride, channelStride }: LayerFeatures): Float32Array {
  return new Float32Array(channels).map((_, c) => {
    let sum = 0;
    for (let p = 0; p < pixels; p++) sum += data[p * pixelStride + c * channelStride]!;
    return sum / pixels;
  });
}

/** An RGB picture as a network's input: resized, scaled to its range, normalised, [1, C, H, W] or [1, H, W, C]. */
function feedOf(picture: Image, { input }: FeatureManifest): SessionValue {
  const { size, layout, order, range, mean, std, resampling } = input;
  const { width, height, data } = size ? resample(picture, size, resampling) : picture;
  const [black, white] = range;
  const area = width * height;
  const values = new Float32Array(3 * area);
  for (let c = 0; c < 3; c++) {
    const from = order === 'RGB' ? c : 2 - c;
    const scale = (white - black) / 255 / std[c]!;
    const shift = (black - mean[c]!) / std[c]!;
    for (let p = 0; p < area; p++)
      values[layout === 'NCHW' ? c * area + p : 3 * p + c] = data[3 * p + from]! * scale + shift;
  }
  return { data: values, shape: layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3] };
}
