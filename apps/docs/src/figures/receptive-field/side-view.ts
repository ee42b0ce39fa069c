import { html, svg, type TemplateResult } from 'lit-html';
import { extentOf, type Level } from './model.js';
import type { Display } from './plane-canvas.js';

/** What the side view shows: the planes below an output, along one axis. */
export interface SideViewOptions {
  readonly label: string;
  /** The side of the picture. */
  readonly size: number;
  /** The layers from the picture up to the output's. */
  readonly levels: readonly Level[];
  /** The ways to each position of each plane, from the picture up. */
  readonly paths: readonly (readonly number[])[];
  readonly display: Display;
}

const width = 560;
/** Of the whole view; few planes do not use all of it. */
const mostHeight = 300;
const bar = 12;

/**
 * The planes above each other, every element over the middle of what it sees of the picture. So a cone becomes visible: from
 * one element on top down to its receptive field.
 */
export function sideView({ label, size, levels, paths, display }: SideViewOptions): TemplateResult {
  const planes = [{ jump: 1, center: 0, size }, ...levels.map(({ field, size: side }) => ({ ...field, size: side }))];
  const positions = planes.map(
    ({ jump, center }) =>
      (index: number) =>
        center + index * jump + 0.5,
  );
  const sides = [size, ...levels.map((level) => level.size)];
  const [from, to] = viewOf(paths[0], size);
  const x = (place: number) => ((place - from) / (to - from)) * width;
  const levelHeight = Math.min(56, (mostHeight - bar) / Math.max(1, sides.length - 1));
  const height = (sides.length - 1) * levelHeight + bar;
  const y = (plane: number) => height - bar - plane * levelHeight;
  return html`<svg class="side" viewBox="0 0 ${width} ${height}" role="img" aria-label=${label}>
    ${paths.slice(1).map((ways, index) => cone(ways, index + 1))}
    ${paths.map((ways, plane) => elements(ways, plane))}
  </svg>`;

  function halfWidth(plane: number): number {
    return ((planes[plane].jump * width) / (to - from)) * 0.42;
  }

  /** The outline of a plane's part and what it sees of the one below. */
  function cone(ways: readonly number[], plane: number): TemplateResult<2> {
    const upper = extentOf(ways);
    const lower = extentOf(paths[plane - 1]);
    if (upper === null || lower === null) return svg``;
    const edge = (place: number, index: number, side: -1 | 1) => x(positions[place](index)) + side * halfWidth(place);
    const points = [
      [edge(plane, upper.start, -1), y(plane) + bar],
      [edge(plane, upper.end - 1, 1), y(plane) + bar],
      [edge(plane - 1, lower.end - 1, 1), y(plane - 1)],
      [edge(plane - 1, lower.start, -1), y(plane - 1)],
    ];
    return svg`<polygon class="cone" points=${points.map((point) => point.join(',')).join(' ')} />`;
  }

  function elements(ways: readonly number[], plane: number): readonly TemplateResult<2>[] {
    const most = Math.max(...ways);
    const half = halfWidth(plane);
    const drawn: TemplateResult<2>[] = [];
    for (let index = 0; index < sides[plane]; index++) {
      const middle = x(positions[plane](index));
      if (middle < -half || middle > width + half) continue;
      const count = ways[index];
      const top = plane === paths.length - 1;
      const kind = count === 0 ? 'other' : top ? 'own' : 'seen';
      const opacity = kind === 'seen' && display === 'ways' ? 0.12 + (0.88 * count) / most : 1;
      drawn.push(
        svg`<rect class=${kind} x=${middle - half} y=${y(plane)} width=${2 * half} height=${bar} fill-opacity=${opacity} rx=${Math.min(3, half)} />`,
      );
    }
    return drawn;
  }
}

/** Which part of the picture is in view: what is seen, and a third as much on both sides, if there is. */
function viewOf(ways: readonly number[], size: number): readonly [number, number] {
  const extent = extentOf(ways) ?? { start: 0, end: size };
  const margin = Math.max(2, (extent.end - extent.start) / 3);
  return [Math.max(-1, extent.start - margin), Math.min(size + 1, extent.end + margin)];
}
