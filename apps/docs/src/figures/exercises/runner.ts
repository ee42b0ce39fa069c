import * as cenote from 'cenote';

/** What a program printed, line by line, and what ended it early. */
export interface Outcome {
  readonly printed: readonly string[];
  /** The message of what was thrown; null when the program came to its end. */
  readonly error: string | null;
}

/**
 * Runs a program as a module of its own would run: strict, with `await` where it likes, and with what it imports from
 * `cenote`. What it logs is collected, not shown.
 *
 * @param program JavaScript; its imports may name `cenote` only
 */
export async function runProgram(program: string): Promise<Outcome> {
  const printed: string[] = [];
  const console = { log: (...values: readonly unknown[]) => printed.push(values.map(formatValue).join(' ')) };
  try {
    const body = `'use strict'; return (async () => {\n${withoutImports(program)}\n})();`;
    // oxlint-disable-next-line typescript/no-implied-eval -- running what the reader wrote is what this is for
    const run = new Function('cenote', 'console', body);
    const done: unknown = Reflect.apply(run, undefined, [cenote, console]);
    await done;
    return { printed, error: null };
  } catch (error) {
    return { printed, error: error instanceof Error ? error.message : String(error) };
  }
}

/** A function's body cannot import: what the program imports is taken from what it is given. Lines stay where they are. */
function withoutImports(program: string): string {
  return program.replaceAll(
    /^import\s*\{([^}]*)\}\s*from\s*(['"])cenote\2;?/gm,
    (_, names: string) => `const {${names.replaceAll(/\s+as\s+/g, ': ')}} = cenote;`,
  );
}

/** As Node's console prints it, for what these programs print: text as it is, numbers, tensors, and plain data as JSON. */
function formatValue(value: unknown): string {
  if (typeof value === 'object' && value !== null && !(value instanceof cenote.Tensor)) return JSON.stringify(value);
  return String(value);
}
