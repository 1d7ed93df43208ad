import { stepTime } from '../dist/bench/step-time.js';

const PANEL = { width: 230, height: 170, left: 48, top: 56, gap: 58, rowGap: 74 };
const colours = { 1: '#c2410c', 10: '#1d4ed8' };

/** An SVG of the efficiency against the number of processes: a row a training, a panel for each number of pairs a process. */
export function figureOf(trainings, { processes, gigabits, pairs }) {
  const { width, height, left, top, gap, rowGap } = PANEL;
  const rows = trainings.map(({ name, costs }, row) =>
    pairs
      .map((each, column) => {
        const at = `translate(${left + column * (width + gap)} ${top + row * (height + rowGap)})`;
        const title = `${name}, ${each} ${each === 1 ? 'pair' : 'pairs'} a process`;
        return `<g transform="${at}">${panel(title, lines(costs, processes, gigabits, each), processes)}</g>`;
      })
      .join('\n'),
  );
  const w = left + pairs.length * (width + gap) - gap + 16;
  const h = top + trainings.length * (height + rowGap) - 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" font-family="sans-serif" font-size="11">
<title>Efficiency against the number of processes</title>
<rect width="${w}" height="${h}" fill="white"/>
${legend(gigabits)}
${rows.join('\n')}
</svg>
`;
}

function lines(costs, processes, gigabits, pairs) {
  return gigabits.flatMap(rate =>
    ['none', 'fp16'].map(compression => ({
      rate,
      compression,
      points: processes.map(
        count => stepTime(costs, { processes: count, gigabits: rate, pairs, compression }).efficiency,
      ),
    })),
  );
}

function panel(title, drawn, processes) {
  const { width, height } = PANEL;
  const x = i => (i * width) / (processes.length - 1);
  const y = efficiency => (1 - efficiency) * height;
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    share =>
      `<line x1="0" x2="${width}" y1="${y(share)}" y2="${y(share)}" stroke="#ddd"/><text x="-6" y="${y(share) + 4}" text-anchor="end">${share * 100} %</text>`,
  );
  const ticks = processes.map(
    (count, i) => `<text x="${x(i)}" y="${height + 16}" text-anchor="middle">${count}</text>`,
  );
  const curves = drawn.map(({ rate, compression, points }) => {
    const path = points.map((efficiency, i) => `${x(i).toFixed(1)},${y(efficiency).toFixed(1)}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colourOf(rate)}" stroke-width="2"${dashOf(compression)}/>`;
  });
  return `<text y="-10" font-weight="bold">${title}</text>${grid.join('')}${ticks.join('')}
<text x="${width / 2}" y="${height + 32}" text-anchor="middle">processes</text>${curves.join('')}`;
}

function legend(gigabits) {
  const entries = gigabits.flatMap(rate => ['none', 'fp16'].map(compression => ({ rate, compression })));
  return entries
    .map(({ rate, compression }, i) => {
      const x = PANEL.left + i * 170;
      const label = `${rate} Gbit/s${compression === 'fp16' ? ', 16 bits' : ''}`;
      return `<line x1="${x}" x2="${x + 26}" y1="16" y2="16" stroke="${colourOf(rate)}" stroke-width="2"${dashOf(compression)}/><text x="${x + 32}" y="20">${label}</text>`;
    })
    .join('\n');
}

const colourOf = rate => colours[rate] ?? '#4d7c0f';
const dashOf = compression => (compression === 'fp16' ? ' stroke-dasharray="6 4"' : '');
