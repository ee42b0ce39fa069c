import { CenoteError, type CreationOptions, type Tensor } from '@cenote/tensor';
import { isReadable, readable, tensorFrom } from './dtypes.js';
import { readHeader, type SafetensorsEntry } from './header.js';
import { type ByteSource, byteSource, readRange, type Source } from './source.js';

/** Options of {@link openSafetensors}. */
export interface OpenSafetensorsOptions {
  /** The longest header that is read. Default: 100,000,000 bytes, the limit of the format's own implementation. */
  readonly maxHeaderBytes?: number;
}

/** Where tensors that are read go, and whether they have gradients. Their dtype is the file's. */
export type ReadOptions = Omit<CreationOptions, 'dtype'>;

const defaultMaxHeaderBytes = 100_000_000;

/** A safetensors file of which the header was read. Made by {@link openSafetensors}. */
export class SafetensorsFile {
  /** Text beside the tensors, as `{ format: 'pt' }`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What is in the file, by name, in the order of its header. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly #source: ByteSource;

  /** @internal */
  constructor(
    source: ByteSource,
    metadata: Readonly<Record<string, string>>,
    entries: ReadonlyMap<string, SafetensorsEntry>,
  ) {
    this.#source = source;
    this.metadata = metadata;
    this.entries = entries;
  }

  /** The names of the tensors. */
  get names(): readonly string[] {
    return [...this.entries.keys()];
  }

  /**
   * One tensor; nothing else is read. `F16` and `BF16` become `f32`, which holds each of their numbers.
   *
   * @returns Belongs to the caller.
   * @throws CenoteError `INVALID_ARGUMENT` for a name that the file does not have, `INVALID_DTYPE` for a dtype that tensors
   * cannot have here, `INVALID_FILE` when the source does not give what it should.
   */
  async tensor(name: string, options: ReadOptions = {}): Promise<Tensor> {
    const entry = this.#entry('tensor', name);
    const { byteOffset, byteLength, dtype, shape } = entry;
    const bytes = await readRange('tensor', this.#source, byteOffset, byteOffset + byteLength);
    return tensorFrom(dtype, bytes, shape, options);
  }

  /**
   * Some rows of a tensor: from `start` up to, but not including, `end` on its first axis. Only they are read.
   *
   * @returns Belongs to the caller.
   * @throws CenoteError As {@link tensor}; `INVALID_ARGUMENT` for rows that are not there, too.
   */
  async rows(name: string, start: number, end: number, options: ReadOptions = {}): Promise<Tensor> {
    const { byteOffset, byteLength, dtype, shape } = this.#entry('rows', name);
    const count = shape.at(0) ?? 0;
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start > end || end > count) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op: 'rows',
        what: `'${name}' does not have such rows`,
        got: `${start} to ${end}`,
        expected: shape.length === 0 ? 'a tensor with an axis' : `whole numbers in order, from 0 to ${count}`,
        hint: shape.length === 0 ? 'Read it with tensor()' : 'Look at the shape in entries',
      });
    }
    const rowBytes = count === 0 ? 0 : byteLength / count;
    const first = byteOffset + start * rowBytes;
    const bytes = await readRange('rows', this.#source, first, first + (end - start) * rowBytes);
    return tensorFrom(dtype, bytes, [end - start, ...shape.slice(1)], options);
  }

  /**
   * All tensors by name, or those that are asked for: what `loadStateDict` of a model takes.
   *
   * @param options.names Default: all of {@link names}.
   * @returns They belong to the caller.
   * @throws CenoteError As {@link tensor}. Nothing is left behind then.
   */
  async stateDict({
    names = this.names,
    ...options
  }: ReadOptions & { readonly names?: readonly string[] } = {}): Promise<Record<string, Tensor>> {
    // Before anything is read.
    for (const name of names) this.#entry('stateDict', name);
    const tensors: [string, Tensor][] = [];
    try {
      for (const name of names) tensors.push([name, await this.tensor(name, options)]);
    } catch (error) {
      for (const [, tensor] of tensors) tensor.dispose();
      throw error;
    }
    return Object.fromEntries(tensors);
  }

  #entry(op: string, name: string): SafetensorsEntry {
    const entry = this.entries.get(name);
    if (!entry) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: 'the file has no such tensor',
        got: `'${name}'`,
        expected: `one of ${this.names.length} names`,
        hint: 'List them with names',
      });
    }
    if (!isReadable(entry.dtype)) {
      throw new CenoteError({
        code: 'INVALID_DTYPE',
        op,
        what: `'${name}' has a dtype that tensors cannot have here`,
        got: entry.dtype,
        expected: readable.join(', '),
        hint: 'Convert the file where it came from, or pass names without this one to stateDict()',
      });
    }
    return entry;
  }
}

/**
 * Opens a safetensors file (https://github.com/huggingface/safetensors): reads and checks its header, and no tensor yet.
 *
 * @param source The bytes; a `Blob` or `File`; or anything that reads ranges of bytes, such as a URL on a server that gives
 * them. It must not change as long as the file is in use.
 * @throws CenoteError `INVALID_FILE` for a file that is truncated, has gaps, overlaps or something appended, or whose
 * header is not what the
 * format says.
 *
 * @example
 * ```ts
 * const file = await openSafetensors(bytes);
 * const state = await file.stateDict();
 * model.loadStateDict(state);
 * for (const tensor of Object.values(state)) tensor.dispose();
 * ```
 */
export async function openSafetensors(source: Source, options: OpenSafetensorsOptions = {}): Promise<SafetensorsFile> {
  const bytes = byteSource(source);
  const { maxHeaderBytes = defaultMaxHeaderBytes } = options;
  const { metadata, entries } = await readHeader('openSafetensors', bytes, maxHeaderBytes);
  return new SafetensorsFile(bytes, metadata, entries);
}
