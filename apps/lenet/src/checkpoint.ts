import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { CenoteError } from 'cenote';
import * as z from 'zod';
import { modelNames, optimizerNames } from './settings.js';
import { writeWholeFile } from './write-file.js';

/**
 * A checkpoint is one JSON file: `{ format, version, sha256, body }`, where `sha256` is the digest of `body` as
 * `JSON.stringify` writes it. Tensors are `{ shape, data }` with their `f32` values, row-major and little-endian, in
 * base64. Everything else is plain numbers and text; the schema below is the full list.
 */
const format = 'cenote-lenet-checkpoint';
const version = 1;

/** A LeNet with its optimiser takes less than 2 MB. */
const mostBytes = 64 * 2 ** 20;

const whole = z.int().min(0);
// JSON has no NaN: a loss that was not finite comes back as null.
const measured = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const tensorSchema = z
  .strictObject({ shape: z.array(whole.max(2 ** 31)).max(8), data: z.base64() })
  .refine(
    ({ shape, data }) => shape.reduce((product, size) => product * size, 4) === Buffer.byteLength(data, 'base64'),
    {
      error: 'as many f32 values as the shape has',
    },
  );

const bodySchema = z.strictObject({
  settings: z.strictObject({
    data: z.string().nullable(),
    model: z.enum(modelNames),
    epochs: z.int().min(1).max(10_000),
    batchSize: z.int().min(1),
    learningRate: z.number().positive(),
    learningRateDecay: z.number().positive().max(1),
    optimizer: z.enum(optimizerNames),
    seed: whole,
    trainCount: z.int().min(1).nullable(),
    testCount: z.int().min(1).nullable(),
  }),
  /** Digest of the training examples, to tell other data. */
  dataDigest: z.hex().length(64),
  /** Epochs that are done. */
  epoch: whole,
  /** Where the generator of the batch order stands. */
  generator: z.strictObject({ seed: whole, stream: whole, drawn: whole }),
  history: z.strictObject({
    batches: z.array(z.strictObject({ epoch: z.number(), loss: measured, accuracy: z.number() })),
    epochs: z.array(
      z.strictObject({
        epoch: whole,
        trainLoss: measured,
        trainAccuracy: z.number(),
        testLoss: measured,
        testAccuracy: z.number(),
      }),
    ),
  }),
  /** By PyTorch's names: `0.weight`. */
  weights: z.record(z.string(), tensorSchema),
  /** As the optimiser's `stateDict()`; its options follow from the settings. */
  optimizer: z.strictObject({ steps: z.array(whole), tensors: z.record(z.string(), tensorSchema) }),
});

const fileSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  sha256: z.hex().length(64),
  body: z.unknown(),
});

/** Where a training stands after an epoch: all that it takes to go on as if it had never stopped. */
export type Checkpoint = z.infer<typeof bodySchema>;

/** A tensor as a checkpoint keeps it. */
export type SavedTensor = z.infer<typeof tensorSchema>;

/** Values of a tensor, as a checkpoint keeps them. */
export function saveTensor(shape: readonly number[], values: Float32Array): SavedTensor {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4);
  });
  return { shape: [...shape], data: bytes.toString('base64') };
}

/** What {@link saveTensor} kept. */
export function loadTensor(saved: SavedTensor): Float32Array {
  const bytes = Buffer.from(saved.data, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

/** Writes a checkpoint as a whole or not at all. */
export function writeCheckpoint(path: string, checkpoint: Checkpoint): void {
  const body = JSON.stringify(checkpoint);
  writeWholeFile(path, `{"format":"${format}","version":${version},"sha256":"${digest(body)}","body":${body}}\n`);
}

/**
 * Reads a checkpoint, and believes nothing in it before it was checked.
 *
 * @throws `INVALID_FILE` when the file cannot be read, is too large, is damaged, or is not a checkpoint of this version.
 */
export function readCheckpoint(path: string): Checkpoint {
  const content = parseJson(path, readText(path));
  const file = fileSchema.safeParse(content);
  if (!file.success) {
    throw invalidFile(path, 'not a checkpoint', describe(file.error), `a ${format} file of version ${version}`);
  }
  const { sha256, body } = file.data;
  const actual = digest(JSON.stringify(body));
  if (sha256 !== actual) {
    throw invalidFile(path, 'checkpoint is damaged', `digest ${actual.slice(0, 12)}…`, `${sha256.slice(0, 12)}…`);
  }
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    throw invalidFile(path, 'checkpoint has wrong contents', describe(parsed.error), 'what --save writes');
  }
  return parsed.data;
}

function readText(path: string): string {
  try {
    const size = statSync(path).size;
    if (size > mostBytes) {
      throw invalidFile(path, 'file is too large for a checkpoint', `${size} bytes`, `at most ${mostBytes} bytes`);
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof CenoteError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidFile(path, 'file cannot be read', reason, 'a checkpoint that --save has written', error);
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidFile(
      path,
      'not a whole JSON file',
      `${text.length} characters`,
      'a checkpoint that --save has written',
      error,
    );
  }
}

/** The first thing that is wrong, with the way to it: `weights.0.bias.shape: …`. */
function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${['checkpoint', ...issue.path].join('.')}: ${issue.message}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** An error about a checkpoint file. */
export function invalidFile(path: string, what: string, got: string, expected: string, cause?: unknown): CenoteError {
  return new CenoteError({
    code: 'INVALID_FILE',
    op: `lenet: --resume ${path}`,
    what,
    got,
    expected,
    hint: 'Give a checkpoint that --save has written, or start without --resume',
    cause,
  });
}
