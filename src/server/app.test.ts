import { describe, expect, test } from 'vitest';
import { testedApp } from '../../test/studio-app.ts';

const server = testedApp();

describe('cross-origin requests', () => {
  test.each([
    ['another host', { host: 'evil.example' }, 421],
    ['a page elsewhere', { origin: 'http://evil.example' }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['an image elsewhere', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    [
      'the page itself',
      { origin: 'http://localhost:4173', host: 'localhost:4173', 'sec-fetch-site': 'same-origin' },
      200,
    ],
    ['a link elsewhere', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
  ])('%s', async (_, headers, status) => {
    expect((await server.app.inject({ url: '/api/runs', headers })).statusCode).toBe(status);
  });

  test('every answer forbids what the page does not need', async () => {
    for (const url of ['/health', '/api/nothing', '/']) {
      const { headers } = await server.app.inject(url);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test('with a token, every request without it is refused', async () => {
    const guarded = await server.open({ token: 'secret' });
    const status = async (url: string, headers = {}) => (await guarded.inject({ url, headers })).statusCode;
    expect(await status('/health')).toBe(200);
    for (const url of [
      '/',
      '/api/runs',
      '/metrics',
      '/v2',
      '/api/docs',
      '/ort/ort.wasm.min.mjs',
      '/api/runs?token=wrong',
      '/nothing',
    ]) {
      expect(await status(url), url).toBe(401);
    }
    expect(await status('/api/runs', { authorization: 'Bearer wrong' })).toBe(401);
    expect(await status('/api/runs', { authorization: 'Bearer secret', host: 'studio.example' })).toBe(200);
    const entry = await guarded.inject('/?token=secret');
    expect(entry.statusCode).toBe(302);
    const cookie = String(entry.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(await status('/api/runs', { cookie: cookie.split(';')[0] })).toBe(200);
    expect(await status('/api/runs', { cookie: 'pix2pix-token=%E0%A4%A' })).toBe(401);
    await guarded.close();
  });

  test('too many requests are refused, except for monitoring', async () => {
    const limited = await server.open({ limits: { requestsPerMinute: 3 } });
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await limited.inject('/api/presets')).statusCode);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    for (const url of ['/health', '/metrics']) expect((await limited.inject(url)).statusCode).toBe(200);
    await limited.close();
  });
});

test('the API serves its OpenAPI description, and metrics for Prometheus', async () => {
  const { paths } = await server.get<{ paths: object }>('/api/openapi.json');
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/api/runs', '/api/runs/{id}/translate', '/v2/models/{name}/infer']),
  );
  expect((await server.app.inject('/api/docs')).body).toContain('POST /api/datasets');
  expect((await server.app.inject('/metrics')).body).toMatch(/pix2pix_trainings\{status="running"\} 0/);
});
