import { describe, expect, test } from 'vitest';
import { testedApp } from '../../../test/studio-app.ts';
import { tinyTraining } from '../../../test/studio-fixtures.ts';
import type { Estimate, PresetList } from '../api.ts';

const server = testedApp();

describe('the form of a new run', () => {
  test('has presets, their schema and their fields', async () => {
    const { presets, schema, fields } = await server.get<PresetList>('/api/presets');
    expect(Object.keys(presets)).toContain('paper');
    expect(schema).toHaveProperty('properties.generator.properties.filters');
    expect(fields).toContainEqual(
      expect.objectContaining({ flag: 'batch-size', path: ['batchSize'], kind: 'number' }),
    );
  });

  test('gets an estimate, with timed steps on request', async () => {
    const estimate = (await server.post('/api/estimate?measure=true', tinyTraining)).json<Estimate>();
    expect(estimate).toMatchObject({ stepsPerEpoch: 8, totalSteps: 16 });
    expect(estimate.seconds).toBeCloseTo(16 * estimate.secondsPerStep!);
    expect(estimate.secondsPerStep).toBeGreaterThan(0);
    expect(estimate.parameters.generator).toBeGreaterThan(100);
    expect((await server.post('/api/estimate', tinyTraining)).json<Estimate>().seconds).toBeNull();
  });

  test('counts the weights that the run trains: no frozen ones, nor those of a discriminator without use', async () => {
    const parameters = async (config: object) => {
      const request = { ...tinyTraining, config: { ...tinyTraining.config, ...config } };
      return (await server.post('/api/estimate', request)).json<Estimate>().parameters;
    };
    const { generator, discriminator } = await parameters({});
    expect(discriminator).toBeGreaterThan(100);
    expect(await parameters({ freeze: 'D' })).toEqual({ generator, discriminator: 0 });
    const unused = { loss: { gan: 0, featureMatching: 0 } };
    expect(await parameters(unused)).toEqual({ generator, discriminator: 0 });
    const tooSmallToJudge = await parameters({ ...unused, size: [16, 16] });
    expect(tooSmallToJudge.generator).toBeGreaterThan(100);
    expect(tooSmallToJudge.discriminator).toBe(0);
  });
});
