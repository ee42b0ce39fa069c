import { type TypedArrayOf, typedArrayView } from '@cenote/backend';
import { type AxisWindow, CenoteError, type Shape, type WindowBand, windowBand } from '@cenote/shape';
import {
  assertType,
  type PartPadding,
  type Plan,
  type PooledDType,
  type PoolStreamOptions,
  partShape,
  planOf,
  poolPart,
} from './options.js';

/** Some neighbouring rows of an image, or planes of a volume. */
export interface Band<D extends PooledDType> {
  /** The first of them. */
  readonly start: number;
  /** How many there are. */
  readonly count: number;
  /** Their elements in row-major order. They belong to the receiver. */
  readonly data: TypedArrayOf[D];
}

/** The rows of an image (planes of a volume) from the first to the last, in pieces of any number of whole rows. */
export type Rows<D extends PooledDType> = AsyncIterable<TypedArrayOf[D]> | Iterable<TypedArrayOf[D]>;

/** A pooled image or volume, band by band from the first row to the last. */
export interface PoolStream<D extends PooledDType> extends AsyncIterable<Band<D>> {
  /** The shape of the whole output. */
  readonly shape: Shape;
  readonly dtype: D;
  /**
   * Bytes of elements that the stream holds at most: a band of the input twice, here and on the device, and what is made of
   * it twice. Pieces of the input and bands that the receiver keeps are not among them.
   */
  readonly bytes: number;
}

/** How rows are collected. */
export interface BandOptions {
  /**
   * Bytes of input to pool at a time; a band has one row of output at least, however much that needs. Default: 4 MiB, enough
   * for calls not to count, and for threads to share.
   */
  readonly bandBytes?: number;
}

/**
 * Pools an image or a volume that is never whole in memory: rows (planes of a volume) come in, pooled rows go out as soon
 * as everything that they see is there. The elements are those that `maxPool2d` and its like give for the whole, overlapping
 * windows, padding, dilation and ceil mode included, because the parts have the geometry of the whole.
 *
 * Nothing is read before the first band is asked for, and no more than it needs. Whoever stops early ends the input, too.
 *
 * @param rows The input; each piece is read before the next one is asked for, and not kept.
 * @returns Bands of the output, in order, and what is known of them.
 * @throws CenoteError at once as the pooling in memory does; while streaming `INVALID_SHAPE` for pieces that are not of whole
 * rows, for too many or too few of them, `INVALID_DTYPE` for elements of another type.
 *
 * @example
 * ```ts
 * async function* scan() {
 *   for (let row = 0; row < 100_000; row++) yield new Uint8Array(100_000);
 * }
 * const halved = poolStream(scan(), { fn: 'avg', kernelSize: 2, shape: [100_000, 100_000], dtype: 'u8' });
 * for await (const { start, count, data } of halved) await write(start, count, data);
 * ```
 */
export function poolStream<D extends PooledDType>(
  rows: Rows<D>,
  options: PoolStreamOptions<D> & BandOptions,
): PoolStream<D> {
  const plan = planOf('poolStream', options);
  const { bandBytes } = options;
  return {
    shape: plan.geometry.outputShape,
    dtype: options.dtype,
    bytes: new BandPooler('poolStream', plan, bandBytes).bytes,
    async *[Symbol.asyncIterator]() {
      const pooler = new BandPooler('poolStream', plan, bandBytes);
      for await (const piece of rows) yield* pooler.push(piece);
      pooler.end();
    },
  };
}

/** Rows that come in, and pooled rows that go out: {@link poolStream} for those who push. */
export class BandPooler<D extends PooledDType> {
  readonly #op: string;
  readonly #plan: Plan<D>;
  /** The window along the rows. */
  readonly #outer: AxisWindow;
  readonly #rowElements: number;
  readonly #rowBytes: number;
  /** Outputs of a band, but for the last one. */
  readonly #step: number;
  /** Rows of the largest band. */
  readonly #capacity: number;
  /** The rows of the current band that are there. Allocated when they come. */
  #held: Uint8Array<ArrayBuffer> | null = null;
  /** Rows that have come. */
  #received = 0;
  /** The first output of the current band. */
  #output = 0;
  #band: WindowBand;

  constructor(op: string, plan: Plan<D>, bandBytes = 2 ** 22) {
    if (!(bandBytes >= 1)) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: 'no such bands',
        got: `bandBytes ${bandBytes}`,
        expected: 'a number from 1 on',
        hint: 'Leave it out for 4 MiB',
      });
    }
    this.#op = op;
    this.#plan = plan;
    const [outer, ...inner] = plan.axes;
    this.#outer = outer;
    this.#rowElements = inner.reduce((product, { input }) => product * input, plan.channels);
    this.#rowBytes = this.#rowElements * plan.elementBytes;
    this.#step = stepOf(outer, bandBytes / Math.max(1, this.#rowBytes));
    // The bands at both ends may see less than those between, and never more.
    this.#capacity = Math.min(outer.input, (this.#step - 1) * outer.stride + (outer.kernel - 1) * outer.dilation + 1);
    this.#band = windowBand(outer, 0, Math.min(this.#step, outer.output));
  }

  /** As in {@link PoolStream}. */
  get bytes(): number {
    const { axes, channels, elementBytes } = this.#plan;
    const outputRow = axes.slice(1).reduce((product, { output }) => product * output, channels) * elementBytes;
    return 2 * (this.#capacity * this.#rowBytes + Math.min(this.#step, this.#outer.output) * outputRow);
  }

  /** Takes some rows, and gives the bands that are complete with them. All of it has to be consumed. */
  async *push(piece: TypedArrayOf[D]): AsyncGenerator<Band<D>, void, undefined> {
    const count = this.#rowsIn(piece);
    const bytes = new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
    let row = 0;
    while (this.#output < this.#outer.output) {
      const { end } = this.#band;
      const first = firstHeld(this.#band);
      // Rows that no output sees: strides may be longer than windows.
      row += this.#advance(Math.min(count - row, first - this.#received));
      const taken = Math.min(count - row, end - this.#received);
      if (taken > 0) {
        const from = bytes.subarray(row * this.#rowBytes, (row + taken) * this.#rowBytes);
        this.#memory().set(from, (this.#received - first) * this.#rowBytes);
        row += this.#advance(taken);
      }
      if (this.#received < end) return;
      yield await this.#pool();
    }
    this.#advance(count - row);
  }

  /** @throws CenoteError `INVALID_SHAPE` when rows are missing. */
  end(): void {
    if (this.#received === this.#outer.input) return;
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op: this.#op,
      what: 'the input ended early',
      got: `${this.#received} rows`,
      expected: `${this.#outer.input}`,
      hint: 'Give all rows, or the shape that there is',
    });
  }

  #advance(rows: number): number {
    const forward = Math.max(0, rows);
    this.#received += forward;
    return forward;
  }

  #memory(): Uint8Array<ArrayBuffer> {
    this.#held ??= new Uint8Array(this.#capacity * this.#rowBytes);
    return this.#held;
  }

  /** Pools the current band, which is complete, and goes on to the next one. */
  async #pool(): Promise<Band<D>> {
    const { axes, options } = this.#plan;
    const [, ...inner] = axes;
    const { start, end, padding } = this.#band;
    const shape = partShape(this.#plan, [end - start, ...inner.map(({ input }) => input)]);
    const paddings: PartPadding = [padding, ...inner.map(({ padLow, padHigh }) => [padLow, padHigh] as const)];
    const held = this.#memory();
    const before = firstHeld(this.#band);
    const offset = (start - before) * this.#rowBytes;
    const elements = typedArrayView(options.dtype, held.buffer, offset, (end - start) * this.#rowElements);
    const data = await poolPart(this.#plan, elements, shape, paddings);
    const first = this.#output;
    this.#output = Math.min(first + this.#step, this.#outer.output);
    if (this.#output < this.#outer.output) {
      this.#band = windowBand(this.#outer, this.#output, Math.min(this.#output + this.#step, this.#outer.output));
      // What the next band sees again moves to the front.
      const after = firstHeld(this.#band);
      if (after < this.#received) {
        held.copyWithin(0, (after - before) * this.#rowBytes, (this.#received - before) * this.#rowBytes);
      }
    } else {
      this.#held = null;
    }
    return { start: first, count: this.#output - first, data };
  }

  #rowsIn(piece: TypedArrayOf[D]): number {
    assertType(this.#op, this.#plan.options.dtype, piece);
    const count = piece.length / this.#rowElements;
    if (Number.isInteger(count) && this.#received + count <= this.#outer.input) return count;
    const whole = Number.isInteger(count);
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op: this.#op,
      what: whole ? 'more rows than the shape has' : 'a piece that is not of whole rows',
      got: whole ? `${this.#received + count} rows` : `${piece.length} elements`,
      expected: whole ? `${this.#outer.input}` : `a multiple of ${this.#rowElements}`,
      hint: whole ? 'Correct the shape' : 'Collect elements until a row is complete',
    });
  }
}

/**
 * The first row to hold for a band and those after it. With dilation, a window whose first taps are in the padding begins
 * later than the next one: its padding counts as rows.
 */
function firstHeld({ start, padding }: WindowBand): number {
  return Math.max(0, start - padding[0]);
}

/** How many outputs fit in a band along the rows: one at least. */
function stepOf({ stride, kernel, dilation }: AxisWindow, rows: number): number {
  return Math.max(1, Math.floor((rows - ((kernel - 1) * dilation + 1)) / stride) + 1);
}
