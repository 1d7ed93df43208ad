// Draws assets/drawings/emoji/strokes.txt in the studio with a pointer, and saves each drawing beside it as the studio does:
//   node scripts/draw-by-hand.mjs RUNS MODEL [OUT]
// MODEL is a trained model in RUNS with coloured drawings as conditions.
import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [runs, model, out = 'assets/drawings/emoji'] = process.argv.slice(2);
if (!model) throw new Error('Usage: node scripts/draw-by-hand.mjs RUNS MODEL [OUT]');
const drawings = parse(await readFile('assets/drawings/emoji/strokes.txt', 'utf8'));
const studio = spawn('node', ['bin/pix2pix.js', 'studio', runs, '--port', '0', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const { url } = JSON.parse(await new Promise(resolve => studio.stdout.once('data', resolve)));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  await mkdir(out, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(120_000);
  await page.goto(new URL(`#/draw/${model}`, url).href);
  const board = page.locator('.board canvas');
  await board.waitFor();
  for (const { name, marks } of drawings) {
    await page.getByRole('button', { name: 'Clear' }).click();
    for (const mark of marks) await draw(page, board, mark);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the drawing' }).click();
    await (await saved).saveAs(join(out, `${name}.png`));
    console.log(name);
  }
} finally {
  await browser.close();
  studio.kill();
}

function parse(text) {
  const blocks = text
    .replaceAll(/^#.*\n/gm, '')
    .trim()
    .split(/\n\n+/);
  return blocks.map(block => {
    const [name, ...lines] = block.split('\n');
    return { name, marks: lines.map(line => markOf(line.split(' '))) };
  });
}

function markOf([tool, color, ...rest]) {
  const [thickness, points] = tool === 'pen' ? [Number(rest[0]), rest.slice(1)] : [null, rest];
  return { tool, color, thickness, points: points.map(point => point.split(',').map(Number)) };
}

async function draw(page, board, { tool, color, thickness, points }) {
  const { x, y, width, height } = await board.boundingBox();
  const to = ([across, down]) => [x + (across / 100) * width, y + (down / 100) * height];
  await page.getByRole('button', { name: tool === 'pen' ? /^(Pen|Brush)$/ : 'Fill' }).click();
  await page.locator('input[type=color]').fill(color);
  if (thickness) {
    const pixels = Math.round((thickness / 100) * Number(await board.getAttribute('width')));
    await page.getByLabel(/^Thickness/).fill(String(pixels));
  }
  await page.mouse.move(...to(points[0]));
  await page.mouse.down();
  for (const point of curveThrough(points)) await page.mouse.move(...to(point));
  await page.mouse.up();
}

/** Points of a Catmull–Rom spline, four between two of `points`. */
function curveThrough(points) {
  const at = i => points[Math.min(Math.max(i, 0), points.length - 1)];
  return points.slice(1).flatMap((_, i) =>
    [0.25, 0.5, 0.75, 1].map(t =>
      [0, 1].map(axis => {
        const [a, b, c, d] = [-1, 0, 1, 2].map(offset => at(i + offset)[axis]);
        return b + (t / 2) * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
      }),
    ),
  );
}
