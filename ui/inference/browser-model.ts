import { request } from '../client/api.ts';
import { cropTo, fitTo } from './fit.ts';
import type { ImageModel, ModelSource, Translated } from './model.ts';
import type { Answer, Question } from './protocol.ts';

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/** Loads a model into a new worker. Throws if the browser or the download fails. */
export async function openInBrowser(source: ModelSource, gpu: boolean): Promise<ImageModel> {
  if (![1, 3].includes(source.channels))
    throw new Error('Browsers can run models of gray or RGB images only');
  const model = await (await request(source.url)).arrayBuffer();
  const { ask, close } = startWorker();
  try {
    const opened = await ask(
      {
        kind: 'open',
        model,
        runtime: new URL('ort/', document.baseURI).href,
        gpu,
        // Threads share memory, which only isolated pages may.
        threads: crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 8) : 1,
      },
      [model],
    );
    if (opened.kind !== 'opened') throw new Error('The browser could not open the model');
    return {
      backend: opened.backend,
      close,
      translate: async (image): Promise<Translated> => {
        const padded = fitTo(image, source);
        const { height, width, channels } = padded;
        // A copy, since it is transferred to the worker.
        const pixels = padded.data.slice();
        const answer = await ask({ kind: 'translate', pixels, shape: [1, height, width, channels] }, [
          pixels.buffer,
        ]);
        if (answer.kind !== 'translated') throw new Error('The browser could not translate');
        const [h, w, c] = answer.shape;
        const generated = { height: h, width: w, channels: c, data: answer.pixels };
        return { image: cropTo(generated, image), milliseconds: answer.milliseconds };
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

function startWorker() {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let questions = 0;
  const failAll = (message: string) => {
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const asker = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.kind === 'failed') asker?.reject(new Error(data.message));
    else asker?.resolve(data);
  });
  worker.addEventListener('error', event => failAll(event.message || 'The browser could not start a worker'));
  return {
    ask: (question: Unnumbered<Question>, transfer: Transferable[]) =>
      new Promise<Answer>((resolve, reject) => {
        const id = questions++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ ...question, id }, transfer);
      }),
    close: () => {
      worker.terminate();
      failAll('The model was closed');
    },
  };
}
