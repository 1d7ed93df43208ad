import { describe, expect, onTestFinished, test } from 'vitest';
import { softwareGpu } from '../../../test/reference/software-gpu.ts';
import { formOf, plainPicture, testedApp } from '../../../test/studio-app.ts';
import { tinyTraining } from '../../../test/studio-fixtures.ts';
import type { DeviceList, Estimate, RunDetail } from '../api.ts';

const server = testedApp();
const hasSoftwareGpu = Object.keys(softwareGpu).length > 0;

/** One step of the tiny model. */
const training = (device: string, config: object = {}) => ({
  ...tinyTraining,
  device,
  config: { ...tinyTraining.config, steps: 1, ...config },
});
const half = { precision: 'float16' };

// Training on WebGPU: test/more/studio-device.test.ts.
describe('the device', () => {
  test('the CPU is always available, and trains in float32', async () => {
    const { devices } = await server.get<DeviceList>('/api/devices');
    expect(devices.map(({ device }) => device)).toEqual(['cpu', 'webgpu', 'cuda']);
    expect(devices[0]).toEqual({
      device: 'cpu',
      usable: true,
      description: 'the CPU',
      precisions: ['float32'],
    });
    for (const { usable, precisions } of devices) expect(precisions.includes('float32')).toBe(usable);
  });

  test.skipIf(!hasSoftwareGpu)(
    'a software adapter is listed without float16, and auto leaves it out',
    async () => {
      const { auto, devices } = await server.get<DeviceList>('/api/devices');
      expect(auto).toBe('cpu');
      expect(devices[1]).toMatchObject({ usable: true, precisions: ['float32'] });
      expect(devices[1]!.description).toContain('SwiftShader (software)');
    },
  );

  test('a run without a device trains on the one that auto chooses, and reports it', async () => {
    const { auto } = await server.get<DeviceList>('/api/devices');
    expect((await server.get<RunDetail>('/api/runs/model')).device).toBe(auto);
    const { device, computing } = (await server.post('/api/estimate', tinyTraining)).json<Estimate>();
    expect(device).toBe(auto);
    expect(computing.length).toBeGreaterThan(3);
  });

  test.each(['/api/runs', '/api/estimate', '/api/runs/model/branch'])(
    '%s refuses a device or precision that the machine lacks, in one line',
    async url => {
      for (const [body, message] of [
        [training('gpu'), /^Cannot use body "device": /],
        [training('cuda'), /^Cannot compute on "cuda": ONNX Runtime's CUDA library is not installed; /],
        [training('cpu', half), /^Cannot train in float16 on device "cpu": the CPU has only float32; /],
      ] as const) {
        const response = await server.post(url, body);
        expect(response.statusCode, response.body).toBe(400);
        expect(response.json().message).toMatch(message);
        expect(response.json().message).not.toContain('\n');
      }
    },
  );

  test.skipIf(!hasSoftwareGpu)('float16 is refused on an adapter without it', async () => {
    const response = await server.post('/api/runs', training('webgpu', half));
    expect(response.statusCode).toBe(400);
    expect(response.json().message).toMatch(
      /^Cannot train in float16 on device "webgpu": SwiftShader \(software\) .* has only float32; use precision float32$/,
    );
  });

  test('resuming can change device and precision, if the machine has them', async () => {
    const epochs = { ...tinyTraining.config, epochs: 1e5 };
    await server.post('/api/runs', { ...tinyTraining, name: 'resumed', config: epochs });
    await server.until('resumed', ({ step }) => step > 1);
    await server.post('/api/runs/resumed/stop');
    await server.until('resumed', ({ status }) => status === 'stopped');
    const resume = (body: object) => server.post('/api/runs/resumed/resume', body);
    expect((await resume({ device: 'cuda' })).json().message).toMatch(/^Cannot compute on "cuda"/);
    expect((await resume({ device: 'cpu', config: half })).json().message).toMatch(
      /^Cannot train in float16/,
    );
    expect((await resume({ config: { size: [64, 64] } })).json().message).toMatch(/^Cannot change /);
    expect((await resume({ device: 'cpu' })).json()).toMatchObject({ status: 'running', device: 'cpu' });
    onTestFinished(async () => {
      await server.post('/api/runs/resumed/stop');
    });
    await server.until('resumed', ({ step }) => step > 3);
    await server.post('/api/runs/resumed/pause');
    expect((await resume({ device: 'cpu' })).json().message).toMatch(/^Cannot change the paused run/);
  });

  test('translating and viewing pairs refuse a device that the machine lacks', async () => {
    const sent = await server.send(
      '/api/runs/model/translate?device=cuda',
      formOf({ name: 'a.png', bytes: await plainPicture(32) }),
    );
    expect(sent.statusCode).toBe(400);
    expect(sent.json().message).toMatch(/^Cannot compute on "cuda"/);
    const { message } = await server.get<{ message: string }>(
      '/api/runs/model/pairs/test/0?device=cuda',
      400,
    );
    expect(message).toMatch(/^Cannot compute on "cuda"/);
  });
});
