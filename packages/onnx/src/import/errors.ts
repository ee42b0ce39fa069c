import { CenoteError, isCenoteError } from '@cenote/shape';

/** An error about what a file says. */
export function invalidFile(
  op: string,
  what: string,
  got: string,
  expected: string,
  hint = 'Get the file again: it is damaged, or no ONNX model',
  cause?: unknown,
): CenoteError {
  return new CenoteError({ code: 'INVALID_FILE', op, what, got: excerpt(got), expected, hint, cause });
}

/** Text from a file as it reads in a message, which stays short. */
export function excerpt(text: string, most = 120): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Runs `body`, and has a {@link CenoteError} from within say in which node of the graph it happened. */
export function inNode<T>(label: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!isCenoteError(error)) throw error;
    const { code, op, what, got, expected, hint } = error;
    throw new CenoteError({ code, op, what: `${what} (${label})`, got, expected, hint, cause: error });
  }
}
