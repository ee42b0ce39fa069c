import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { barLine, clock, createProgress, type OutputStream, plainLine } from '../src/progress.js';

const plain = picocolors.createColors(false);

/** A stream that remembers what it was given. */
function stream(facts: Partial<OutputStream>): OutputStream & { text: () => string } {
  let text = '';
  const writable = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return Object.assign(writable, facts, { text: () => text });
}

const step = (done: number) => ({ done, total: 100, facts: ['loss 0.412', 'accuracy 87.3%', '431/s', '0:14 left'] });

describe('barLine', () => {
  it('fits 80 columns with one to spare', () => {
    const line = barLine('Epoch 12/40', step(30), 80, plain);
    expect(line.length).toBeLessThan(80);
    expect(line).toMatch(/^Epoch 12\/40 ━+─+ {2}30% {2}loss 0.412 {2}accuracy 87.3% {2}431\/s {2}0:14 left$/);
  });

  it('fills with the work', () => {
    expect(barLine('a', { done: 0, total: 4, facts: [] }, 80, plain)).not.toContain('━');
    expect(barLine('a', { done: 4, total: 4, facts: [] }, 80, plain)).not.toContain('─');
    expect(barLine('a', { done: 4, total: 4, facts: [] }, 80, plain)).toContain('100%');
  });

  it('drops the last facts in a narrow terminal', () => {
    const line = barLine('Epoch 1/4', step(30), 50, plain);
    expect(line.length).toBeLessThan(50);
    expect(line).toContain('loss 0.412');
    expect(line).not.toContain('left');
  });
});

describe('in a log', () => {
  it('says how far it is every two seconds, without control characters', () => {
    let time = 0;
    const out = stream({ isTTY: false });
    const progress = createProgress(out, () => time);
    for (time = 0; time <= 6500; time += 100) progress.show('Epoch 1/4', step(time / 100));
    const lines = out.text().trimEnd().split('\n');
    expect(lines).toEqual([20, 40, 60].map((done) => plainLine('Epoch 1/4', step(done))));
    expect(out.text()).toBe(stripVTControlCharacters(out.text()));
  });

  it('counts from the last line of any kind', () => {
    let time = 0;
    const out = stream({});
    const progress = createProgress(out, () => time);
    time = 1900;
    progress.say('something else');
    time = 3800;
    progress.show('Epoch 1/4', step(1));
    expect(out.text()).toBe('something else\n');
  });
});

describe('in a terminal', () => {
  it('redraws one line, and leaves nothing of it behind', () => {
    let time = 0;
    const out = stream({ isTTY: true, columns: 80, hasColors: () => false });
    const progress = createProgress(out, () => time);
    progress.show('Epoch 1/4', step(1));
    time = 10;
    progress.show('Epoch 1/4', step(2));
    time = 100;
    progress.show('Epoch 1/4', step(50));
    progress.say('Epoch 1/4 done');
    const text = out.text();
    expect(text).toContain('  1%');
    // Too soon after the one before.
    expect(text).not.toContain('  2%');
    expect(text).toContain(' 50%');
    expect(text.endsWith('Epoch 1/4 done\n')).toBe(true);
  });

  it('writes lines when the terminal has no size', () => {
    let time = 0;
    const out = stream({ isTTY: true, rows: 0, hasColors: () => true });
    const progress = createProgress(out, () => time);
    time = 2000;
    progress.show('Epoch 1/4', step(1));
    expect(out.text()).toBe(`${plainLine('Epoch 1/4', step(1))}\n`);
  });

  it('has no colours where there are none', () => {
    const off = createProgress(stream({ isTTY: true, hasColors: () => false }));
    expect(off.colors.cyan('a')).toBe('a');
    const on = createProgress(stream({ isTTY: true, hasColors: () => true }));
    expect(on.colors.cyan('a')).not.toBe('a');
  });
});

it('clock writes minutes and hours', () => {
  expect([0, 7.4, 59.6, 760, 3900].map(clock)).toEqual(['0:00', '0:07', '1:00', '12:40', '1:05:00']);
});
