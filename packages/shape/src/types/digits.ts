import type {
  Carry,
  DifferenceTable,
  Digit,
  FactorTable,
  ProductTable,
  Quotients,
  QuotientTable,
  SumTable,
} from './digit-tables.js';

/**
 * Paper-and-pencil arithmetic on strings of decimal digits. Most operations walk from the ones upwards, so their
 * operands are written **ones first**: 224 is `'422'`. Division walks the other way and takes its dividend as people
 * write it. Operands have no needless zeros, and the empty string is not a number.
 */

/** The digits of a whole number that is not negative, ones first; `''` for anything else, such as `number`, −1 or 0.5. */
export type Digits<N extends number> = Reverse<`${N}`>;

/** Digits in the opposite order; `''` when something is not a digit. */
export type Reverse<S extends string, Out extends string = ''> = S extends `${infer A extends Digit}${infer B extends
  Digit}${infer Rest}`
  ? Reverse<Rest, `${B}${A}${Out}`>
  : S extends ''
    ? Out
    : S extends Digit
      ? `${S}${Out}`
      : '';

/** The number that digits (ones first) stand for; `number` when it is too large to be written exactly. */
export type ToNumber<Ones extends string> = Parse<Reverse<Ones>>;

/** The number that digits, as people write them, stand for. */
export type Parse<S extends string> = S extends `${infer N extends number}` ? N : number;

/** `A + B`, ones first. */
export type SumDigits<
  A extends string,
  B extends string,
  C extends Carry = '',
  Out extends string = '',
> = A extends `${infer X extends Digit}${infer RestA}`
  ? B extends `${infer Y extends Digit}${infer RestB}`
    ? SumTable[C][X][Y] extends `${infer Written}${infer Carried extends Carry}`
      ? SumDigits<RestA, RestB, Carried, `${Out}${Written}`>
      : never
    : C extends ''
      ? `${Out}${A}`
      : SumDigits<A, '1', '', Out>
  : C extends ''
    ? `${Out}${B}`
    : SumDigits<'1', B, '', Out>;

/** `A − B`, ones first; `''` when B is the larger one. */
export type DifferenceDigits<
  A extends string,
  B extends string,
  C extends Carry = '',
  Out extends string = '',
> = A extends `${infer X extends Digit}${infer RestA}`
  ? B extends `${infer Y extends Digit}${infer RestB}`
    ? DifferenceTable[C][Y][X] extends `${infer Written}${infer Borrowed extends Carry}`
      ? DifferenceDigits<RestA, RestB, Borrowed, `${Out}${Written}`>
      : never
    : C extends ''
      ? `${Out}${A}`
      : DifferenceDigits<A, '1', '', Out>
  : `${C}${B}` extends ''
    ? TrimZeros<Out>
    : '';

/** `A − B`, ones first, after a minus sign when B is the larger one. */
export type SignedDifference<A extends string, B extends string> =
  DifferenceDigits<A, B> extends infer D extends string ? (D extends '' ? `-${DifferenceDigits<B, A>}` : D) : never;

/** Without the zeros at the end, which are the leading zeros of a number written ones first. */
type TrimZeros<S extends string> = S extends `${infer Rest}0` ? (Rest extends '' ? '0' : TrimZeros<Rest>) : S;

/** `A · D` for one digit D, ones first. `C` is the digit carried. */
type ProductByDigit<
  A extends string,
  D extends Digit,
  C extends Digit = '0',
  Out extends string = '',
> = A extends `${infer X extends Digit}${infer Rest}`
  ? ProductTable[D][X] extends `${infer Ones extends Digit}${infer Tens extends Digit}`
    ? SumTable[''][Ones][C] extends `${infer Written}${infer Carried extends Carry}`
      ? ProductByDigit<Rest, D, SumTable[Carried][Tens]['0'] & Digit, `${Out}${Written}`>
      : never
    : never
  : C extends '0'
    ? Out
    : `${Out}${C}`;

/** `A · B`, ones first: A, with a zero more for each place of B, times that digit of B, added up. */
export type ProductDigits<A extends string, B extends string, Out extends string = '0'> = A extends '0'
  ? '0'
  : B extends `${infer D extends Digit}${infer Rest}`
    ? ProductDigits<
        `0${A}`,
        Rest,
        D extends '0' ? Out : Out extends '0' ? ProductByDigit<A, D> : SumDigits<Out, ProductByDigit<A, D>>
      >
    : Out;

/**
 * The quotient of N, as people write it, by the divisor whose table is given: one look-up for each digit of N. `R` is
 * the remainder so far, `''` when there is none, so that `` `${R}${D}` `` is what the pupil divides next.
 */
type QuotientByTable<
  N extends string,
  Table extends Quotients,
  R extends string = '',
  Out extends string = '',
> = N extends `${infer D}${infer Rest}`
  ? Table[`${R}${D}`] extends `${infer Q}${infer Left}`
    ? QuotientByTable<Rest, Table, Left, `${Out}${Q}`>
    : never
  : DropZeros<Out>;

/**
 * The quotient of N by S, both ones first from the second digit on: long division. `R` is the remainder so far, ones
 * first. Each digit of the quotient is found by subtracting the divisor as often as it goes.
 */
type LongQuotient<
  N extends string,
  S extends string,
  R extends string = '',
  Out extends string = '',
> = N extends `${infer D}${infer Rest}`
  ? HowOften<`${D}${R}`, S> extends [infer Q extends string, infer Left extends string]
    ? LongQuotient<Rest, S, Left extends '0' ? '' : Left, `${Out}${Q}`>
    : never
  : DropZeros<Out>;

/** How often S goes into A, which is less than ten times, and what is left. */
type HowOften<A extends string, S extends string, Times extends Digit = '0'> =
  DifferenceDigits<A, S> extends infer Left extends string
    ? Left extends ''
      ? [Times, A]
      : HowOften<Left, S, SumTable['1'][Times]['0'] & Digit>
    : never;

/** Without the zeros at the beginning of a number as people write it. */
type DropZeros<S extends string> = S extends `0${infer Rest}` ? (Rest extends '' ? '0' : DropZeros<Rest>) : S;

/**
 * `floor(N / S)`, both as people write them, as is the result; S is not zero.
 *
 * Divisors up to 9 have tables of their own. A product of two of them is divided by one after the other, because
 * `floor(floor(n / a) / b)` is `floor(n / (a · b))`. Others take long division.
 */
export type QuotientDigits<N extends string, S extends string> = S extends keyof QuotientTable
  ? QuotientByTable<N, QuotientTable[S]>
  : S extends keyof FactorTable
    ? QuotientDigits<QuotientByTable<N, QuotientTable[FactorTable[S][0]]>, FactorTable[S][1]>
    : S extends '1'
      ? N
      : LongQuotient<N, Reverse<S>>;

/** `A − B · floor(A / B)`, all ones first; B is not zero. */
export type RemainderDigits<A extends string, B extends string> = DifferenceDigits<
  A,
  ProductDigits<Reverse<QuotientDigits<Reverse<A>, Reverse<B>>>, B>
>;

/** How A and B, ones first, compare. */
export type OrderOfDigits<A extends string, B extends string> =
  DifferenceDigits<A, B> extends infer D ? (D extends '' ? 'less' : D extends '0' ? 'equal' : 'greater') : never;
