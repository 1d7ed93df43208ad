import { expect, test } from 'vitest';
import { UserError } from '../core/errors.ts';
import { TaskLostError } from '../runtime/task-process.ts';
import { createPictureTranslator, type TranslationTask } from './models.ts';
import { BadPictureError } from './places/place.ts';
import { HandBack } from './queue.ts';

/** Translates with a process that does this. */
function translate(run: () => Promise<unknown>, signal = new AbortController().signal): Promise<void> {
  const translator = createPictureTranslator(signal, { run, close: () => {} });
  return translator.translate({} as TranslationTask, async () => {});
}

const lost = () => Promise.reject(new TaskLostError('Cannot finish: the worker process ended'));

test('blames a picture for the reason that the process gives, or if the process ends twice', async () => {
  await translate(async () => undefined);
  await expect(translate(async () => 'Cannot decode it')).rejects.toThrow(
    new BadPictureError('Cannot decode it'),
  );
  await expect(translate(lost)).rejects.toThrow(BadPictureError);
  let attempts = 0;
  await translate(() => (attempts++ === 0 ? lost() : Promise.resolve(undefined)));
  expect(attempts).toBe(2);
});

test('blames no picture for what the process throws', async () => {
  const fault = new UserError('Cannot compute on "webgpu": the adapter was lost');
  await expect(translate(() => Promise.reject(fault))).rejects.toBe(fault);
});

test('begins no picture once it is to stop', async () => {
  await expect(translate(() => Promise.reject(new Error('Begun')), AbortSignal.abort())).rejects.toThrow(
    HandBack,
  );
});
