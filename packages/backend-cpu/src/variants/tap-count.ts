import type { WindowGeometry } from '@cenote/shape';

/** How many taps a window has that lies wholly inside. */
export function tapCount(axes: readonly WindowGeometry['axes'][number][]): number {
  return axes.reduce((product, { kernel }) => product * kernel, 1);
}
