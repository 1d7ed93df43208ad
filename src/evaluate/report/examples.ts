import { COPY } from '../baselines.ts';
import type { Evaluation } from '../evaluate.ts';
import type { Entry, PictureEntry } from '../score-pairs.ts';
import { scores } from '../scores.ts';
import { type Gallery, imageTag, LARGEST_SIDE, type Print, shrinkToFit } from './gallery.ts';
import { escapeHtml } from './markup.ts';

const EXAMPLES = 3;
const SIDES = [LARGEST_SIDE, 192, 128, 96, 64];
const BYTES = 1.9e6;

/**
 * The first model's three best, median and worst pictures by L1, with all contestants' pictures and the models' errors.
 */
export async function examples({ entries }: Evaluation, gallery: Gallery): Promise<string> {
  const chosen = chooseExamples(entries[0]!.pictures);
  const rows = chosen.map(({ picture }) => cellsOf(picture, entries, gallery));
  const { side, prints } = await shrinkToFit(
    rows.flat().map(({ print }) => print),
    SIDES,
    BYTES,
  );
  let next = 0;
  const parts = rows.map((cells, i) => {
    const { title, picture } = chosen[i]!;
    const figures = cells.map(({ caption }) => {
      const tag = imageTag(prints[next++]!, escapeHtml(`${caption}, ${picture.name}`));
      return `<figure>${tag}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
    });
    const l1 = picture.values.l1?.toFixed(scores.l1.digits) ?? 'none';
    return `<p>${title}: <b>${escapeHtml(picture.name)}</b>, L1 ${l1}</p><div class="row">${figures.join('')}</div>`;
  });
  const smaller = side < LARGEST_SIDE ? ', so that this page stays below 5 MB' : '';
  return `${parts.join('\n')}\n<p class="soft">Shown at up to ${side} pixels${smaller}.</p>`;
}

interface Cell {
  readonly caption: string;
  readonly print: Print | null;
}

function cellsOf({ name }: PictureEntry, entries: readonly Entry[], gallery: Gallery): Cell[] {
  const { condition, target, pictures, errors } = gallery.exhibit(name);
  const made = entries.flatMap((entry, i): Cell[] => {
    if (entry.kind === 'truth' || entry.name === COPY) return [];
    const cell = { caption: entry.name, print: pictures[i]! };
    return entry.kind === 'baseline'
      ? [cell]
      : [cell, { caption: `error of ${entry.name}`, print: errors[i]! }];
  });
  return [{ caption: 'input', print: condition }, ...made, { caption: 'truth', print: target }];
}

interface Example {
  readonly title: string;
  readonly picture: PictureEntry;
}

/** Pictures without a score come last. */
function chooseExamples(pictures: readonly PictureEntry[]): Example[] {
  const cost = ({ values }: PictureEntry) => values.l1 ?? Number.MAX_VALUE;
  const ranked = pictures.toSorted((a, b) => cost(a) - cost(b));
  const titled = (title: string, group: readonly PictureEntry[]) =>
    group.map(picture => ({ title, picture }));
  if (ranked.length <= EXAMPLES) return titled('All', ranked);
  const middle = Math.max(0, Math.floor((ranked.length - EXAMPLES) / 2));
  return [
    ...titled('Best', ranked.slice(0, EXAMPLES)),
    ...titled('Median', ranked.slice(middle, middle + EXAMPLES)),
    ...titled('Worst', ranked.slice(-EXAMPLES).reverse()),
  ];
}
