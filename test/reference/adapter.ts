import { constant, negate } from '../../src/graph/index.ts';
import { compile } from '../../src/runtime/program.ts';

/** Said where a test is skipped for want of an adapter. */
export const adapterHint = 'no WebGPU adapter: apt-get install chromium brings one in software';

/** Whether this process can compute on WebGPU. */
export async function adapterWorks(): Promise<boolean> {
  return compile({ y: negate(constant([1])) }, { device: 'webgpu' }).then(
    program => program.release().then(() => true),
    () => false,
  );
}
