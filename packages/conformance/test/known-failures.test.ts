import { describe, expect, test } from 'vitest';
import type { ConformanceCheck, Findings } from '../src/index.js';
import { judge, strayEntries } from '../src/known-failures.js';

const passes: Findings = { attempts: [{ variant: 'generic', failure: null }] };
const fails: Findings = { attempts: [{ variant: 'generic', failure: 'output 0 is wrong' }] };
const half: Findings = {
  attempts: [
    { variant: 'fast', failure: 'output 0 is wrong' },
    { variant: 'generic', failure: null },
  ],
};
const entry = { id: 'a', reason: 'the driver flushes' };

describe('judge', () => {
  test('without an entry a failure is a failure', () => {
    expect(judge('a', passes, [])).toEqual({ id: 'a', status: 'pass', variants: ['generic'], message: '' });
    expect(judge('a', fails, [])).toMatchObject({ status: 'fail', message: 'generic: output 0 is wrong' });
    expect(judge('a', fails, [{ ...entry, id: 'b' }])).toMatchObject({ status: 'fail' });
  });

  test('a known failure is expected, with its reason', () => {
    expect(judge('a', fails, [entry])).toMatchObject({ status: 'expectedFailure', message: 'the driver flushes' });
  });

  test('a known failure that passes has to go', () => {
    expect(judge('a', passes, [entry])).toMatchObject({
      status: 'unexpectedPass',
      message: 'passes now; remove it from the known failures (the driver flushes)',
    });
  });

  test('an entry for one kernel says nothing about the others', () => {
    expect(judge('a', half, [{ ...entry, variant: 'fast' }])).toMatchObject({ status: 'expectedFailure' });
    expect(judge('a', half, [{ ...entry, variant: 'generic' }])).toMatchObject({
      status: 'fail',
      message: 'fast: output 0 is wrong',
    });
    const both = [
      { ...entry, variant: 'fast' },
      { ...entry, variant: 'generic' },
    ];
    expect(judge('a', half, both)).toMatchObject({ status: 'unexpectedPass' });
    expect(judge('a', passes, [{ ...entry, variant: 'gone' }])).toMatchObject({
      status: 'unexpectedPass',
      message: 'gone was not tried; remove it from the known failures (the driver flushes)',
    });
  });

  test('what is declined neither passes nor fails', () => {
    expect(judge('a', { declined: 'has no f64' }, [entry])).toMatchObject({
      status: 'declined',
      message: 'has no f64',
    });
  });
});

test('an entry that names no check is a failure', () => {
  const checks: ConformanceCheck[] = [{ id: 'a', run: async () => passes }];
  expect(strayEntries(checks, [entry])).toEqual([]);
  expect(strayEntries(checks, [{ ...entry, id: 'gone' }])).toMatchObject([{ id: 'gone', status: 'fail' }]);
});
