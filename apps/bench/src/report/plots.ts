import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { digits } from '../format.js';
import { layoutTitles, type PeerName, peerNames, peers } from '../peers.js';
import type { Measured, Result, Row } from '../result.js';
import { ratioOf } from '../statistics.js';
import { Html } from './html.js';
import { fastest, floorOf, measuredOf } from './ratios.js';

const width = 760;

/** Each peer's colour, from the style sheet, so that it follows the theme. */
const colorOf = (peer: PeerName) => `var(--${peer})`;

/** The colour scale of some peers, with a legend in their order. */
function colorScale(names: readonly PeerName[]): Plot.ScaleOptions {
  const present = peerNames.filter((name) => names.includes(name));
  return { domain: present.map((name) => peers[name].title), range: present.map(colorOf) };
}

/** A plot as markup, which needs no script. */
function draw(options: Plot.PlotOptions, description: string): Html {
  // Types of the browser are none of this workspace's: what is needed of them is looked at when it is there.
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as { readonly document: unknown };
  const plot: unknown = Plot.plot({
    width,
    style: { background: 'none', fontSize: '12px' },
    ariaLabel: description,
    ...options,
    document: document as never,
  });
  if (!hasProperty(plot, 'outerHTML')) throw new Error('the plot has no markup');
  return new Html(String(plot.outerHTML));
}

function hasProperty<K extends string>(value: unknown, key: K): value is { readonly [P in K]: unknown } {
  return typeof value === 'object' && value !== null && key in value;
}

/** The peers in a plot, as a list with their colours: a legend that wraps on a phone. */
export function peersIn(rows: readonly Row[]): PeerName[] {
  const present = new Set(rows.flatMap((row) => measuredOf(row).map(({ peer }) => peer)));
  return peerNames.filter((name) => present.has(name));
}

/** The best of each peer in a row: any layout, one number of threads. */
function bestByPeer(row: Row, threads: number): Measured[] {
  const candidates = measuredOf(row).filter((entry) => entry.threads === threads);
  return peerNames.flatMap((peer) => fastest(candidates.filter((entry) => entry.peer === peer)) ?? []);
}

/** Cost against window size, both axes logarithmic: a line for each peer with its faster layout. */
export function windowPlot(rows: readonly Row[], fn: 'max' | 'avg', threads: number): Html {
  const points = rows
    .filter((row) => row.suite === 'window' && row.title.startsWith(fn))
    .flatMap((row) =>
      bestByPeer(row, threads).map((entry) => ({
        peer: peers[entry.peer].title,
        size: row.windowSize ?? 0,
        milliseconds: entry.time.median / 1e6,
        name: entry.peer,
      })),
    );
  const ticks = [...new Set(points.map(({ size }) => size))];
  const extent = (sizes: readonly number[]) => [Math.min(...sizes), Math.max(Math.min(...sizes) + 1, ...sizes)];
  return draw(
    {
      height: 380,
      marginLeft: 56,
      marginRight: 130,
      x: { type: 'log', label: 'window, along each side', ticks, tickFormat: 'd', grid: true, domain: extent(ticks) },
      y: { type: 'log', label: 'milliseconds a call', grid: true, tickFormat: digits },
      color: colorScale(points.map(({ name }) => name)),
      marks: [
        Plot.line(points, { x: 'size', y: 'milliseconds', z: 'peer', stroke: 'peer', strokeWidth: 2 }),
        Plot.dot(points, { x: 'size', y: 'milliseconds', fill: 'peer', r: 3 }),
        Plot.text(
          points,
          Plot.selectLast({
            x: 'size',
            y: 'milliseconds',
            z: 'peer',
            text: 'peer',
            textAnchor: 'start',
            dx: 8,
            fill: 'currentColor',
          }),
        ),
      ],
    },
    `Milliseconds of ${fn} pooling against the size of the window, one line for each library`,
  );
}

/** A bar of {@link barPlot}. */
interface Bar {
  readonly row: string;
  readonly name: PeerName;
  readonly label: string;
  readonly value: number;
}

/** The two of Cenote, and whoever is fastest among those in JavaScript and WebAssembly, and among the native ones. */
function barsOf(row: Row, threads: number, value: (entry: Measured) => number): Bar[] {
  const all = measuredOf(row).filter((entry) => entry.threads === threads && entry.peer !== 'floor');
  const ours = all.filter(({ peer }) => peer === 'cenote');
  const theirs = all.filter(({ peer }) => peer !== 'cenote');
  const script = fastest(theirs.filter(({ peer }) => !peers[peer].native));
  const native = fastest(theirs.filter(({ peer }) => peers[peer].native));
  return [...ours, ...(script === null ? [] : [script]), ...(native === null ? [] : [native])].map((entry) => ({
    row: row.title,
    name: entry.peer,
    label: `${peers[entry.peer].short}${row.bytes === null ? '' : ` ${layoutTitles[entry.layout]}`}`,
    value: value(entry),
  }));
}

interface BarOptions {
  readonly label: string;
  readonly log: boolean;
  /** Where bars begin, and a line is drawn. */
  readonly from: number;
  readonly description: string;
}

/** Horizontal bars in groups, one group for each row with its title above. */
function barPlot(bars: readonly Bar[], { label, log, from, description }: BarOptions): Html {
  const titles = [...new Set(bars.map(({ row }) => row))];
  const place = (bar: Bar) => `${bar.row}\n${bar.label}`;
  // Titles have places of their own among the bars, and so need no facets, which would all have the same labels.
  const places = titles.flatMap((title) => [title, ...bars.filter(({ row }) => row === title).map(place)]);
  const values = bars.map(({ value }) => value);
  return draw(
    {
      height: 60 + 18 * places.length,
      marginLeft: 116,
      marginRight: 64,
      marginTop: 36,
      x: {
        axis: 'top',
        type: log ? 'log' : 'linear',
        label,
        grid: true,
        tickFormat: digits,
        ticks: 6,
        domain: log ? [Math.min(from, ...values), Math.max(2 * from, ...values)] : [0, Math.max(...values)],
      },
      y: { domain: places, label: null, tickSize: 0, tickFormat: (text: string) => text.split('\n')[1] ?? '' },
      color: colorScale(bars.map(({ name }) => name)),
      marks: [
        Plot.barX(bars, { y: place, x1: from, x2: 'value', fill: (bar: Bar) => peers[bar.name].title, insetTop: 1 }),
        Plot.text(bars, {
          y: place,
          x: (bar: Bar) => Math.max(from, bar.value),
          text: (bar: Bar) => digits(bar.value),
          textAnchor: 'start',
          dx: 4,
        }),
        Plot.ruleX([from]),
        Plot.text(titles, {
          y: (title: string) => title,
          frameAnchor: 'left',
          text: (title: string) => title,
          textAnchor: 'start',
          dx: -112,
          fontWeight: 600,
        }),
      ],
    },
    description,
  );
}

/** Bars of multiples of the copy, from the copy on. */
export function floorPlot(rows: readonly Row[], threads: number): Html {
  const bars = rows.flatMap((row) => {
    const floor = floorOf(row);
    return floor === null ? [] : barsOf(row, threads, (entry) => ratioOf(entry.time, floor.time));
  });
  return barPlot(bars, {
    label: 'times as long as a copy of the same bytes',
    log: true,
    from: 1,
    description: 'Multiples of the time of a copy, for Cenote and the fastest peers, in groups by workload',
  });
}

/** Bars of bandwidth: bytes of input and output in a second. */
export function bandwidthPlot(rows: readonly Row[], threads: number): Html {
  const bars = rows.flatMap((row) => {
    const { bytes } = row;
    const floor = floorOf(row);
    if (bytes === null) return [];
    const copy: Bar[] =
      floor === null ? [] : [{ row: row.title, name: 'floor', label: 'copy', value: bytes / floor.time.median }];
    return [...copy, ...barsOf(row, threads, (entry) => bytes / entry.time.median)];
  });
  return barPlot(bars, {
    label: 'gigabytes of input and output a second',
    log: false,
    from: 0,
    description: 'Bandwidth of a copy, of Cenote and of the fastest peers, in groups by workload',
  });
}

/** Bars of milliseconds, for rows that are limited by arithmetic. */
export function timePlot(rows: readonly Row[], threads: number): Html {
  const bars = rows.flatMap((row) =>
    bestByPeer(row, threads).map((entry) => ({
      row: row.title,
      name: entry.peer,
      label: peers[entry.peer].short,
      value: entry.time.median / 1e6,
    })),
  );
  const smallest = Math.min(...bars.map(({ value }) => value));
  return barPlot(bars, {
    label: 'milliseconds a call',
    log: true,
    from: 10 ** Math.floor(Math.log10(smallest)),
    description: 'Milliseconds a call, one bar for each library, in groups by workload',
  });
}

/** Whether there is anything to show with so many threads. */
export function hasThreads({ rows }: Result, threads: number): boolean {
  return rows.some((row) => measuredOf(row).some((entry) => entry.peer !== 'floor' && entry.threads === threads));
}
