import { UserError } from '../../core/errors.ts';
import {
  fetchSet,
  type PublishedSet,
  type PublishedSetName,
  publishedAt,
  publishedSets,
} from '../../data/fetch/index.ts';
import { countProgress } from '../count-progress.ts';
import { formatNumberOf, shellWord } from '../format.ts';
import { defineCommand } from '../options/command.ts';
import { didYouMean } from '../options/nearest.ts';
import { requireOut } from './prepare/flags.ts';

const names = Object.keys(publishedSets) as PublishedSetName[];

export const fetchCommand = defineCommand({
  description: `Download a published data set: ${names.join(', ')}`,
  args: {
    name: { type: 'positional', description: 'Name of the set' },
    out: { type: 'string', valueHint: 'DIR', description: 'New or empty folder for the data set' },
    from: {
      type: 'string',
      valueHint: 'URL',
      default: publishedAt,
      description: 'Where its archive <name>.tar.gz lies',
    },
    json: { type: 'boolean', description: 'Print the result as JSON' },
  },
  examples: [
    'npx pix2pix fetch facades --out data/facades',
    'npx pix2pix fetch maps --out data/maps --from https://mirror.example.org/pix2pix',
  ],
  async run({ _: [word], out, from, json }) {
    const name = names.find(each => each === word) ?? unknownSet(word!);
    const folder = requireOut(out, name);
    const set: PublishedSet = publishedSets[name];
    if (!json) console.log(`${set.about}. Licence: ${set.licence}`);
    const progress = countProgress('Downloading bytes');
    try {
      const result = await fetchSet(name, folder, { base: from, onProgress: progress.update });
      progress.close();
      if (json) console.log(JSON.stringify({ name, folder, ...result, licence: set.licence }));
      else console.log(closingLines(folder, set, result).join('\n'));
    } finally {
      progress.close();
    }
  },
});

function closingLines(
  folder: string,
  { a, b }: PublishedSet,
  { files, checked }: { readonly files: number; readonly checked: 'first' | 'same' },
): string[] {
  const trust =
    checked === 'same' ? 'the same as the first time' : 'its checksum is recorded for the next time';
  return [
    `Unpacked ${formatNumberOf(files, 'file')} to ${folder}; ${trust}`,
    `A, on the left: ${a}; B, on the right: ${b}`,
    `Next: npx pix2pix inspect ${shellWord(folder)}`,
  ];
}

function unknownSet(word: string): never {
  throw new UserError(
    `Cannot fetch "${word}": ${didYouMean(word, names)}the published sets are ${names.join(', ')}`,
  );
}
