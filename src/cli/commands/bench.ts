import { availableParallelism, cpus, loadavg } from 'node:os';
import { compare, type Timing } from '../../bench/compare.ts';
import {
  benchPresets,
  type Contender,
  type Entry,
  formChoices,
  start,
  tasks,
  type Workload,
} from '../../bench/contender.ts';
import { entries } from '../../bench/entries.ts';
import { type FormRow, formLines, formRows } from '../../bench/form-rows.ts';
import { profileLayers, profileOps } from '../../bench/profile.ts';
import { layerLines, opLines } from '../../bench/profile-lines.ts';
import { type BenchReport, reportLines } from '../../bench/report.ts';
import { stepMacs, workloadConfig } from '../../bench/workload.ts';
import { presets } from '../../config/presets.ts';
import { UserError } from '../../core/errors.ts';
import { chooseForms } from '../../forms/choose-forms.ts';
import { stepConvolutions } from '../../forms/convolutions.ts';
import { resolveLevels } from '../../models/generators.ts';
import { chooseDevice } from '../../runtime/choose-device.ts';
import { compileProduct } from '../../runtime/product.ts';
import { defineCommand } from '../options/command.ts';
import { parseChoice, parseThreads, parseWithin } from '../options/parse.ts';
import { deviceOption, jsonOption, threadsOption } from '../options/shared-options.ts';
import { countProgress } from '../terminal.ts';

export const bench = defineCommand({
  details:
    'Times a training step and a translation, and the same in plain ONNX Runtime, in PyTorch if it is installed, and for small networks in TensorFlow.js.',
  args: {
    preset: {
      type: 'string',
      valueHint: benchPresets.join('|'),
      default: 'article',
      description: 'Preset whose networks and training step are timed',
    },
    device: deviceOption,
    size: { type: 'string', valueHint: 'N', default: '256', description: 'Height and width in pixels' },
    filters: {
      type: 'string',
      valueHint: 'N',
      default: '64',
      description: 'Filters in the first layer of both networks; 64 as published',
    },
    'batch-size': { type: 'string', valueHint: 'N', default: '1', description: 'Pairs in a step' },
    rounds: {
      type: 'string',
      valueHint: 'N',
      default: '7',
      description: 'Timed runs of each program, after one warm-up run',
    },
    threads: threadsOption,
    forms: {
      type: 'string',
      valueHint: formChoices.join('|'),
      default: 'measured',
      description: 'Forms of convolutions on the CPU: the fastest here, or the same on every machine',
    },
    profile: {
      type: 'boolean',
      description:
        'Show the time of each layer instead, with the form of each convolution and the next best, or of each op with --device webgpu',
    },
    json: jsonOption,
  },
  examples: [
    'npx pix2pix bench',
    'npx pix2pix bench --profile',
    'npx pix2pix bench --device webgpu --preset paper',
    'npx pix2pix bench --size 128 --filters 32 --rounds 15',
  ],
  async run(args) {
    const [size, filters, batch, rounds] = (['size', 'filters', 'batch-size', 'rounds'] as const).map(name =>
      parseWithin(name, args[name], counts),
    ) as [number, number, number, number];
    const preset = parseChoice('preset', args.preset, benchPresets);
    const { architecture } = presets[preset].generator;
    const levels = resolveLevels(architecture, [size, size], batch, null);
    const { device, description } = await chooseDevice(args.device ?? 'auto');
    const threads = parseThreads(args.threads) ?? availableParallelism();
    const forms = parseChoice('forms', args.forms, formChoices);
    warnIfBusy();
    const workload = { preset, size, filters, levels, batch, threads, device, forms };
    const chosen = device === 'cpu' && forms === 'measured' ? await measureForms(workload) : null;
    if (args.profile === true) return showProfile(workload, rounds + 1, args.json === true, chosen);
    const report = await measure(workload, rounds, description);
    console.log(args.json === true ? JSON.stringify(report, null, 2) : reportLines(report).join('\n'));
  },
});

const counts = { least: 1, most: 8192, whole: true };

/** Measured forms stay in the cache, and later trainings use them. */
function warnIfBusy(): void {
  const [cores, load] = [cpus().length, loadavg()[0]!];
  if (load > cores) {
    console.error(
      `Note: Other programs keep the ${cores} cores busy (load ${load.toFixed(1)}), so times and measured forms may be wrong; measure again on an idle machine`,
    );
  }
}

/** Measures what is not known yet of the step's convolutions; the contender then finds it in the cache. */
async function measureForms(workload: Workload): Promise<FormRow[]> {
  const convolutions = stepConvolutions(workloadConfig(workload));
  const chosen = await chooseForms(
    convolutions.map(({ convolution }) => convolution),
    workload.threads,
  );
  for (const note of chosen.notes) console.error(note);
  return formRows(convolutions, chosen);
}

async function showProfile(
  workload: Workload,
  steps: number,
  json: boolean,
  forms: FormRow[] | null,
): Promise<void> {
  const { device, preset, threads } = workload;
  if (device === 'cuda') {
    throw new UserError(
      'Cannot use --profile with --device cuda: only webgpu and cpu are profiled; choose one',
    );
  }
  const [ours] = entries(workload) as [Entry];
  const show = <Row>(rows: Row[], lines: (rows: Row[]) => string[]) =>
    console.log(json ? JSON.stringify(rows, null, 2) : lines(rows).join('\n'));
  if (device === 'webgpu') return show(await profileOps(ours, steps), opLines);
  const judgements = preset === 'article' ? 2 : 1;
  const layers = await profileLayers(ours, steps);
  if (!forms) return show(layers, rows => layerLines(rows, judgements));
  const peak = await peakRate(threads);
  if (json) console.log(JSON.stringify({ layers, forms, peak }, null, 2));
  else console.log([...layerLines(layers, judgements), '', ...formLines(forms, peak)].join('\n'));
}

/** GFLOP/s of the best of five matrix products 2048³. */
async function peakRate(threads: number): Promise<number> {
  const multiply = await compileProduct(2048, threads);
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run <= 5; run++) {
    const started = performance.now();
    await multiply();
    best = Math.min(best, performance.now() - started);
  }
  return (2 * 2048 ** 3) / best / 1e6;
}

async function measure(workload: Workload, rounds: number, where: string): Promise<BenchReport> {
  const { timings, missing } = await timeTasks(workload, rounds);
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  const { preset, device, size, filters, batch, threads } = workload;
  return {
    machine: device === 'cpu' ? `${processor}, ${threads} threads` : `${where}; ${processor}`,
    workload: `${preset}, ${size}×${size}, ${filters} filters, batch ${batch}`,
    timings,
    stepMacs: stepMacs(workloadConfig(workload)),
    missing: [...missing].map(([name, reason]) => `${name}: ${reason}`),
  };
}

/** Runs all tasks; `missing` says by name why a contender could not take part. */
async function timeTasks(
  workload: Workload,
  rounds: number,
): Promise<{ timings: Timing[]; missing: ReadonlyMap<string, string> }> {
  const progress = countProgress('Timing');
  const started = new Map<string, Contender>();
  const missing = new Map<string, string>();
  const timings: Timing[] = [];
  let done = 0;
  try {
    for (const task of tasks) {
      const able = entries(workload).filter(entry => entry.tasks.includes(task));
      // Started when first needed: whoever only waits for a later task would still take memory and time from this one.
      for (const entry of able.filter(({ name }) => !started.has(name) && !missing.has(name))) {
        const contender = await start(entry);
        if (typeof contender === 'string') missing.set(entry.name, contender);
        else started.set(entry.name, contender);
      }
      const contenders = able.flatMap(({ name }) => started.get(name) ?? []);
      const onRun = () => progress.update(done++, tasks.length * (rounds + 1));
      timings.push(...(await compare(task, contenders, rounds, onRun)));
    }
  } finally {
    progress.close();
    for (const contender of started.values()) contender.stop();
  }
  return { timings, missing };
}
