import { extname } from 'node:path';
import { CenoteError } from 'cenote';

/** What a command has found: for programs, and for people. */
export interface Result {
  readonly value: unknown;
  readonly text: string;
}

/** A file that a command takes, by its ending. @throws CenoteError `INVALID_ARGUMENT` for others. */
export function kindOf<K extends 'onnx' | 'safetensors'>(op: string, path: string, kinds: readonly K[]): K {
  const kind = kinds.find((one) => extname(path).toLowerCase() === `.${one}`);
  if (kind) return kind;
  throw usageError(op, 'not a file that this command takes', path, kinds.map((one) => `.${one}`).join(' or '));
}

/** Arguments that make no sense. */
export function usageError(op: string, what: string, got: string, expected: string): CenoteError {
  return new CenoteError({ code: 'INVALID_ARGUMENT', op, what, got, expected, hint: 'See cenote --help' });
}

/** Rows of text in columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `  ${line}\n`).join('');
}

/** A shape as people read it. */
export function shapeText(shape: readonly (number | string | null)[] | null): string {
  return shape === null ? 'any shape' : `[${shape.map((size) => size ?? '?').join(', ')}]`;
}
