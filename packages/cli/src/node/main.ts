import { isCenoteError } from 'cenote';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { architectures, convert } from './convert.js';
import { inspect } from './inspect.js';
import { runModel } from './run.js';

/** Where text goes. */
export interface Streams {
  out(text: string): void;
  err(text: string): void;
}

/** What programs that call this one go by. */
const exitCodes = { done: 0, failed: 1, misused: 2 };

/**
 * The command `cenote`.
 *
 * @param argv Its arguments, without the program's own name.
 * @returns The exit code: 0 when it is done, 1 when a file or model cannot be used, 2 for arguments that make no sense.
 *
 * @example
 * ```ts
 * const code = await main(['inspect', 'lenet.onnx'], { out: console.log, err: console.error });
 * ```
 */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  try {
    await program(streams).parseAsync([...argv], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.misused;
    if (!isCenoteError(error)) throw error;
    streams.err(`${error.message}\n`);
    return error.code === 'INVALID_ARGUMENT' ? exitCodes.misused : exitCodes.failed;
  }
}

const json = () => new Option('--json', 'print JSON, for programs');

function program({ out, err }: Streams): Command {
  const cenote = new Command('cenote')
    .description('Looks into ONNX and safetensors files, runs and converts them.')
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError('(see cenote --help)')
    .addHelpText(
      'after',
      `
Examples:
  cenote inspect lenet.onnx
  cenote run lenet.onnx --batch 8 --seed 1
  cenote run lenet.onnx --inputs images.safetensors --output logits.safetensors
  cenote convert lenet.safetensors lenet.onnx --model lenet5
  cenote convert lenet.safetensors models/ --model lenet5 --triton lenet5

Exit codes: 0 done, 1 a file or model cannot be used, 2 arguments that make no sense.`,
    );
  cenote
    .command('inspect')
    .description('say what is in a file')
    .argument('<file>', 'an .onnx or .safetensors file')
    .addOption(json())
    .action(async (file: string, options: { readonly json?: boolean }) => {
      const { value, text } = await inspect(file);
      out(options.json ? `${JSON.stringify(value, null, 2)}\n` : text);
    });
  cenote
    .command('run')
    .description('compute the outputs of a model')
    .argument('<file>', 'an .onnx file')
    .option('--inputs <file>', 'a .safetensors file with a tensor for each input; random numbers otherwise')
    .option('--output <file>', 'write the outputs into a .safetensors file')
    .option('--batch <size>', 'the size of axes that can have any, for random inputs', wholeNumber(1), 1)
    .option('--seed <number>', 'where random inputs start from', wholeNumber(0), 0)
    .addOption(json())
    .action(async (file: string, options: Parameters<typeof runModel>[1] & { readonly json?: boolean }) => {
      const { value, text } = await runModel(file, options);
      out(options.json ? `${JSON.stringify(value, null, 2)}\n` : text);
    });
  cenote
    .command('convert')
    .description('write weights as safetensors, or a model as ONNX')
    .argument('<file>', 'an .onnx or .safetensors file')
    .argument('<to>', 'a .safetensors or .onnx file, or with --triton a folder')
    .addOption(new Option('--model <name>', 'the network that the weights are of').choices(Object.keys(architectures)))
    .option('--opset <version>', 'the version of the operators of ONNX', wholeNumber(1))
    .option('--external-data <name>', 'a file beside the model for the weights')
    .option('--triton <name>', 'write a model repository for Triton, with this model in it')
    .addOption(json())
    .action(async (file: string, to: string, options: Parameters<typeof convert>[2] & { readonly json?: boolean }) => {
      const { value, text } = await convert(file, to, options);
      out(options.json ? `${JSON.stringify(value, null, 2)}\n` : text);
    });
  return cenote;
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`A whole number from ${least} on is wanted.`);
  };
}
