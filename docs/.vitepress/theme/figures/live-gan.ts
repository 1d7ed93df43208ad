import { defineComponent, h, onBeforeUnmount, ref } from 'vue';
import type { ToyGan, ToyObjective } from './toy-gan.ts';

const [WIDTH, HEIGHT] = [640, 300];
/** Milliseconds of training between two frames. */
const TURN = 12;

/** A figure that trains a tiny conditional GAN in the page: targets as rings, what the generator makes as dots. */
export default defineComponent(() => {
  const objective = ref<ToyObjective>('L1');
  const steps = ref(0);
  const isRunning = ref(false);
  const canvas = ref<HTMLCanvasElement>();
  let gan: ToyGan | undefined;
  let frame = 0;
  /** Rises with each start and stop: a start that was loading meanwhile is no longer wanted. */
  let round = 0;

  const stop = () => {
    round++;
    isRunning.value = false;
    cancelAnimationFrame(frame);
  };
  const turn = () => {
    const end = performance.now() + TURN;
    do {
      gan!.step();
      steps.value++;
    } while (performance.now() < end);
    draw(canvas.value!, gan!);
    frame = requestAnimationFrame(turn);
  };
  const start = async () => {
    const own = ++round;
    isRunning.value = true;
    const { ToyGan } = await import('./toy-gan.ts');
    if (own !== round) return;
    gan ??= new ToyGan(objective.value);
    turn();
  };
  const choose = (name: ToyObjective) => {
    stop();
    objective.value = name;
    gan = undefined;
    steps.value = 0;
    void start();
  };
  onBeforeUnmount(stop);

  const choice = (name: ToyObjective, label: string) =>
    h(
      'button',
      { type: 'button', 'aria-pressed': objective.value === name, onClick: () => choose(name) },
      label,
    );
  return () =>
    h('figure', { class: 'live-figure', 'aria-label': 'A GAN of single numbers' }, [
      h('p', { class: 'live-title' }, 'A GAN of single numbers'),
      h('div', { class: 'live-controls' }, [
        choice('L1', 'L1'),
        choice('adversarial', 'Adversarial'),
        choice('both', 'Both'),
        h(
          'button',
          { type: 'button', class: 'live-run', onClick: isRunning.value ? stop : start },
          isRunning.value ? 'Pause' : 'Train',
        ),
        h('span', { class: 'live-count' }, `${steps.value} steps`),
        h('output', isRunning.value ? 'Training' : steps.value > 0 ? 'Paused' : ''),
      ]),
      h('canvas', {
        ref: canvas,
        class: 'live-plot',
        width: WIDTH,
        height: HEIGHT,
        role: 'img',
        'aria-label': 'Targets on two lines, and what the generator makes of each condition',
      }),
      h(
        'figcaption',
        'Across: the condition. Up: the answer. Rings: targets of one batch. Dots: what the generator makes. It trains in this page.',
      ),
    ]);
});

function draw(canvas: HTMLCanvasElement, gan: ToyGan): void {
  const context = canvas.getContext('2d')!;
  const style = getComputedStyle(canvas);
  const { condition, target, generated } = gan.sample();
  const place = (i: number, y: number) =>
    [(condition[i]! * 0.48 + 0.5) * WIDTH, (0.5 - y * 0.55) * HEIGHT] as const;
  context.clearRect(0, 0, WIDTH, HEIGHT);
  for (let i = 0; i < condition.length; i++) {
    context.strokeStyle = style.getPropertyValue('--vp-c-text-3');
    context.beginPath();
    context.arc(...place(i, target[i]!), 5, 0, 2 * Math.PI);
    context.stroke();
    context.fillStyle = style.getPropertyValue('--vp-c-brand-1');
    context.beginPath();
    context.arc(...place(i, generated[i]!), 4, 0, 2 * Math.PI);
    context.fill();
  }
}
