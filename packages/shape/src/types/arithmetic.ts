import type {
  DifferenceDigits,
  Digits,
  OrderOfDigits,
  Parse,
  ProductDigits,
  QuotientDigits,
  RemainderDigits,
  Reverse,
  SignedDifference,
  SumDigits,
  ToNumber,
} from './digits.js';

/*
 * Exact arithmetic on number literals. Operands are whole numbers that are not negative, of any size that TypeScript
 * writes without an exponent (below 10^21); a result that a number cannot hold exactly is `number`. With any other
 * operand (`number`, −1, 0.5) the result is `number` too: unknown, never wrong. Unions give the union of all results.
 */

/** `A + B`. */
export type Add<A extends number, B extends number> = SumOf<Digits<A>, Digits<B>>;
type SumOf<A extends string, B extends string> = '' extends A | B ? number : ToNumber<SumDigits<A, B>>;

/** `A − B`, which may be negative. */
export type Subtract<A extends number, B extends number> = DifferenceOf<Digits<A>, Digits<B>>;
type DifferenceOf<A extends string, B extends string> = '' extends A | B
  ? number
  : A extends string
    ? B extends string
      ? SignedNumber<SignedDifference<A, B>>
      : never
    : never;
type SignedNumber<D extends string> = D extends `-${infer Size}` ? Parse<`-${Reverse<Size>}`> : ToNumber<D>;

/** `A · B`. */
export type Multiply<A extends number, B extends number> = ProductOf<Digits<A>, Digits<B>>;
type ProductOf<A extends string, B extends string> = '' extends A | B ? number : ToNumber<ProductDigits<A, B>>;

/** `floor(A / B)`; `number` when B is 0. */
export type FloorDivide<A extends number, B extends number> = FloorOf<Digits<A>, Digits<B>>;
type FloorOf<A extends string, B extends string> = '' extends A | B
  ? number
  : '0' extends B
    ? number
    : Parse<QuotientDigits<Reverse<A>, Reverse<B>>>;

/** `ceil(A / B)`; `number` when B is 0. */
export type CeilDivide<A extends number, B extends number> = CeilOf<Digits<A>, Digits<B>>;
type CeilOf<A extends string, B extends string> = '' extends A | B
  ? number
  : '0' extends B
    ? number
    : B extends string
      ? Parse<QuotientDigits<Reverse<SumDigits<A, DifferenceDigits<B, '1'>>>, Reverse<B>>>
      : never;

/** `A − B · floor(A / B)`; `number` when B is 0. */
export type Remainder<A extends number, B extends number> = RemainderOf<Digits<A>, Digits<B>>;
type RemainderOf<A extends string, B extends string> = '' extends A | B
  ? number
  : '0' extends B
    ? number
    : A extends string
      ? B extends string
        ? ToNumber<RemainderDigits<A, B>>
        : never
      : never;
/** Whether A is less than, equal to or greater than B; the union of all three when that is not known. */
export type Compare<A extends number, B extends number> = OrderOf<Digits<A>, Digits<B>>;
/** What {@link Compare} gives. */
export type Order = 'less' | 'equal' | 'greater';
type OrderOf<A extends string, B extends string> = '' extends A | B
  ? Order
  : A extends string
    ? B extends string
      ? OrderOfDigits<A, B>
      : never
    : never;
/** The smaller one; `number` when that is not known. */
export type Min<A extends number, B extends number> = A extends number
  ? B extends number
    ? Choose<Compare<A, B>, A, B>
    : never
  : never;

/** The larger one; `number` when that is not known. */
export type Max<A extends number, B extends number> = A extends number
  ? B extends number
    ? Choose<Compare<A, B>, B, A>
    : never
  : never;

/** `Low` when the order is less or equal, `High` when it is greater, `number` when it is not known. */
type Choose<O extends Order, Low extends number, High extends number> = [O] extends ['greater']
  ? High
  : [O] extends ['less' | 'equal']
    ? Low
    : number;
