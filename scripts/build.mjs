// Usage: node scripts/build.mjs [--if-changed]
// Builds dist/ and dist-web/, and notes in dist/ what it was built from. With --if-changed it does nothing if neither the
// sources nor the built files have changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const note = join('dist', '.built-from');
const kernels = join('src', 'nn', 'kernels', 'adam.wasm.ts');
const settings = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsdown.config.ts', 'tsdown.web.config.ts'],
  ...['build.mjs', 'build-kernels.mjs', 'worker-code.ts', 'pack-web.mjs'].map(name => `scripts/${name}`),
];

if (process.argv.includes('--if-changed') && existsSync(note) && existsSync(kernels)) {
  if (readFileSync(note, 'utf8') === `${digestOfSources()}\n${digestOfBuild()}\n`) process.exit();
}
// Before the build: a source that changes meanwhile has to count as changed.
const sources = digestOfSources();
for (const part of ['kernels', 'node', 'web', 'ui']) {
  const { status } = spawnSync(`npm run build:${part}`, { stdio: 'inherit', shell: true });
  if (status !== 0) process.exit(status ?? 1);
}
writeFileSync(note, `${sources}\n${digestOfBuild()}\n`);

function digestOfSources() {
  const files = ['src', 'ui'].flatMap(filesIn);
  return digestOf([...settings, ...files.filter(file => file !== kernels && !file.endsWith('.test.ts'))]);
}

function digestOfBuild() {
  return digestOf([kernels, ...['dist', 'dist-web'].flatMap(filesIn).filter(file => file !== note)]);
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/** Of names and contents. */
function digestOf(files) {
  const digest = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(file);
    digest.update(`${file}\n${content.length}\n`).update(content);
  }
  return digest.digest('hex');
}
