import { describe, expect, it } from 'vitest';
import { parseCommand } from '../src/options.js';
import { peerNames } from '../src/peers.js';
import { defaultSuites } from '../src/result.js';

const context = { folder: '/work', version: '1.2.3', processors: 2, columns: 80 };
const parse = (...args: string[]) => parseCommand(args, context);

describe('a run', () => {
  it('measures everything but the browser when nothing is asked for', () => {
    expect(defaultSuites).not.toContain('browser');
    expect(parse('browser')).toMatchObject({ suites: ['browser'] });
    expect(parse()).toMatchObject({
      kind: 'run',
      suites: defaultSuites,
      filter: null,
      threads: [1, 2],
      device: 'default',
      peers: peerNames,
      quick: false,
      json: null,
      html: null,
      markdown: null,
    });
  });

  it('takes suites in the order in which they run, and every option', () => {
    const args =
      'gemm pool --filter 3×3 --threads 2,1,2 --peers floor,cenote --json a.json --html b.html --markdown c.md';
    expect(parse(...args.split(' '))).toMatchObject({
      suites: ['pool', 'gemm'],
      filter: /3×3/i,
      threads: [2, 1],
      peers: ['floor', 'cenote'],
      json: { file: '/work/a.json' },
      html: '/work/b.html',
      markdown: '/work/c.md',
    });
  });

  it('is on one thread and without the slowest peer when quick', () => {
    const request = parse('--quick', '--json');
    expect(request).toMatchObject({ threads: [1], json: 'stdout', quick: true });
    expect(request.kind === 'run' && request.peers.includes('tfjs-cpu')).toBe(false);
    expect(parse('--quick', '--peers', 'tfjs-cpu')).toMatchObject({ peers: ['tfjs-cpu'] });
  });

  it('uses one thread where there is one processor', () => {
    expect(parseCommand([], { ...context, processors: 1 })).toMatchObject({ threads: [1] });
  });
});

it('compares two files', () => {
  const files = { before: '/work/a.json', after: '/work/b.json' };
  expect(parse('compare', 'a.json', 'b.json')).toEqual({ kind: 'compare', ...files, strict: false });
  expect(parse('compare', '--strict', 'a.json', 'b.json')).toEqual({ kind: 'compare', ...files, strict: true });
});

it('renders a file', () => {
  expect(parse('render', 'a.json', '--html', 'a.html')).toEqual({
    kind: 'render',
    result: '/work/a.json',
    html: '/work/a.html',
    markdown: null,
    quote: null,
  });
  expect(parse('render', 'a.json', '--quote', 'README.md')).toMatchObject({ quote: '/work/README.md' });
});

it('prints help within 80 columns, and the version', () => {
  for (const args of [['--help'], ['compare', '--help'], ['render', '--help']]) {
    const help = parse(...args);
    if (help.kind !== 'print') throw new Error('not a text');
    expect(help.text).toContain('Usage: bench');
    expect(Math.max(...help.text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  }
  expect(parse('--version')).toEqual({ kind: 'print', text: '1.2.3\n' });
});

describe('what is not understood is refused, with what would be', () => {
  it.each([
    [['poll'], /suite is unknown. Got "poll"; expected pool, window/],
    [['--peers', 'jax'], /--peers is unknown. Got "jax"/],
    [['--peers', 'cenote,,plain'], /--peers has an empty entry/],
    [['--threads', '0'], /--threads is not a list of numbers. Got "0"/],
    [['--threads', 'two'], /whole numbers from 1 to 256/],
    [['--filter', '('], /--filter is no regular expression/],
    [['--device', 'cuda'], /--device is unknown. Got "cuda"; expected default or webgpu/],
    [['--html', ''], /--html has an empty path/],
    [['--html'], /option without its value/],
    [['--jsn', 'a'], /unknown option. Got --jsn.*--json/],
    [['compare', 'a.json'], /something is missing. Got new/],
    [['compare', 'a.json', 'b.json', 'c.json'], /too many arguments/],
  ])('%j', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});
