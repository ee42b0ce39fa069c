import type { Epilogue } from '@cenote/backend';
import type { Domain } from '../domain.js';
import type { Element, Elements } from '../elements.js';
import type { UnaryRow } from '../functions/unary.js';

/** What is done to a row of accumulators before it is stored: `activation(acc + bias)`. */
export interface RowEpilogue<T extends Element> {
  /** Name for kernel variants: `_bias_relu`, or nothing. */
  readonly name: string;
  /** Whether there is a bias to add. */
  readonly bias: boolean;
  /**
   * Finishes `count` accumulators.
   *
   * @param biasStep 1 when each accumulator has a bias of its own, 0 when they share one.
   */
  finish(
    accumulators: Elements<T>,
    at: number,
    bias: Elements<T>,
    biasAt: number,
    biasStep: number,
    count: number,
  ): void;
}

/** The epilogue for a dtype, or `null` where the dtype does not have the activation or cannot add. */
export function rowEpilogue<T extends Element>(
  domain: Domain<T>,
  epilogue: Epilogue | undefined,
): RowEpilogue<T> | null {
  const { arithmetic } = domain;
  if (arithmetic === null) return null;
  const bias = epilogue?.bias ?? false;
  const fn = epilogue?.activation;
  let activate: UnaryRow<T> | undefined;
  if (fn !== undefined) {
    activate = domain.unary[fn];
    if (activate === undefined) return null;
  }
  return {
    name: `${bias ? '_bias' : ''}${fn === undefined ? '' : `_${fn}`}`,
    bias,
    finish(accumulators, at, biases, biasAt, biasStep, count) {
      if (bias) arithmetic.addRow(accumulators, at, biases, biasAt, biasStep, count);
      activate?.(accumulators, accumulators, at, at + count);
    },
  };
}
