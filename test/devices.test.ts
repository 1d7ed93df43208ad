import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { softwareGpu } from './reference/software-gpu.ts';

/** What a run of the command says, and its exit status. */
async function pix2pix(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return promisify(execFile)(process.execPath, ['bin/pix2pix.js', ...args], { env }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr }),
  );
}

/** The environment without the adapter in software that other tests use. */
const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !(name in softwareGpu)));

describe('--device', () => {
  it('lists what there is, and why something is not usable', async () => {
    const { text } = await pix2pix(['inspect', '--devices', '--json']);
    const devices = JSON.parse(text) as { device: string; usable: boolean; description: string }[];
    expect(devices.map(({ device }) => device)).toEqual(['cpu', 'webgpu', 'cuda']);
    expect(devices[0]!.usable).toBe(true);
    for (const { description } of devices) expect(description).toMatch(/^[^\n]{5,}$/);
  });

  it.skipIf(Object.keys(softwareGpu).length === 0)(
    'knows an adapter in software from a real one',
    async () => {
      const { text } = await pix2pix(['inspect', '--devices']);
      expect(text).toContain('✓ webgpu  SwiftShader (software)');
    },
  );

  it('that does not exist is refused', async () => {
    const { code, text } = await pix2pix(['train', 'data', '--device', 'gpu']);
    expect(code).toBe(2);
    expect(text).toBe('Cannot use --device "gpu": it must be auto, cpu, webgpu, cuda\n');
  });

  it('whose library is not installed is refused, and says so', async () => {
    const { code, text } = await pix2pix(['train', 'data', '--device', 'cuda']);
    if (code === 2 && !text.includes('Cannot compute')) return; // a machine with CUDA gets to the missing data
    expect(code).toBe(2);
    expect(text).toMatch(
      /^Cannot compute on "cuda": ONNX Runtime's CUDA library is not installed; [^\n]+\n$/,
    );
  });

  it.skipIf(process.platform !== 'linux')(
    'webgpu without an adapter names the processor instead',
    async () => {
      const { code, text } = await pix2pix(['train', 'data', '--device', 'webgpu'], {
        ...bare,
        VK_ICD_FILENAMES: '/nowhere',
        VK_DRIVER_FILES: '/nowhere',
      });
      expect(code).toBe(2);
      expect(text).toMatch(/^Cannot compute on "webgpu": there is no WebGPU adapter; .*--device cpu\n$/);
    },
  );
});
