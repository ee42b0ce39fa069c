import { type CenoteError, type ErrorCode, isCenoteError } from '@cenote/tensor';
import { expect } from 'vitest';

/** Runs `action`, which must throw a `CenoteError` with this code and a message that contains all of `parts`. */
export async function expectError(action: () => unknown, code: ErrorCode, ...parts: string[]): Promise<CenoteError> {
  let caught: unknown;
  try {
    await action();
  } catch (error) {
    caught = error;
  }
  if (!isCenoteError(caught)) expect.fail(`expected a CenoteError, got ${String(caught)}`);
  expect(caught.code).toBe(code);
  for (const part of parts) expect(caught.message).toContain(part);
  return caught;
}
