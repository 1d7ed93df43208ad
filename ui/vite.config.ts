import { fileURLToPath } from 'node:url';
import { defineConfig, type HtmlTagDescriptor, type Plugin } from 'vite';
import { workerCode } from '../scripts/worker-code.ts';

/** The common start of every page's HTML. */
const common: readonly HtmlTagDescriptor[] = [
  { tag: 'meta', attrs: { charset: 'utf-8' } },
  {
    tag: 'meta',
    attrs: { name: 'viewport', content: 'width=device-width, initial-scale=1, viewport-fit=cover' },
  },
  { tag: 'meta', attrs: { name: 'color-scheme', content: 'light dark' } },
  { tag: 'link', attrs: { rel: 'icon', href: './icon.svg', type: 'image/svg+xml' } },
  { tag: 'link', attrs: { rel: 'stylesheet', href: './styles/index.css' } },
  { tag: 'noscript', children: 'This page needs JavaScript.', injectTo: 'body' },
];

const pages: Plugin = {
  name: 'pages',
  transformIndexHtml: { order: 'pre', handler: () => [...common] },
};

// ONNX Runtime is not bundled: workers import it at run time from ort/, which the server and a static export have as a
// folder.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [pages, workerCode],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { proxy: { '/api': 'http://127.0.0.1:4173', '/ort': 'http://127.0.0.1:4173' } },
  worker: { format: 'es' },
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    rolldownOptions: { input: ['ui/index.html', 'ui/draw.html'] },
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
