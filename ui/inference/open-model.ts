import { load } from '../../src/web/index.ts';
import { imageOf } from '../../src/web/pixels.ts';
import { request } from '../client/api.ts';
import { encodePng, pixelsOf, readImage } from '../parts/pixels.ts';
import type { ModelSource, OpenedModel } from './model.ts';

/** Where to run models; `auto` is the GPU, otherwise WebAssembly, otherwise the server. */
export type Preference = 'auto' | 'wasm' | 'server';

/** Opens a model in the browser if possible, otherwise on the server. */
export async function openModel(source: ModelSource, preference: Preference = 'auto'): Promise<OpenedModel> {
  const { url, translateUrl } = source;
  if (preference === 'server' && translateUrl !== null) return serverModel(translateUrl);
  try {
    return await openInBrowser(url, preference === 'wasm' ? 'wasm' : 'auto');
  } catch (error) {
    if (translateUrl === null) throw error;
    return serverModel(translateUrl);
  }
}

async function openInBrowser(url: string, device: 'auto' | 'wasm'): Promise<OpenedModel> {
  const model = await load(url, { device, runtime: new URL('ort/', document.baseURI) });
  const { threads } = model;
  return {
    isLocal: true,
    backend:
      model.device === 'webgpu'
        ? 'WebGPU'
        : `WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    close: () => void model.dispose(),
    translate: async image => {
      const from = performance.now();
      const pixels = await model.pixels(pixelsOf(image), { resize: 'none' });
      return { image: imageOf(pixels), milliseconds: performance.now() - from };
    },
  };
}

/** A model that runs on the server. */
function serverModel(translateUrl: string): OpenedModel {
  return {
    isLocal: false,
    backend: 'the studio’s server',
    close: () => {},
    translate: async image => {
      const form = new FormData();
      form.append('file', await encodePng(image), 'condition.png');
      const response = await request(translateUrl, { method: 'POST', body: form });
      const milliseconds = Number(
        /translate;dur=([\d.]+)/.exec(response.headers.get('server-timing') ?? '')?.[1] ?? Number.NaN,
      );
      return { image: await readImage(await response.blob()), milliseconds };
    },
  };
}
