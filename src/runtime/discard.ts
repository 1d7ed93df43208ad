import { MessageChannel } from 'node:worker_threads';
import type { Tensor } from 'onnxruntime-node';

/** A port that nobody listens to: what is transferred to it is freed. */
const nowhere = (() => {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  return port1;
})();

/**
 * Frees tensors at once. ONNX Runtime writes outputs into the buffers it was given and returns copies besides,
 * as large as all gradients, which the garbage collector would leave lying for a step or two.
 */
export function discard(tensors: Readonly<Record<string, Tensor>>): void {
  const buffers = Object.values(tensors).map(({ data }) => (data as Float32Array).buffer as ArrayBuffer);
  nowhere.postMessage(null, buffers);
}
