import { resolve } from 'node:path';
import type { CenoteError } from 'cenote';
import { Command, CommanderError, Option } from 'commander';
import { deviceNames } from './devices.js';
import {
  defaultEpochs,
  digitCounts,
  learningRateDecays,
  learningRates,
  type ModelName,
  modelNames,
  momentum,
  type OptimizerName,
  optimizerNames,
  type TrainingSettings,
} from './settings.js';
import { usageError } from './usage-error.js';

/** Where a run computes and what it writes; none of it changes the numbers on one kind of device. */
export interface OutputSettings {
  readonly device: string;
  /** How many threads, where the device has them; one for each core when it is left out. */
  readonly threads: number | undefined;
  /** `'stdout'`, a file, or `null` for no machine-readable result. */
  readonly json: 'stdout' | { readonly file: string } | null;
  readonly report: string | null;
  readonly save: string | null;
  /** File for the trained weights alone, as other programs read them. */
  readonly saveWeights: string | null;
}

/** What the command line asks for, before a checkpoint or the defaults fill the gaps. */
export interface Request {
  readonly given: Partial<TrainingSettings>;
  readonly output: OutputSettings;
  /** Checkpoint to go on from. */
  readonly resume: string | null;
}

/** A request, or a text that was asked for instead (`--help`, `--version`). */
export type ParsedCommand =
  | { readonly kind: 'run'; readonly request: Request }
  | { readonly kind: 'print'; readonly text: string };

/** What surrounds a command line; given in tests. */
export interface ParseContext {
  /** Relative paths start here. */
  readonly folder: string;
  readonly version: string;
  /** Width of the help text. */
  readonly columns?: number;
}

/** How each setting is written on the command line. */
export const flags: { readonly [S in keyof TrainingSettings]: string } = {
  data: '--data',
  model: '--model',
  epochs: '--epochs',
  batchSize: '--batch-size',
  learningRate: '--lr',
  learningRateDecay: '--lr-decay',
  optimizer: '--optimizer',
  seed: '--seed',
  trainCount: '--train-count',
  testCount: '--test-count',
};

/**
 * Settings of a resumed run: those of the checkpoint. Only `epochs` may be raised, because any other change would end
 * in numbers that no single run gives.
 *
 * @param saved Settings of the run that wrote the checkpoint.
 * @param given What the command line asks for on top.
 * @throws `INVALID_ARGUMENT` for an option that differs from the checkpoint's.
 */
export function resumedSettings(saved: TrainingSettings, given: Partial<TrainingSettings>): TrainingSettings {
  for (const setting of [
    'model',
    'batchSize',
    'learningRate',
    'learningRateDecay',
    'optimizer',
    'seed',
    'trainCount',
    'testCount',
  ] as const) {
    const asked = given[setting];
    if (asked !== undefined && asked !== saved[setting]) {
      throw usageError(
        `${flags[setting]} differs from the checkpoint`,
        String(asked),
        `${saved[setting]}, with which the checkpoint was made`,
        `Leave out ${flags[setting]}, or start a new run without --resume`,
      );
    }
  }
  if (((given.data === undefined ? saved.data : given.data) === null) !== (saved.data === null)) {
    throw usageError(
      '--data differs from the checkpoint',
      String(given.data),
      'the generated digits, with which the checkpoint was made',
      'Leave out --data, or start a new run without --resume',
    );
  }
  // The folder may have moved; whether it holds the same examples is checked when they are read.
  return { ...saved, data: given.data ?? saved.data, epochs: given.epochs ?? saved.epochs };
}

/**
 * Reads a command line.
 *
 * @param args What follows the program's name.
 * @param context Where relative paths start, and the version to print.
 * @throws `INVALID_ARGUMENT` for anything that is not understood, naming the option and what it takes.
 */
export function parseCommand(args: readonly string[], context: ParseContext): ParsedCommand {
  let printed = '';
  const program = describeCommand(context.version);
  program.exitOverride().configureOutput({
    writeOut: (text) => {
      printed += text;
    },
    writeErr: () => {},
    getOutHelpWidth: () => Math.min(context.columns ?? 80, 100),
  });
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text: printed };
    throw fromCommander(error);
  }
  return { kind: 'run', request: readRequest(program.opts<RawOptions>(), context.folder) };
}

interface RawOptions {
  data?: string;
  model?: ModelName;
  epochs?: number;
  batchSize?: number;
  lr?: number;
  lrDecay?: number;
  optimizer?: OptimizerName;
  seed?: number;
  trainCount?: number;
  testCount?: number;
  device?: string;
  threads?: number;
  json?: string | true;
  report?: string | boolean;
  save?: string;
  saveWeights?: string;
  resume?: string;
}

function describeCommand(version: string): Command {
  const { modern, d2l } = learningRates;
  return new Command('cenote-lenet')
    .description('Trains a LeNet on digits, tests it, and writes a report that shows what every layer keeps.')
    .usage('[options]')
    .allowExcessArguments(false)
    .optionsGroup('What is trained:')
    .option('--data <dir>', 'folder of IDX files, plain or .gz, named as MNIST (default: generated digits)')
    .addOption(
      choice('--model <name>', modelNames, `modern: ReLU and max pooling; d2l: sigmoid and average pooling`, 'modern'),
    )
    .addOption(
      whole(
        '--epochs <n>',
        `passes over the data (default: ${defaultEpochs.modern}, d2l ${defaultEpochs.d2l})`,
        1,
        10_000,
      ),
    )
    .addOption(whole('--batch-size <n>', 'examples per step (default: 32)', 1, 65_536))
    .addOption(
      rate(
        '--lr <rate>',
        `learning rate (default: modern ${modern.adam} adam, ${modern.sgd} sgd; d2l ${d2l.adam} adam, ${d2l.sgd} sgd)`,
        0.01,
      ),
    )
    .addOption(
      rate(
        '--lr-decay <factor>',
        `times this after every epoch (default: modern ${learningRateDecays.modern}, d2l ${learningRateDecays.d2l})`,
        0.9,
        1,
      ),
    )
    .addOption(choice('--optimizer <name>', optimizerNames, `adam, or sgd with momentum ${momentum}`, 'adam'))
    .addOption(whole('--seed <n>', 'decides every random number (default: 1)', 0, Number.MAX_SAFE_INTEGER))
    .addOption(
      whole(
        '--train-count <n>',
        `training examples (default: ${digitCounts.train} digits, or all of the folder)`,
        1,
        1_000_000,
      ),
    )
    .addOption(
      whole(
        '--test-count <n>',
        `test examples (default: ${digitCounts.test} digits, or all of the folder)`,
        1,
        1_000_000,
      ),
    )
    .addOption(
      new Option('--device <name>', `what computes: ${deviceNames.join(', ')} (default: ${deviceNames[0]})`).argParser(
        (text: string) => pick('--device', deviceNames, text),
      ),
    )
    .addOption(whole('--threads <n>', 'threads of the cpu device (default: one for each core)', 1, 256))
    .optionsGroup('What is written:')
    .option('--json [file]', 'the result as JSON, to standard output without a file')
    .option('--report <file>', 'the HTML report (default: lenet-report.html)')
    .option('--no-report', 'write no report')
    .option('--save <file>', 'write a checkpoint after every epoch')
    .option('--save-weights <file>', 'write the trained weights as safetensors, for PyTorch and others')
    .option('--resume <file>', 'go on from a checkpoint')
    .optionsGroup('Other:')
    .version(version, '--version', 'show the version')
    .addHelpOption(new Option('--help', 'show this text'))
    .addHelpText(
      'after',
      `
Examples:
  npm start
  npm start -- --model d2l --report d2l.html
  npm start -- --data path/to/mnist --epochs 3 --save lenet.json
  npm start -- --resume lenet.json --epochs 6`,
    );
}

function readRequest(raw: RawOptions, folder: string): Request {
  const path = (flag: string, text: string) => {
    if (text.trim() === '') {
      throw usageError(`${flag} has an empty path`, JSON.stringify(text), 'a path', `Give a path after ${flag}`);
    }
    return resolve(folder, text);
  };
  const given: { -readonly [S in keyof TrainingSettings]?: TrainingSettings[S] } = {};
  if (raw.data !== undefined) given.data = path('--data', raw.data);
  if (raw.model !== undefined) given.model = raw.model;
  if (raw.epochs !== undefined) given.epochs = raw.epochs;
  if (raw.batchSize !== undefined) given.batchSize = raw.batchSize;
  if (raw.lr !== undefined) given.learningRate = raw.lr;
  if (raw.lrDecay !== undefined) given.learningRateDecay = raw.lrDecay;
  if (raw.optimizer !== undefined) given.optimizer = raw.optimizer;
  if (raw.seed !== undefined) given.seed = raw.seed;
  if (raw.trainCount !== undefined) given.trainCount = raw.trainCount;
  if (raw.testCount !== undefined) given.testCount = raw.testCount;
  const json = raw.json;
  return {
    given,
    output: {
      device: raw.device ?? deviceNames[0],
      threads: raw.threads,
      json: json === undefined ? null : json === true ? 'stdout' : { file: path('--json', json) },
      report:
        raw.report === false
          ? null
          : path('--report', typeof raw.report === 'string' ? raw.report : 'lenet-report.html'),
      save: raw.save === undefined ? null : path('--save', raw.save),
      saveWeights: raw.saveWeights === undefined ? null : path('--save-weights', raw.saveWeights),
    },
    resume: raw.resume === undefined ? null : path('--resume', raw.resume),
  };
}

function flagOf(option: string): string {
  return option.split(' ', 1)[0];
}

function pick<T extends string>(flag: string, names: readonly T[], text: string): T {
  const name = names.find((each) => each === text);
  if (name === undefined) {
    throw usageError(
      `${flag} is unknown`,
      JSON.stringify(text),
      `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`,
      `Use for example ${flag} ${names[0]}`,
    );
  }
  return name;
}

function choice<T extends string>(option: string, names: readonly T[], about: string, preset: string): Option {
  return new Option(option, `${about} (default: ${preset})`).argParser((text: string) =>
    pick(flagOf(option), names, text),
  );
}

function whole(option: string, about: string, low: number, high: number): Option {
  const flag = flagOf(option);
  return new Option(option, about).argParser((text: string) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= low && value <= high)) {
      throw usageError(
        `${flag} is not a whole number in its range`,
        JSON.stringify(text),
        `a whole number from ${low} to ${high}`,
        `Use for example ${flag} ${Math.max(low, 8)}`,
      );
    }
    return value;
  });
}

function rate(option: string, about: string, example: number, most = Number.MAX_VALUE): Option {
  const flag = flagOf(option);
  return new Option(option, about).argParser((text: string) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value > 0 && value <= most)) {
      throw usageError(
        `${flag} is not a number in its range`,
        JSON.stringify(text),
        most === Number.MAX_VALUE ? 'a finite number above 0' : `a number above 0, at most ${most}`,
        `Use for example ${flag} ${example}`,
      );
    }
    return value;
  });
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
    case 'commander.excessArguments':
      return usageError('too many arguments', 'a word that belongs to no option', 'options only', next, error);
    default:
      return usageError('command line not understood', problem, 'options as listed in --help', next, error);
  }
}
