import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { formOf, testedApp } from '../../../test/studio-app.ts';

const server = testedApp();

describe('KServe’s protocol', () => {
  const shape = [1, 32, 32, 3];
  const pixels = new Uint8Array(32 * 32 * 3).map((_, i) => i % 256);
  const url = '/v2/models/model/infer';

  test('reports that it is ready, and its inputs and outputs', async () => {
    expect(await server.get('/v2/health/ready')).toEqual({ ready: true });
    expect(await server.get('/v2/models/model/versions/8/ready')).toMatchObject({ ready: true });
    expect(await server.get('/v2/models/model')).toMatchObject({
      versions: ['8', '16'],
      inputs: [{ name: 'condition', datatype: 'UINT8', shape: [-1, -1, -1, 3] }],
    });
  });

  test('infers from JSON and from binary tensors alike, and as translating does', async () => {
    const input = { name: 'condition', datatype: 'UINT8', shape };
    const plain = (await server.post(url, { id: 'x', inputs: [{ ...input, data: [...pixels] }] })).json();
    expect(plain).toMatchObject({ model_name: 'model', model_version: '16', id: 'x' });
    const header = Buffer.from(
      JSON.stringify({
        inputs: [{ ...input, parameters: { binary_data_size: pixels.length } }],
        outputs: [{ name: 'generated', parameters: { binary_data: true } }],
      }),
    );
    const binary = await server.app.inject({
      method: 'POST',
      url,
      payload: Buffer.concat([header, pixels]),
      headers: {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(header.length),
      },
    });
    const length = Number(binary.headers['inference-header-content-length']);
    expect(JSON.parse(binary.rawPayload.toString('utf8', 0, length)).outputs[0].shape).toEqual(shape);
    expect([...binary.rawPayload.subarray(length)]).toEqual(plain.outputs[0].data);
    const png = await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toBuffer();
    const translated = await server.send('/api/runs/model/translate', formOf({ name: 'a.png', bytes: png }));
    expect([...(await sharp(translated.rawPayload).raw().toBuffer())]).toEqual(plain.outputs[0].data);
  });

  test.each([
    [/inputs/, { inputs: [] }],
    [/must be "condition"/, { inputs: [{ name: 'x', datatype: 'UINT8', shape, data: [] }] }],
    [/must be UINT8/, { inputs: [{ name: 'condition', datatype: 'FP32', shape, data: [] }] }],
    [
      /must be \[N, H, W, 3\]/,
      { inputs: [{ name: 'condition', datatype: 'UINT8', shape: [32, 32], data: [] }] },
    ],
    [/has 1 values/, { inputs: [{ name: 'condition', datatype: 'UINT8', shape, data: [1] }] }],
    [/0 to 255/, { inputs: [{ name: 'condition', datatype: 'UINT8', shape, data: [...pixels].fill(256) }] }],
    [/values/, { inputs: [{ name: 'condition', datatype: 'UINT8', shape: [1, 1e9, 1e9, 3], data: [1] }] }],
    [
      /needs the header Inference-Header-Content-Length/,
      {
        inputs: [
          {
            ...{ name: 'condition', datatype: 'UINT8', shape },
            parameters: { binary_data_size: pixels.length },
          },
        ],
      },
    ],
  ])('refuses a wrong request with %s', async (message, request) => {
    const response = await server.post(url, request);
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatch(message);
  });
});
