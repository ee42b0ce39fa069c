import {
  formatShape,
  type ReceptiveField,
  type ReceptiveStep,
  receptiveField,
  receptiveStep,
  type Shape,
  sameShape,
  type WindowGeometry,
} from '@cenote/shape';
import { Sequential } from './layers/sequential.js';
import type { Module } from './module.js';

/** One line of a summary. */
export interface SummaryRow {
  /** Position in the network: `0`, `features.3`; `''` for a model that is a single layer. */
  readonly name: string;
  /** What the layer is: `conv2d`; of a module of your own, the name of its class. */
  readonly kind: string;
  readonly outputShape: Shape;
  /** The number of weights. */
  readonly parameters: number;
  /** Multiplications with their additions for the given input, forward; null where a module of your own does not say. */
  readonly multiplyAdds: number | null;
  /**
   * What an output sees of the network's input, one entry for each spatial axis: size, jump, padding, start and center.
   * Null where it is all of it, or a module of your own does not say.
   */
  readonly receptiveField: readonly ReceptiveField[] | null;
  /** Input positions between neighbouring outputs, for each spatial axis; null where outputs have no neighbours. */
  readonly jump: readonly number[] | null;
}

/** What a model is made of. */
export interface ModelSummary {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** One for each layer; networks within networks are opened. */
  readonly rows: readonly SummaryRow[];
  /** The number of weights; those that layers share count once. */
  readonly parameters: number;
  /** Of the whole model; null where a layer does not say. */
  readonly multiplyAdds: number | null;
}

/**
 * What a model is made of, as data. Nothing is computed: shapes are enough.
 *
 * @param inputShape What `forward` takes, with the batch axis if there is one.
 * @throws CenoteError when such an input does not fit; it says in which layer.
 */
export function summarize(model: Module, inputShape: Shape): ModelSummary {
  const outputShape = model.outputShape(inputShape);
  const rows: SummaryRow[] = [];
  const counted = new Set<unknown>();
  const tracker = new FieldTracker();
  let shape = inputShape;
  for (const [name, layer] of leavesOf(model)) {
    const next = layer.outputShape(shape);
    const field = tracker.after(layer, shape, next);
    const parameters = layer.parameters().filter((parameter) => !counted.has(parameter) && counted.add(parameter));
    const description = layer.describe();
    rows.push({
      name,
      kind: description.kind === 'custom' ? description.name : description.kind,
      outputShape: next,
      parameters: parameters.reduce((count, { size }) => count + size, 0),
      multiplyAdds: layer.multiplyAdds(shape),
      ...field,
    });
    shape = next;
  }
  const multiplyAdds = rows.reduce<number | null>(
    (total, row) => (total === null || row.multiplyAdds === null ? null : total + row.multiplyAdds),
    0,
  );
  return { inputShape, outputShape, rows, parameters: model.parameterCount, multiplyAdds };
}

/** The layers in order, with networks within networks opened. */
function leavesOf(model: Module, name = ''): readonly (readonly [name: string, layer: Module])[] {
  if (!(model instanceof Sequential)) return [[name, model]];
  return model.children().flatMap(([child, layer]) => leavesOf(layer, name === '' ? child : `${name}.${child}`));
}

type Field = Pick<SummaryRow, 'receptiveField' | 'jump'>;

const nowhere: Field = { receptiveField: null, jump: null };

/** Follows the receptive field from layer to layer. */
class FieldTracker {
  /** One chain of windows for each spatial axis; null before the first window. */
  #chains: readonly (readonly ReceptiveStep[])[] | null = null;
  /** False when a layer has been that looks at everything, or nobody knows where. */
  #known = true;
  /** False when elements are no longer where their windows were. */
  #inPlace = true;

  after(layer: Module, input: Shape, output: Shape): Field {
    const reach = layer.reach(input);
    if (reach === null) this.#known = false;
    else if (reach === 'elementwise') this.#inPlace &&= sameShape(input, output);
    else this.#extend(reach);
    if (!this.#known || !this.#chains) return nowhere;
    const fields = this.#chains.map((chain) => receptiveField(chain)[chain.length - 1]);
    return { receptiveField: fields, jump: this.#inPlace ? fields.map(({ jump }) => jump) : null };
  }

  #extend({ axes, rank }: WindowGeometry): void {
    const chains = this.#chains ?? new Array<readonly ReceptiveStep[]>(rank).fill([]);
    this.#known &&= this.#inPlace && chains.length === rank;
    if (!this.#known) return;
    this.#chains = chains.map((chain, axis) => {
      const step = receptiveStep(axes[3 - rank + axis]);
      // Adaptive windows that are not evenly spaced have no jump.
      if (!step) this.#known = false;
      return step ? [...chain, step] : chain;
    });
  }
}

const dash = '–';
const titles = [
  ['', '', '', 'Multiply–', 'Receptive', ''],
  ['Layer', 'Output shape', 'Parameters', 'adds', 'field', 'Jump'],
] as const;
const width = 80;

/**
 * What a model is made of, as a table for people: layer, output shape, parameters, multiply–adds, receptive field, and
 * jump (how many input positions lie between neighbouring outputs). {@link summarize} gives the same as data.
 *
 * @param inputShape What `forward` takes, with the batch axis if there is one.
 * @returns Lines of at most 80 characters, unless names or shapes are very long.
 * @throws CenoteError when such an input does not fit; it says in which layer.
 *
 * @example
 * ```ts
 * console.log(summary(lenet5(), [1, 1, 28, 28]));
 * ```
 */
export function summary(model: Module, inputShape: Shape): string {
  const { rows, parameters, multiplyAdds } = summarize(model, inputShape);
  const cells = rows.map((row) => [
    row.name === '' ? row.kind : `${row.name} ${row.kind}`,
    formatShape(row.outputShape),
    formatCount(row.parameters),
    formatCount(row.multiplyAdds),
    formatAxes(row.receptiveField?.map(({ size }) => size)),
    formatAxes(row.jump),
  ]);
  const totals = [
    'Total',
    `input ${formatShape(inputShape)}`,
    formatCount(parameters),
    formatCount(multiplyAdds),
    '',
    '',
  ];
  const lines = [...titles, ...cells, totals];
  const widths = titles[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const gap = widths.reduce((total, column) => total + column, 0) + 3 * (widths.length - 1) <= width ? '   ' : '  ';
  const line = (texts: readonly string[]) =>
    texts
      .map((text, column) => (column < 2 ? text.padEnd(widths[column]) : text.padStart(widths[column])))
      .join(gap)
      .trimEnd();
  const rule = '─'.repeat(line(widths.map((length) => 'x'.repeat(length))).length);
  return [...titles.map(line), rule, ...cells.map(line), rule, line(totals)].join('\n');
}

function formatCount(count: number | null): string {
  return count === null ? dash : count.toLocaleString('en-US');
}

/** One number when all axes agree. */
function formatAxes(values: readonly number[] | null | undefined): string {
  if (!values) return dash;
  return values.every((value) => value === values[0]) ? String(values[0]) : values.join('×');
}
