import { abs, avgPool2d, conv2d, maxPool2d, scope, type Tensor, tensor, unsqueeze } from 'cenote';
import { mapGrid, type Plane, planeOf } from '../../plane.js';

/** What the picture shows: one straight edge, a dark band with two, or an edge that runs aslant. */
export const pictures = ['edge', 'band', 'slope'] as const;
export type Picture = (typeof pictures)[number];

/** How the windows sum up. */
export const poolings = ['max', 'average'] as const;
export type Pooling = (typeof poolings)[number];

export const windows = [2, 3, 4] as const;
export const strides = [1, 2, 4] as const;

/** How far the picture can be moved to either side, in pixels. */
export const maxShift = 4;

/** Every shift there is, from the left to the right. */
export const shifts: readonly number[] = Array.from({ length: 2 * maxShift + 1 }, (_, index) => index - maxShift);

export interface ShiftSettings {
  readonly picture: Picture;
  /** Whether a rise in brightness counts like a fall: the edge kernel's output without its sign. */
  readonly unsigned: boolean;
  readonly pooling: Pooling;
  readonly window: number;
  readonly stride: number;
}

/** What becomes of a picture, step by step. */
export interface Stages {
  /** 1 is bright, 0 is dark. */
  readonly image: Plane;
  /** The picture under the kernel `[1, −1]`: each pixel minus its right neighbour. */
  readonly edges: Plane;
  readonly pooled: Plane;
}

const height = 6;
const width = 17;

/** The last bright column before the dark ones, where nothing is shifted. Even, so that one step to the right stays in its window. */
const edgeColumn = 8;
const bandWidth = 3;

/** The picture, moved to the right by `shift` pixels. What comes in at the sides continues what is there. */
export function imageOf(picture: Picture, shift: number): Plane {
  return mapGrid(height, width, (row, column) => {
    const edge = edgeColumn + shift + (picture === 'slope' ? row - height / 2 : 0);
    if (column <= edge) return 1;
    return picture === 'band' && column > edge + bandWidth ? 1 : 0;
  });
}

/** The picture at a shift, its edges, and what pooling makes of them: computed by the library. */
export function stagesOf({ picture, unsigned, pooling, window, stride }: ShiftSettings, shift: number): Stages {
  const image = imageOf(picture, shift);
  return scope(() => {
    const x = tensor(image);
    const y: Tensor = conv2d(unsqueeze(x, 0), tensor([[[[1, -1]]]]));
    const edges = unsigned ? abs(y) : y;
    const pooled = pooling === 'max' ? maxPool2d(edges, window, { stride }) : avgPool2d(edges, window, { stride });
    return { image, edges: planeOf(edges.squeeze(0)), pooled: planeOf(pooled.squeeze(0)) };
  });
}

/** Which cells are not what they were. */
export interface Difference {
  readonly flipped: readonly (readonly boolean[])[];
  readonly count: number;
  /** How many cells there are. */
  readonly total: number;
}

/** Compares a stage before and after a shift, cell by cell. */
export function differenceOf(before: Plane, after: Plane): Difference {
  const flipped = after.map((row, r) => row.map((value, c) => Math.abs(value - before[r][c]) > 1e-6));
  const cells = flipped.flat();
  return { flipped, count: cells.filter(Boolean).length, total: cells.length };
}

/** One line of the diagram of all shifts. */
export interface PhaseRow {
  readonly shift: number;
  /** The middle row of the convolution's output. */
  readonly edges: readonly number[];
  /** The row of the pooled output that sees it. */
  readonly pooled: readonly number[];
  /** How many cells of the whole output are not what they were one pixel further left; null for the first. */
  readonly flippedEdges: number | null;
  readonly flippedPooled: number | null;
}

/** What each shift gives, one line each: the picture of an output that moves along, or does not. */
export function phasesOf(settings: ShiftSettings): readonly PhaseRow[] {
  const stages = shifts.map((shift) => stagesOf(settings, shift));
  const middle = height / 2;
  const pooledRow = Math.min(Math.floor(middle / settings.stride), stages[0].pooled.length - 1);
  return shifts.map((shift, index) => {
    const { edges, pooled } = stages[index];
    const previous = index === 0 ? null : stages[index - 1];
    return {
      shift,
      edges: edges[middle],
      pooled: pooled[pooledRow],
      flippedEdges: previous && differenceOf(previous.edges, edges).count,
      flippedPooled: previous && differenceOf(previous.pooled, pooled).count,
    };
  });
}
