import { resolve } from 'node:path';
import type { CenoteError } from 'cenote';
import { Argument, Command, CommanderError, Option } from 'commander';
import { type PeerName, peerNames, peers } from './peers.js';
import { defaultSuites, type SuiteName, suiteNames } from './result.js';
import { usageError } from './usage-error.js';

/** What a run measures, and where it writes. */
export interface RunRequest {
  readonly kind: 'run';
  readonly suites: readonly SuiteName[];
  /** Only rows whose name matches. */
  readonly filter: RegExp | null;
  /** Numbers of threads, each once. */
  readonly threads: readonly number[];
  readonly device: string;
  readonly peers: readonly PeerName[];
  readonly quick: boolean;
  readonly python: string;
  /** `'stdout'`, a file, or `null` for no machine-readable result. */
  readonly json: 'stdout' | { readonly file: string } | null;
  readonly html: string | null;
  readonly markdown: string | null;
}

/** Two results to compare. */
export interface CompareRequest {
  readonly kind: 'compare';
  readonly before: string;
  readonly after: string;
  readonly strict: boolean;
}

/** A result to show again. */
export interface RenderRequest {
  readonly kind: 'render';
  readonly result: string;
  readonly html: string | null;
  readonly markdown: string | null;
  /** A page whose quote is to be replaced. */
  readonly quote: string | null;
}

/** What the command line asks for, or a text (`--help`, `--version`). */
export type ParsedCommand =
  | RunRequest
  | CompareRequest
  | RenderRequest
  | { readonly kind: 'print'; readonly text: string };

/** What surrounds a command line; given in tests. */
export interface ParseContext {
  /** Relative paths start here. */
  readonly folder: string;
  readonly version: string;
  readonly processors: number;
  /** Width of the help text. */
  readonly columns?: number;
}

interface RawRun {
  filter?: RegExp;
  threads?: number[];
  device: string;
  peers?: PeerName[];
  quick?: true;
  python: string;
  json?: string | true;
  html?: string;
  markdown?: string;
}

interface RawRender {
  html?: string;
  markdown?: string;
  quote?: string;
}

/**
 * Reads a command line.
 *
 * @param args What follows the program's name.
 * @throws `INVALID_ARGUMENT` for anything that is not understood, naming the option and what it takes.
 */
export function parseCommand(args: readonly string[], context: ParseContext): ParsedCommand {
  let printed = '';
  let parsed: ParsedCommand | null = null;
  const program = describeCommand(context, (command) => {
    parsed = command;
  });
  const output = {
    writeOut: (text: string) => {
      printed += text;
    },
    writeErr: () => {},
    getOutHelpWidth: () => Math.min(context.columns ?? 80, 80),
  };
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(output);
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text: printed };
    throw fromCommander(error);
  }
  return parsed ?? { kind: 'print', text: printed };
}

function describeCommand(context: ParseContext, found: (command: ParsedCommand) => void): Command {
  const path = (flag: string, text: string) => {
    if (text.trim() === '') {
      throw usageError(`${flag} has an empty path`, JSON.stringify(text), 'a path', `Give a path after ${flag}`);
    }
    return resolve(context.folder, text);
  };
  const program = new Command('bench')
    .description('Times Cenote beside its peers. Every answer is checked before it is timed.')
    .usage('[suite...] [options]')
    .version(context.version, '--version', 'show the version')
    .helpOption('--help', 'show this text')
    .helpCommand(false)
    .addArgument(
      new Argument('[suite...]', `what to measure: ${suiteNames.join(', ')} (default: all but browser)`).argParser(
        (text: string, before: SuiteName[] | undefined) => [...(before ?? []), pick('suite', suiteNames, text)],
      ),
    )
    .optionsGroup('What is measured:')
    .option('--quick', 'fewer rows, peers and rounds: what a build server has time for')
    .addOption(
      new Option('--filter <pattern>', 'only rows whose name matches a regular expression').argParser(readPattern),
    )
    .addOption(
      new Option(
        '--peers <names>',
        `with commas: ${peerNames.join(', ')} (default: all, quick without tfjs-cpu)`,
      ).argParser((text: string) => list('--peers', text).map((name) => pick('--peers', peerNames, name))),
    )
    .addOption(
      new Option('--threads <counts>', 'with commas: numbers of threads (default: 1, and 2 unless quick)').argParser(
        (text: string) => list('--threads', text).map(readThreads),
      ),
    )
    .option('--device <name>', 'what Cenote computes on in Node: default, or webgpu', 'default')
    .option('--python <program>', 'the Python that has PyTorch', defaultPython)
    .optionsGroup('What is written:')
    .option('--json [file]', 'the result as JSON, to standard output without a file')
    .option('--html <file>', 'a report with plots')
    .option('--markdown <file>', 'the tables as Markdown')
    .optionsGroup('Other:')
    .addHelpText('after', examples)
    .action((suites: SuiteName[] | undefined, raw: RawRun) => {
      found({
        kind: 'run',
        suites:
          suites === undefined || suites.length === 0
            ? defaultSuites
            : suiteNames.filter((name) => suites.includes(name)),
        filter: raw.filter ?? null,
        threads: raw.threads ?? (raw.quick || context.processors < 2 ? [1] : [1, 2]),
        device: raw.device === 'default' || raw.device === 'webgpu' ? raw.device : unknownDevice(raw.device),
        peers: raw.peers ?? peerNames.filter((name) => !(raw.quick && peers[name].slow)),
        quick: raw.quick ?? false,
        python: raw.python,
        json: raw.json === undefined ? null : raw.json === true ? 'stdout' : { file: path('--json', raw.json) },
        html: raw.html === undefined ? null : path('--html', raw.html),
        markdown: raw.markdown === undefined ? null : path('--markdown', raw.markdown),
      });
    });
  program
    .command('compare')
    .description('Compares two results: what became slower, or faster, beyond noise.')
    .argument('<old>', 'JSON of a run')
    .argument('<new>', 'JSON of a later run')
    .option('--strict', 'end with exit code 1 when something became slower')
    .helpOption('--help', 'show this text')
    .action((before: string, after: string, { strict }: { strict?: true }) => {
      found({ kind: 'compare', before: path('old', before), after: path('new', after), strict: strict ?? false });
    });
  program
    .command('render')
    .description('Shows a result again: its tables, and a report or Markdown of it.')
    .argument('<result>', 'JSON of a run')
    .option('--html <file>', 'a report with plots')
    .option('--markdown <file>', 'the tables as Markdown')
    .option('--quote <page>', 'put a short table between the marks of a page')
    .helpOption('--help', 'show this text')
    .action((result: string, { html, markdown, quote }: RawRender, command: Command) => {
      // An option that both commands have is the program's when it comes first.
      const all = command.optsWithGlobals<{ html?: string; markdown?: string }>();
      const [page, tables] = [html ?? all.html, markdown ?? all.markdown];
      found({
        kind: 'render',
        result: path('result', result),
        html: page === undefined ? null : path('--html', page),
        markdown: tables === undefined ? null : path('--markdown', tables),
        quote: quote === undefined ? null : path('--quote', quote),
      });
    });
  return program;
}

/** Debian's PyTorch belongs to Debian's Python, which is often not the first one on the path. */
const defaultPython = process.platform === 'linux' ? '/usr/bin/python3' : 'python3';

const examples = `
Examples:
  npm run bench -- --quick
  npm run bench -- pool window --html report.html --json result.json
  npm run bench -- pool --filter 224 --peers floor,cenote,pytorch --threads 1
  npm run bench -- compare old.json new.json`;

function list(flag: string, text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) {
    throw usageError(`${flag} has an empty entry`, JSON.stringify(text), 'a list with commas', 'Leave out the comma');
  }
  return [...new Set(names)];
}

function pick<T extends string>(what: string, names: readonly T[], text: string): T {
  const name = names.find((each) => each === text);
  if (name === undefined) {
    throw usageError(`${what} is unknown`, JSON.stringify(text), names.join(', '), 'Use one of these names');
  }
  return name;
}

function readThreads(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > 256) {
    throw usageError(
      '--threads is not a list of numbers',
      JSON.stringify(text),
      'whole numbers from 1 to 256',
      'Use for example --threads 1,2',
    );
  }
  return count;
}

function readPattern(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    throw usageError(
      '--filter is no regular expression',
      JSON.stringify(text),
      'a pattern such as "avg" or "3×3"',
      'Put a backslash before special characters',
      error,
    );
  }
}

function unknownDevice(name: string): never {
  throw usageError('--device is unknown', JSON.stringify(name), 'default or webgpu', 'Use one of these names');
}

/** Says what commander found in the words of every other message. */
function fromCommander(error: CommanderError): CenoteError {
  const [, problem, suggestion] = /^error: (.*?)(?:\n\((.*)\))?$/s.exec(error.message) ?? [undefined, error.message];
  const quoted = /'([^']*)'/.exec(problem)?.[1] ?? problem;
  const next = suggestion === undefined ? 'See --help' : `${suggestion.replace(/\?$/, '')}, or see --help`;
  switch (error.code) {
    case 'commander.unknownOption':
      return usageError('unknown option', quoted, 'one of the options in --help', next, error);
    case 'commander.optionMissingArgument':
      return usageError('option without its value', quoted, 'a value after it', next, error);
    case 'commander.missingArgument':
      return usageError('something is missing', quoted, 'a file', next, error);
    case 'commander.excessArguments':
      return usageError('too many arguments', problem, 'what --help lists', next, error);
    default:
      return usageError('command line not understood', problem, 'options as listed in --help', next, error);
  }
}
