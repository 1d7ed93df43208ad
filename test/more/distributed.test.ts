import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticFacades } from '../../src/prepare/synthesize.ts';
import { listCheckpoints, readTrainingState } from '../../src/runs/checkpoint/read.ts';
import type { StepEvent, TrainEvent } from '../../src/runs/events.ts';
import { assertReadable, isBuilt, runCommand } from '../reference/kill-campaign.ts';
import {
  type EndedJob,
  launchers,
  processesOf,
  startJob,
  startTogether,
  trainTogether,
} from '../reference/mpi.ts';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'together-'));
  data = join(folder, 'data');
  await writeSyntheticFacades(data, { train: 10, test: 3, size: 32, seed: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

/** Two steps an epoch; statistics of single images, so that it does not matter who computes which. */
const training = (run: string, ...flags: string[]) => [
  ...[data, '--preset', 'paper', '--out', run, '--size', '32', '--filters', '2'],
  ...['--discriminator-layers', '1', '--norm', 'instance'],
  ...['--batch-size', '4', '--epochs', '1000', '--threads', '1', '--device', 'cpu', '--json', ...flags],
];

async function eventsOf<Type extends TrainEvent['type']>(run: string, type: Type) {
  const lines = (await readFile(join(run, 'log.jsonl'), 'utf8')).trim().split('\n');
  const events = lines.map(line => JSON.parse(line) as TrainEvent);
  return events.filter((event): event is Extract<TrainEvent, { type: Type }> => event.type === type);
}

const lossesOf = async (run: string): Promise<[number, number][]> =>
  (await eventsOf(run, 'step')).map((step: StepEvent) => [step.discriminatorLoss, step.generatorLoss]);

/** Adam's first moments after one step: the gradients times 1 − β₁. */
async function firstGradients(run: string): Promise<Map<string, Float32Array>> {
  const { state } = await readTrainingState((await listCheckpoints(run)).at(-1)!.path);
  const moments = [...state.optimizerState].filter(([name]) => name.endsWith('first moment'));
  return new Map(moments.map(([name, { data }]) => [name, data as Float32Array]));
}

/** The largest difference, as a share of the largest number. */
function difference(a: Float32Array, b: Float32Array): number {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) / largest;
}

function expectSuccess({ status, stderr }: EndedJob): void {
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

/** Lines of the program's own, beside those of the launcher. */
const ownLines = ({ stderr }: EndedJob) => stderr.split('\n').filter(line => line.startsWith('Cannot'));

const untilSteps = async (run: string, steps: number): Promise<void> => {
  const isThere = async () =>
    existsSync(join(run, 'log.jsonl')) && (await lossesOf(run).catch(() => [])).length >= steps;
  while (!(await isThere())) await sleep(50);
};

describe.skipIf(!isBuilt || !existsSync('/proc')).each(launchers)(
  '$name (needs Linux, "npm run build", "$install")',
  launcher => {
    const isThere = launcher.program !== null;
    const runOf = (name: string) => join(folder, `${launcher.name} ${name}`);

    it.skipIf(!isThere)('averages, shares and gathers among three processes', async () => {
      const script = fileURLToPath(new URL('../reference/collectives.mjs', import.meta.url));
      const job = await startJob(launcher, 3, [script]).ended;
      expectSuccess(job);
      expect(job.stdout).toBe('3 processes agree\n');
    });

    it.skipIf(!isThere)(
      'takes the steps of one process, with dropout, and resumes with more processes',
      async () => {
        const [single, together] = [runOf('single'), runOf('together')];
        expect(await runCommand(['train', ...training(single, '--steps', '1')])).toMatchObject({ status: 0 });
        expectSuccess(await trainTogether(launcher, 2, training(together, '--steps', '1')));
        const gradients = await firstGradients(single);
        const others = await firstGradients(together);
        expect(gradients.size).toBeGreaterThan(0);
        expect([...others.keys()]).toEqual([...gradients.keys()]);
        for (const [name, values] of gradients)
          expect(difference(values, others.get(name)!), name).toBeLessThan(1e-4);

        const further = ['--steps', '12'];
        expect(await runCommand(['train', '--resume', single, ...further])).toMatchObject({ status: 0 });
        expectSuccess(await trainTogether(launcher, 4, ['--resume', together, '--threads', '1', ...further]));
        const [one, several] = [await lossesOf(single), await lossesOf(together)];
        expect(several).toHaveLength(12);
        several.flat().forEach((loss, i) => {
          expect(loss / one.flat()[i]!).toBeCloseTo(1, 3);
        });
      },
    );

    it.skipIf(!isThere)('trains as well with gradients in 16 bits', async () => {
      const [whole, half] = [runOf('32 bits'), runOf('16 bits')];
      expectSuccess(await trainTogether(launcher, 2, training(whole, '--steps', '10')));
      expectSuccess(
        await trainTogether(launcher, 2, training(half, '--steps', '10', '--gradient-compression', 'fp16')),
      );
      const [exact, rounded] = [(await lossesOf(whole)).flat(), (await lossesOf(half)).flat()];
      expect(rounded).not.toEqual(exact);
      rounded.forEach((loss, i) => {
        expect(loss / exact[i]!).toBeCloseTo(1, 1);
      });
    });

    it.skipIf(!isThere)('is stopped by SIGTERM: saves, and ends in all processes', async () => {
      const run = runOf('stopped');
      const { child, ended } = startTogether(launcher, 2, training(run));
      await untilSteps(run, 2);
      child.kill('SIGTERM');
      expect((await ended).time).toBeLessThan(200_000);
      await assertReadable(run);
      expect((await listCheckpoints(run)).length).toBeGreaterThan(0);
      expect(processesOf(0, run)).toEqual([]);
      expect(processesOf(1, run)).toEqual([]);
    });

    it.skipIf(!isThere)('ends within 30 s when a process is killed, and is resumed', async () => {
      const run = runOf('killed');
      const { ended } = startTogether(launcher, 2, training(run, '--save-steps', '1'));
      await untilSteps(run, 3);
      const killed = performance.now();
      for (const id of processesOf(1, run)) process.kill(id, 'SIGKILL');
      expect((await ended).status).not.toBe(0);
      expect(performance.now() - killed).toBeLessThan(30_000);
      await assertReadable(run);
      const { step } = (await listCheckpoints(run)).at(-1)!;
      expectSuccess(
        await trainTogether(launcher, 2, [
          '--resume',
          run,
          '--threads',
          '1',
          '--json',
          '--steps',
          `${step + 2}`,
        ]),
      );
      expect(await lossesOf(run)).toHaveLength(step + 2);
    });

    it.skipIf(!isThere)('resumes a fine-tuned run whose first model is gone', async () => {
      const [model, run] = [runOf('model'), runOf('fine-tuned')];
      expect(await runCommand(['train', ...training(model, '--steps', '1')])).toMatchObject({ status: 0 });
      const others = ['--threads', '1', '--device', 'cpu', '--json'];
      const tuning = [data, '--from', model, '--out', run, '--steps', '1', ...others];
      expectSuccess(await trainTogether(launcher, 2, tuning));
      await rm(model, { recursive: true });
      const further = ['--resume', run, '--threads', '1', '--json', '--steps', '2'];
      expectSuccess(await trainTogether(launcher, 2, further));
      expect(await lossesOf(run)).toHaveLength(2);
    });

    it.skipIf(!isThere)('refuses a batch that can’t be shared equally', async () => {
      const job = await trainTogether(launcher, 3, training(runOf('uneven')));
      expect(job.status).toBe(2);
      expect(ownLines(job)).toEqual([
        'Cannot share batches of 4 among 3 processes: use --batch-size 6, or start a number of processes that divides 4',
      ]);
    });

    it.skipIf(!isThere)('ends when the first process finds no data', async () => {
      const job = await trainTogether(launcher, 2, [join(folder, 'nothing'), '--device', 'cpu']);
      expect(job.status).toBe(2);
      expect(ownLines(job)).toEqual([expect.stringMatching(/^Cannot .*nothing/)]);
    });

    it.skipIf(!isThere)('refuses processes with different pairs', async () => {
      const [a, b] = [join(folder, `${launcher.name} a`), join(folder, `${launcher.name} b`)];
      await mkdir(a);
      await mkdir(b);
      await writeSyntheticFacades(join(a, 'pairs'), { train: 4, test: 1, size: 32, seed: 0 });
      await writeSyntheticFacades(join(b, 'pairs'), { train: 5, test: 1, size: 32, seed: 0 });
      const command = [
        fileURLToPath(new URL('../../bin/pix2pix.js', import.meta.url)),
        'train',
        'pairs',
        '--size',
        '32',
      ];
      const flags = [
        '--preset',
        'paper',
        '--filters',
        '2',
        '--batch-size',
        '2',
        '--device',
        'cpu',
        '--out',
        runOf('other pairs'),
      ];
      const words = [...command, ...flags];
      const second = [':', ...['-n', '1', '-wdir', b, process.execPath, ...words]];
      const job = await startJob({ ...launcher, flags: [...launcher.flags, '-wdir', a] }, 1, [
        ...words,
        ...second,
      ]).ended;
      expect(job.status).toBe(2);
      expect(ownLines(job)).toEqual([
        expect.stringMatching(
          /^Cannot train together: the training pairs of process 1 \(5 pairs .*\) and of process 0 \(4 pairs /,
        ),
      ]);
    });

    it.skipIf(!isThere)('refuses processes of different versions', async () => {
      const own = fileURLToPath(new URL('../..', import.meta.url));
      const other = join(folder, `${launcher.name} other version`);
      for (const part of ['bin', 'dist', 'package.json'])
        await cp(join(own, part), join(other, part), { recursive: true });
      await symlink(join(own, 'node_modules'), join(other, 'node_modules'));
      const versionFile = join(other, 'dist/package.js');
      const text = await readFile(versionFile, 'utf8');
      await writeFile(versionFile, text.replace(/version = "[^"]*"/, 'version = "9.9.9"'));
      const [first, second] = [own, other].map(place => [
        ...[join(place, 'bin/pix2pix.js'), 'train'],
        ...training(runOf('versions'), '--steps', '1'),
      ]);
      const job = await startJob(launcher, 1, [...first!, ':', '-n', '1', process.execPath, ...second!])
        .ended;
      expect(job.status).toBe(2);
      expect(ownLines(job)).toEqual([
        expect.stringMatching(
          /^Cannot train together: the version of process 1 \(9\.9\.9\) and of process 0 \(.*\) differ; install the same/,
        ),
      ]);
    });

    it.skipIf(!isThere)('detects that weights differ', async () => {
      const script = fileURLToPath(new URL('../reference/other-weights.mjs', import.meta.url));
      const job = await startJob(launcher, 2, [script]).ended;
      expect(job.status).not.toBe(0);
      expect(ownLines(job)).toEqual([
        expect.stringMatching(/^Cannot train together: the weights of process 1 /),
      ]);
    });
  },
);
