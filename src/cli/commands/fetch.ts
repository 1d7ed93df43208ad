import { UserError } from '../../core/errors.ts';
import {
  fetchSet,
  type PublishedSet,
  type PublishedSetName,
  publishedAt,
  publishedSets,
} from '../../data/fetch/index.ts';
import { assertEmptyFolder } from '../../files/folder.ts';
import { type EmojiOptions, emojiConditions, fetchEmoji } from '../../prepare/emoji.ts';
import { formatNumberOf, shellWord } from '../format.ts';
import { defineCommand, didYouMean } from '../options/command.ts';
import { parseChoice, parseWithin } from '../options/parse.ts';
import { jsonOption } from '../options/shared-options.ts';
import { countProgress } from '../terminal.ts';
import { requireOut } from './prepare/flags.ts';

const names = [...(Object.keys(publishedSets) as PublishedSetName[]), 'emoji'] as const;

export const fetchCommand = defineCommand({
  details: `Data sets: ${names.join(', ')}.`,
  args: {
    name: { type: 'positional', description: 'Name of the data set' },
    out: { type: 'string', valueHint: 'DIR', description: 'New or empty folder for the data set' },
    from: {
      type: 'string',
      valueHint: 'URL',
      description: `URL of the folder with <name>.tar.gz (default: ${publishedAt}); not for emoji`,
    },
    condition: {
      type: 'string',
      valueHint: emojiConditions.join('|'),
      standard: 'flat',
      description: 'emoji: drawing on side A',
    },
    size: { type: 'string', valueHint: 'N', standard: '256', description: 'emoji: size in pixels' },
    json: jsonOption,
  },
  examples: [
    'npx pix2pix fetch facades --out data/facades',
    'npx pix2pix fetch emoji --out data/emoji --condition outline',
    'npx pix2pix fetch maps --out data/maps --from https://mirror.example.org/pix2pix',
  ],
  async run({ _: [word], out, from, condition, size, json }) {
    const name = names.find(each => each === word) ?? unknownSet(word!);
    const folder = requireOut(out, name, 'fetch');
    if (name === 'emoji') {
      if (from !== undefined)
        throw new UserError(
          'Cannot use --from with emoji: its files come from the npm registry; leave it out',
        );
      const options = {
        condition: parseChoice('condition', condition ?? 'flat', emojiConditions),
        size: parseWithin('size', size ?? '256', { least: 16, most: 256, whole: true }),
      };
      return fetchEmojiInto(folder, { ...options, json: json === true });
    }
    const [given] = Object.entries({ condition, size }).find(([, value]) => value !== undefined) ?? [];
    if (given) throw new UserError(`Cannot use --${given} with ${name}: it is for emoji; leave it out`);
    const set: PublishedSet = publishedSets[name];
    await assertEmptyFolder(folder, `the set "${name}"`);
    if (!json) console.log(`${set.about}. Licence: ${set.licence}`);
    const progress = countProgress('Downloading bytes');
    try {
      const result = await fetchSet(name, folder, { base: from ?? publishedAt, onProgress: progress.update });
      progress.close();
      if (json) console.log(JSON.stringify({ name, folder, ...result, licence: set.licence }));
      else console.log(closingLines(folder, set, result).join('\n'));
    } finally {
      progress.close();
    }
  },
});

async function fetchEmojiInto(
  folder: string,
  { json, ...options }: Pick<EmojiOptions, 'condition' | 'size'> & { readonly json: boolean },
): Promise<void> {
  if (!json) console.log('Fluent Emoji by Microsoft, drawings and 3D images. Licence: MIT');
  const progress = countProgress('Making pairs');
  try {
    const { train, test } = await fetchEmoji(folder, { ...options, onProgress: progress.update });
    progress.close();
    if (json) console.log(JSON.stringify({ name: 'emoji', folder, train, test, licence: 'MIT' }));
    else {
      console.log(
        `Wrote ${formatNumberOf(train, 'training pair')} and ${formatNumberOf(test, 'test pair')} to ${folder}`,
      );
      console.log('A, on the left: drawing; B, on the right: 3D image');
      console.log(`Next: npx pix2pix inspect ${shellWord(folder)}`);
    }
  } finally {
    progress.close();
  }
}

function closingLines(
  folder: string,
  { a, b }: PublishedSet,
  { files, checked }: { readonly files: number; readonly checked: 'first' | 'same' },
): string[] {
  const trust =
    checked === 'same'
      ? 'the checksum matches the first download'
      : 'checksum saved to check later downloads';
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
