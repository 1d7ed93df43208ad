import { openInBrowser } from './browser-model.ts';
import type { ImageModel, ModelSource } from './model.ts';
import { serverModel } from './server-model.ts';

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
