import { resolve } from 'node:path';
import { CenoteError } from 'cenote';
import { Command, CommanderError, Option } from 'commander';

/** What the command line asks for. */
export interface Request {
  readonly kind: 'run';
  /** A folder with an OME-Zarr image or a Zarr array; null for a generated scan. */
  readonly input: string | null;
  readonly out: string;
  readonly fn: 'max' | 'min' | 'avg';
  readonly kernelSize: number;
  /** How many levels there are to be below the input. */
  readonly levels: number;
  /** The side of a chunk. Null for the usual one. */
  readonly chunk: number | null;
  /** The side of a generated scan. */
  readonly size: number;
  readonly seed: number;
  readonly json: boolean;
}

/** A command line, or a text to print. */
export type Parsed = Request | { readonly kind: 'print'; readonly text: string };

/** A mistake on the command line, in a sentence. */
export function misuse(what: string, got: string, expected: string, hint: string): CenoteError {
  return new CenoteError({ code: 'INVALID_ARGUMENT', op: 'zarr-pyramid', what, got, expected, hint });
}

function whole(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw misuse(`${flag} is out of range`, text, `a whole number from ${least} to ${most}`, 'See --help');
  };
}

/**
 * Reads a command line.
 *
 * @param args What follows the program's name.
 * @param folder Relative paths start here.
 * @throws CenoteError `INVALID_ARGUMENT` for what is not understood.
 */
export function parse(args: readonly string[], folder: string): Parsed {
  let printed = '';
  let input: string | null = null;
  const program = new Command('zarr-pyramid')
    .description('Makes the levels of an OME-Zarr image or volume that may be larger than memory.')
    .argument('[input]', 'a folder with an OME-Zarr image or a Zarr array (default: a generated scan)')
    .requiredOption('--out <folder>', 'the OME-Zarr image to write; must not exist')
    .addOption(
      new Option('--fn <name>', 'what a level keeps of a window').choices(['avg', 'max', 'min']).default('avg'),
    )
    .option('--kernel <n>', 'side of a window, and distance of windows', whole('--kernel', 2, 64), 2)
    .option('--levels <n>', 'how many levels below the input', whole('--levels', 1, 30), 4)
    .option('--chunk <n>', 'side of a chunk (default: 1024, of volumes 128)', whole('--chunk', 1, 16_384))
    .option('--size <n>', 'side of the generated scan', whole('--size', 1, 1_000_000), 4096)
    .option('--seed <n>', 'of the generated scan', whole('--seed', 0, 2 ** 32 - 1), 1)
    .option('--json', 'what was done as JSON on standard output', false)
    .helpOption('--help', 'show this text')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {},
    })
    .action((given: string | undefined) => {
      input = given === undefined ? null : resolve(folder, given);
    });
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text: printed };
    throw misuse(
      'command line not understood',
      error.message.replace(/^error: /, ''),
      'what --help lists',
      'See --help',
    );
  }
  const { out, fn, kernel, levels, chunk, size, seed, json } = program.opts<{
    out: string;
    fn: Request['fn'];
    kernel: number;
    levels: number;
    chunk?: number;
    size: number;
    seed: number;
    json: boolean;
  }>();
  const rest = { fn, levels, size, seed, json, kernelSize: kernel, chunk: chunk ?? null };
  return { kind: 'run', input, out: resolve(folder, out), ...rest };
}
