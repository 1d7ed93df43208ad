import type { Estimate } from '../../metrics/bootstrap.ts';
import { type Comparison, formatPValue, showNumber } from '../compare.ts';
import type { Evaluation } from '../evaluate.ts';
import { describeNetwork } from '../features/describe-network.ts';
import type { Entry } from '../score-pairs.ts';
import { type ScoreName, scores } from '../scores.ts';
import { distributionPlot, MOST_DOTS } from './distribution-plot.ts';
import { examples } from './examples.ts';
import { type Gallery, imageTag, shrinkToFit } from './gallery.ts';
import { escapeHtml, section, table } from './markup.ts';
import { page } from './page.ts';

/** An evaluation as one self-contained HTML file without scripts, with the pictures of its gallery. */
export async function reportPage(evaluation: Evaluation, gallery: Gallery): Promise<string> {
  const { entries, comparisons, direction, size } = evaluation;
  const [from, to] = direction === 'AtoB' ? ['A', 'B'] : ['B', 'A'];
  const title = `How good is ${entries[0]!.name}?`;
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    `<p class="soft">${escapeHtml(evaluation.pairs)}; ${from} → ${to}, compared at ${size.join('×')} pixels</p>`,
    cards(entries[0]!, evaluation.scores),
    findings(evaluation),
    evaluation.notes.map(note => `<p class="note">${escapeHtml(note)}.</p>`).join('\n'),
    section(
      'Scores',
      scoreTable(evaluation),
      `<p class="soft">Means over the images, with 95 % bootstrap intervals below. The best model is in bold.${evaluation.features?.features ? ' FID and KID are computed from all images together.' : ''}</p>`,
    ),
    comparisons.length > 0 ? section('Comparison of models', comparisonTable(comparisons)) : '',
    section(
      'Image by image',
      plots(evaluation),
      `<p class="soft">Each dot is an image; the cross is the mean with its interval.${thinned(entries[0]!)}</p>`,
    ),
    evaluation.reader ? section('Classes', classTable(evaluation)) : '',
    section('Best, median and worst', await examples(evaluation, gallery)),
    section('All images', await allPictures(evaluation, gallery)),
    section('How it was measured', protocol(evaluation)),
  ];
  return page(title, body.filter(Boolean).join('\n'));
}

function cards({ summary }: Entry, names: readonly ScoreName[]): string {
  const each = names.map(name => {
    const { title, better, digits } = scores[name];
    const hint = { lower: 'lower is better', higher: 'higher is better', 'nearer 1': '1 is as in the truth' }[
      better
    ];
    const estimate = summary[name] ?? null;
    return `<div class="card">${escapeHtml(title)}<b>${estimate ? showNumber(estimate.mean, digits) : '–'}</b><span class="soft">${intervalOf(estimate, digits)}<br>${hint}</span></div>`;
  });
  return `<div class="cards">${each.join('')}</div>`;
}

function findings({ findings: found }: Evaluation): string {
  return found
    .map(
      ({ entry, text, advice }) =>
        `<p class="finding"><b>${escapeHtml(entry)}</b>: ${escapeHtml(text)}. ${escapeHtml(advice)}.</p>`,
    )
    .join('\n');
}

function scoreTable({ entries, scores: names }: Evaluation): string {
  const head = ['', ...names.map(name => `${escapeHtml(scores[name].title)} ${arrow(name)}`)];
  const best = new Map(names.map(name => [name, bestOf(entries, name)]));
  const rows = entries.map(entry => [
    escapeHtml(entry.name),
    ...names.map(name => {
      const estimate = entry.summary[name] ?? null;
      if (!estimate) return '–';
      const { digits } = scores[name];
      const mean = showNumber(estimate.mean, digits);
      const shown = best.get(name) === entry ? `<b>${mean}</b>` : mean;
      return `${shown}<small>${intervalOf(estimate, digits)}</small>`;
    }),
  ]);
  return table(head, rows);
}

/** The model with the best mean. */
function bestOf(entries: readonly Entry[], name: ScoreName): Entry | undefined {
  const cost = ({ summary }: Entry): number => {
    const mean = summary[name]?.mean;
    if (mean === undefined) return Number.POSITIVE_INFINITY;
    return { lower: mean, higher: -mean, 'nearer 1': Math.abs(mean - 1) }[scores[name].better];
  };
  const models = entries.filter(({ kind }) => kind === 'model' || kind === 'pictures');
  return models.toSorted((a, b) => cost(a) - cost(b))[0];
}

/** A table for every two models. */
function comparisonTable(comparisons: readonly Comparison[]): string {
  const duels = new Map<string, Comparison[]>();
  for (const each of comparisons) {
    const title = `${each.second} against ${each.first}`;
    duels.set(title, [...(duels.get(title) ?? []), each]);
  }
  const tables = [...duels].map(([title, rows]) => {
    const head = ['Score', 'Difference', 'p', 'Better'];
    return `<p>${escapeHtml(title)}</p>${table(head, rows.map(comparisonRow))}`;
  });
  const note =
    '<p class="soft">Paired permutation tests: p is how often chance alone would make the two differ as much. With many rows, some are below 0.05 by chance.</p>';
  return [...tables, note].join('\n');
}

function comparisonRow({ score, difference, p, better }: Comparison): string[] {
  const { title, digits } = scores[score];
  return [
    escapeHtml(title),
    `${showNumber(difference.mean, digits)}<small>${intervalOf(difference, digits)}</small>`,
    formatPValue(p),
    better === null ? 'not significant' : escapeHtml(better),
  ];
}

function thinned({ pictures }: Entry): string {
  return pictures.length > MOST_DOTS ? ` ${MOST_DOTS} evenly spaced dots represent all images.` : '';
}

function plots({ entries, scores: names }: Evaluation): string {
  const shown = entries.filter(({ kind }) => kind !== 'truth');
  return `<div class="plots">${names.map(name => distributionPlot(shown, name)).join('')}</div>`;
}

function classTable({ entries, reader }: Evaluation): string {
  const shown = entries.filter(({ classes }) => classes !== null);
  const rows = reader!.classes.map((color, k) => [
    `<span class="swatch" style="background: rgb(${color.join(' ')})"></span>${color.join(', ')}`,
    ...shown.map(({ classes }) => classes![k]?.toFixed(3) ?? '–'),
  ]);
  const note =
    '<p class="soft">Share of each class’ pixels that the reader reads off the images as the label map has them; on the truth, the most that it can.</p>';
  return table(['Colour in the label map', ...shown.map(({ name }) => escapeHtml(name))], rows) + note;
}

function protocol({ entries, protocol: lines, reader, features, scores: names }: Evaluation): string {
  const items = [
    ...entries.map(({ name, about }) => [name, about] as const),
    ...names.map(name => [scores[name].title, lines[name] ?? ''] as const),
  ];
  if (reader) {
    const about = `a U-Net trained on ${reader.pairs} real pairs at ${reader.size.join('×')} for ${reader.steps} steps; pixels whose colour is not that of a class are left out`;
    items.push(['Reader', about]);
  }
  if (features) items.push(['Feature network', describeNetwork(features)]);
  return items.map(([name, text]) => `<p><b>${escapeHtml(name)}</b>: ${escapeHtml(text)}</p>`).join('\n');
}

function arrow(name: ScoreName): string {
  return { lower: '↓', higher: '↑', 'nearer 1': '→ 1' }[scores[name].better];
}

function intervalOf(estimate: Estimate | null, digits: number): string {
  if (!estimate?.interval) return '';
  return estimate.interval.map(value => showNumber(value, digits)).join(' – ');
}

const MOST_PICTURES = 560;
const SIDES = [128, 96, 64, 48, 32];
const BYTES = 2.3e6;

/** Input, every model's picture and the truth of all pairs, as many as fit into a page. */
async function allPictures({ entries }: Evaluation, gallery: Gallery): Promise<string> {
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
