import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { computingEnvironment } from '../runtime/environment.ts';
import { type Entry, type Workload, workloadArguments } from './contender.ts';

/** This project and the peers of `pix2pix bench`; on a GPU, only peers that use one. */
export function entries(workload: Workload): Entry[] {
  const { forms, ...shared } = workload;
  const share = workloadArguments(shared);
  const onProcessor = workload.device === 'cpu';
  // Except on the CPU, most of a product's time would be spent copying the matrices.
  const products = onProcessor ? (['gemm'] as const) : [];
  const own: Entry = {
    name: 'pix2pix',
    tasks: ['step', 'generate', ...products],
    command: process.execPath,
    arguments: [pathOf('./ours.js'), ...workloadArguments({ ...shared, forms })],
    environment: computingEnvironment(),
    install: 'npm run build',
  };
  const pytorch: Entry = {
    name: 'PyTorch',
    tasks: ['step', 'generate', ...products],
    // Debian's python3-torch is installed for the system's Python, which may not be the first on the path.
    command: process.env.PYTHON ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'),
    arguments: [pathOf('../../bench/pytorch.py'), ...share],
    environment: process.env,
    install: onProcessor
      ? 'apt-get install python3-torch libopenblas0-pthread'
      : 'PYTHON=FILE, a Python whose PyTorch has CUDA',
  };
  if (!onProcessor) return [own, pytorch];
  const onArticle = workload.preset === 'article' ? [tensorflow(share)] : [];
  return [own, pytorch, plainRuntime(share), ...onArticle];
}

function plainRuntime(share: readonly string[]): Entry {
  return {
    name: 'ONNX Runtime, plain',
    tasks: ['generate'],
    command: process.execPath,
    arguments: [pathOf('./onnxruntime.js'), ...share],
    environment: process.env,
    install: 'npm run build',
  };
}

function tensorflow(share: readonly string[]): Entry {
  return {
    name: 'TensorFlow.js',
    tasks: ['step', 'generate'],
    command: process.execPath,
    arguments: [pathOf('../../bench/tensorflow.mjs'), ...share],
    environment: process.env,
    install: 'npm install @tensorflow/tfjs, and --size 64 --filters 8 or less',
  };
}

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
