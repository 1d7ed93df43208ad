import { Random } from '../../../../src/core/random.ts';
import * as graph from '../../../../src/graph/index.ts';
import * as nn from '../../../../src/nn/index.ts';

type Tensor = graph.Tensor;
type Values = Record<string, Float64Array>;

/** Pairs of a batch, and the units of a hidden layer. */
const [BATCH, HIDDEN] = [64, 16];

/** What the generator minimises. */
export const objectives = ['L1', 'adversarial', 'both'] as const;
export type ToyObjective = (typeof objectives)[number];

/** The two right answers for a condition. */
export const answers = (condition: number): readonly [number, number] => {
  const answer = 0.35 + 0.35 * condition;
  return [-answer, answer];
};

/** Numbers of a batch: conditions on [−1, 1], their targets, and what the generator makes of them. */
export interface ToySample {
  readonly condition: ArrayLike<number>;
  readonly target: ArrayLike<number>;
  readonly generated: ArrayLike<number>;
}

/**
 * pix2pix with one number in the place of an image. Each condition has two right answers, of which the data has one by chance.
 * Small enough for the reference interpreter, in a browser.
 */
export class ToyGan {
  private readonly random = Random.fromSeed(1);
  private readonly values: Values = {};
  private readonly generated: Tensor;
  private readonly updates: readonly (() => void)[];

  constructor(objective: ToyObjective) {
    const [g, d] = [new nn.Variables(), new nn.Variables()];
    const [condition, noise, target, fake] = ['condition', 'noise', 'target', 'fake'].map(column) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    this.generated = network('G', g, condition, noise);
    const judge = (answer: Tensor) => network('D', d, condition, answer);
    const l1 = nn.meanAbsoluteError(this.generated, target);
    const fool = nn.binaryCrossEntropy(judge(this.generated), 1);
    const judged = graph.add(nn.binaryCrossEntropy(judge(target), 1), nn.binaryCrossEntropy(judge(fake), 0));
    const loss = { L1: l1, adversarial: fool, both: graph.add(fool, l1) }[objective];
    for (const { name, shape, initializer } of [...g.trainable(), ...d.trainable()])
      this.values[name] = Float64Array.from(initializer(shape, this.random));
    const updateG = this.update(loss, g, 0.003);
    this.updates = objective === 'L1' ? [updateG] : [this.update(judged, d, 0.005), updateG];
  }

  /** One step of each network that learns, on a new batch each. */
  step(): void {
    for (const update of this.updates) update();
  }

  sample(): ToySample {
    const { condition, target, fake } = this.batch();
    return { condition: condition!, target: target!, generated: fake! };
  }

  private batch(): Values {
    const draw = (number: () => number) => Float64Array.from({ length: BATCH }, number);
    const condition = draw(() => 2 * this.random.uniform() - 1);
    const target = condition.map(x => {
      const [low, high] = answers(x);
      return (this.random.uniform() < 0.5 ? low : high) + 0.04 * this.random.normal();
    });
    const inputs = { condition, target, noise: draw(() => this.random.normal()) };
    const [fake] = graph.interpret([this.generated], { ...this.values, ...inputs });
    return { ...inputs, fake: fake!.data as Float64Array };
  }

  /** A step of Adam for a network's variables, as a function. */
  private update(loss: Tensor, variables: nn.Variables, rate: number): () => void {
    const trainable = variables.trainable();
    const gradients = graph.grad(
      loss,
      trainable.map(({ tensor }) => tensor),
    );
    const moments = trainable.map(({ name }) => this.values[name]!.map(() => 0));
    const squares = moments.map(zeros => zeros.slice());
    let t = 0;
    return () => {
      const results = graph.interpret(gradients, { ...this.values, ...this.batch() });
      t++;
      for (const [i, { name }] of trainable.entries()) {
        const [weights, m, v] = [this.values[name]!, moments[i]!, squares[i]!];
        for (const [k, slope] of results[i]!.data.entries()) {
          m[k] = 0.5 * m[k]! + 0.5 * slope;
          v[k] = 0.99 * v[k]! + 0.01 * slope * slope;
          const corrected = m[k] / (1 - 0.5 ** t) / (Math.sqrt(v[k] / (1 - 0.99 ** t)) + 1e-8);
          weights[k] = weights[k]! - rate * corrected;
        }
      }
    };
  }
}

function column(name: string): Tensor {
  return graph.input(name, [BATCH, 1, 1, 1]);
}

/** Two hidden layers on two numbers, as 1×1 convolutions: [N,1,1,1] each → [N,1,1,1]. */
function network(scope: string, variables: nn.Variables, a: Tensor, b: Tensor): Tensor {
  const layer = (x: Tensor, name: string, filters: number) =>
    graph.withScope(name, () =>
      nn.conv(variables, x, {
        filters,
        kernelSize: 1,
        stride: 1,
        padding: 0,
        bias: true,
        initializer: nn.heNormal,
      }),
    );
  return graph.withScope(scope, () => {
    const first = graph.leakyRelu(layer(graph.concat([a, b], 3), 'first', HIDDEN), 0.2);
    const second = graph.leakyRelu(layer(first, 'second', HIDDEN), 0.2);
    return layer(second, 'output', 1);
  });
}
