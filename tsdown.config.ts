import { defineConfig } from 'tsdown';

// One output file per source file, so that a reader of dist/ finds the tree of src/
// and the training worker can be started by its own path.
export default defineConfig({
  entry: [
    'src/index.ts',
    'src/browser/index.ts',
    'src/cli/main.ts',
    'src/train/process.ts',
    'src/data/loading/worker.ts',
    'src/forms/process.ts',
    'src/runtime/probe.ts',
    'src/import/keras-worker.ts',
    'src/bench/ours.ts',
    'src/bench/onnxruntime.ts',
    'src/bench/step-time.ts',
    'src/bulk/process.ts',
    'src/server/work/process.ts',
  ],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  unbundle: true,
  dts: true,
  clean: true,
  fixedExtension: false,
});
