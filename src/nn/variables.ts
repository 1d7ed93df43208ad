import type { Random } from '../core/random.ts';
import { type Shape, sameShape, showShape } from '../core/shape.ts';
import { input, type Tensor } from '../graph/index.ts';
import { currentScope } from '../graph/tensor.ts';
import type { Initializer } from './initializers.ts';

/** An array that belongs to a network. */
export interface Variable {
  /** Unique path, `G/down3/conv/kernel`. */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** Whether it is trained by gradients; otherwise it is state that the network updates, such as moving averages. */
  readonly trainable: boolean;
  readonly tensor: Tensor;
}

/** A dropout mask, drawn for every run of the graph: 0 with probability `rate`, else 1 / (1 − rate). */
export interface Mask {
  readonly name: string;
  readonly shape: Shape;
  readonly rate: number;
}

/**
 * Collects the variables of a network by scoped name while its graph is built, the new values of its state, and its
 * dropout masks. Declaring a name twice gives the same variable.
 */
export class Variables {
  private readonly byName = new Map<string, Variable>();
  /** What the graph computes as new values of the state, by variable name. */
  readonly updates = new Map<string, Tensor>();
  readonly masks: Mask[] = [];

  /** @param isFrozen whether a variable, by name, keeps its value: no gradient, no new state. */
  constructor(private readonly isFrozen: (name: string) => boolean = () => false) {}

  /** A trainable variable of the current scope. Throws if it was declared before with another shape. */
  parameter(name: string, shape: Shape, initializer: Initializer): Tensor {
    return this.declare(name, shape, initializer, true);
  }

  /** State at this point of the graph: what an earlier application of the network computed, or its value before the step. */
  state(name: string, shape: Shape, initializer: Initializer): Tensor {
    const given = this.declare(name, shape, initializer, false);
    return this.updates.get(`${currentScope()}/${name}`) ?? given;
  }

  /** Sets the new value of the state variable `name` of the current scope. */
  update(name: string, value: Tensor): void {
    const path = `${currentScope()}/${name}`;
    if (!this.isFrozen(path)) this.updates.set(path, value);
  }

  /** A dropout mask: an input of the graph, to be drawn for every run (`masks.ts`). */
  mask(shape: Shape, rate: number): Tensor {
    const name = `${currentScope()}/mask`;
    this.masks.push({ name, shape, rate });
    return input(name, shape);
  }

  /** Every variable, in order of declaration. */
  all(): Variable[] {
    return [...this.byName.values()];
  }

  /** The variables that get gradients. */
  trainable(): Variable[] {
    return this.all().filter(variable => variable.trainable);
  }

  private declare(name: string, shape: Shape, initializer: Initializer, trainable: boolean): Tensor {
    const path = `${currentScope()}/${name}`;
    const known = this.byName.get(path);
    if (known && !sameShape(known.shape, shape)) {
      throw new Error(
        `Cannot declare "${path}" as ${showShape(shape)}: it is ${showShape(known.shape)} already`,
      );
    }
    if (known) return known.tensor;
    const isTrained = trainable && !this.isFrozen(path);
    const variable = { name: path, shape, initializer, trainable: isTrained, tensor: input(path, shape) };
    this.byName.set(path, variable);
    return variable.tensor;
  }
}

/** Initial values of `variables`. Each is drawn from a stream named after it, so their order does not matter. */
export function initialValues(variables: readonly Variable[], random: Random): Map<string, Float32Array> {
  return new Map(
    variables.map(({ name, shape, initializer }) => [name, initializer(shape, random.split(name))]),
  );
}
