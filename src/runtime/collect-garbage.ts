import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Gives back the memory of what nobody needs any more, now. V8 does so when its own memory grows and knows nothing of
 * ONNX Runtime's: worth it before a large session is opened, where large arrays have just been done with.
 */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
