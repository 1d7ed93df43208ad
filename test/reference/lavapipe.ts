import { existsSync, readFileSync } from 'node:fs';

/** Mesa's graphics processor in software. */
const driver = '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json';

/** Said where a test is skipped for want of it. */
export const lavapipeHint =
  'no lavapipe of Mesa 25 or newer: apt-get install mesa-vulkan-drivers, on Debian 12 with -t bookworm-backports';

/** Whether there is one that WebGPU takes: Mesa 22's, Debian 12's own, lacks what that asks for. */
const isThere = existsSync(driver) && /"api_version": "1\.(?:[4-9]|\d\d)/.test(readFileSync(driver, 'utf8'));

/**
 * Has this process compute on lavapipe instead of SwiftShader, to be called before WebGPU is used: it takes longer to
 * compile shaders, runs them eight times as fast, and has float16. Set TEST_GPU to stay with the machine's own adapter.
 * @returns whether the process computes there, or on the machine's own.
 */
export function useLavapipe(): boolean {
  if (process.env.TEST_GPU) return true;
  if (isThere) Object.assign(process.env, { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver });
  return isThere;
}
