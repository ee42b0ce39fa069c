import { CenoteError, formatShape, sameShape } from '@cenote/shape';
import { cast, keep, noGrad, scope, type Tensor } from '@cenote/tensor';
import { checkNonNegative } from '../check.js';
import { Module } from '../module.js';

/** The numbers that an optimiser works by. */
export type Hyperparameters = Readonly<Record<string, number | boolean | readonly number[]>>;

/** Where an optimiser stands, for checkpoints: plain data, but for the tensors. */
export interface OptimizerState {
  /** Which optimiser it is from. */
  readonly kind: string;
  /** All options, the learning rate among them. */
  readonly options: Hyperparameters;
  /** For each parameter, how often it was updated. */
  readonly steps: readonly number[];
  /** What is remembered of earlier gradients, by the parameter's position and a name: `'0.momentumBuffer'`. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** What an optimiser remembers of one parameter. */
interface Memory {
  step: number;
  readonly tensors: Map<string, Tensor>;
}

/** One update, as an optimiser sees it. Tensors are lent. */
export interface Update {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  /** 1 for the first update of this parameter. */
  readonly step: number;
  /** What {@link remember} was given in an earlier update. */
  recall(name: string): Tensor | undefined;
  /** Keeps a tensor until the next update. @returns The tensor. */
  remember(name: string, value: Tensor): Tensor;
}

/** Changes parameters by their gradients. Made by `sgd`, `adam` and `adamW`. */
export abstract class Optimizer {
  /** Which optimiser this is. */
  abstract readonly kind: string;
  /** What is updated. The tensors stay the model's. */
  readonly parameters: readonly Tensor[];
  readonly #memories: readonly Memory[];

  constructor(op: string, model: Module | Iterable<Tensor>) {
    this.parameters = model instanceof Module ? model.parameters() : [...new Set(model)];
    if (this.parameters.length === 0) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: 'there is nothing to optimise',
        got: 'no parameters',
        expected: 'at least one',
        hint: 'Pass a model with weights, or model.parameters()',
      });
    }
    for (const parameter of this.parameters) {
      if (parameter.isLeaf) continue;
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: 'only leaves can be optimised',
        got: `a result of a recorded operation, of shape ${formatShape(parameter.shape)}`,
        expected: 'parameters, or tensors that you made with requiresGrad',
        hint: 'Pass the tensors that the result was computed from',
      });
    }
    this.#memories = this.parameters.map(() => ({ step: 0, tensors: new Map() }));
  }

  /** The options in use. */
  abstract get options(): Hyperparameters & { readonly lr: number };

  /** Takes over options after checking them. */
  protected abstract configure(options: Hyperparameters): void;

  /** The new value of a parameter. Called without recording, and within a `scope`. */
  protected abstract updated(update: Update): Tensor;

  /** The learning rate. May be set at any time. @throws CenoteError `INVALID_ARGUMENT` when it is negative or not finite. */
  get lr(): number {
    return this.options.lr;
  }

  set lr(lr: number) {
    checkNonNegative(this.kind, 'lr', lr);
    this.configure({ ...this.options, lr });
  }

  /** Changes each parameter that has a gradient. */
  step(): void {
    noGrad(() => {
      for (const [index, parameter] of this.parameters.entries()) {
        const gradient = parameter.grad;
        if (gradient) scope(() => this.#update(parameter, gradient, this.#memories[index]));
      }
    });
  }

  #update(parameter: Tensor, gradient: Tensor, memory: Memory): void {
    const replaced: Tensor[] = [];
    const value = this.updated({
      parameter,
      gradient,
      step: memory.step + 1,
      recall: (name) => memory.tensors.get(name),
      remember(name, tensor) {
        const before = memory.tensors.get(name);
        if (before) replaced.push(before);
        memory.tensors.set(name, keep(tensor));
        return tensor;
      },
    });
    memory.step++;
    parameter.assign(value);
    for (const tensor of replaced) tensor.dispose();
  }

  /** Drops the gradients of all parameters, so that the next `backward()` starts anew. */
  zeroGrad(): void {
    for (const parameter of this.parameters) if (parameter.grad) parameter.grad = null;
  }

  /** Where this optimiser stands. The tensors belong to the caller; later steps do not change them. */
  stateDict(): OptimizerState {
    const tensors = this.#memories.flatMap((memory, index) =>
      [...memory.tensors].map(([name, tensor]) => [`${index}.${name}`, tensor.detach()] as const),
    );
    return {
      kind: this.kind,
      options: { ...this.options },
      steps: this.#memories.map(({ step }) => step),
      tensors: Object.fromEntries(tensors),
    };
  }

  /**
   * Goes on where {@link stateDict} was taken, with its options. Nothing is changed unless all of it fits.
   *
   * @param state Tensors stay the caller's.
   * @throws CenoteError `INVALID_ARGUMENT`, `INVALID_SHAPE` when it is from another kind of optimiser or other parameters.
   */
  loadStateDict(state: OptimizerState): void {
    this.#assertFits(state);
    const entries = scope(() =>
      Object.entries(state.tensors).map(([key, tensor]) => {
        const { index, name } = parseKey(key);
        return { index, name, tensor: cast(tensor, this.parameters[index].dtype) };
      }),
    );
    this.configure(state.options);
    this.dispose();
    for (const [index, memory] of this.#memories.entries()) memory.step = state.steps[index];
    for (const { index, name, tensor } of entries) this.#memories[index].tensors.set(name, keep(tensor));
  }

  #assertFits(state: OptimizerState): void {
    const facts = {
      op: `${this.kind}.loadStateDict`,
      hint: 'Load the state of the same optimiser over the same model',
    };
    if (state.kind !== this.kind || state.steps.length !== this.parameters.length) {
      throw new CenoteError({
        ...facts,
        code: 'INVALID_ARGUMENT',
        what: 'the state is from another optimiser',
        got: `${state.kind} of ${state.steps.length} parameters`,
        expected: `${this.kind} of ${this.parameters.length}`,
      });
    }
    for (const [key, tensor] of Object.entries(state.tensors)) {
      const parameter = this.parameters[parseKey(key).index];
      if (parameter && sameShape(parameter.shape, tensor.shape)) continue;
      throw new CenoteError({
        ...facts,
        code: 'INVALID_SHAPE',
        what: `'${key}' does not fit`,
        got: formatShape(tensor.shape),
        expected: parameter ? formatShape(parameter.shape) : `a position from 0 to ${this.parameters.length - 1}`,
      });
    }
  }

  /** Frees what is remembered. The parameters stay. */
  dispose(): void {
    for (const { tensors } of this.#memories) {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    }
  }

  /** `using optimizer = …` disposes of it at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function parseKey(key: string): { readonly index: number; readonly name: string } {
  const dot = key.indexOf('.');
  return { index: Number(key.slice(0, dot)), name: key.slice(dot + 1) };
}
