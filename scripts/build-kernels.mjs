// Compiles the WebAssembly kernels and embeds them as base64, so that no file is needed at run time.
import { readFile, writeFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const source = 'src/nn/kernels/adam.ts';
const { error, stderr, binary } = await asc.compileString(
  { 'adam.ts': await readFile(source, 'utf8') },
  { optimizeLevel: 3, runtime: 'stub', enable: ['simd'], importMemory: true, noAssert: true },
);
if (error) throw new Error(`Cannot compile ${source}: ${stderr.toString()}`);
await writeFile(
  'src/nn/kernels/adam.wasm.ts',
  `// Compiled from adam.ts by scripts/build-kernels.mjs.\nexport const adamWasm = '${Buffer.from(binary).toString('base64')}';\n`,
);
