import { fastestTimes, peerTitles, type SnapshotRow } from './snapshot.js';

const width = 720;
const height = 380;
const frame = { left: 64, right: 560, top: 16, bottom: 330 };

/** Peers with a line; a copy of the same bytes is drawn dashed. */
interface Line {
  readonly peer: string;
  readonly points: readonly { readonly size: number; readonly median: number }[];
}

/**
 * Time against window size on one thread, both axes logarithmic, as an SVG that takes its colours from the page.
 *
 * @param rows of one function, each with its window size
 * @param label what the plot shows, for readers who do not see it
 */
export function windowPlot(rows: readonly SnapshotRow[], label: string, axis: string): string {
  const lines = linesOf(rows);
  const sizes = rows.map(({ windowSize }) => windowSize ?? 1);
  const medians = lines.flatMap(({ points }) => points.map(({ median }) => median));
  const low = 10 ** Math.floor(Math.log10(Math.min(...medians)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...medians)));
  const x = scale(Math.min(...sizes), Math.max(...sizes), frame.left, frame.right);
  const y = scale(low, high, frame.bottom, frame.top);
  const decades = Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, i) => low * 10 ** i);
  const grid = decades.map(
    (value) =>
      `<line class="grid" x1="${frame.left}" x2="${frame.right}" y1="${round(y(value))}" y2="${round(y(value))}"/><text class="tick" x="${frame.left - 8}" y="${round(y(value)) + 4}" text-anchor="end">${decadeText(value)}</text>`,
  );
  const ticks = sizes.map(
    (size) => `<text class="tick" x="${round(x(size))}" y="${frame.bottom + 20}" text-anchor="middle">${size}</text>`,
  );
  const paths = lines.map(({ peer, points }) => {
    const path = points.map((point) => `${round(x(point.size))},${round(y(point.median))}`).join(' ');
    return `<polyline class="line ${peer}" points="${path}"/>`;
  });
  const names = placed(
    lines.map(({ peer, points }) => ({
      peer,
      at: y(points[points.length - 1].median),
      end: x(points[points.length - 1].size),
    })),
  );
  return [
    `<svg class="bench-plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">`,
    ...grid,
    ...ticks,
    `<text class="tick" x="${(frame.left + frame.right) / 2}" y="${height - 8}" text-anchor="middle">${axis}</text>`,
    ...paths,
    ...names.map(
      ({ peer, at }) =>
        `<text class="name ${peer}" x="${frame.right + 10}" y="${round(at) + 4}">${peerTitles[peer] ?? peer}</text>`,
    ),
    '</svg>',
  ].join('');
}

function linesOf(rows: readonly SnapshotRow[]): Line[] {
  const points = new Map<string, { size: number; median: number }[]>();
  for (const row of rows) {
    for (const { peer, median } of fastestTimes(row, 1)) {
      const line = points.get(peer) ?? [];
      points.set(peer, line);
      line.push({ size: row.windowSize ?? 1, median });
    }
  }
  // What was measured at one size has no line.
  return [...points].filter(([, line]) => line.length > 1).map(([peer, line]) => ({ peer, points: line }));
}

/** A logarithmic scale. */
function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  return (value) => start + ((end - start) * Math.log(value / from)) / Math.log(to / from);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Names at the ends of their lines, moved apart where they would cover each other. */
function placed<T extends { readonly at: number }>(names: readonly T[]): (T & { readonly at: number })[] {
  let last = Number.NEGATIVE_INFINITY;
  return names
    .toSorted((a, b) => a.at - b.at)
    .map((name) => {
      last = Math.max(name.at, last + 16);
      return { ...name, at: last };
    });
}

function decadeText(nanoseconds: number): string {
  if (nanoseconds >= 1e9) return `${nanoseconds / 1e9} s`;
  return nanoseconds >= 1e6 ? `${nanoseconds / 1e6} ms` : `${nanoseconds / 1e3} µs`;
}
