import { Module } from '@cenote/nn';
import { CenoteError, formatShape, isCenoteError, type Shape } from '@cenote/shape';
import { cast, type Device, noGrad, scope, Tensor, zeros } from '@cenote/tensor';
import type { TensorSignature } from '../signature.js';
import { excerpt, inNode } from './errors.js';
import type { Step } from './plan.js';

/** @internal What {@link OnnxModel} is made of. */
export interface ModelParts {
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
  readonly opset: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  /** The values that are there at the beginning, besides inputs. They become the model's. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** The names of those that are weights. */
  readonly weights: readonly string[];
  readonly device: Device;
  readonly host: Device;
  readonly maxElements: number;
}

/**
 * A model from an ONNX file. Made by `importOnnx`.
 *
 * It is a `Module` as layers are: `forward` for models with one input, `evaluate`, `stateDict()` with the names of the file. Its
 * floating-point initialisers are its parameters; they have no gradients unless their `requiresGrad` is set.
 */
export class OnnxModel extends Module {
  readonly #parts: ModelParts;

  /** @internal */
  constructor(parts: ModelParts) {
    super();
    this.#parts = parts;
    this.train(false);
  }

  /** What goes in. */
  get inputs(): readonly TensorSignature[] {
    return this.#parts.inputs;
  }

  /** What comes out. */
  get outputs(): readonly TensorSignature[] {
    return this.#parts.outputs;
  }

  /** The version of ONNX's operators. */
  get opset(): number {
    return this.#parts.opset;
  }

  /** Text that the file has about the model. */
  get metadata(): Readonly<Record<string, string>> {
    return this.#parts.metadata;
  }

  /** How often each operator is computed, by name; an activation that is part of another one counts as that. */
  get operators(): Readonly<Record<string, number>> {
    const counts = new Map<string, number>();
    for (const { op, activation } of this.#parts.steps) {
      const name = activation ? `${op}+${activation}` : op;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return Object.fromEntries(counts);
  }

  override ownParameters(): readonly (readonly [name: string, parameter: Tensor])[] {
    return this.#parts.weights.flatMap((name) => {
      const tensor = this.#parts.constants.get(name);
      return tensor ? [[name, tensor] as const] : [];
    });
  }

  /**
   * The output of a model that has one input and one output.
   *
   * @throws CenoteError As {@link run}; `INVALID_ARGUMENT` for a model that has more.
   */
  override forward(x: Tensor): Tensor {
    const { inputs, outputs } = this.#parts;
    if (inputs.length !== 1 || outputs.length !== 1) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op: 'forward',
        what: 'the model has several inputs or outputs',
        got: `inputs ${inputs.map(({ name }) => name)}; outputs ${outputs.map(({ name }) => name)}`,
        expected: 'one of each',
        hint: 'Use run({ name: tensor })',
      });
    }
    return this.run({ [inputs[0].name]: x })[outputs[0].name];
  }

  /** The shape of the output. Nothing says it but the model itself: it is run on zeros. */
  override outputShape(inputShape: Shape): Shape {
    const { device } = this.#parts;
    const dtype = this.inputs.at(0)?.dtype ?? 'f32';
    return scope(() => noGrad(() => this.forward(zeros(inputShape, { dtype, device })).shape));
  }

  /**
   * All outputs by name, for inputs by name.
   *
   * @param inputs Tensors stay the caller's.
   * @returns They belong to the caller.
   * @throws CenoteError `INVALID_ARGUMENT`, `INVALID_SHAPE`, `INVALID_DTYPE` for inputs that do not fit; what operators throw, with the
   * node it happened in.
   */
  run(inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
    this.#checkInputs(inputs);
    const { constants, outputs, steps } = this.#parts;
    return scope(() => {
      const values = new Map<string, Tensor>(constants);
      const borrowed = new Set<Tensor>([...constants.values(), ...Object.values(inputs)]);
      for (const { name } of this.inputs) values.set(name, inputs[name]);
      for (const step of steps) {
        for (const [index, result] of this.#compute(step, values).entries()) {
          const name = step.outputs.at(index);
          if (name) values.set(name, result);
        }
        // At once, not at the end: only what is still needed is alive.
        for (const name of step.last) {
          const value = values.get(name);
          if (value && !borrowed.has(value)) value.dispose();
          values.delete(name);
        }
      }
      return Object.fromEntries(
        outputs.map(({ name }) => {
          const value = values.get(name);
          if (!value) throw new Error(`${name} was planned`);
          // Two outputs may be one value, and an input may be an output.
          return [name, cast(value, value.dtype)];
        }),
      );
    });
  }

  #compute(step: Step, values: ReadonlyMap<string, Tensor>): readonly Tensor[] {
    const { label, op, operator, attributes, activation } = step;
    const { opset, host, maxElements } = this.#parts;
    return inNode(label, () => {
      try {
        return scope(() => {
          const inputs = step.inputs.map((name) => (name === '' ? undefined : values.get(name)));
          const wanted = step.outputs.length;
          const made = operator({ op, opset, attributes, inputs, outputs: wanted, host, maxElements, activation });
          return made instanceof Tensor ? [made] : made;
        });
      } catch (error) {
        // Whatever else goes wrong in an operator goes wrong because a node is not as ONNX has it.
        if (isCenoteError(error)) throw error;
        throw new CenoteError({
          code: 'INVALID_ARGUMENT',
          op,
          what: 'the node cannot be computed',
          got: excerpt(error instanceof Error ? error.message : String(error)),
          expected: 'inputs and attributes as ONNX has them',
          hint: 'Correct the model',
          cause: error,
        });
      }
    });
  }

  #checkInputs(given: Readonly<Record<string, Tensor>>): void {
    const fail = (
      code: 'INVALID_ARGUMENT' | 'INVALID_SHAPE' | 'INVALID_DTYPE',
      what: string,
      got: string,
      expected: string,
    ) => new CenoteError({ code, op: 'run', what, got, expected, hint: 'Look at inputs, which says what goes in' });
    const names = this.inputs.map(({ name }) => name);
    const missing = names.filter((name) => !Object.hasOwn(given, name));
    const unexpected = Object.keys(given).filter((name) => !names.includes(name));
    if (missing.length + unexpected.length > 0) {
      const got = `${Object.keys(given).join(', ') || 'none'}`;
      throw fail('INVALID_ARGUMENT', 'these are not the inputs of the model', got, names.join(', '));
    }
    for (const { name, dtype, shape } of this.inputs) {
      const x = given[name];
      if (x.dtype !== dtype) throw fail('INVALID_DTYPE', `'${name}' has another dtype`, x.dtype, dtype ?? 'none');
      const fits =
        shape === null ||
        (shape.length === x.rank && shape.every((size, axis) => typeof size !== 'number' || size === x.shape[axis]));
      if (!fits) {
        const expected = `[${shape.map((size) => size ?? '?').join(', ')}]`;
        throw fail('INVALID_SHAPE', `'${name}' has another shape`, formatShape(x.shape), expected);
      }
      if (x.device !== this.#parts.device) {
        throw fail('INVALID_ARGUMENT', `'${name}' is on another device`, x.device.name, this.#parts.device.name);
      }
    }
  }

  override dispose(): void {
    for (const tensor of this.#parts.constants.values()) tensor.dispose();
  }
}
