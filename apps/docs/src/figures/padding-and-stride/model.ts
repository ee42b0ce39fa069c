import { avgPool2d, isCenoteError, maxPool2d, scope, shape, tensor } from 'cenote';
import { formatCell, mapGrid, type Plane, planeOf } from '../../plane.js';

/** One number for the rows, one for the columns. */
export type Pair = readonly [rows: number, columns: number];

/** What a reader can set. */
export interface Settings {
  readonly pooling: 'max' | 'average';
  /** Sides of the input. */
  readonly size: Pair;
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
}

/** The settings of the chapter's three examples, all with an input of 4 by 4. */
export const presets = {
  whole: { kernelSize: [3, 3], stride: [3, 3], padding: [0, 0] },
  half: { kernelSize: [3, 3], stride: [2, 2], padding: [1, 1] },
  oblong: { kernelSize: [2, 3], stride: [2, 3], padding: [0, 1] },
} satisfies Readonly<Record<string, Omit<Settings, 'pooling' | 'size'>>>;
export type PresetName = keyof typeof presets;

/** What is at the start, and between which limits a reader can move each number. */
export const limits = { size: [2, 8], kernelSize: [1, 5], stride: [1, 5], padding: [0, 2] } as const;

/** The settings that a preset stands for. */
export function presetSettings(name: PresetName): Settings {
  return { pooling: 'max', size: [4, 4], ...presets[name] };
}

/** The preset that these settings are, if any. */
export function presetOf(settings: Settings): PresetName | null {
  if (settings.pooling !== 'max') return null;
  for (const name of ['whole', 'half', 'oblong'] as const) {
    if (JSON.stringify(presetSettings(name)) === JSON.stringify(inOrder(settings))) return name;
  }
  return null;
}

function inOrder({ pooling, size, kernelSize, stride, padding }: Settings): Settings {
  return { pooling, size, kernelSize, stride, padding };
}

/** How one axis comes about. */
export interface AxisSteps {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly output: number;
  /** For each window, the position of its first tap; negative in the padding. */
  readonly starts: readonly number[];
  /** For each input position, how many windows cover it. */
  readonly cover: readonly number[];
}

/** What pooling makes of the settings. */
export interface Pooled {
  readonly input: Plane;
  readonly output: Plane;
  readonly rows: AxisSteps;
  readonly columns: AxisSteps;
}

/** The input of the chapter: 0, 1, 2, … row by row. */
export function inputOf([height, width]: Pair): Plane {
  return mapGrid(height, width, (row, column) => row * width + column);
}

/**
 * Pools the input and resolves its windows.
 *
 * @returns what comes out, or the library's words on why nothing does
 */
export function pool(settings: Settings): Pooled | string {
  const { pooling, size, kernelSize, stride, padding } = settings;
  const input = inputOf(size);
  try {
    return scope(() => {
      const x = tensor(input);
      const options = { stride, padding };
      const y = pooling === 'max' ? maxPool2d(x, kernelSize, options) : avgPool2d(x, kernelSize, options);
      const op = pooling === 'max' ? 'maxPool2d' : 'avgPool2d';
      const geometry = shape.resolvePool({ op, rank: 2, kernelSize, stride, padding }, x.shape);
      const [, rows, columns] = geometry.axes;
      return { input, output: planeOf(y), rows: stepsOf(rows), columns: stepsOf(columns) };
    });
  } catch (error) {
    if (isCenoteError(error)) return error.message;
    throw error;
  }
}

function stepsOf({ input, kernel, stride, padLow, output, coverCount }: shape.AxisWindow): AxisSteps {
  return {
    input,
    kernel,
    stride,
    padding: padLow,
    output,
    starts: Array.from({ length: output }, (_, o) => o * stride - padLow),
    cover: [...coverCount],
  };
}

/** The rule for the size of an output, with the numbers filled in: `⌊(4 + 1 + 1 − 3) / 2⌋ + 1 = 2`. */
export function sizeFormula({ input, kernel, stride, padding, output }: AxisSteps): string {
  const padded = padding === 0 ? `${input}` : `${input} + ${padding} + ${padding}`;
  return `⌊(${padded} − ${kernel}) / ${stride}⌋ + 1 = ${output}`;
}

/** The same settings as a call, without what is the default. */
export function callOf({ pooling, kernelSize, stride, padding }: Settings): string {
  const options: string[] = [];
  if (stride[0] !== kernelSize[0] || stride[1] !== kernelSize[1]) options.push(`stride: ${argument(stride)}`);
  if (padding[0] !== 0 || padding[1] !== 0) options.push(`padding: ${argument(padding)}`);
  const last = options.length === 0 ? '' : `, { ${options.join(', ')} }`;
  return `${pooling === 'max' ? 'maxPool2d' : 'avgPool2d'}(x, ${argument(kernelSize)}${last})`;
}

function argument([rows, columns]: Pair): string {
  return rows === columns ? String(rows) : `[${rows}, ${columns}]`;
}

/** Whether an output's window covers a position, which may lie in the padding. */
export function covers({ rows, columns }: Pooled, output: Pair, position: Pair): boolean {
  return inWindow(rows, output[0], position[0]) && inWindow(columns, output[1], position[1]);
}

function inWindow({ starts, kernel }: AxisSteps, output: number, position: number): boolean {
  return position >= starts[output] && position < starts[output] + kernel;
}

/** Whether any window covers an element of the input. */
export function isSeen({ rows, columns }: Pooled, [row, column]: Pair): boolean {
  return rows.cover[row] > 0 && columns.cover[column] > 0;
}

/** The arithmetic of an output, written out: `max(0, 1, 4, 5) = 5`, `(0 + 1 + 4 + 5) / 9 = 1.11`. */
export function arithmetic(pooling: Settings['pooling'], pooled: Pooled, output: Pair): string {
  const values = pooled.input.flatMap((cells, row) =>
    cells.filter((_, column) => covers(pooled, output, [row, column])).map(formatCell),
  );
  const result = formatCell(pooled.output[output[0]][output[1]]);
  if (pooling === 'max') return `max(${values.join(', ')}) = ${result}`;
  return `(${values.join(' + ')}) / ${pooled.rows.kernel * pooled.columns.kernel} = ${result}`;
}
