// OME-Zarr 0.5 (https://ngff.openmicroscopy.org/0.5/), and of 0.4 what is needed to read.

/** Where the pixels of a level lie: the position of index `i` is `scale · i + translation`, for each axis. */
export interface Placement {
  readonly scale: readonly number[];
  readonly translation: readonly number[];
}

/** What an image says of itself, as far as it matters here. */
export interface ImageFacts {
  /** The path of the largest level. */
  readonly path: string;
  readonly placement: Placement | null;
  /** Names of the axes, outermost first; null where there are none. */
  readonly axes: readonly string[] | null;
  readonly name: string | null;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numbersOf(value: unknown): readonly number[] | null {
  const list = listOf(value);
  return list.length > 0 && list.every((each) => typeof each === 'number') ? list : null;
}

/** Reads the attributes of a group; null when it is no image. */
export function readImage(attributes: unknown): ImageFacts | null {
  const all = recordOf(attributes);
  const [first] = listOf(recordOf(all.ome).multiscales ?? all.multiscales);
  const image = recordOf(first);
  const dataset = recordOf(listOf(image.datasets)[0]);
  if (typeof dataset.path !== 'string') return null;
  const transformations = listOf(dataset.coordinateTransformations).map(recordOf);
  const part = (type: string) => numbersOf(transformations.find((each) => each.type === type)?.[type]);
  const scale = part('scale');
  const axes = listOf(image.axes).map((axis) => (typeof axis === 'string' ? axis : String(recordOf(axis).name)));
  return {
    path: dataset.path,
    placement: scale === null ? null : { scale, translation: part('translation') ?? scale.map(() => 0) },
    axes: axes.length === 0 ? null : axes,
    name: typeof image.name === 'string' ? image.name : null,
  };
}

/** Where the pixels of the next level lie: in the middle of the windows that they are made of. */
export function nextPlacement({ scale, translation }: Placement, kernelSize: number): Placement {
  return {
    scale: scale.map((each) => each * kernelSize),
    translation: translation.map((each, axis) => each + (scale[axis] * (kernelSize - 1)) / 2),
  };
}

/** The attributes of a group with these levels, the largest first. */
export function imageAttributes(
  name: string,
  axes: readonly string[],
  levels: readonly Placement[],
  fn: string,
): Record<string, unknown> {
  return {
    ome: {
      version: '0.5',
      multiscales: [
        {
          name,
          type: fn,
          axes: axes.map((axis) => ({ name: axis, type: 'space' })),
          datasets: levels.map(({ scale, translation }, level) => ({
            path: String(level),
            coordinateTransformations: [
              { type: 'scale', scale },
              { type: 'translation', translation },
            ],
          })),
        },
      ],
    },
  };
}
