import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { presets } from '../../config/presets.ts';
import { resolveConfig } from '../../config/resolve-config.ts';
import { makeFolder } from '../../files/folder.ts';
import { assertNotTraining } from '../../runs/lock.ts';
import { runPaths } from '../../runs/run-folder.ts';
import { translateFile } from '../../translate/translate-file.ts';
import { openTranslator } from '../../translate/translator.ts';
import { defineCommand, type Options } from '../options/command.ts';
import { overridesFrom, runOptions } from '../options/run-options.ts';
import { jsonOption } from '../options/shared-options.ts';
import { runTraining } from '../training/run-training.ts';

const folder = join('runs', 'demo');
const places = {
  data: join(folder, 'data'),
  model: join(folder, 'model'),
  translated: join(folder, 'translated'),
};

/** Drawings and 3D images of emoji, 128×128 each; scripts/make-emoji-sample.mjs makes them. */
const emoji = fileURLToPath(new URL('../../../assets/emoji', import.meta.url));

export const demo = defineCommand({
  details: `Everything is written to ${folder}.`,
  args: {
    ...pick(runOptions(presets.demo), ['epochs', 'steps', 'minutes', 'seed']),
    json: jsonOption,
  },
  examples: ['npx pix2pix demo', 'npx pix2pix demo --epochs 2'],
  async run(args) {
    const resolved = resolveConfig({ ...overridesFrom(args), preset: 'demo' });
    const json = args.json === true;
    await assertNotTraining(places.model);
    await copyData();
    const { config, notes } = resolved;
    const request = { data: places.data, runFolder: places.model, config, skipBad: false };
    const { grid, checkpoint } = await runTraining({ request, notes, force: true, json });
    if (checkpoint === undefined) return;
    await translateOne();
    if (!json) console.log(closingLines(grid).join('\n'));
  },
});

/** Copies the pairs that come with the package, in place of an earlier demo's. */
async function copyData(): Promise<void> {
  await makeFolder(places.data);
  for (const split of ['train', 'test']) await rm(join(places.data, split), { recursive: true, force: true });
  await cp(emoji, places.data, { recursive: true });
}

/** Two test pairs, by their code points: a pig and a taco. */
const [shown, suggested] = ['1f437', '1f32e'];

/** Translates one test drawing, and leaves the name free that the next command will write. */
async function translateOne(): Promise<void> {
  const translator = await openTranslator(places.model);
  await translateFile(translator, { input: testPair(shown), output: translation(shown) }, { side: 'A' });
  await translator.close();
  await rm(translation(suggested), { force: true });
}

function closingLines(lastGrid: string | undefined): string[] {
  return [
    `Translated test pairs: ${lastGrid ?? runPaths(places.model).samples}`,
    `A translated test drawing: ${translation(shown)}`,
    'Next, translate another one:',
    `  npx pix2pix translate ${places.model} ${testPair(suggested)} --side A --out ${places.translated}`,
    'Or draw, and see the result as you draw:',
    '  npx pix2pix',
  ];
}

function testPair(name: string): string {
  return join(places.data, 'test', `${name}.webp`);
}

function translation(name: string): string {
  return join(places.translated, `${name}.png`);
}

function pick(options: Options, names: readonly string[]): Options {
  return Object.fromEntries(names.map(name => [name, { ...options[name]!, group: 'Main', rare: false }]));
}
