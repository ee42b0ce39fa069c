import { describe, expect, it } from 'vitest';
import { commandLine } from '../../src/report/model.js';
import { renderReport } from '../../src/report/render.js';
import type { RunResult } from '../../src/result.js';
import { fixture } from '../fixture.js';

/** Every tag is closed in the right order: enough of a parser for what the report is made of. */
function unbalanced(page: string): string | null {
  const open: string[] = [];
  const withoutText = page.replace(/<style>.*?<\/style>/s, '').replace('<!doctype html>', '');
  for (const [, closing, name, attributes] of withoutText.matchAll(/<(\/?)([a-zA-Z0-9]+)((?:[^>"]|"[^"]*")*)>/g)) {
    if (['meta', 'img', 'br'].includes(name) || attributes.endsWith('/')) continue;
    if (closing === '') open.push(name);
    else if (open.pop() !== name) return `</${name}>`;
  }
  return open.at(-1) ?? null;
}

describe('renderReport', () => {
  const page = renderReport(fixture);

  it('is a page of its own: no script, no address, all tags closed, no id twice', () => {
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(page).not.toMatch(/<script|https?:|url\((?!#)/);
    expect(unbalanced(page)).toBeNull();
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, references] of page.matchAll(/aria-labelledby="([^"]+)"/g)) {
      for (const id of references.split(' ')) expect(ids).toContain(id);
    }
  });

  it('is the same text for the same result', () => {
    expect(renderReport(JSON.parse(JSON.stringify(fixture)) as RunResult)).toBe(page);
  });

  it('has every part', () => {
    for (const heading of [
      'Learning curves',
      'What is taken for what',
      'What pooling keeps',
      'What every layer keeps',
      'The most confident mistakes',
      'The network',
      'The run',
    ]) {
      expect(page).toContain(`${heading}</h2>`);
    }
    expect(page).toContain('97.0%');
    expect(page).toContain('0 taken for 5, 3 times');
    expect(page).toContain('sees 5 × 5');
    expect(page).toContain('25.0% of the values get through');
    expect(page).not.toMatch(/undefined|NaN|\[object/);
  });

  it('gives every picture words', () => {
    for (const [tag] of page.matchAll(/<img [^>]*>/g)) expect(tag).toMatch(/ alt="/);
    // 6 + 6 maps and a strip for each of two examples.
    expect(page.match(/class="maps(?: strip)?" role="img" aria-label="Output of /g)).toHaveLength(6);
    for (const [svg] of page.matchAll(/<svg [^>]*>/g)) expect(svg).toMatch(/aria-(?:label|labelledby|hidden)=/);
  });

  it('escapes names that come from outside', () => {
    const names = fixture.data.classNames.map((name) => `<i>${name}</i>"`);
    const other = renderReport({ ...fixture, data: { ...fixture.data, name: '<b>', classNames: names } });
    expect(other).not.toContain('<i>');
    expect(other).not.toContain('<title>LeNet (modern) on <b>');
    expect(unbalanced(other)).toBeNull();
  });

  it('names a folder in short in its title', () => {
    const other = renderReport({ ...fixture, data: { ...fixture.data, name: '/my/data/mnist/' } });
    expect(other).toContain('<title>LeNet (modern) on mnist</title>');
    expect(other).toContain('<dd>/my/data/mnist/</dd>');
  });

  it('says what a stopped run is worth', () => {
    const partial = renderReport({
      ...fixture,
      status: 'interrupted',
      evaluation: { ...fixture.evaluation!, examples: 256 },
    });
    expect(partial).toContain('Partial.');
    expect(partial).toContain('256 of 1,000 test examples');
    expect(page).not.toContain('Partial.');
  });

  it('does without everything that a run stopped at once does not have', () => {
    const nothing = renderReport({
      ...fixture,
      status: 'interrupted',
      history: { batches: [], epochs: [] },
      evaluation: null,
      examples: [],
      mistakes: [],
    });
    expect(unbalanced(nothing)).toBeNull();
    expect(nothing).toContain('The network</h2>');
    expect(nothing).not.toContain('Learning curves');
    expect(nothing).not.toMatch(/undefined|NaN|Infinity/);
  });

  it('draws curves before the first epoch is done, and where a loss is not finite', () => {
    const { batches, epochs } = fixture.history;
    const early = renderReport({ ...fixture, history: { batches: batches.slice(0, 3), epochs: [] } });
    expect(early).toContain('No epoch was completed.');
    const diverged = renderReport({
      ...fixture,
      history: {
        batches: [...batches, { epoch: 3, loss: Number.NaN, accuracy: 0.1 }],
        epochs: [{ ...epochs[0], trainLoss: Number.NaN }],
      },
    });
    expect(diverged).not.toMatch(/[^a-z]NaN/);
    expect(diverged).toContain('not finite');
  });
});

it('commandLine gives the command that does it again', () => {
  expect(commandLine(fixture)).toBe(
    'npm start -- --model modern --epochs 3 --batch-size 32 --optimizer adam --lr 0.002 --lr-decay 0.7 --train-count 6000 --test-count 1000 --seed 1',
  );
  const settings = { ...fixture.settings, data: "/my data/it's", trainCount: null, testCount: null };
  expect(commandLine({ ...fixture, settings })).toContain(`--data '/my data/it'\\''s' `);
});
