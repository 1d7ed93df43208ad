import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveConfig } from '../src/config/resolve-config.ts';
import { decodeImage } from '../src/images/decoding/decode.ts';
import { writeSyntheticFacades } from '../src/prepare/synthesize.ts';
import { openTranslator } from '../src/translate/translator.ts';
import { adapterHint, adapterWorks } from './reference/adapter.ts';
import { commandIn, isBuilt } from './reference/command.ts';
import { largestDifference } from './reference/export-variants.ts';
import { softwareGpu } from './reference/software-gpu.ts';
import { writeTrainedRun } from './reference/trained-run.ts';

const works = isBuilt && (await adapterWorks());

/** Six filters, of which ONNX Runtime's own Conv makes a mess on WebGPU; few ops, since shaders take long to compile. */
const { config } = resolveConfig({
  preset: 'paper',
  size: [32, 32],
  direction: 'BtoA',
  discriminator: { layers: 1 },
  generator: { filters: 6, levels: 2, dropout: 0, inference: { statistics: 'moving', dropout: false } },
});

it.skipIf(process.platform !== 'linux')('a translator has as many threads as it is given', async () => {
  const running = () => readdirSync('/proc/self/task').length;
  const threadsOf = async (threads: number): Promise<number> => {
    const before = running();
    await using _ = await openTranslator('emoji', { threads });
    return running() - before;
  };
  // The first one also starts threads that stay, such as Node's own for files.
  await threadsOf(1);
  // The calling thread computes as well.
  expect([await threadsOf(1), await threadsOf(2), await threadsOf(4)]).toEqual([0, 1, 3]);
});

describe.skipIf(!works)(`a trained model on WebGPU (needs "npm run build"; ${adapterHint})`, () => {
  let folder: string;
  let run: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inference-device-'));
    run = join(folder, 'run');
    await writeTrainedRun(run, config);
    await writeSyntheticFacades(join(folder, 'data'), { train: 1, test: 1, size: 32, seed: 0 });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('translates as on the CPU', async () => {
    const picture = join(folder, 'data', 'test', '0001.png');
    const results = [];
    for (const device of ['cpu', 'webgpu']) {
      const out = join(folder, device);
      const said = await done('translate', run, picture, '--side', 'B', '--out', out, '--device', device);
      expect(said.includes('through WebGPU')).toBe(device === 'webgpu');
      results.push(await decodeImage(join(out, '0001.png')));
    }
    const [onProcessor, onGraphics] = results.map(({ data }) => data);
    expect(largestDifference(onProcessor!, onGraphics!)).toBeLessThanOrEqual(1);
    expect(new Set(onProcessor!).size).toBeGreaterThan(20);
  }, 240_000);

  it('scores as on the CPU', async () => {
    const scores = [];
    for (const device of ['cpu', 'webgpu']) {
      const flags = ['--no-baselines', '--json', '--device', device];
      const { entries } = JSON.parse(await done('evaluate', run, join(folder, 'data'), ...flags));
      scores.push(entries[0].summary.l1.mean);
    }
    expect(scores[1]).toBeCloseTo(scores[0], 3);
  }, 240_000);

  it.skipIf(Object.keys(softwareGpu).length === 0)(
    'of float16 is refused in one line if the adapter lacks it, as SwiftShader does',
    async () => {
      const file = join(folder, 'half.onnx');
      await done('export', run, '--precision', 'fp16', '--out', file);
      const picture = join(folder, 'data', 'test', '0001.png');
      const words = ['translate', file, picture, '--out', join(folder, 'no'), '--device', 'webgpu'];
      expect(await pix2pix(words)).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/^Cannot compute on "webgpu": its adapter has no float16 .*\n$/),
      });
    },
    240_000,
  );
});

const pix2pix = commandIn(() => process.cwd());

/** What a command that succeeds prints. */
async function done(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await pix2pix(words);
  expect(status, stderr).toBe(0);
  return stdout;
}
