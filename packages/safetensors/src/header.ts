import type { Shape } from '@cenote/tensor';
import { bitSize, type FileDType, isFileDType } from './dtypes.js';
import { type ByteSource, invalidFile, readRange } from './source.js';
import { decodeUtf8 } from './utf8.js';

/** Where a tensor lies in a file, and what it is. */
export interface SafetensorsEntry {
  /** As the file says: `F32`, `BF16`, … */
  readonly dtype: FileDType;
  readonly shape: Shape;
  /** Counted from the beginning of the file. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** What a header says. */
export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
}

/** The name under which the header keeps metadata, and which no tensor can have. */
export const metadataKey = '__metadata__';

/** Bytes of the number in front of the header. */
export const lengthBytes = 8;

/**
 * Reads the header of a file and believes none of it before it was checked: every tensor has as many bytes as its shape and
 * dtype take, and the tensors fill the rest of the file without gaps or overlaps, as the format demands.
 *
 * @throws CenoteError `INVALID_FILE`
 */
export async function readHeader(op: string, source: ByteSource, maxHeaderBytes: number): Promise<Header> {
  const length = await readLength(op, source, maxHeaderBytes);
  const bytes = await readRange(op, source, lengthBytes, lengthBytes + length);
  const { [metadataKey]: metadata = {}, ...rest } = parse(op, source, bytes);
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw invalidFile(op, source, 'the metadata are not text', excerpt(metadata), 'an object of strings');
  }
  const start = lengthBytes + length;
  const entries = new Map(
    Object.entries(rest).map(([name, value]) => [name, checkEntry(op, source, name, value, start)]),
  );
  checkCoverage(op, source, entries, start);
  return { metadata: metadata as Record<string, string>, entries };
}

async function readLength(op: string, source: ByteSource, maxHeaderBytes: number): Promise<number> {
  const { byteLength } = source;
  if (byteLength < lengthBytes) {
    throw invalidFile(op, source, 'the file is too short', `${byteLength} bytes`, `at least ${lengthBytes}`);
  }
  const bytes = await readRange(op, source, 0, lengthBytes);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true));
  if (length > byteLength - lengthBytes) {
    const most = byteLength - lengthBytes;
    throw invalidFile(op, source, 'the header is longer than the file', `${length} bytes`, `at most ${most}`);
  }
  if (length > maxHeaderBytes) {
    throw invalidFile(
      op,
      source,
      'the header is too long',
      `${length} bytes`,
      `at most ${maxHeaderBytes}`,
      'Check that the file is what it should be; raise maxHeaderBytes if it is',
    );
  }
  return length;
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Any value as it reads in a message, which stays short. */
function excerpt(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    // JSON.parse takes what is too deep for JSON.stringify.
    return 'lists or objects nested too deeply';
  }
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}

function parse(op: string, source: ByteSource, bytes: Uint8Array): Json {
  let text: string;
  let value: unknown;
  try {
    text = decodeUtf8(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'no JSON' : 'no UTF-8';
    throw invalidFile(op, source, 'the header is not text in JSON', reason, 'a JSON object in UTF-8', undefined, cause);
  }
  if (!isObject(value)) throw invalidFile(op, source, 'the header is not an object', excerpt(value), 'a JSON object');
  // JSON.parse keeps the last of several members with one name; the format allows only one.
  const written = text.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
  const kept = [value, ...Object.values(value).filter(isObject)].reduce(
    (count, object) => count + Object.keys(object).length,
    0,
  );
  if (written !== kept) {
    throw invalidFile(
      op,
      source,
      'the header has a name twice, or objects where there should be none',
      `${written} names, of which ${kept} count`,
      'each name once, and objects two levels deep',
    );
  }
  return value;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function checkEntry(op: string, source: ByteSource, name: string, value: unknown, start: number): SafetensorsEntry {
  const fail = (what: string, got: unknown, expected: string) =>
    invalidFile(op, source, `${what} of tensor ${excerpt(name)}`, excerpt(got), expected);
  if (!isObject(value)) throw fail('no description', value, 'an object with dtype, shape and data_offsets');
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isFileDType(dtype)) throw fail('unknown dtype', dtype, `one of ${Object.keys(bitSize).join(', ')}`);
  if (!Array.isArray(shape) || !shape.every(isCount)) throw fail('no shape', shape, 'whole numbers from 0 on');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) || offsets[0] > offsets[1]) {
    throw fail('no data_offsets', offsets, 'two whole numbers from 0 on, in order');
  }
  const sizes: readonly number[] = shape;
  const [begin, end]: readonly number[] = offsets;
  const elements = sizes.includes(0) ? 0 : sizes.reduce((product, size) => product * size, 1);
  const byteLength = (elements * bitSize[dtype]) / 8;
  if (byteLength !== end - begin) {
    throw fail('data_offsets that do not fit the shape', offsets, `${byteLength} bytes for ${dtype} ${excerpt(shape)}`);
  }
  return Object.freeze({ dtype, shape: Object.freeze([...sizes]), byteOffset: start + begin, byteLength });
}

function checkCoverage(
  op: string,
  source: ByteSource,
  entries: ReadonlyMap<string, SafetensorsEntry>,
  start: number,
): void {
  let end = start;
  const inOrder = [...entries].sort(([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
  for (const [name, { byteOffset, byteLength }] of inOrder) {
    if (byteOffset !== end) {
      const what = byteOffset < end ? 'tensors overlap' : 'there is a gap between tensors';
      throw invalidFile(
        op,
        source,
        `${what} before ${excerpt(name)}`,
        `data_offsets from ${byteOffset - start}`,
        `${end - start}, where the one before ends`,
      );
    }
    end += byteLength;
  }
  if (end === source.byteLength) return;
  throw invalidFile(
    op,
    source,
    'the file does not end with its last tensor',
    `${source.byteLength} bytes`,
    `${end}`,
    end > source.byteLength
      ? 'Get the file again: it is truncated'
      : 'Get the file again: something was appended to it',
  );
}
