import { h, nextTick, type VNodeChild } from 'vue';
import type { Start } from './use-start.ts';

interface Content {
  readonly title: string;
  /** What is loaded at the start, besides ONNX Runtime. */
  readonly loads: string;
  readonly caption: string;
}

/** The frame of a figure that computes in the page: a button that starts it, then what `body` makes. */
export function liveFigure<T>(
  { title, loads, caption }: Content,
  { state, message, loaded, start }: Start<T>,
  body: (loaded: T) => VNodeChild[],
): VNodeChild {
  return h('figure', { class: 'live-figure', 'aria-label': title, tabindex: -1 }, [
    h('p', { class: 'live-title' }, title),
    ...(loaded.value !== null && state.value === 'ready'
      ? body(loaded.value)
      : [beginning(loads, state.value, start)]),
    h(
      'div',
      { role: 'alert' },
      state.value === 'failed' ? h('p', { class: 'live-failure' }, message.value) : [],
    ),
    h('figcaption', caption),
  ]);
}

function beginning(loads: string, state: string, start: () => Promise<void>): VNodeChild {
  const isLoading = state === 'loading';
  return h('div', { class: 'live-controls' }, [
    h(
      'button',
      {
        type: 'button',
        class: 'live-run',
        'aria-disabled': isLoading,
        onClick: ({ currentTarget }: MouseEvent) => !isLoading && begin(currentTarget as Element, start),
      },
      isLoading ? 'Loading …' : state === 'failed' ? 'Try again' : 'Start',
    ),
    h(
      'span',
      { class: 'live-note' },
      `Loads ${loads} and, once for all figures, ONNX Runtime (4 MB compressed).`,
    ),
  ]);
}

/** Starts, and moves the focus to the figure if it is lost with the button. */
async function begin(button: Element, start: () => Promise<void>): Promise<void> {
  const figure = button.closest('figure')!;
  await start();
  await nextTick();
  if (document.activeElement === document.body) figure.focus({ preventScroll: true });
}

/** Buttons of which one is pressed. */
export function choices<T extends string>(
  label: string,
  names: Readonly<Record<T, string>>,
  chosen: T,
  choose: (name: T) => void,
): VNodeChild {
  const buttons = (Object.keys(names) as T[]).map(name =>
    h(
      'button',
      { type: 'button', 'aria-pressed': chosen === name, onClick: () => choose(name) },
      names[name],
    ),
  );
  return h('div', { class: 'live-controls', role: 'group', 'aria-label': label }, [
    h('span', { class: 'live-label', 'aria-hidden': true }, label),
    ...buttons,
  ]);
}
