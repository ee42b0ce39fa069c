import { isCenoteError, shape } from 'cenote';

/** Layers that matter here: those whose outputs look at more than one element. */
export const layerKinds = ['conv', 'pool'] as const;
export type LayerKind = (typeof layerKinds)[number];

/** One layer of a stack; the same along both axes. */
export interface Layer {
  readonly kind: LayerKind;
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** The numbers of a layer that a reader can set, and between which limits. */
export const layerNumbers = {
  kernelSize: [1, 11],
  stride: [1, 5],
  padding: [0, 8],
  dilation: [1, 8],
} as const satisfies Readonly<Record<Exclude<keyof Layer, 'kind'>, readonly [number, number]>>;
export type LayerNumber = keyof typeof layerNumbers;

/** Sides of the picture, in pixels. */
export const pictureSizes = [28, 64, 128, 224] as const;

/** More layers than this are not for looking at. */
export const mostLayers = 14;

const conv = (kernelSize: number, stride: number, padding: number, dilation = 1): Layer => ({
  kind: 'conv',
  kernelSize,
  stride,
  padding,
  dilation,
});
const pool = (kernelSize: number, stride: number): Layer => ({
  kind: 'pool',
  kernelSize,
  stride,
  padding: 0,
  dilation: 1,
});

/** A stack and the size of the picture that it looks at. */
export interface Network {
  readonly size: number;
  readonly layers: readonly Layer[];
}

/**
 * Networks to start from: LeNet-5 (LeCun et al., 1998, with padding for pictures of 28 pixels), AlexNet's features as in
 * torchvision, the first three blocks of VGG-16 (Simonyan and Zisserman, 2015), and convolutions whose dilation doubles
 * (Yu and Koltun, 2016).
 */
export const presets = {
  lenet: { size: 28, layers: [conv(5, 1, 2), pool(2, 2), conv(5, 1, 0), pool(2, 2)] },
  alexnet: {
    size: 224,
    layers: [
      conv(11, 4, 2),
      pool(3, 2),
      conv(5, 1, 2),
      pool(3, 2),
      conv(3, 1, 1),
      conv(3, 1, 1),
      conv(3, 1, 1),
      pool(3, 2),
    ],
  },
  vgg: {
    size: 224,
    layers: [
      conv(3, 1, 1),
      conv(3, 1, 1),
      pool(2, 2),
      conv(3, 1, 1),
      conv(3, 1, 1),
      pool(2, 2),
      conv(3, 1, 1),
      conv(3, 1, 1),
      conv(3, 1, 1),
      pool(2, 2),
    ],
  },
  dilated: { size: 64, layers: [conv(3, 1, 1), conv(3, 1, 2, 2), conv(3, 1, 4, 4), conv(3, 1, 8, 8)] },
} satisfies Readonly<Record<string, Network>>;
export type PresetName = keyof typeof presets;
export const presetNames = ['lenet', 'alexnet', 'vgg', 'dilated'] as const satisfies readonly PresetName[];

/** A layer that fits, and what is known of its output. */
export interface Level {
  readonly layer: Layer;
  /** The side of its output. */
  readonly size: number;
  /** Where its windows lie on the output of the layer before. */
  readonly window: shape.AxisWindow;
  /** What its outputs see of the picture. */
  readonly field: shape.ReceptiveField;
}

/** A stack, as far as its layers fit one behind the other. */
export interface Analysis {
  readonly size: number;
  readonly levels: readonly Level[];
  /** The library's words on the first layer that does not fit, which is number `levels.length`. */
  readonly error: string | null;
}

/** Resolves the layers of a stack, one after the other. */
export function analyse({ size, layers }: Network): Analysis {
  const fields = shape.receptiveField(layers);
  const levels: Level[] = [];
  let side = size;
  for (const [index, layer] of layers.entries()) {
    try {
      const window = resolve(layer, side);
      side = window.output;
      levels.push({ layer, size: side, window, field: fields[index] });
    } catch (error) {
      if (isCenoteError(error)) return { size, levels, error: error.message };
      throw error;
    }
  }
  return { size, levels, error: null };
}

function resolve({ kind, kernelSize, stride, padding, dilation }: Layer, side: number): shape.AxisWindow {
  const options = { rank: 2, stride, padding, dilation } as const;
  const input = [1, side, side];
  const geometry =
    kind === 'pool'
      ? shape.resolvePool({ op: 'maxPool2d', kernelSize, ...options }, input)
      : shape.resolveConv({ op: 'conv2d', ...options }, input, [1, 1, kernelSize, kernelSize]);
  return geometry.axes[2];
}

/**
 * How many ways lead from an output down to each position below, along one axis. Where there is none, the output does not
 * see that position. Along both axes, the numbers multiply.
 *
 * @param levels the layers from the picture up to that of the output
 * @param output position of the output
 * @returns for each plane, from the picture (index 0) to the output's own: one count for each position
 */
export function pathsOf(levels: readonly Level[], output: number): readonly (readonly number[])[] {
  const own = new Array<number>(levels.at(-1)?.size ?? output + 1).fill(0);
  own[output] = 1;
  const planes = [own];
  for (const { window } of levels.toReversed()) {
    const above = planes[0];
    const below = new Array<number>(window.input).fill(0);
    for (const [o, ways] of above.entries()) {
      if (ways === 0) continue;
      for (let tap = 0; tap < window.count[o]; tap++) below[window.start[o] + tap * window.dilation] += ways;
    }
    planes.unshift(below);
  }
  return planes;
}

/** From the first to the last position that is seen; null where none is. */
export function extentOf(ways: readonly number[]): shape.PositionRange | null {
  const start = ways.findIndex((count) => count > 0);
  return start < 0 ? null : { start, end: ways.findLastIndex((count) => count > 0) + 1 };
}

/** A stack as a short text for the address: `28:c5.1.2.1-p2.2.0.1`. */
export function networkText({ size, layers }: Network): string {
  const parts = layers.map(
    ({ kind, kernelSize, stride, padding, dilation }) =>
      `${kind === 'conv' ? 'c' : 'p'}${[kernelSize, stride, padding, dilation].join('.')}`,
  );
  return `${size}:${parts.join('-')}`;
}

/** Reads {@link networkText}; null when it is none, or out of the limits. */
export function parseNetwork(text: string): Network | null {
  const match = /^(\d+):(.*)$/.exec(text);
  const size = pictureSizes.find((side) => String(side) === match?.[1]);
  if (match === null || size === undefined) return null;
  const layers = match[2].split('-').map(parseLayer);
  const known = layers.filter((layer) => layer !== null);
  return known.length === layers.length && layers.length <= mostLayers ? { size, layers: known } : null;
}

function parseLayer(text: string): Layer | null {
  const match = /^([cp])(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (match === null) return null;
  const [kernelSize, stride, padding, dilation] = match.slice(2).map(Number);
  const layer: Layer = { kind: match[1] === 'c' ? 'conv' : 'pool', kernelSize, stride, padding, dilation };
  return withinLimits(layer) ? layer : null;
}

function withinLimits(layer: Layer): boolean {
  return (['kernelSize', 'stride', 'padding', 'dilation'] as const).every((name) => {
    const [least, most] = layerNumbers[name];
    return layer[name] >= least && layer[name] <= most;
  });
}
