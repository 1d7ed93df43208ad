import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandIn, isBuilt } from './reference/command.ts';
import { softwareGpu } from './reference/software-gpu.ts';

const pix2pix = commandIn(() => process.cwd());

/** The environment without the adapter in software that other tests use. */
const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !(name in softwareGpu)));

describe.skipIf(!isBuilt)('--device (needs "npm run build")', () => {
  it('lists devices, and why some can’t be used', async () => {
    const { stdout } = await pix2pix('inspect --devices --json');
    const devices = JSON.parse(stdout) as { device: string; usable: boolean; description: string }[];
    expect(devices.map(({ device }) => device)).toEqual(['cpu', 'webgpu', 'cuda']);
    expect(devices[0]!.usable).toBe(true);
    for (const { description } of devices) expect(description).toMatch(/^[^\n]{5,}$/);
  });

  it.skipIf(Object.keys(softwareGpu).length === 0)(
    'distinguishes a software adapter from a real one',
    async () => {
      const { stdout } = await pix2pix('inspect --devices');
      expect(stdout).toContain('✓ webgpu  SwiftShader (software)');
    },
  );

  it('that does not exist is refused', async () => {
    const { status, stderr } = await pix2pix('train data --device gpu');
    expect(status).toBe(2);
    expect(stderr).toBe('Cannot use --device "gpu": it must be one of auto, cpu, webgpu, cuda\n');
  });

  it('whose library is not installed is refused, with the reason', async () => {
    const { status, stderr } = await pix2pix('train data --device cuda');
    if (status === 2 && !stderr.includes('Cannot compute')) return; // a machine with CUDA gets to the missing data
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^Cannot compute on "cuda": ONNX Runtime's CUDA library is not installed; [^\n]+\n$/,
    );
  });

  it.skipIf(process.platform !== 'linux')('webgpu without an adapter suggests the CPU', () => {
    const command = ['bin/pix2pix.js', 'train', 'data', '--device', 'webgpu'];
    const env = { ...bare, VK_ICD_FILENAMES: '/nowhere', VK_DRIVER_FILES: '/nowhere' };
    const { status, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^Cannot compute on "webgpu": there is no WebGPU adapter; .*--device cpu\n$/);
  });
});
