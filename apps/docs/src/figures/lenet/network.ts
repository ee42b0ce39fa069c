import { fromData, nn, noGrad, type Shape, scope, shape, softmax, type Tensor } from 'cenote';
import type { Picture } from './digit-picture.js';
import { side } from './strokes.js';
import type { Variant } from './variants.js';

/** The stages that the figure shows, from the picture to the scores. */
export const stageNames = ['conv1', 'pool1', 'conv2', 'pool2', 'dense1', 'dense2', 'scores'] as const;

/** One of {@link stageNames}. A convolution or dense stage includes the activation after it; `scores` has none. */
export type StageName = (typeof stageNames)[number];

/** Which layers of `nn.lenet5` make up each stage, by their names. */
const layersOf: Readonly<Record<StageName, readonly string[]>> = {
  conv1: ['0', '1'],
  pool1: ['2'],
  conv2: ['3', '4'],
  pool2: ['5'],
  dense1: ['6', '7', '8'],
  dense2: ['9', '10'],
  scores: ['11'],
};

/** What a stage made of the picture. */
export interface StageOutput {
  readonly name: StageName;
  /** 1 for the dense stages. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** `channels × height × width` values, row by row. */
  readonly values: Float32Array;
}

/** What the network made of one picture. */
export interface Inspection {
  readonly stages: readonly StageOutput[];
  /** For each of the ten digits; together 1. */
  readonly probabilities: Float32Array;
  /** The most probable digit. */
  readonly best: number;
}

/** Rows and columns of the picture: `start` is in it, `end` is not. */
export interface SeenPart {
  readonly rows: shape.PositionRange;
  readonly columns: shape.PositionRange;
}

/**
 * A LeNet that tells what every stage makes of a picture.
 *
 * @example
 * ```ts
 * using network = new LenetNetwork('modern');
 * const { best, probabilities } = network.inspect(digitPicture(strokes, true));
 * ```
 */
export class LenetNetwork implements Disposable {
  readonly variant: Variant;
  readonly #model: nn.Sequential;
  readonly #stages: readonly { readonly name: StageName; readonly part: nn.Sequential; readonly output: Shape }[];
  /** What an output of a stage sees of the picture, by stage; `null` where it is all of it. */
  readonly #fields: ReadonlyMap<StageName, shape.ReceptiveField>;

  /** @param variant Its weights are random until {@link load}. */
  constructor(variant: Variant) {
    this.variant = variant;
    const model: nn.Sequential = nn.lenet5({ variant });
    this.#model = model;
    const layers = new Map(model.named);
    const rows = new Map(nn.summarize(model, [1, 1, side, side]).rows.map((row) => [row.name, row]));
    this.#stages = stageNames.map((name) => {
      const output = rows.get(layersOf[name].at(-1) ?? '')?.outputShape;
      if (output === undefined) throw new Error(`lenet5 has no layers for ${name}`);
      return { name, output, part: new nn.Sequential(layersOf[name].map((layer) => [layer, layers.get(layer)])) };
    });
    this.#fields = new Map(
      stageNames.flatMap((name) => {
        const row = rows.get(layersOf[name].at(-1) ?? '');
        // The picture is square, and so is what an output sees of it.
        const field = row?.jump == null ? undefined : row.receptiveField?.[0];
        return field === undefined ? [] : [[name, field] as const];
      }),
    );
  }

  /**
   * Takes over weights.
   *
   * @param state As `stateDict()` of a `nn.lenet5` has it; its tensors stay the caller's.
   * @throws CenoteError when they do not fit; then the weights are as they were.
   */
  load(state: nn.StateDict): void {
    this.#model.loadStateDict(state);
  }

  /** What every stage makes of a picture. */
  inspect(picture: Picture): Inspection {
    return scope(() =>
      noGrad(() => {
        let current: Tensor = fromData(
          Float32Array.from(picture, (pixel) => pixel / 255),
          [1, 1, side, side],
        );
        const stages = this.#stages.map(({ name, part, output }): StageOutput => {
          current = part.forward(current);
          const [channels, height, width] = output.length === 4 ? output.slice(1) : [1, 1, output[1]];
          return { name, channels, height, width, values: floats(current) };
        });
        const probabilities = floats(softmax(current, 1));
        return { stages, probabilities, best: largest(probabilities) };
      }),
    );
  }

  /** The shape of what a stage gives: channels, height, width. */
  shapeOf(stage: StageName): readonly [channels: number, height: number, width: number] {
    const output = this.#stages.find(({ name }) => name === stage)?.output ?? [1, 0];
    return output.length === 4 ? [output[1], output[2], output[3]] : [1, 1, output[1]];
  }

  /** What an output of a stage sees of the picture; everything for the dense stages. */
  seenBy(stage: StageName, row: number, column: number): SeenPart {
    const field = this.#fields.get(stage);
    const range = (position: number): shape.PositionRange => {
      if (field === undefined) return { start: 0, end: side };
      const { start, end } = shape.receptiveRange(field, position);
      return { start: Math.max(0, start), end: Math.min(side, end) };
    };
    return { rows: range(row), columns: range(column) };
  }

  /** Frees the weights. */
  [Symbol.dispose](): void {
    this.#model.dispose();
  }
}

/** On the CPU, whose values can be read at once. */
function floats(tensor: Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync(), Number);
}

function largest(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
