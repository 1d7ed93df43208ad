import { unzipSync, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { resolveConfig } from '../config/resolve-config.ts';
import { Random } from '../core/random.ts';
import { sumsFile } from '../runs/checkpoint/manifest.ts';
import { packRun, unpackRun } from './archive.ts';

const model = new Map([['G/kernel', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]);

function pack(): Promise<Uint8Array> {
  const { config } = resolveConfig({ preset: 'lite', size: [64, 64] });
  const position = { epoch: 0, batch: 3, step: 3 };
  const streams = { dropout: Random.fromSeed(1) };
  return packRun(
    'run',
    { config, position, pairs: 'x', seconds: 1, epochSeconds: 1, log: '{}\n' },
    { model, optimizerState: model, counts: {}, streams },
  );
}

it('reads back what was packed', async () => {
  const { state, position, log } = await unpackRun(await pack());
  expect(log).toBe('{}\n');
  expect(position.step).toBe(3);
  expect([...state.model.get('G/kernel')!.data]).toEqual([1, 2, 3, 4]);
});

it('is refused if the archive, or a file of the checkpoint before packing, is damaged', async () => {
  const archive = await pack();
  const damaged = archive.slice();
  damaged[Buffer.from(archive).indexOf(Buffer.from(Float32Array.of(3, 4).buffer))]! ^= 1;
  await expect(unpackRun(damaged)).rejects.toThrow('model.safetensors" in it is damaged (wrong checksum)');
  await expect(unpackRun(archive.subarray(0, -30))).rejects.toThrow(
    'no zip of a run folder, or a damaged one',
  );

  const files = unzipSync(archive);
  const path = Object.keys(files).find(name => name.endsWith('/model.safetensors'))!;
  files[path]![files[path]!.length - 1]! ^= 1;
  await expect(unpackRun(zipSync(files))).rejects.toThrow('(wrong checksum)');
  // A list is no must.
  const bare = Object.fromEntries(Object.entries(files).filter(([name]) => !name.endsWith(sumsFile)));
  expect((await unpackRun(zipSync(bare))).position.step).toBe(3);
});
