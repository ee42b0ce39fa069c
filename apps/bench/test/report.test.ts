import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseHTML } from 'linkedom';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { byteSize, digits, duration } from '../src/format.js';
import { renderHtml } from '../src/report/html-report.js';
import { renderMarkdown } from '../src/report/markdown.js';
import { quoteInto, renderQuote } from '../src/report/quote.js';
import { lossesOf, troublesOf } from '../src/report/ratios.js';
import { summaryText } from '../src/report/summary.js';
import { rowText } from '../src/report/text.js';
import { resultSchema } from '../src/result.js';
import { measured, mixed, poolRow, resultOf } from './fixture.js';

const colors = picocolors.createColors(false);
const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('where we lose', () => {
  it('is told by layout and threads, worst first', () => {
    const losses = lossesOf(mixed.rows);
    expect(losses.map(({ row, ours, theirs }) => [row.suite, ours.layout, theirs.peer])).toEqual([
      ['gemm', 'channelsFirst', 'ort-node'],
      ['pool', 'channelsFirst', 'ort-node'],
    ]);
    expect(losses[1].behind).toBeCloseTo(1.5);
    expect(losses[1].sameLayout).toBe(true);
  });

  it('counts a peer that is ahead in another layout, but not with more threads', () => {
    const row = poolRow([
      measured({ peer: 'cenote' }, 2),
      measured({ peer: 'pytorch', layout: 'blocked' }, 1),
      measured({ peer: 'ort-node', threads: 2 }, 0.5),
    ]);
    expect(lossesOf([row])).toMatchObject([{ sameLayout: false, theirs: { peer: 'pytorch' } }]);
  });
});

it('Cenote without a time is no victory', () => {
  const row = poolRow([
    { peer: 'cenote', layout: 'channelsFirst', threads: 1, status: 'failed', message: 'no kernel' },
  ]);
  const result = resultOf([row]);
  for (const text of [summaryText(result, colors), renderMarkdown(result), renderHtml(result)]) {
    expect(text).toContain('Cenote has no time in 1 row.');
    expect(text).not.toContain('Nowhere');
  }
});

it('what went wrong is told once, and what a peer does not have not at all', () => {
  expect(troublesOf(mixed.rows)).toEqual([
    { peer: 'jax-js', status: 'wrong', count: 1, message: expect.stringContaining('3 of 16') },
  ]);
});

describe('in a terminal', () => {
  it('a row has times, multiples of the copy and of ours', () => {
    const text = rowText(mixed.rows[0], mixed, colors);
    expect(text).toMatch(/Cenote +NCHW +1 +3\.00 ms +±2% +3\.00/);
    expect(text).toMatch(/TensorFlow\.js wasm +NHWC +1 +2\.50 ms +±2% +2\.50 +1\.25/);
    // Blocks of its own: beside the faster of our layouts.
    expect(text).toMatch(/PyTorch +blocked +1 +4\.00 ms +±2% +4\.00 +2\.00/);
    expect(text).toContain('jax-js wasm, NCHW, 1 thr: wrong: 3 of 16');
    expect(text).not.toContain('ONNX Runtime Web');
    expect(widest(text)).toBeLessThanOrEqual(80);
  });

  it('a matrix product has its share of the peak', () => {
    expect(rowText(mixed.rows[3], mixed, colors)).toMatch(/Cenote .* 26\.8 56%/);
  });

  it('the summary begins with where we lose, and fits', () => {
    const text = summaryText(mixed, colors);
    expect(text).toMatch(/^Where we lose: 2 times/);
    expect(text).toContain('No module named torch');
    expect(text).toContain('relaxed madd not in this engine');
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(summaryText(resultOf([poolRow([measured({ peer: 'cenote' }, 1)])]), colors)).toContain(
      'Nowhere in this run.',
    );
  });
});

describe('as a page', () => {
  const page = renderHtml(mixed);
  const { document } = parseHTML(page) as unknown as {
    document: {
      querySelectorAll(selector: string): { length: number; [index: number]: { textContent: string } };
    };
  };

  it('says everything in words, plots and tables', () => {
    expect(document.querySelectorAll('h2')[0].textContent).toBe('Where we lose');
    expect(document.querySelectorAll('figure svg').length).toBe(4);
    expect(document.querySelectorAll('h3').length).toBe(mixed.rows.length);
    expect(page).toContain('3 of 16 checked values are wrong');
  });

  it('needs nothing from elsewhere, runs nothing, and escapes what it is given', () => {
    expect(page).not.toMatch(/<script|<link|src=|https?:(?!\/\/www\.w3\.org)/);
    expect(page).not.toMatch(/<fast>|<NaN>/);
    expect(page).toContain('A &lt;fast&gt; processor');
  });

  it('is there for a run of nothing but sizes', () => {
    expect(renderHtml(resultOf([]))).toContain('Start, size, memory');
  });
});

it('as Markdown it has a table for each row', () => {
  const text = renderMarkdown(mixed);
  expect(text).toContain('| Cenote | NCHW | 1 | 3.00 ms | 2.94 ms – 3.06 ms | 3.00 |  |');
  expect(text).toContain('## Where we lose');
  expect(text.match(/^### /gm)).toHaveLength(mixed.rows.length);
});

describe('as a quote', () => {
  const quote = renderQuote(mixed);

  it('it has the fastest of each on one thread, and says where we lose', () => {
    expect(quote).toContain('| max 2×2 s2 of [1,1,8,8] | 2.00 ms | 4.00 ms | 2.00 ms | 2.50 ms |');
    expect(quote).toContain('2 times a peer is ahead with the same threads');
    expect(quote).toContain('A full run of 2030-01-02 on A <fast> processor');
  });

  it('it takes the place of the one that a page has', () => {
    const marks = ['<!-- bench: made by apps/bench/scripts/snapshot.mjs -->', '<!-- /bench -->'];
    const page = `# A page\n\n${marks.join('\nold\n')}\n\nMore.\n`;
    const quoted = quoteInto(page, quote);
    expect(quoted).toBe(`# A page\n\n${marks[0]}\n\n${quote}\n\n${marks[1]}\n\nMore.\n`);
    expect(quoteInto(quoted, quote)).toBe(quoted);
    expect(() => quoteInto('# A page', quote)).toThrow(/^bench: the page has no place for a quote/);
  });
});

describe('what is committed', () => {
  const file = (name: string) => readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');
  const snapshot = resultSchema.parse(JSON.parse(file('../results/snapshot.json')));

  it('are the tables of the result beside them', () => {
    expect(file('../results/README.md')).toBe(renderMarkdown(snapshot));
  });

  it('is quoted as it is', () => {
    const readme = file('../../../README.md');
    expect(quoteInto(readme, renderQuote(snapshot))).toBe(readme);
  });
});

it('a result survives being written and read', () => {
  expect(resultSchema.parse(JSON.parse(JSON.stringify(mixed)))).toEqual(mixed);
});

describe('numbers', () => {
  it('have three digits', () => {
    expect([0.01234, 0.9999, 1.234, 9.996, 12.34, 99.97, 123.4, 1234.5, Number.NaN].map(digits)).toEqual([
      '0.012',
      '1.00',
      '1.23',
      '10.0',
      '12.3',
      '100',
      '123',
      '1,230',
      '–',
    ]);
  });

  it('have units that suit them', () => {
    expect([12.3, 1234, 999_600, 5e6, 7.89e9].map(duration)).toEqual([
      '12.3 ns',
      '1.23 µs',
      '1.00 ms',
      '5.00 ms',
      '7.89 s',
    ]);
    expect([0, 812, 41_234, -4_096, 3.2e9].map(byteSize)).toEqual(['0 B', '812 B', '41.2 kB', '−4.10 kB', '3.20 GB']);
  });
});
