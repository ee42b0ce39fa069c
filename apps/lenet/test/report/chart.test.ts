import { describe, expect, it } from 'vitest';
import { legend, lineChart, probabilityColumns, type Series } from '../../src/report/chart.js';
import { binned } from '../../src/report/curves.js';

const series: Series[] = [
  {
    name: 'a <b>',
    className: 'train',
    points: [
      [0, 0],
      [1, 10],
      [2, Number.NaN],
      [3, 5],
    ],
    dots: true,
  },
];
const spec = {
  id: 'c',
  title: 'T',
  description: 'D',
  xLabel: 'x',
  x: [0, 3],
  y: [0, 10],
  formatY: String,
  series,
} as const;

describe('lineChart', () => {
  const svg = lineChart(spec).text;

  it('puts points where the axes say', () => {
    // The plot is 46 to 408 wide and 10 to 212 high.
    expect(svg).toContain('cx="46" cy="212"');
    expect(svg).toContain('cx="166.7" cy="10"');
    expect(svg).toContain('cx="408" cy="111"');
  });

  it('breaks a line at a value that is not finite', () => {
    expect(svg).toContain('d="M46,212L166.7,10M408,111Z"');
    expect(svg).not.toContain('NaN');
  });

  it('has a title and a description for screen readers', () => {
    expect(svg).toContain('role="img" aria-labelledby="c-title c-about"');
    expect(svg).toContain('<title id="c-title">T</title><desc id="c-about">D</desc>');
  });

  it('draws an empty series', () => {
    expect(lineChart({ ...spec, series: [{ ...series[0], points: [] }] }).text).toContain('d=""');
  });
});

it('a legend names every line', () => {
  expect(legend(series).text).toContain('a &lt;b&gt;');
});

describe('probabilityColumns', () => {
  it('marks the right class and the one that was chosen, and says the numbers', () => {
    const text = probabilityColumns([0.1, 0.7, 0.2], ['0', '1', '2'], 2, 1).text;
    expect(text).toContain('0: 10.0%, 1: 70.0%, 2: 20.0%');
    expect(text.match(/class="column (\w+)"/g)).toEqual([
      'class="column other"',
      'class="column wrong"',
      'class="column right"',
    ]);
    expect(text).toContain('height="28"');
  });
});

describe('binned', () => {
  it('keeps a short curve as it is', () => {
    expect(binned([{ epoch: 1, loss: 2, accuracy: 0 }], (point) => point.loss)).toEqual([[1, 2]]);
  });

  it('takes means of neighbours, the last bin of what is left', () => {
    const batches = Array.from({ length: 321 }, (_, at) => ({ epoch: at, loss: 2 * at, accuracy: 0 }));
    const points = binned(batches, (point) => point.loss);
    expect(points).toHaveLength(107);
    expect(points[0]).toEqual([1, 2]);
    expect(points[106]).toEqual([319, 638]);
  });
});
