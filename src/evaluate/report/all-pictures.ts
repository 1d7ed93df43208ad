import type { Evaluation } from '../evaluate.ts';
import { type Gallery, imageTag, shrinkToFit } from './gallery.ts';
import { escapeHtml } from './markup.ts';

const MOST_PICTURES = 560;
const SIDES = [128, 96, 64, 48, 32];
const BYTES = 2.3e6;

/** Input, every model's picture and the truth of all pairs, as many as a page can carry. */
export async function allPictures({ entries }: Evaluation, gallery: Gallery): Promise<string> {
  const models = entries.flatMap(({ kind }, i) => (kind === 'model' || kind === 'pictures' ? [i] : []));
  const all = entries[0]!.pictures;
  const columns = models.length + 2;
  const shown = all.slice(0, Math.max(1, Math.floor(MOST_PICTURES / columns)));
  const wanted = shown.flatMap(({ name }) => {
    const { condition, target, pictures } = gallery.exhibit(name);
    return [condition, ...models.map(i => pictures[i]!), target];
  });
  const { side, prints } = await shrinkToFit(wanted, SIDES, BYTES);
  const figures = shown.map(({ name }, i) => {
    const tags = prints.slice(i * columns, (i + 1) * columns).map(print => imageTag(print, escapeHtml(name)));
    return `<figure><div>${tags.join('')}</div><figcaption>${escapeHtml(name)}</figcaption></figure>`;
  });
  const names = models.map(i => escapeHtml(entries[i]!.name)).join(', ');
  const left = all.length > shown.length ? `, the first ${shown.length} of ${all.length}` : '';
  return `<details><summary>Input, ${names}, truth: ${shown.length} ${shown.length === 1 ? 'pair' : 'pairs'}${left}, at up to ${side} pixels</summary><div class="all">${figures.join('\n')}</div></details>`;
}
