import { withBase } from 'vitepress';

// Files of docs/public: wherever the site is served, as workers need full addresses.

export function modelUrl(file: string): string {
  return new URL(withBase(`/models/${file}`), location.href).href;
}

/** The folder with ONNX Runtime's files. */
export function runtimeUrl(): string {
  return new URL(withBase('/ort/'), location.href).href;
}
