import type { Image } from '../../../../src/core/image.ts';
import { modelUrl, runtimeUrl } from './files.ts';
import type { Answer, Generated, Judged, Opened, Question } from './networks-worker.ts';

/** Both networks of a model, in a worker of their own. */
export interface Networks extends Opened {
  generate(condition: Image, gates: readonly number[]): Promise<Generated>;
  judge(condition: Image, image: Image): Promise<Judged>;
  close(): void;
}

/** @param name of a file in docs/public/models, without its ending */
export async function openNetworks(name: string): Promise<Networks> {
  const worker = new Worker(new URL('./networks-worker.ts', import.meta.url), { type: 'module' });
  const waiting: ((answer: Answer) => void)[] = [];
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => waiting.shift()?.(data));
  worker.addEventListener('error', ({ message }) => waiting.shift()?.({ kind: 'failed', message }));
  const ask = async <T>(question: Question): Promise<T> => {
    const answer = await new Promise<Answer>(resolve => {
      waiting.push(resolve);
      worker.postMessage(question);
    });
    if (answer.kind === 'failed') throw new Error(answer.message);
    return answer.result as T;
  };
  const model = modelUrl(`${name}.safetensors`);
  try {
    const opened = await ask<Opened>({ kind: 'open', model, runtime: runtimeUrl() });
    return {
      ...opened,
      generate: (condition, gates) => ask({ kind: 'generate', condition, gates }),
      judge: (condition, image) => ask({ kind: 'judge', condition, image }),
      close: () => worker.terminate(),
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
