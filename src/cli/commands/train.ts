import { UserError } from '../../core/errors.ts';
import { resolveConfig } from '../../train/resolve-config.ts';
import { defaultRunFolder, runPaths } from '../../train/run-folder.ts';
import { defineCommand } from '../command.ts';
import { shellWord } from '../format.ts';
import { overridesFrom, runOptions } from '../run-options.ts';
import { runTraining } from '../run-training.ts';

export const train = defineCommand({
  description: 'Train a model on a folder of image pairs',
  args: {
    data: { type: 'positional', required: false, description: 'Folder of image pairs' },
    ...runOptions,
    out: { type: 'string', valueHint: 'DIR', description: 'Run folder; otherwise runs/<preset>-<data>' },
    force: { type: 'boolean', description: 'Replace an existing run in --out' },
    'skip-bad': { type: 'boolean', description: 'Leave out pairs that can’t be read' },
    'print-config': { type: 'boolean', description: 'Print the complete settings and exit' },
    json: { type: 'boolean', description: 'Print each event as a line of JSON' },
  },
  examples: [
    'npx pix2pix train facades --direction BtoA',
    'npx pix2pix train facades --preset article --epochs 50 --out runs/article',
    'npx pix2pix train facades --size 128 --filters 32 --minutes 30',
    'npx pix2pix train --preset paper --print-config',
  ],
  async run(args) {
    const resolved = resolveConfig(overridesFrom(args));
    if (args['print-config']) {
      process.stdout.write(`${JSON.stringify(resolved.config, null, 2)}\n`);
      return;
    }
    const data = args.data ?? missingData();
    const runFolder = args.out ?? (await defaultRunFolder(resolved.config.preset, data));
    const { force = false, json = false, 'skip-bad': skipBad = false } = args;
    const lastGrid = await runTraining({ data, runFolder, resolved, force, skipBad, json });
    if (!json) console.log(closingLines(runFolder, lastGrid).join('\n'));
  },
});

/** Every save begins with a grid: without one, the run was stopped before its first step. */
function closingLines(runFolder: string, lastGrid: string | undefined): string[] {
  if (lastGrid === undefined) return ['Nothing was saved: the run was stopped before its first step'];
  return [
    `Pictures: ${lastGrid}`,
    `Weights:  ${runPaths(runFolder).weights}`,
    `Next: npx pix2pix translate ${shellWord(runFolder)} photo.png --out out`,
  ];
}

function missingData(): never {
  throw new UserError(
    'Cannot train without DATA: pass a folder of image pairs, or make one with "pix2pix prepare synth facades --out facades"',
  );
}
