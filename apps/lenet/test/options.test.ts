import { isCenoteError } from 'cenote';
import { describe, expect, it } from 'vitest';
import { parseCommand, type Request, resumedSettings } from '../src/options.js';
import { withDefaults } from '../src/settings.js';

const context = { folder: '/home/ada', version: '1.2.3', columns: 80 };

function parsed(...args: string[]): Request {
  const command = parseCommand(args, context);
  if (command.kind !== 'run') throw new Error(command.text);
  return command.request;
}

/** The message that a command line ends in. */
function refusal(...args: string[]): string {
  try {
    parseCommand(args, context);
  } catch (error) {
    if (isCenoteError(error) && error.code === 'INVALID_ARGUMENT') return error.message;
    throw error;
  }
  throw new Error('not refused');
}

describe('parseCommand', () => {
  it('asks for nothing by itself', () => {
    expect(parsed()).toEqual({
      given: {},
      output: {
        device: 'cpu',
        threads: undefined,
        json: null,
        report: '/home/ada/lenet-report.html',
        save: null,
        saveWeights: null,
      },
      resume: null,
    });
  });

  it('reads every setting', () => {
    const { given } = parsed(
      ...[
        '--data',
        'mnist',
        '--model',
        'd2l',
        '--epochs',
        '3',
        '--batch-size',
        '64',
        '--lr',
        '1e-2',
        '--lr-decay',
        '0.9',
      ],
      ...['--optimizer', 'sgd', '--seed', '0', '--train-count', '100', '--test-count', '50'],
    );
    expect(given).toEqual({
      data: '/home/ada/mnist',
      model: 'd2l',
      epochs: 3,
      batchSize: 64,
      learningRate: 0.01,
      learningRateDecay: 0.9,
      optimizer: 'sgd',
      seed: 0,
      trainCount: 100,
      testCount: 50,
    });
  });

  it('reads where to write, with paths from the folder of the user', () => {
    const { output, resume } = parsed(
      '--report',
      '../r.html',
      '--save',
      '/tmp/a',
      '--save-weights',
      'w.safetensors',
      '--json',
      'x.json',
      '--resume',
      'old',
    );
    expect(output).toMatchObject({ report: '/home/r.html', save: '/tmp/a', json: { file: '/home/ada/x.json' } });
    expect(output.saveWeights).toBe('/home/ada/w.safetensors');
    expect(resume).toBe('/home/ada/old');
    expect(parsed('--json', '--no-report').output).toMatchObject({ json: 'stdout', report: null });
    expect(parsed('--report=a b.html').output.report).toBe('/home/ada/a b.html');
  });

  it('gives help and version as texts, in lines of 80 columns', () => {
    const help = parseCommand(['--help'], context);
    if (help.kind !== 'print') throw new Error('no text');
    for (const option of [
      '--data',
      '--model',
      '--epochs',
      '--batch-size',
      '--lr',
      '--optimizer',
      '--device',
      '--threads',
      '--seed',
      '--json',
      '--report',
      '--no-report',
      '--save',
      '--save-weights',
      '--resume',
      '--train-count',
      '--test-count',
      '--help',
      '--version',
    ]) {
      expect(help.text).toMatch(new RegExp(`^ {2}${option}\\b`, 'm'));
    }
    for (const line of help.text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(parseCommand(['--version'], context)).toEqual({ kind: 'print', text: '1.2.3\n' });
  });

  it.each([
    [
      ['--epochs', 'ten'],
      'lenet: --epochs is not a whole number in its range. Got "ten"; expected a whole number from 1 to 10000. Use for example --epochs 8.',
    ],
    [
      ['--epochs', '0'],
      'lenet: --epochs is not a whole number in its range. Got "0"; expected a whole number from 1 to 10000. Use for example --epochs 8.',
    ],
    [
      ['--lr', 'Infinity'],
      'lenet: --lr is not a number in its range. Got "Infinity"; expected a finite number above 0. Use for example --lr 0.01.',
    ],
    [
      ['--model', 'lenet'],
      'lenet: --model is unknown. Got "lenet"; expected modern or d2l. Use for example --model modern.',
    ],
    [
      ['--device', 'gpu'],
      'lenet: --device is unknown. Got "gpu"; expected cpu, webgpu or reference. Use for example --device cpu.',
    ],
    [
      ['--epoch', '3'],
      'lenet: unknown option. Got --epoch; expected one of the options in --help. Did you mean --epochs, or see --help.',
    ],
    [['--seed'], 'lenet: option without its value. Got --seed <n>; expected a value after it. See --help.'],
    [['mnist'], 'lenet: too many arguments. Got a word that belongs to no option; expected options only. See --help.'],
    [['--data', ''], 'lenet: --data has an empty path. Got ""; expected a path. Give a path after --data.'],
  ])('refuses %j', (args, message) => {
    expect(refusal(...args)).toBe(message);
  });

  it.each(['-1', '1.5', '', ' 3', '0x10', '1e3', '99999999999999999999'])('refuses %j as a whole number', (text) => {
    expect(refusal(`--batch-size=${text}`)).toContain('--batch-size is not a whole number');
    expect(refusal(`--seed=${text}`)).toContain('--seed is not a whole number');
  });

  it.each(['0', '1.01', '-1'])('refuses %j as a decay', (text) => {
    expect(refusal(`--lr-decay=${text}`)).toContain('a number above 0, at most 1. Use for example --lr-decay 0.9.');
  });

  it.each(['0', '-0.1', 'NaN', '', 'fast', '1e400'])('refuses %j as a learning rate', (text) => {
    expect(refusal(`--lr=${text}`)).toContain('--lr is not a number in its range');
  });
});

describe('withDefaults', () => {
  it('chooses what fits the model', () => {
    expect(withDefaults({})).toMatchObject({ model: 'modern', optimizer: 'adam', data: null });
    expect(withDefaults({ model: 'd2l' })).toMatchObject({ optimizer: 'adam', learningRate: 0.005, epochs: 8 });
    expect(withDefaults({ optimizer: 'sgd' }).learningRate).not.toBe(withDefaults({}).learningRate);
  });

  it('takes all of a folder, but a number of generated digits', () => {
    expect(withDefaults({ data: '/x' })).toMatchObject({ trainCount: null, testCount: null });
    expect(withDefaults({}).trainCount).toBeGreaterThan(0);
  });

  it('keeps what was given', () => {
    const given = { ...withDefaults({}), epochs: 77, learningRate: 0.123, trainCount: 10 };
    expect(withDefaults(given)).toEqual(given);
  });
});

describe('resumedSettings', () => {
  const saved = withDefaults({ epochs: 4, data: '/old' });

  it('takes those of the checkpoint, more epochs and a folder that has moved', () => {
    expect(resumedSettings(saved, {})).toEqual(saved);
    expect(resumedSettings(saved, { epochs: 9, data: '/new', seed: saved.seed })).toEqual({
      ...saved,
      epochs: 9,
      data: '/new',
    });
  });

  it.each([
    { model: 'd2l' },
    { batchSize: 7 },
    { learningRate: 0.5 },
    { learningRateDecay: 0.5 },
    { optimizer: 'sgd' },
    { seed: 99 },
    { trainCount: 3 },
    { testCount: 3 },
  ] as const)('refuses to change %j', (given) => {
    expect(() => resumedSettings(saved, given)).toThrow(
      /differs from the checkpoint. Got .*start a new run without --resume\.$/,
    );
  });

  it('refuses other data', () => {
    expect(() => resumedSettings({ ...saved, data: null }, { data: '/x' })).toThrow(
      /--data differs from the checkpoint/,
    );
  });
});
