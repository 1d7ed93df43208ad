import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { savePicture, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import { fillDisk, mountSmallDisk } from '../../test/reference/kill-campaign.ts';
import { writeTinyModel } from '../../test/reference/tiny-model.ts';
import { UserError } from '../core/errors.ts';
import { BrokenPictureError } from '../export/image-model.ts';
import { DeviceError } from '../runtime/device-failure.ts';
import type { TranslationTask } from './models.ts';
import { concernsAll, translateTask } from './translate-task.ts';

async function setUp() {
  const folder = await temporaryFolder();
  const model = join(folder, 'model.onnx');
  await writeTinyModel(model);
  const input = await savePicture(join(folder, 'in.png'), testPicture(64, 64));
  const output = join(folder, 'out.png');
  const task: TranslationTask = {
    model,
    computing: { device: 'cpu' },
    options: { format: 'png' },
    input,
    output,
  };
  return { folder, task };
}

test('gives the reason if a picture can’t be translated, and the next one can', async () => {
  const { folder, task } = await setUp();
  const broken = { ...task, input: join(folder, 'broken.png') };
  await writeFile(broken.input, 'no image');
  expect(await translateTask(broken)).toMatch(/^Cannot decode ".*broken\.png": it is not an image; /);
  expect(await translateTask({ ...task, input: join(folder, 'none.png') })).toContain('it does not exist');
  expect(await translateTask(task)).toBeUndefined();
});

test('blames a name that the disk can’t hold on its picture', async () => {
  const { task } = await setUp();
  await mkdir(task.output);
  expect(await translateTask(task)).toMatch(/^Cannot write ".*out\.png": /);
});

test('throws if the model can’t be opened', async () => {
  const { folder, task } = await setUp();
  const model = join(folder, 'other.onnx');
  await writeFile(model, 'no model');
  await expect(translateTask({ ...task, model })).rejects.toThrow(UserError);
  await expect(translateTask({ ...task, model })).rejects.toThrow(/^Cannot use model ".*other\.onnx": /);
});

test('throws if the disk is too full for the result, but not for a small file', async context => {
  const { folder, task } = await setUp();
  const disk = mountSmallDisk(join(folder, 'disk'));
  if (!disk) return context.skip('a tmpfs can be mounted by root only');
  onTestFinished(() => disk.unmount());
  await fillDisk(disk.path, 8192);
  const input = await savePicture(join(folder, 'large.png'), testPicture(600, 600));
  const output = join(disk.path, 'out.png');
  await expect(translateTask({ ...task, input, output })).rejects.toThrow(
    /^Cannot write ".*out\.png": the disk is full$/,
  );
  await writeFile(join(disk.path, 'probe'), 'There is room for it');
});

test.each([
  [new DeviceError('lost', 'Cannot compute on "webgpu": the adapter was lost'), true],
  [new DeviceError('memory', 'Cannot compute on "cuda": it does not have enough memory'), true],
  [new UserError('Cannot decode "a.png" into "b.tif": system error: No space left on device'), true],
  [new UserError('Cannot decode "a.png": the file is empty (0 bytes)'), false],
  [new BrokenPictureError('"a.png"'), false],
])('whether it concerns all pictures: %s', (error, expected) => {
  expect(concernsAll(error)).toBe(expected);
});
