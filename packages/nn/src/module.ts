// Parameters require gradients: the engine that computes them has to be there.
import '@cenote/autograd';
import { CenoteError, formatShape, type Shape, sameShape, type WindowGeometry } from '@cenote/shape';
import { cast, Tensor } from '@cenote/tensor';
import { isFloatDType } from './dtype.js';
import type { LayerDescription } from './layer-description.js';

/** The parameters of a module by name, e.g. `'0.weight'`, `'features.3.bias'`: PyTorch's names. */
export type StateDict = Readonly<Record<string, Tensor>>;

/** What {@link Module.loadStateDict} found. */
export interface LoadedState {
  /** Parameters that the dictionary does not have. They keep their values. */
  readonly missing: readonly string[];
  /** Entries of the dictionary that the module does not have. */
  readonly unexpected: readonly string[];
}

/**
 * Which inputs each output of a layer looks at: a window, only the element itself (`'elementwise'`; also when elements
 * are only moved), or null for all of them, or nobody knows which.
 */
export type Reach = WindowGeometry | 'elementwise' | null;

/**
 * The modules that are set to inference. Not a private field, so that layers are compared by what they have: see `Typed`.
 */
const inference = new WeakSet<Module>();

/**
 * A layer, or a network of layers.
 *
 * In a class of your own, each public property that is a tensor is a parameter, and each public property that is a module,
 * or an array with modules in it, a child; keep anything else that is a tensor in a private `#field`.
 *
 * Tensors that are given in stay the caller's; those that come out belong to the caller.
 *
 * @example
 * ```ts
 * class Residual extends Module {
 *   readonly inner = conv2d(8, 8, { kernelSize: 3, padding: 1 });
 *   override forward(x: Tensor): Tensor {
 *     return scope(() => this.inner.forward(x).add(x));
 *   }
 *   override outputShape(inputShape: Shape): Shape {
 *     return this.inner.outputShape(inputShape);
 *   }
 * }
 * ```
 */
export abstract class Module {
  /**
   * The output for an input. The result is a handle of its own, never `x` itself.
   *
   * @throws CenoteError when `x` does not fit.
   */
  abstract forward(x: Tensor): Tensor;

  /**
   * The shape of the output for an input of a given shape. Nothing is computed.
   *
   * @throws CenoteError when such an input does not fit.
   */
  abstract outputShape(inputShape: Shape): Shape;

  /** What this layer is, as plain data. */
  describe(): LayerDescription {
    return { kind: 'custom', name: this.constructor.name };
  }

  /** Which inputs each output looks at, for receptive fields. */
  reach(_inputShape: Shape): Reach {
    return null;
  }

  /** Multiplications with their additions of one forward pass; null when it is not known. */
  multiplyAdds(_inputShape: Shape): number | null {
    return null;
  }

  /** The modules directly inside, by name. */
  children(): readonly (readonly [name: string, module: Module])[] {
    return Object.entries(this).flatMap(([name, value]: [string, unknown]): [string, Module][] => {
      if (value instanceof Module) return [[name, value]];
      if (!Array.isArray(value)) return [];
      return value.flatMap((item: unknown, index): [string, Module][] =>
        item instanceof Module ? [[`${name}.${index}`, item]] : [],
      );
    });
  }

  /** The parameters directly in this module, not in its children, by name. */
  ownParameters(): readonly (readonly [name: string, parameter: Tensor])[] {
    return Object.entries(this).filter(
      (entry: [string, unknown]): entry is [string, Tensor] => entry[1] instanceof Tensor,
    );
  }

  /** This module and all modules inside, by name; its own name is `''`. Each once. */
  namedModules(): readonly (readonly [name: string, module: Module])[] {
    const seen = new Set<Module>();
    return walk(this, '').filter(([, module]) => !seen.has(module) && seen.add(module));
  }

  /** All parameters with their names, each once. They stay the module's. */
  namedParameters(): readonly (readonly [name: string, parameter: Tensor])[] {
    const seen = new Set<Tensor>();
    return parametersByName(this).filter(([, parameter]) => !seen.has(parameter) && seen.add(parameter));
  }

  /** All parameters, each once: what an optimiser takes. They stay the module's. */
  parameters(): readonly Tensor[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** The number of elements of all parameters. */
  get parameterCount(): number {
    return this.parameters().reduce((count, { size }) => count + size, 0);
  }

  /** Whether the module is set to training (layers such as dropout behave differently then). True at first. */
  get training(): boolean {
    return !inference.has(this);
  }

  /** Sets this module and all inside to training, or out of it. @returns This module. */
  train(mode = true): this {
    for (const [, module] of this.namedModules()) {
      if (mode) inference.delete(module);
      else inference.add(module);
    }
    return this;
  }

  /** Sets this module and all inside to inference: `train(false)`. @returns This module. */
  eval(): this {
    return this.train(false);
  }

  /** Drops the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) if (parameter.grad) parameter.grad = null;
  }

  /**
   * The values of all parameters by name, as they are now: later updates do not change them, and nothing is copied.
   * The tensors belong to the caller.
   */
  stateDict(): StateDict {
    return Object.fromEntries(parametersByName(this).map(([name, parameter]) => [name, parameter.detach()]));
  }

  /**
   * Replaces the values of the parameters by those in a dictionary. Nothing is changed unless all of it fits.
   *
   * @param state Tensors stay the caller's. A float of another width is converted.
   * @param options.strict Whether each parameter has to be there, and nothing else. Default: true.
   * @returns What was missing and what was not expected, where that is allowed.
   * @throws CenoteError `INVALID_ARGUMENT` for keys that are missing or not expected; `INVALID_SHAPE`, `INVALID_DTYPE` for
   * tensors that do not fit, in any case.
   */
  loadStateDict(state: StateDict, { strict = true }: { readonly strict?: boolean } = {}): LoadedState {
    const entries = parametersByName(this);
    const names = new Set(entries.map(([name]) => name));
    const missing = [...names].filter((name) => !Object.hasOwn(state, name));
    const unexpected = Object.keys(state).filter((name) => !names.has(name));
    if (strict && missing.length + unexpected.length > 0) throw keyError(missing, unexpected);
    const present = entries.filter(([name]) => Object.hasOwn(state, name));
    for (const [name, parameter] of present) assertLoadable(name, parameter, state[name]);
    for (const [name, parameter] of present) {
      const value = cast(state[name], parameter.dtype);
      parameter.assign(value);
      value.dispose();
    }
    return { missing, unexpected };
  }

  /** Frees the parameters and their gradients. The module cannot be used any more. */
  dispose(): void {
    for (const parameter of this.parameters()) parameter.dispose();
  }

  /** `using model = …` disposes of it at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A module and all modules inside, by name. */
function walk(module: Module, name: string): (readonly [string, Module])[] {
  return [
    [name, module],
    ...module.children().flatMap(([child, inner]) => walk(inner, name === '' ? child : `${name}.${child}`)),
  ];
}

/** Parameters by all of their names: a shared one has several. */
function parametersByName(module: Module): (readonly [string, Tensor])[] {
  return walk(module, '').flatMap(([path, inner]) =>
    inner.ownParameters().map(([name, parameter]) => [path === '' ? name : `${path}.${name}`, parameter] as const),
  );
}

function assertLoadable(name: string, parameter: Tensor, value: Tensor): void {
  const got = `${value.dtype} ${formatShape(value.shape)} on ${value.device.name}`;
  const expected = `${parameter.dtype} ${formatShape(parameter.shape)} on ${parameter.device.name}`;
  const facts = { op: 'loadStateDict', got, expected, hint: 'Load the weights of a model of the same architecture' };
  if (!sameShape(value.shape, parameter.shape)) {
    throw new CenoteError({ ...facts, code: 'INVALID_SHAPE', what: `'${name}' has another shape` });
  }
  if (value.dtype !== parameter.dtype && !(isFloatDType(value.dtype) && isFloatDType(parameter.dtype))) {
    throw new CenoteError({ ...facts, code: 'INVALID_DTYPE', what: `'${name}' has another dtype` });
  }
  if (value.device !== parameter.device) {
    throw new CenoteError({ ...facts, code: 'INVALID_ARGUMENT', what: `'${name}' is on another device` });
  }
  if (value.isDisposed) {
    throw new CenoteError({ ...facts, code: 'DISPOSED', what: `'${name}' was disposed of` });
  }
}

function keyError(missing: readonly string[], unexpected: readonly string[]): CenoteError {
  const list = (names: readonly string[]) => (names.length > 0 ? names.map((name) => `'${name}'`).join(', ') : 'none');
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op: 'loadStateDict',
    what: 'the keys are not those of the model',
    got: `missing: ${list(missing)}; not expected: ${list(unexpected)}`,
    expected: 'exactly the keys of stateDict()',
    hint: 'Pass strict: false to load what fits and keep the rest',
  });
}
