/**
 * Compares the training of this tree with that of an earlier revision, bit by bit:
 *
 *     npm run build && node scripts/compare-revisions.mjs f2ee1d7
 *
 * Checks the revision out beside this tree and installs it there. Then both train every preset, and some variants, for
 * ten steps on the same synthetic facades with equal seeds: losses and weights must be equal. Runs of the revision are
 * resumed and used for translation by both: weights and pictures must be equal again.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const variants = {
  article: ['--preset', 'article'],
  'article, with L1 and shuffled': ['--preset', 'article', '--l1', '100', '--shuffle'],
  paper: ['--preset', 'paper'],
  'paper, batches of 2': ['--preset', 'paper', '--batch-size', '2'],
  'paper, accumulated, clipped, averaged': [
    ...['--preset', 'paper', '--accumulate', '2', '--clip-norm', '1', '--average', '0.9'],
  ],
  'paper, AdamW': ['--preset', 'paper', '--optimizer', 'adamw', '--weight-decay', '0.01'],
  'paper, SGD': ['--preset', 'paper', '--optimizer', 'sgd', '--learning-rate', '0.001'],
  'paper, Wasserstein': ['--preset', 'paper', '--adversarial', 'wgan-gp', '--norm', 'instance'],
  'paper, label planes': ['--preset', 'paper', '--label-planes', '--boundaries', 'labels'],
  lite: ['--preset', 'lite'],
  demo: ['--preset', 'demo', '--minutes', '60'],
  hd: ['--preset', 'hd'],
};

const revision = process.argv[2];
if (!revision) throw new Error('Cannot compare: name a revision, such as f2ee1d7');
const work = mkdtempSync(join(tmpdir(), 'pix2pix-compare-'));
const [before, after] = [join(work, 'before'), process.cwd()];

let different = 0;
try {
  run('git', ['worktree', 'add', '--detach', before, revision]);
  run('npm', ['ci', '--no-audit', '--no-fund'], before);
  const data = join(work, 'data');
  const made = ['--count', '12', '--test', '2', '--size', '64', '--seed', '5', '--out', data];
  pix2pix(before, ['prepare', 'synth', 'facades', ...made]);
  Object.entries(variants).forEach(([name, flags], i) => {
    const [old, young] = [join(work, `${i}-before`), join(work, `${i}-after`)];
    train(before, data, flags, old);
    train(after, data, flags, young);
    report(`${name}: ten steps`, differences(old, young));
    report(`${name}: five more after resuming`, resumed(i, old));
    report(`${name}: translations`, translated(i, old, data));
  });
} finally {
  rmSync(work, { recursive: true, force: true });
  run('git', ['worktree', 'prune']);
}
console.log(different === 0 ? 'Everything is equal' : `${different} differences`);
process.exitCode = different === 0 ? 0 : 1;

function train(tree, data, flags, out) {
  const small = ['--size', '64', '--filters', '4', '--steps', '10', '--epochs', '20', '--seed', '7'];
  pix2pix(tree, ['train', data, '--direction', 'BtoA', '--device', 'cpu', ...flags, ...small, '--out', out]);
}

/** A run of the earlier revision, resumed by both. */
function resumed(i, run) {
  const [old, young] = [join(work, `${i}-resumed-before`), join(work, `${i}-resumed-after`)];
  for (const [tree, folder] of Object.entries({ [before]: old, [after]: young })) {
    execFileSync('cp', ['-r', run, folder]);
    pix2pix(tree, ['train', '--resume', folder, '--steps', '15']);
  }
  return differences(old, young);
}

function translated(i, run, data) {
  const [old, young] = [join(work, `${i}-pictures-before`), join(work, `${i}-pictures-after`)];
  const inputs = [join(data, 'test'), '--side', 'B', '--device', 'cpu'];
  pix2pix(before, ['translate', run, ...inputs, '--out', old]);
  pix2pix(after, ['translate', run, ...inputs, '--out', young]);
  const files = readdirSync(old);
  return files.filter(file => !readFileSync(join(old, file)).equals(readFileSync(join(young, file))));
}

/** What differs between two runs: losses of single steps, and tensors of the model. */
function differences(old, young) {
  const [a, b] = [lossesOf(old), lossesOf(young)];
  const steps = a.flatMap((losses, i) => (losses === b[i] ? [] : [`step ${i + 1}: ${losses} and ${b[i]}`]));
  if (a.length !== b.length) steps.push(`${a.length} and ${b.length} steps`);
  const [x, y] = [tensorsOf(old), tensorsOf(young)];
  const names = [...new Set([...x.keys(), ...y.keys()])];
  return [...steps, ...names.filter(name => !x.get(name)?.equals(y.get(name) ?? Buffer.alloc(0)))];
}

function lossesOf(folder) {
  const events = readFileSync(join(folder, 'log.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);
  return events
    .filter(({ type }) => type === 'step')
    .map(({ discriminatorLoss, generatorLoss, l1 }) =>
      JSON.stringify([discriminatorLoss, generatorLoss, l1]),
    );
}

/** The bytes of each tensor of the newest checkpoint's model, a safetensors file. */
function tensorsOf(folder) {
  const newest = readdirSync(join(folder, 'checkpoints')).sort().at(-1);
  const file = readFileSync(join(folder, 'checkpoints', newest, 'model.safetensors'));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__: _, ...header } = JSON.parse(file.toString('utf8', 8, start));
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          data_offsets: [from, to],
        },
      ]) => [name, file.subarray(start + from, start + to)],
    ),
  );
}

function report(what, found) {
  different += found.length;
  const shown = found.slice(0, 3).join('; ');
  console.log(found.length === 0 ? `equal      ${what}` : `DIFFERENT  ${what}: ${found.length}, ${shown}`);
}

function pix2pix(tree, args) {
  run(process.execPath, [join(tree, 'bin/pix2pix.js'), ...args], work);
}

function run(command, args, cwd = process.cwd()) {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
