import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { computingEnvironment } from '../runtime/environment.ts';
import { type Entry, type Workload, workloadArguments } from './contender.ts';

/** This project and the peers that `pix2pix bench` looks for. */
export function entries(workload: Workload): Entry[] {
  const share = workloadArguments(workload);
  return [
    {
      name: 'pix2pix',
      tasks: ['step', 'generate', 'gemm'],
      command: process.execPath,
      arguments: [pathOf('./ours.js'), ...share],
      environment: computingEnvironment(),
      install: 'npm run build',
    },
    {
      name: 'PyTorch',
      tasks: ['step', 'generate', 'gemm'],
      // Debian's python3-torch belongs to the system's Python, whatever comes first on the path.
      command: existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3',
      arguments: [pathOf('../../bench/pytorch.py'), ...share],
      environment: process.env,
      install: 'apt-get install python3-torch libopenblas0-pthread',
    },
    {
      name: 'ONNX Runtime, plain',
      tasks: ['generate'],
      command: process.execPath,
      arguments: [pathOf('./onnxruntime.js'), ...share],
      environment: process.env,
      install: 'npm run build',
    },
    {
      name: 'TensorFlow.js',
      tasks: ['step', 'generate'],
      command: process.execPath,
      arguments: [pathOf('../../bench/tensorflow.mjs'), ...share],
      environment: process.env,
      install: 'npm install @tensorflow/tfjs, and --size 64 --filters 8 or less',
    },
  ];
}

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
