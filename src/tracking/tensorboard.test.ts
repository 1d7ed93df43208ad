import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { savePicture, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import type { StartEvent, StepEvent, TrainEvent } from '../runs/events.ts';
import { openCsv } from './csv.ts';
import { crc32c, summaryRecord } from './event-record.ts';
import { histogramOf, openTensorBoard } from './tensorboard.ts';

const step: StepEvent = {
  type: 'step',
  ...{ epoch: 0, batch: 299, step: 300, totalSteps: 400 },
  ...{ discriminatorLoss: 0.5, generatorLoss: 12.25, l1: 0.125 },
  ...{ imagesPerSecond: 4, secondsLeft: 10, waitingShare: 0 },
};

test('CRC-32C of the check string and of RFC 3720’s zeros', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
});

test('a histogram counts every value once', () => {
  const { min, max, count, sum, buckets, limits } = histogramOf(Float32Array.of(-1, 0, 0.5, 1, Number.NaN));
  expect({ min, max, count, sum }).toEqual({ min: -1, max: 1, count: 4, sum: 0.5 });
  expect(buckets.reduce((a, b) => a + b)).toBe(4);
  expect(limits.at(-1)).toBeCloseTo(1, 12);
  expect(histogramOf(new Float32Array(3)).buckets.reduce((a, b) => a + b)).toBe(3);
  expect(histogramOf(new Float32Array(0)).count).toBe(0);
});

test('a CSV file has a row for every value, and is appended to', async () => {
  const path = join(await temporaryFolder(), 'log.csv');
  for (let i = 0; i < 2; i++) {
    const csv = await openCsv(path);
    await csv.record(step);
    await csv.close();
  }
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(9);
  expect(lines.slice(0, 3)).toEqual([
    'step,name,value',
    '300,loss/discriminator,0.5',
    '300,loss/generator,12.25',
  ]);
});

test.each<[string, TrainEvent, number[]]>([
  ['resumed at a checkpoint', { type: 'start', step: 2 } as StartEvent, [1, 2]],
  ['resumed before its first checkpoint', { type: 'start', step: 0 } as StartEvent, []],
  ['rolled back', { type: 'rollback', epoch: 0, step: 1, rate: 0.5 }, [1]],
])('a run that is %s replaces the later rows of a CSV file', async (_, event, kept) => {
  const path = join(await temporaryFolder(), 'log.csv');
  const csv = await openCsv(path);
  for (const at of [1, 2, 3]) await csv.record({ ...step, step: at });
  await csv.record(event);
  await csv.record({ ...step, step: kept.length + 1, l1: 0.5 });
  await csv.close();
  const rows = (await readFile(path, 'utf8')).trim().split('\n');
  expect(rows.filter(row => row.includes('/l1') || row.startsWith('step'))).toEqual([
    'step,name,value',
    ...kept.map(at => `${at},loss/l1,0.125`),
    `${kept.length + 1},loss/l1,0.5`,
  ]);
});

/** Frames of a record file, each CRC checked bit by bit: another way than the table's. */
function framesOf(file: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 8)).toBe(maskedBitwise(file.subarray(at, at + 8)));
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedBitwise(data));
    frames.push(data);
    at += length + 16;
  }
  return frames;
}

/** The polynomial x³² + x²⁸ + … as it is written, most significant bit first, over reflected bits. */
function maskedBitwise(bytes: Uint8Array): number {
  const reflect = (value: bigint, bits: number) =>
    BigInt(`0b${value.toString(2).padStart(bits, '0').split('').reverse().join('')}`);
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= reflect(BigInt(byte), 8) << 24n;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1n) ^ ((crc >> 31n) * 0x11edc6f41n)) & 0xffffffffn;
  }
  const whole = reflect(crc, 32) ^ 0xffffffffn;
  return Number((((whole >> 15n) | (whole << 17n)) + 0xa282ead8n) & 0xffffffffn);
}

const protoc = spawnSync('protoc', ['--version']).status === 0;

// Otherwise: apt-get install protobuf-compiler
test.skipIf(!protoc)('protoc decodes TensorBoard files, and their CRCs are right', async () => {
  const folder = await temporaryFolder();
  const path = await savePicture(join(folder, 'grid.png'), testPicture(6, 4));
  const board = await openTensorBoard(join(folder, 'board'));
  await board.record(step);
  await board.record({ type: 'sample', kind: 'grid', epoch: 0, path });
  await board.close();
  const [name] = await readdir(join(folder, 'board'));
  expect(name).toMatch(/^events\.out\.tfevents\./);
  const frames = framesOf(await readFile(join(folder, 'board', name!)));
  const [version, scalars, picture] = frames.map(decode) as [string, string, string];
  expect(version).toContain('3: "brain.Event:2"');
  expect(scalars).toContain('2: 300');
  expect(scalars).toContain('1: "loss/generator"\n    2: 0x41440000'); // 12.25
  expect(picture).toContain('1: "samples/grid"\n    4 {\n      1: 4\n      2: 6\n      3: 3\n');
  const histogram = histogramOf(Float32Array.of(1, 2));
  const [decoded] = framesOf(Buffer.from(summaryRecord(1, 7, [{ tag: 'weights', histogram }]))).map(decode);
  expect(decoded).toContain(
    '1: "weights"\n    5 {\n      1: 0x3ff0000000000000\n      2: 0x4000000000000000',
  );
});

function decode(frame: Buffer): string {
  const { status, stdout } = spawnSync('protoc', ['--decode_raw'], { input: frame, encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
}
