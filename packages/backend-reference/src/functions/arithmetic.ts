import type { Element, Elements } from '../elements.js';

/**
 * Pairs of rows: where each row starts in the array that holds the rows, and where the factor that belongs to it is. A
 * row is added to a sum with its factor as the weight, or is multiplied with something to give the gradient of the factor.
 */
export interface WeightedRows {
  /** How many rows there are. */
  count: number;
  /** Per row: where its first element is. */
  readonly rowAt: Int32Array;
  /** Per row: where its factor is. */
  readonly factorAt: Int32Array;
}

/**
 * Sums of products, of which matrix products, convolutions and gradients consist. Accumulators are elements of scratch:
 * floats accumulate in f64, integers wrap around.
 */
export interface Arithmetic<T extends Element> {
  /** `target[targetAt + i] += source[sourceAt + i · sourceStep]` for `0 ≤ i < count`. */
  addRow(
    target: Elements<T>,
    targetAt: number,
    source: Elements<T>,
    sourceAt: number,
    sourceStep: number,
    count: number,
  ): void;
  /**
   * `target[targetAt + i · targetStep] += Σ x[xAt + rowAt[r] + i · xStep] · factors[factorsAt + factorAt[r]]` over the
   * rows `r`, for `0 ≤ i < count`.
   */
  addWeightedRows(
    target: Elements<T>,
    targetAt: number,
    targetStep: number,
    x: Elements<T>,
    xAt: number,
    xStep: number,
    factors: Elements<T>,
    factorsAt: number,
    rows: WeightedRows,
    count: number,
  ): void;
  /**
   * `factors[factorsAt + factorAt[r]] += Σ x[xAt + rowAt[r] + i · xStep] · y[yAt + i]` over `0 ≤ i < count`, for the rows
   * `r`.
   */
  addRowDots(
    factors: Elements<T>,
    factorsAt: number,
    x: Elements<T>,
    xAt: number,
    xStep: number,
    y: Elements<T>,
    yAt: number,
    rows: WeightedRows,
    count: number,
  ): void;
}

/** Of f32 and f64. Four rows at a time, so that an accumulator is loaded and stored once for four products. */
export const floatArithmetic: Arithmetic<number> = {
  addRow(target, targetAt, source, sourceAt, sourceStep, count) {
    for (let i = 0; i < count; i++) target[targetAt + i] += source[sourceAt + i * sourceStep];
  },
  addWeightedRows(target, targetAt, targetStep, x, xAt, xStep, factors, factorsAt, rows, count) {
    const { rowAt, factorAt } = rows;
    let row = 0;
    for (; row + 3 < rows.count; row += 4) {
      const factor0 = factors[factorsAt + factorAt[row]];
      const factor1 = factors[factorsAt + factorAt[row + 1]];
      const factor2 = factors[factorsAt + factorAt[row + 2]];
      const factor3 = factors[factorsAt + factorAt[row + 3]];
      const at0 = xAt + rowAt[row];
      const at1 = xAt + rowAt[row + 1];
      const at2 = xAt + rowAt[row + 2];
      const at3 = xAt + rowAt[row + 3];
      for (let i = 0; i < count; i++) {
        const j = i * xStep;
        target[targetAt + i * targetStep] +=
          x[at0 + j] * factor0 + x[at1 + j] * factor1 + x[at2 + j] * factor2 + x[at3 + j] * factor3;
      }
    }
    for (; row < rows.count; row++) {
      const factor = factors[factorsAt + factorAt[row]];
      const at = xAt + rowAt[row];
      for (let i = 0; i < count; i++) target[targetAt + i * targetStep] += x[at + i * xStep] * factor;
    }
  },
  addRowDots(factors, factorsAt, x, xAt, xStep, y, yAt, rows, count) {
    const { rowAt, factorAt } = rows;
    let row = 0;
    for (; row + 3 < rows.count; row += 4) {
      const at0 = xAt + rowAt[row];
      const at1 = xAt + rowAt[row + 1];
      const at2 = xAt + rowAt[row + 2];
      const at3 = xAt + rowAt[row + 3];
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      for (let i = 0; i < count; i++) {
        const j = i * xStep;
        const value = y[yAt + i];
        sum0 += x[at0 + j] * value;
        sum1 += x[at1 + j] * value;
        sum2 += x[at2 + j] * value;
        sum3 += x[at3 + j] * value;
      }
      factors[factorsAt + factorAt[row]] += sum0;
      factors[factorsAt + factorAt[row + 1]] += sum1;
      factors[factorsAt + factorAt[row + 2]] += sum2;
      factors[factorsAt + factorAt[row + 3]] += sum3;
    }
    for (; row < rows.count; row++) {
      const at = xAt + rowAt[row];
      let sum = 0;
      for (let i = 0; i < count; i++) sum += x[at + i * xStep] * y[yAt + i];
      factors[factorsAt + factorAt[row]] += sum;
    }
  },
};

/** Of i32, u8 and i8: 32 bits that wrap around; the lowest 8 of them are what u8 and i8 keep. */
export const integerArithmetic: Arithmetic<number> = {
  addRow(target, targetAt, source, sourceAt, sourceStep, count) {
    for (let i = 0; i < count; i++) {
      target[targetAt + i] = (target[targetAt + i] + source[sourceAt + i * sourceStep]) | 0;
    }
  },
  addWeightedRows(target, targetAt, targetStep, x, xAt, xStep, factors, factorsAt, rows, count) {
    for (let row = 0; row < rows.count; row++) {
      const factor = factors[factorsAt + rows.factorAt[row]];
      const at = xAt + rows.rowAt[row];
      for (let i = 0; i < count; i++) {
        const to = targetAt + i * targetStep;
        target[to] = (target[to] + Math.imul(x[at + i * xStep], factor)) | 0;
      }
    }
  },
  addRowDots(factors, factorsAt, x, xAt, xStep, y, yAt, rows, count) {
    for (let row = 0; row < rows.count; row++) {
      const at = xAt + rows.rowAt[row];
      const to = factorsAt + rows.factorAt[row];
      let sum = factors[to];
      for (let i = 0; i < count; i++) sum = (sum + Math.imul(x[at + i * xStep], y[yAt + i])) | 0;
      factors[to] = sum;
    }
  },
};

/** Of i64: storing into a `BigInt64Array` wraps around. */
export const bigintArithmetic: Arithmetic<bigint> = {
  addRow(target, targetAt, source, sourceAt, sourceStep, count) {
    for (let i = 0; i < count; i++) target[targetAt + i] += source[sourceAt + i * sourceStep];
  },
  addWeightedRows(target, targetAt, targetStep, x, xAt, xStep, factors, factorsAt, rows, count) {
    for (let row = 0; row < rows.count; row++) {
      const factor = factors[factorsAt + rows.factorAt[row]];
      const at = xAt + rows.rowAt[row];
      for (let i = 0; i < count; i++) target[targetAt + i * targetStep] += x[at + i * xStep] * factor;
    }
  },
  addRowDots(factors, factorsAt, x, xAt, xStep, y, yAt, rows, count) {
    for (let row = 0; row < rows.count; row++) {
      const at = xAt + rows.rowAt[row];
      const to = factorsAt + rows.factorAt[row];
      for (let i = 0; i < count; i++) factors[to] += x[at + i * xStep] * y[yAt + i];
    }
  },
};
