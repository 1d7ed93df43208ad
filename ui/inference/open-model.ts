import { request } from '../client/api.ts';
import { encodePng, readImage } from '../parts/pixels.ts';
import { openInBrowser } from './browser-model.ts';
import type { ImageModel, ModelSource } from './model.ts';

/** Where people want models to run; `auto` is the GPU, else WebAssembly, else the server. */
export type Preference = 'auto' | 'wasm' | 'server';

/** Opens a model as near as it gets. */
export async function openModel(source: ModelSource, preference: Preference = 'auto'): Promise<ImageModel> {
  const { translateUrl } = source;
  if (preference === 'server' && translateUrl !== null) return serverModel(translateUrl);
  try {
    return await openInBrowser(source, preference === 'auto');
  } catch (error) {
    if (translateUrl === null) throw error;
    return serverModel(translateUrl);
  }
}

/** Lets the server translate. */
export function serverModel(translateUrl: string): ImageModel {
  return {
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
