import { defineConfig, type UserConfig } from 'tsdown';
import { workerCode } from './scripts/worker-code.ts';

// pix2pix/web, and all of the package pix2pix-web but what scripts/pack-web.mjs adds.
const shared: UserConfig = {
  outDir: 'dist-web',
  platform: 'browser',
  target: 'es2022',
  tsconfig: 'ui/tsconfig.json',
  plugins: [workerCode],
  minify: true,
  clean: false,
};

export default defineConfig([
  {
    ...shared,
    entry: ['src/web/index.ts', 'src/web/element.ts'],
    format: 'esm',
    dts: true,
    // For `AsyncDisposable`, which the language's own types have from ES2026 on.
    banner: { dts: '/// <reference lib="esnext.disposable" />' },
    fixedExtension: false,
    hash: false,
  },
  {
    ...shared,
    entry: { 'pix2pix-web': 'src/web/global.ts' },
    format: 'iife',
    globalName: 'pix2pix',
    dts: false,
    outputOptions: {
      entryFileNames: '[name].js',
      intro: 'const libraryUrl = globalThis.document?.currentScript?.src;',
    },
    define: { 'import.meta.url': 'libraryUrl' },
  },
]);
