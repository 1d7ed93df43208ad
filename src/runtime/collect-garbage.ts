import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Frees unused memory now. V8 would do so only when its own memory grows, and doesn't count ONNX Runtime's. Worth calling
 * after large arrays were used and before a large session is opened.
 */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
