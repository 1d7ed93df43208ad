import { existsSync, readdirSync, readFileSync } from 'node:fs';

const folder = '/usr/share/vulkan/icd.d';

/** Mesa's graphics processor in software, where there is one that WebGPU takes: Mesa 22, Debian 12's own, is too old. */
const driver = (existsSync(folder) ? readdirSync(folder) : [])
  .filter(file => file.startsWith('lvp_icd'))
  .map(file => `${folder}/${file}`)
  .find(file => /"api_version": "1\.(?:[4-9]|\d\d)/.test(readFileSync(file, 'utf8')));

/** Said where a test is skipped for want of it. */
export const lavapipeHint =
  'no lavapipe of Mesa 25 or newer: apt-get install mesa-vulkan-drivers, on Debian 12 with -t bookworm-backports';

/**
 * Has this process compute on lavapipe instead of SwiftShader, to be called before WebGPU is used: it takes longer to
 * compile shaders, runs them eight times as fast, and has float16. Set TEST_GPU to stay with the machine's own adapter.
 * @returns whether the process computes there, or on the machine's own.
 */
export function useLavapipe(): boolean {
  if (process.env.TEST_GPU) return true;
  if (driver) Object.assign(process.env, { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver });
  return driver !== undefined;
}
