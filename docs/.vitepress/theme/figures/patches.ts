import { defineComponent, h, shallowRef, type VNodeChild } from 'vue';
import type { Image } from '../../../../src/core/image.ts';
import { type Pair, SIZE, unseenFacades } from './facades.ts';
import { keep } from './keep.ts';
import { choices, liveFigure } from './live-figure.ts';
import { receptiveField } from './networks.ts';
import type { Judged } from './networks-worker.ts';
import { type Networks, openNetworks } from './open-networks.ts';
import { PatchPicture } from './patch-picture.ts';
import { Picture } from './picture.ts';
import { useStart } from './use-start.ts';

const objectives = { l1: 'with L1 and shuffling', article: 'as in the article' } as const;
type Objective = keyof typeof objectives;

const statistics = { own: 'while D learns', moving: 'while G learns' } as const;
type Statistics = keyof typeof statistics;

/** The discriminator's strided layers. */
const LAYERS = 2;
const PATCHES = SIZE / 2 ** LAYERS;
const PAIRS = 6;

interface View {
  readonly pair: Pair;
  readonly generated: Image;
  readonly real: Judged;
  readonly fake: Judged;
}

/** What the discriminator says of each patch of a real and of a generated pair. */
export default defineComponent(() => {
  const opened = new Map<Objective, Promise<Networks>>();
  const closeAll = () => {
    for (const each of opened.values())
      each.then(
        ({ close }) => close(),
        () => {},
      );
    opened.clear();
  };
  const objective = shallowRef<Objective>('l1');
  const mode = shallowRef<Statistics>('own');
  const number = shallowRef(0);
  const patch = shallowRef<readonly [row: number, column: number]>([7, 7]);
  const view = shallowRef<View | null>(null);
  const isBusy = shallowRef(false);
  let pairs: Pair[] = [];

  const judge = async (): Promise<void> => {
    const [name, pair] = [objective.value, pairs[number.value]!];
    const networks = await keep(opened, name, () => openNetworks(name));
    const gates = new Array(networks.levels - 1).fill(1);
    const { image: generated } = await networks.generate(pair.condition, gates);
    const real = await networks.judge(pair.condition, pair.target);
    const fake = await networks.judge(pair.condition, generated);
    if (name !== objective.value || pair !== pairs[number.value]) return;
    view.value = { pair, generated, real, fake };
    isBusy.value = false;
  };
  const start = useStart(async () => {
    pairs = unseenFacades(PAIRS);
    try {
      await judge();
    } catch (error) {
      closeAll();
      throw error;
    }
    return true;
  }, closeAll);
  const change = (set: () => void) => {
    set();
    isBusy.value = true;
    void start.attempt(judge);
  };

  const picture = (image: Image, judged: Judged, caption: string): VNodeChild => {
    const beliefs = Array.from(judged[mode.value], sigmoid);
    const [row, column] = patch.value;
    const share = percent(beliefs.reduce((sum, belief) => sum + belief) / beliefs.length);
    return h(PatchPicture, {
      image,
      beliefs,
      patch: patch.value,
      field: [receptiveField(row, LAYERS), receptiveField(column, LAYERS)] as const,
      caption: `${caption}: ${share} real on average`,
      onChoose: (chosen: readonly [number, number]) => (patch.value = chosen),
    });
  };
  const body = ({ pair, generated, real, fake }: View): VNodeChild[] => {
    const [row, column] = patch.value;
    const at = ({ [mode.value]: logits }: Judged) => percent(sigmoid(logits[row * PATCHES + column]!));
    return [
      choices('Networks trained', objectives, objective.value, name =>
        change(() => (objective.value = name)),
      ),
      choices('Batch norms of D as', statistics, mode.value, name => (mode.value = name)),
      h('div', { class: 'live-pictures' }, [
        picture(pair.target, real, 'real photo'),
        picture(generated, fake, 'generated'),
        h(Picture, { image: pair.condition, caption: 'condition' }),
      ]),
      h('p', { class: 'live-legend', 'aria-hidden': true }, [
        h('span', { class: 'live-key live-fake' }, 'generated'),
        h('span', { class: 'live-key' }, 'undecided'),
        h('span', { class: 'live-key live-real' }, 'real'),
      ]),
      h(
        'output',
        { class: 'live-result' },
        isBusy.value
          ? 'Computing …'
          : `Patch ${column + 1} from the left, ${row + 1} from the top: the real photo is ${at(real)} real, the generated one ${at(fake)}.`,
      ),
      h('div', { class: 'live-controls' }, [
        h(
          'button',
          { type: 'button', onClick: () => change(() => (number.value = (number.value + 1) % PAIRS)) },
          'Another facade',
        ),
      ]),
    ];
  };
  return () =>
    liveFigure(
      {
        title: 'What the discriminator believes',
        loads: 'two networks of 1.1 MB',
        caption:
          'Each of the 16×16 patches is blue where D takes the pair for real and orange where it takes it for generated. Point at a patch, or choose one with the arrow keys: the frame is its receptive field, 22×22 pixels.',
      },
      start,
      () => (view.value ? body(view.value) : []),
    );
});

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.005 && share < 0.995 ? 0 : 1)} %`;
}
