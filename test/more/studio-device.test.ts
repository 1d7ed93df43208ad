import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StartEvent } from '../../src/runs/events.ts';
import { softwareGpu } from '../reference/software-gpu.ts';
import { formOf, plainPicture, testedApp } from '../studio-app.ts';
import { tinyTraining } from '../studio-fixtures.ts';

const server = testedApp();

test.skipIf(Object.keys(softwareGpu).length === 0)(
  'the studio trains and translates on WebGPU if requested',
  async () => {
    const started = await server.post('/api/runs', {
      ...tinyTraining,
      name: 'on webgpu',
      device: 'webgpu',
      config: { ...tinyTraining.config, steps: 1 },
    });
    expect(started.statusCode, started.body).toBe(201);
    expect(started.json().device).toBe('webgpu');
    const run = await server.until('on webgpu', ({ status }) => status === 'finished' || status === 'failed');
    expect(run).toMatchObject({ status: 'finished', device: 'webgpu', step: 1 });
    const log = await readFile(join(server.folder, 'runs/on webgpu/log.jsonl'), 'utf8');
    expect((JSON.parse(log.split('\n')[0]!) as StartEvent).device).toBe('webgpu');
    const picture = formOf({ name: 'a.png', bytes: await plainPicture(32) });
    const [onGpu, onCpu] = [
      await server.send('/api/runs/on%20webgpu/translate?device=webgpu', picture),
      await server.send('/api/runs/on%20webgpu/translate?device=cpu', picture),
    ];
    expect([onGpu.statusCode, onCpu.statusCode]).toEqual([200, 200]);
    expect(onGpu.rawPayload.length).toBeGreaterThan(0);
  },
);
