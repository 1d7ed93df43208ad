// Checks the measured choice of convolutions' forms: chooses them as a first training does, then times all candidates again,
// longer, and says what the choice costs more than the best. Usage, after a build, on idle cores:
//   node scripts/check-forms.mjs [--preset article] [--sizes 64,128] [--batches 1,4] [--threads 1,2] [--layers]
// --layers lists convolutions that take more than twice the median time per multiply–accumulate of their kind.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chooseForms } from '../dist/forms/choose-forms.js';
import { macsOf, stepConvolutions } from '../dist/forms/convolutions.js';
import { timeForms } from '../dist/forms/time-forms.js';
import { resolveConfig } from '../dist/index.js';
import { convolutionKey } from '../dist/lower/cpu/forms.js';
import { computingEnvironment, keepsFreedMemory } from '../dist/runtime/environment.js';

/** Milliseconds for the second timing of a convolution, in each of `AGAIN` turns. */
const LONG = 300;
const AGAIN = 2;

const { values } = parseArgs({
  options: {
    preset: { type: 'string', default: 'article' },
    sizes: { type: 'string', default: '64,128,256,512' },
    batches: { type: 'string', default: '1,4' },
    threads: { type: 'string', default: '1,2' },
    layers: { type: 'boolean', default: false },
  },
});
const numbers = text => text.split(',').map(Number);

// With the allocator's settings of a training, which are read when a process starts.
if (process.platform === 'linux' && !keepsFreedMemory()) {
  delete process.env.GLIBC_TUNABLES;
  const env = computingEnvironment();
  process.exit(spawnSync(process.execPath, process.argv.slice(1), { env, stdio: 'inherit' }).status ?? 1);
}

// An empty cache, so that the forms are measured.
process.env.XDG_CACHE_HOME = mkdtempSync(join(tmpdir(), 'pix2pix-'));
process.on('exit', () => rmSync(process.env.XDG_CACHE_HOME, { recursive: true }));

console.log('size  batch  threads  convolutions  time, × best  beyond 10 %  worst');
for (const size of numbers(values.sizes))
  for (const batchSize of numbers(values.batches))
    for (const threads of numbers(values.threads)) await check(size, batchSize, threads);
process.exit();

async function check(size, batchSize, threads) {
  const { config } = resolveConfig({ preset: values.preset, size: [size, size], batchSize });
  const step = stepConvolutions(config).map(({ convolution }) => convolution);
  const distinct = new Map(step.map(convolution => [convolutionKey(convolution), convolution]));
  const { forms } = await chooseForms([...distinct.values()], threads);
  const rows = [];
  for (const [key, convolution] of distinct) {
    const form = forms[key];
    const times = await timesOf(convolution, threads);
    const runs = step.filter(each => convolutionKey(each) === key).length;
    rows.push({ convolution, form, runs, chosen: times[form], ...bestOf(times) });
  }
  const excess = row => row.chosen / row.best;
  const [worst] = rows.toSorted((a, b) => excess(b) - excess(a));
  const total = of => rows.reduce((sum, row) => sum + row.runs * row[of], 0);
  const cells = [
    [size, 4],
    [batchSize, 7],
    [threads, 9],
    [rows.length, 14],
    [(total('chosen') / total('best')).toFixed(3), 14],
    [rows.filter(row => excess(row) > 1.1).length, 13],
  ];
  console.log(
    `${cells.map(([cell, width]) => String(cell).padStart(width)).join('')}  ${nameOf(worst.convolution)}: ${worst.form} ${worst.chosen.toFixed(2)} ms, ${worst.bestForm} ${worst.best.toFixed(2)}`,
  );
  if (values.layers) for (const line of slowLayers(rows, total('chosen'))) console.log(line);
}

/** The least times of all candidates. */
async function timesOf(convolution, threads) {
  const times = {};
  for (let turn = 0; turn < AGAIN; turn++)
    for (const [form, time] of Object.entries(await timeForms(convolution, threads, LONG)))
      times[form] = Math.min(times[form] ?? Number.POSITIVE_INFINITY, time);
  return times;
}

function bestOf(times) {
  const [[bestForm, best]] = Object.entries(times).toSorted(([, a], [, b]) => a - b);
  return { bestForm, best };
}

function slowLayers(rows, total) {
  const kinds = [...new Set(rows.map(({ convolution }) => convolution.pass))];
  return kinds.flatMap(kind => {
    const rated = rows
      .filter(({ convolution }) => convolution.pass === kind)
      .map(row => ({ ...row, rate: row.chosen / (macsOf(row.convolution) / 1e9) }));
    const median = rated.map(({ rate }) => rate).toSorted((a, b) => a - b)[Math.floor(rated.length / 2)];
    return rated
      .filter(({ rate }) => rate > 2 * median)
      .map(
        ({ convolution, form, runs, chosen, rate }) =>
          `      ${nameOf(convolution)} ${form}: ${rate.toFixed(1)} ms per GMAC, median ${median.toFixed(1)}; ${((100 * runs * chosen) / total).toFixed(1)} % of the convolutions' time`,
      );
  });
}

function nameOf({ pass, scope, geometry: g }) {
  return `${scope} (${pass}) ${g.height}×${g.width}×${g.channels} → ${g.rows}×${g.columns}×${g.outputChannels}`;
}
