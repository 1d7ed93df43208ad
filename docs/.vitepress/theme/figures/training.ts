import { defineComponent, h, ref, shallowRef, type VNodeChild } from 'vue';
import type { LabMessage, LabRequest, LabSettings, SampleRow } from '../../../../ui/lab/protocol.ts';
import { SIZE } from './facades.ts';
import { runtimeUrl } from './files.ts';
import { liveFigure } from './live-figure.ts';
import { lossCurves } from './loss-curve.ts';
import { Picture } from './picture.ts';
import { useStart } from './use-start.ts';

/** Small enough for several steps a second on one thread. */
const settings: LabSettings = { size: SIZE, filters: 8, direction: 'BtoA', source: { count: 40 } };
const captions = ['condition', 'generated', 'target'] as const;

type StepMessage = Extract<LabMessage, { kind: 'step' }>;

/** A tiny model that trains in the page, with the worker of the studio's lab. */
export default defineComponent(() => {
  const steps = shallowRef<readonly StepMessage[]>([]);
  const rows = shallowRef<readonly SampleRow[]>([]);
  const isTraining = ref(false);

  const receive = (message: LabMessage): void => {
    if (message.kind === 'built') [steps.value, rows.value, isTraining.value] = [[], [], true];
    if (message.kind === 'step') steps.value = [...steps.value, message];
    if (message.kind === 'sample') rows.value = message.rows;
    if (message.kind === 'paused') isTraining.value = false;
  };
  const start = useStart(
    async () => {
      const lab = startLab(receive, error => void start.attempt(() => Promise.reject(error)));
      try {
        await lab.ready;
      } catch (error) {
        lab.end();
        throw error;
      }
      lab.ask({ kind: 'start', settings });
      return lab;
    },
    lab => lab.end(),
  );
  const body = ({ ask }: ReturnType<typeof startLab>): VNodeChild[] => {
    const last = steps.value.at(-1);
    const losses = (name: 'l1' | 'generatorLoss' | 'discriminatorLoss') =>
      steps.value.map(({ event }) => event[name]);
    return [
      h('div', { class: 'live-controls' }, [
        h(
          'button',
          { type: 'button', class: 'live-run', onClick: () => toggle(ask) },
          isTraining.value ? 'Pause' : 'Continue',
        ),
        h('button', { type: 'button', onClick: () => ask({ kind: 'start', settings }) }, 'Start again'),
        h('output', isTraining.value ? 'Training' : last ? 'Paused' : 'Building the networks …'),
        last &&
          h(
            'span',
            { class: 'live-count' },
            `Step ${last.event.step}, ${(last.milliseconds / 1000).toFixed(2)} s a step`,
          ),
      ]),
      h('div', { class: 'live-curves' }, [
        lossCurves({ L1: losses('l1') }),
        lossCurves({ 'G’s loss': losses('generatorLoss') }),
        lossCurves({ 'D’s loss': losses('discriminatorLoss') }),
      ]),
      ...rows.value.map((row, i) =>
        h(
          'div',
          { class: 'live-pictures', key: i },
          captions.map(caption => h(Picture, { image: row[caption], caption })),
        ),
      ),
    ];
  };
  const toggle = (ask: (request: LabRequest) => void) => {
    ask({ kind: isTraining.value ? 'pause' : 'continue' });
    isTraining.value = !isTraining.value;
  };
  return () =>
    liveFigure(
      {
        title: 'Train a model in this tab',
        loads: 'no model',
        caption:
          'Preset lite with 64×64 pixels and 8 filters learns from 40 invented facades, one pair a step, with an adversarial and an L1 term. Samples appear after the first steps, then every 25. Nothing leaves your machine.',
      },
      start,
      body,
    );
});

/** Starts the lab's worker. */
function startLab(receive: (message: LabMessage) => void, fail: (error: Error) => void) {
  const worker = new Worker(new URL('../../../../ui/lab/worker.ts', import.meta.url), { type: 'module' });
  const ask = (request: LabRequest) => worker.postMessage(request);
  const ready = new Promise<void>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<LabMessage>) => {
      if (data.kind === 'hello') resolve();
      if (data.kind === 'failed') {
        reject(new Error(data.message));
        fail(new Error(data.message));
      }
      receive(data);
    });
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
  });
  ask({ kind: 'hello', runtime: runtimeUrl(), backend: 'wasm', threads: 1 });
  return { ready, ask, end: () => worker.terminate() };
}
