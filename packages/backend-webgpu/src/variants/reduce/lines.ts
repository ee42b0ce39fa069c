import type { Layout } from '@cenote/backend';

/** Axes of a tensor that can be walked through as one. */
export interface Line {
  readonly size: number;
  /** In elements. */
  readonly stride: number;
}

/** A tensor as a reduction sees it: what stays and what is folded, the outermost first. */
export interface Lines {
  readonly kept: readonly Line[];
  readonly reduced: readonly Line[];
  /** Whether the innermost axis of memory is one that is folded. */
  readonly reducedInside: boolean;
}

/** Sorts axes into kept and reduced ones, joins neighbours that lie behind each other in memory, and leaves out unit axes. */
export function linesOf({ shape, strides }: Layout, isReduced: (axis: number) => boolean): Lines {
  const kept: Line[] = [];
  const reduced: Line[] = [];
  let previous: Line[] | null = null;
  let inside = false;
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const target: Line[] = isReduced(axis) ? reduced : kept;
    const outer = target.at(-1);
    const stride = strides[axis];
    if (target === previous && outer !== undefined && outer.stride === size * stride) {
      target[target.length - 1] = { size: outer.size * size, stride };
    } else target.push({ size, stride });
    previous = target;
    inside = target === reduced;
  }
  return { kept, reduced, reducedInside: inside };
}

/** How many positions lines have together. */
export function countOf(lines: readonly Line[]): number {
  return lines.reduce((product, { size }) => product * size, 1);
}

/**
 * The same lines in units of four elements, where the innermost axis is contiguous and comes in fours, and everything else begins
 * at multiples of four; otherwise `null`.
 */
export function inFours({ kept, reduced, reducedInside }: Lines): Lines | null {
  const inner = (reducedInside ? reduced : kept).at(-1);
  if (inner === undefined || inner.stride !== 1 || inner.size % 4 !== 0) return null;
  if (![...kept, ...reduced].every((line) => line === inner || line.stride % 4 === 0)) return null;
  const quarter = (line: Line): Line =>
    line === inner ? { size: line.size / 4, stride: 1 } : { size: line.size, stride: line.stride / 4 };
  return { kept: kept.map(quarter), reduced: reduced.map(quarter), reducedInside };
}

/** A WGSL function from a flat position in lines to the place in memory. */
export function placeFunction(name: string, lines: readonly Line[]): string {
  let rest = 'i';
  const code: string[] = [];
  const terms: string[] = [];
  for (const [index, { size, stride }] of lines.toReversed().entries()) {
    if (index === lines.length - 1) {
      terms.push(`${rest} * ${stride}u`);
      continue;
    }
    code.push(`let q${index} = ${rest} / ${size}u;`);
    terms.push(`(${rest} - q${index} * ${size}u) * ${stride}u`);
    rest = `q${index}`;
  }
  return `fn ${name}(i: u32) -> u32 { ${code.join(' ')} return ${terms.length === 0 ? '0u' : terms.join(' + ')}; }`;
}
