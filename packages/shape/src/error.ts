/** Machine-readable kinds of {@link CenoteError}. */
export type ErrorCode =
  /** Shapes, ranks or sizes that do not fit the operation or each other. */
  | 'INVALID_SHAPE'
  /** An option or argument outside its documented range. */
  | 'INVALID_ARGUMENT'
  /** A dtype that the operation does not take. */
  | 'INVALID_DTYPE'
  /** A tensor or device that was used after it was disposed of. */
  | 'DISPOSED'
  /** The operation exists, but not on this backend, device or dtype. */
  | 'UNSUPPORTED'
  /** The backend could not allocate the memory. */
  | 'OUT_OF_MEMORY'
  /** The GPU device is gone, with everything on it. */
  | 'DEVICE_LOST'
  /** A tensor was created, but no device was given and none is the default. */
  | 'NO_DEVICE'
  /** A gradient was asked of something that has none. */
  | 'NOT_DIFFERENTIABLE'
  /** A file from outside that is truncated, oversized or not what it says it is. */
  | 'INVALID_FILE'
  /** A download that failed or did not have the expected checksum. */
  | 'DOWNLOAD_FAILED';

/** The facts of a {@link CenoteError}, from which its message is made. */
export interface ErrorFacts {
  /** What kind of error it is, for programs. */
  readonly code: ErrorCode;
  /** The operation, as the user called it: `maxPool2d`. */
  readonly op: string;
  /** What is wrong, in a few words, without a full stop: `window larger than the padded input on axis H`. */
  readonly what: string;
  /** The offending values: `kernelSize 5, padded input 4 (3 + 1 + 0)`. */
  readonly got: string;
  /** The rule: `at most 4`. */
  readonly expected: string;
  /** The next step, as one sentence without its full stop: `Reduce kernelSize or increase padding`. */
  readonly hint: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

const brand = Symbol.for('cenote.error');

/**
 * The only error that Cenote's packages throw on purpose. Its message always reads
 * *op: what is wrong. Got values; expected rule. Next step.*
 *
 * Recognise it with {@link isCenoteError}, which also works when two copies of a package are loaded.
 *
 * @example
 * ```ts
 * try {
 *   maxPool2d(x, 5);
 * } catch (error) {
 *   if (isCenoteError(error) && error.code === 'INVALID_SHAPE') console.log(error.hint);
 * }
 * ```
 */
export class CenoteError extends Error {
  readonly code: ErrorCode;
  readonly op: string;
  readonly what: string;
  readonly got: string;
  readonly expected: string;
  readonly hint: string;

  constructor(facts: ErrorFacts) {
    super(
      `${facts.op}: ${facts.what}. Got ${facts.got}; expected ${facts.expected}. ${facts.hint}.`,
      facts.cause === undefined ? undefined : { cause: facts.cause },
    );
    this.name = 'CenoteError';
    this.code = facts.code;
    this.op = facts.op;
    this.what = facts.what;
    this.got = facts.got;
    this.expected = facts.expected;
    this.hint = facts.hint;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether `value` is a {@link CenoteError}, from whichever copy of the package. */
export function isCenoteError(value: unknown): value is CenoteError {
  return typeof value === 'object' && value !== null && brand in value;
}
