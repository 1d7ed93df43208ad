import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** A live figure of the documentation, and how to use it. */
interface Figure {
  readonly title: string;
  /** The page that has it, from the site's root. */
  readonly place: string;
  /** Uses the figure once it is started, and checks that it computes. */
  use(figure: Locator, page: Page): Promise<void>;
}

export const figures: readonly Figure[] = [
  ...['Facades from label maps', 'Colour for gray images', 'Drawings come to life', 'Fill in holes'].map(
    title => ({ title, place: 'applications.html', use: drawAndSee }),
  ),
  {
    title: 'Draw and see',
    place: 'tutorial/2-pix2pix.html',
    use: drawAndSee,
  },
  {
    title: 'Inside the U-Net',
    place: 'tutorial/2-pix2pix.html',
    use: async (figure, page) => {
      const change = figure.getByRole('status').filter({ hasText: 'Your switches' });
      const skip = figure.getByLabel('skip 1', { exact: true });
      await skip.focus();
      await page.keyboard.press('Space');
      await expect.poll(() => change.textContent(), patient).toMatch(/by (?!0\.0)\d+\.\d of 255/);
      await figure.getByRole('button', { name: 'All skips on' }).click();
      await expect.poll(() => change.textContent(), patient).toContain('by 0.0 of 255');
      expect(await figure.locator('.live-maps').count()).toBe(9);
    },
  },
  {
    title: 'What the discriminator believes',
    place: 'tutorial/2-pix2pix.html',
    use: async (figure, page) => {
      const patch = figure.getByRole('status').filter({ hasText: 'Patch' });
      await figure.locator('canvas').first().focus();
      await page.keyboard.press('ArrowRight');
      expect(await patch.textContent()).toMatch(/^Patch 9 from the left, 8 from the top/);
      const before = await patch.textContent();
      await figure.getByRole('button', { name: 'as in the article' }).click();
      await expect.poll(() => patch.textContent(), patient).not.toBe(before);
    },
  },
  {
    title: 'Train a model in this tab',
    place: 'tutorial/5-training.html',
    use: async figure => {
      const step = figure.getByText(/^Step/);
      const steps = async () => Number(/\d+/.exec((await step.textContent())!)?.[0]);
      await expect.poll(steps, patient).toBeGreaterThanOrEqual(5);
      const generated = figure.getByRole('img', { name: 'generated' }).first();
      await expect.poll(() => coloursOf(generated), patient).toBeGreaterThan(100);
      await figure.getByRole('button', { name: 'Pause' }).click();
      await figure.getByRole('button', { name: 'Continue' }).waitFor();
    },
  },
  {
    title: 'Epochs 1, 10 and 50, with and without L1',
    place: 'tutorial/6-results.html',
    use: async (figure, page) => {
      // Three facades a row: conditions, as in the article, with L1, targets.
      const [first, withL1] = [figure.locator('canvas').nth(3), figure.locator('canvas').nth(6)];
      await expect.poll(() => figure.locator('canvas').count(), patient).toBe(12);
      const before = await pixelsOf(withL1);
      expect(before).not.toBe(await pixelsOf(first));
      await figure.getByRole('slider').focus();
      await page.keyboard.press('End');
      await expect.poll(() => pixelsOf(withL1), patient).not.toBe(before);
    },
  },
  {
    title: 'A GAN of single numbers',
    place: 'tutorial/6-results.html',
    use: async figure => {
      await figure.getByText(/^[1-9]\d* steps$/).waitFor({ timeout: patient.timeout });
      await figure.getByRole('button', { name: 'Pause' }).click();
    },
  },
];

/** Networks are slow to build on a busy machine. */
const patient = { timeout: 120_000, interval: 100 };

/** Starts a figure of the page that is open, and uses it. */
export async function useFigure(page: Page, { title, use }: Figure): Promise<void> {
  const figure = page.getByRole('figure', { name: title });
  await figure.getByRole('button', { name: /^(Start|Train)$/ }).click();
  await figure.locator('canvas').first().waitFor({ timeout: patient.timeout });
  await use(figure, page);
  expect(await figure.locator('.live-failure').count(), title).toBe(0);
}

/** Draws with keys and with the mouse; the result follows. */
async function drawAndSee(figure: Locator, page: Page): Promise<void> {
  const [board, result] = [figure.locator('canvas').first(), figure.locator('canvas').nth(1)];
  await expect.poll(() => coloursOf(result), patient).toBeGreaterThan(100);
  const before = await pixelsOf(result);
  await drawWithKeys(board, page);
  await expect.poll(() => pixelsOf(result), patient).not.toBe(before);
  const drawn = await pixelsOf(result);
  await drag(board, page);
  await expect.poll(() => pixelsOf(result), patient).not.toBe(drawn);
}

async function drawWithKeys(board: Locator, page: Page): Promise<void> {
  await board.focus();
  for (const key of ['Enter', ...'RRRRDDDD', 'Enter']) await page.keyboard.press(arrows[key] ?? key);
}

const arrows: Readonly<Record<string, string>> = { R: 'ArrowRight', D: 'ArrowDown' };

/** Draws a rectangle over the left upper quarter, or a line through it. */
async function drag(board: Locator, page: Page): Promise<void> {
  await board.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await board.boundingBox())!;
  await page.mouse.move(x + width / 8, y + height / 8);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.up();
}

/** What is used of a canvas; the tests are compiled without the DOM's types. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  toDataURL(): string;
}

/** What is used of OffscreenCanvas. */
interface Copy {
  getContext(
    kind: '2d',
    options: { willReadFrequently: true },
  ): {
    drawImage(image: Canvas, x: number, y: number): void;
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

/** What a canvas shows, as text that changes with it. */
function pixelsOf(canvas: Locator): Promise<string> {
  return canvas.evaluate(element => (element as unknown as Canvas).toDataURL());
}

/** How many colours a canvas shows; read from a copy, since Chromium warns where a page's own canvas is read again and again. */
function coloursOf(canvas: Locator): Promise<number> {
  return canvas.evaluate(element => {
    const picture = element as unknown as Canvas;
    const { width, height } = picture;
    const { OffscreenCanvas } = globalThis as unknown as {
      OffscreenCanvas: new (width: number, height: number) => Copy;
    };
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    context.drawImage(picture, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)).size;
  });
}
