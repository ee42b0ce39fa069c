import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeWholeFile } from '../src/write-file.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cenote-lenet-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('replaces a file and leaves nothing else', () => {
  const path = join(folder, 'report.html');
  writeFileSync(path, 'old');
  writeWholeFile(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['report.html']);
});

it('leaves nothing behind when it fails', () => {
  mkdirSync(join(folder, 'report.html'));
  expect(() => writeWholeFile(join(folder, 'report.html'), 'new')).toThrow();
  expect(readdirSync(folder)).toEqual(['report.html']);
});
