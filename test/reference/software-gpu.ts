import { existsSync } from 'node:fs';

/** Debian's chromium brings a Vulkan loader and SwiftShader, a graphics processor in software. */
const folder = '/usr/lib/chromium';
const driver = `${folder}/vk_swiftshader_icd.json`;

/**
 * Environment of a process whose WebGPU runs on SwiftShader; empty if there is none.
 * Set TEST_GPU to run the same tests on the machine's own adapter.
 */
export const softwareGpu: Readonly<Record<string, string>> =
  existsSync(driver) && !process.env.TEST_GPU
    ? { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver }
    : {};
