import { withBase } from 'vitepress';

// Files of docs/public: wherever the site is served, as workers need full addresses.

/** @param path in docs/public */
export function publicUrl(path: string): string {
  return new URL(withBase(`/${path}`), location.href).href;
}

export function modelUrl(file: string): string {
  return publicUrl(`models/${file}`);
}

/** The folder with ONNX Runtime's files. */
export function runtimeUrl(): string {
  return publicUrl('ort/');
}

/** The paths of the images that are shown of a task. */
export function numbered(path: string): string[] {
  return [1, 2, 3, 4, 5, 6].map(number => `${path}-${number}.png`);
}
