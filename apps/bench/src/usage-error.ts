import { CenoteError } from 'cenote';

/** An error in how the program was called: exit code 2. */
export function usageError(what: string, got: string, expected: string, hint: string, cause?: unknown): CenoteError {
  return new CenoteError({ code: 'INVALID_ARGUMENT', op: 'bench', what, got, expected, hint, cause });
}
