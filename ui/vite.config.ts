import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// ONNX Runtime is not bundled: the worker imports it at run time from ort/, which the server takes from the package
// onnxruntime-web and a static export has as a folder.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { proxy: { '/api': 'http://127.0.0.1:4173', '/ort': 'http://127.0.0.1:4173' } },
  worker: { format: 'es' },
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    rolldownOptions: { input: ['ui/index.html', 'ui/draw.html', 'ui/lab.html'] },
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
