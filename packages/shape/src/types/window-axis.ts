import type {
  DifferenceDigits,
  Digits,
  Parse,
  ProductDigits,
  QuotientDigits,
  RemainderDigits,
  Reverse,
  SignedDifference,
  SumDigits,
  ToNumber,
} from './digits.js';
import type { ShapeError } from './error.js';
import type { FirstProblem } from './options.js';

/*
 * The output size of a window along one axis: `floor((input + padding − effective) / stride) + 1`. With the one moved
 * inside, it is `floor((input + offset) / stride)`, where the *offset* `padding + stride − effective` depends on the
 * options alone. It has a digit or two, is often zero, and the compiler remembers it from one layer to the next.
 *
 * The text of an error does not name the op or the axis yet: both axes of a square plane are then one and the same
 * type, which the compiler works out once.
 */

/** Padding that follows from the other options. */
export type PaddingMode = 'valid' | 'same' | 'sameUpper' | 'sameLower';

/** Pooling limits padding, and each of its windows must see an element; convolution has neither rule. */
export type WindowRule = 'pool' | 'conv';

/**
 * The output size along one axis, `number` when it is not known, or a {@link ShapeError}. Unions give the union of all
 * results. The rules are those of `resolvePool` and `resolveConv`.
 *
 * @typeParam In Input size.
 * @typeParam K Kernel size.
 * @typeParam S Stride.
 * @typeParam P Padding: a number for both sides, a pair, a {@link PaddingMode}, or anything else for "not known".
 * @typeParam D Dilation.
 * @typeParam Ceil Whether a last window may overhang the padded input.
 */
export type AxisOutput<
  In extends number,
  K extends number,
  S extends number,
  P,
  D extends number,
  Ceil extends boolean,
  Rule extends WindowRule,
> = K extends number
  ? S extends number
    ? D extends number
      ? P extends number
        ? Placed<In, K, S, P, P, D, Ceil, Rule, 'half'>
        : P extends readonly [infer Low extends number, infer High extends number]
          ? Low extends number
            ? High extends number
              ? Placed<In, K, S, Low, High, D, Ceil, Rule, 'whole'>
              : never
            : never
          : P extends 'valid'
            ? Placed<In, K, S, 0, 0, D, Ceil, Rule, 'half'>
            : P extends PaddingMode
              ? Same<In, K, S, D, Rule>
              : number
      : never
    : never
  : never;

/** How much padding is allowed: at most half of the window, less than the whole of it, or any. */
type PaddingLimit = 'half' | 'whole' | 'none';

/** {@link AxisOutput} with so much padding before and after. */
type Placed<
  In extends number,
  K extends number,
  S extends number,
  Low extends number,
  High extends number,
  D extends number,
  Ceil extends boolean,
  Rule extends WindowRule,
  Limit extends PaddingLimit,
> =
  WindowOffset<K, S, Low, High, D, Rule extends 'pool' ? Limit : 'none'> extends infer Offset
    ? Offset extends string
      ? InputDigits<In> extends infer I
        ? I extends string
          ? Windows<Shift<I, Offset>, I, `${S}`, Low, Ceil> extends infer Out
            ? Out extends '' | '0'
              ? ShapeError<TooLarge<K, S, D, Ceil, In, Low, High>>
              : [D, Rule] extends [1, WindowRule] | [number, 'conv']
                ? Parse<Out & string>
                : Seeing<Out & string, I, Digits<S>, Digits<Low>, Digits<D>>
            : never
          : I
        : never
      : Offset
    : never;

/** The digits of an input size, ones first; `number` when it is not known, a {@link ShapeError} when it cannot be. */
export type InputDigits<In extends number> = In extends 0
  ? ShapeError<'the input is empty'>
  : Digits<In> extends infer I
    ? I extends ''
      ? number extends In
        ? number
        : ShapeError<`impossible input size ${In}`>
      : I
    : never;

/**
 * The offset `Low + High + S − effective` as digits, ones first, after a minus sign if it is negative; `number` when
 * an option is not known.
 */
type WindowOffset<
  K extends number,
  S extends number,
  Low extends number,
  High extends number,
  D extends number,
  Limit extends PaddingLimit,
> = [Low, High, D, K, S] extends [0, 0, 1, Small, K]
  ? '0'
  : [InvalidWindow<K, S, Low, High, D>] extends [never]
    ? number extends K | S | Low | High | D
      ? number
      : [PaddingProblem<Limit, K, Low, High, D>] extends [never]
        ? SignedDifference<PlusPadding<Digits<S>, Low, High>, EffectiveDigits<K, D>>
        : ShapeError<PaddingProblem<Limit, K, Low, High, D>>
    : ShapeError<InvalidWindow<K, S, Low, High, D>>;

type PlusPadding<N extends string, Low extends number, High extends number> = [Low, High] extends [0, 0]
  ? N
  : SumDigits<N, SumDigits<Digits<Low>, Digits<High>>>;

/** `D · (K − 1) + 1`: from the first tap to the last. */
type EffectiveDigits<K extends number, D extends number> = D extends 1
  ? Digits<K>
  : SumDigits<ProductDigits<Digits<D>, DifferenceDigits<Digits<K>, '1'>>, '1'>;

/** What is wrong with options that are known, `never` if nothing is. Small ones are not looked at twice. */
type InvalidWindow<K extends number, S extends number, Low extends number, High extends number, D extends number> = [
  K,
  S,
  D,
  Low,
  High,
] extends [Small, Small, Small, Small | 0, Small | 0]
  ? never
  : FirstProblem<
      [
        InvalidCount<'kernelSize', K>,
        InvalidCount<'stride', S>,
        InvalidCount<'dilation', D>,
        InvalidPadding<Low>,
        InvalidPadding<High>,
      ]
    >;

type Small = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** What is wrong with N unless it is a positive integer or not known, else `never`. */
export type InvalidCount<Name extends string, N extends number> = number extends N
  ? never
  : Digits<N> extends '' | '0'
    ? `${Name} ${N} is not a positive integer`
    : never;

export type InvalidPadding<N extends number> = number extends N
  ? never
  : Digits<N> extends ''
    ? `padding ${N} is not a non-negative integer`
    : never;

/** What is wrong when padding is above its limit, else `never`. */
type PaddingProblem<
  Limit extends PaddingLimit,
  K extends number,
  Low extends number,
  High extends number,
  D extends number,
> = [Limit, Low | High] extends ['none', number] | [PaddingLimit, 0]
  ? never
  : Limit extends 'half'
    ? DifferenceDigits<EffectiveDigits<K, D>, SumDigits<Digits<Low>, Digits<Low>>> extends ''
      ? `padding ${Low} is above half of the ${WindowText<K, D>}`
      : never
    : Extract<Beyond<EffectiveDigits<K, D>, Low> | Beyond<EffectiveDigits<K, D>, High>, '' | '0'> extends never
      ? never
      : `padding [${Low}, ${High}] is as large as the ${WindowText<K, D>}`;
type Beyond<Effective extends string, Padding extends number> = DifferenceDigits<Effective, Digits<Padding>>;

/** The input with the offset added, ones first; `''` when that is below zero. */
type Shift<I extends string, Offset extends string> = Offset extends '0'
  ? I
  : Offset extends `-${infer Less}`
    ? DifferenceDigits<I, Less>
    : SumDigits<I, Offset>;

/** How many windows fit, as people write it; `''` or `'0'` when none does. */
type Windows<
  Shifted extends string,
  I extends string,
  S extends string,
  Low extends number,
  Ceil extends boolean,
> = Ceil extends false
  ? QuotientDigits<Reverse<Shifted>, S>
  : Shifted extends ''
    ? ''
    : Smaller<CeilDigits<Shifted, S>, CeilDigits<SumDigits<I, Digits<Low>>, S>>;

/** `ceil(N / S)`, N ones first, the result too. */
type CeilDigits<N extends string, S extends string> =
  SumDigits<N, DifferenceDigits<Reverse<S>, '1'>> extends infer Raised extends string
    ? Reverse<QuotientDigits<Reverse<Raised>, S>>
    : never;

/** The smaller one of two numbers that are written ones first, as people write it. */
type Smaller<A extends string, B extends string> = Reverse<DifferenceDigits<A, B> extends '' ? A : B>;

/** What is wrong with a window that does not fit. */
type TooLarge<
  K extends number,
  S extends number,
  D extends number,
  Ceil extends boolean,
  In extends number,
  Low extends number,
  High extends number,
> = `${WindowText<K, D>} is larger than the padded input ${PaddedText<In, Low, High>}${Ceil extends true
  ? ` by at least the stride ${S} (ceil mode)`
  : ''}`;

type WindowText<K extends number, D extends number> = D extends 1
  ? `window ${K}`
  : `window ${ToNumber<EffectiveDigits<K, D>>} (kernelSize ${K}, dilation ${D})`;

type PaddedText<In extends number, Low extends number, High extends number> = [Low, High] extends [0, 0]
  ? In
  : PlusPadding<Digits<In>, Low, High> extends infer Padded extends string
    ? `${ToNumber<Padded>} (${In} + ${Low} + ${High})`
    : never;

/** {@link AxisOutput} with a padding mode: `ceil(In / S)`, whatever the window. */
type Same<In extends number, K extends number, S extends number, D extends number, Rule extends WindowRule> = [
  InvalidWindow<K, S, 0, 0, D>,
] extends [never]
  ? InputDigits<In> extends infer I
    ? I extends string
      ? number extends S
        ? number
        : CeilDigits<I, `${S}`> extends infer Out extends string
          ? [D, Rule] extends [1, WindowRule] | [number, 'conv']
            ? ToNumber<Out>
            : number extends K | D
              ? number
              : Seeing<Reverse<Out>, I, Digits<S>, SameLow<I, Out, Digits<S>, EffectiveDigits<K, D>>, Digits<D>>
          : never
      : I
    : never
  : ShapeError<InvalidWindow<K, S, 0, 0, D>>;

/**
 * The padding before the input in a padding mode: half of what the windows reach beyond it, the smaller one. It would be
 * the larger one in `'sameLower'`, but that is the mirror image, in which as many windows see nothing. All ones first.
 */
type SameLow<I extends string, Out extends string, S extends string, Effective extends string> =
  DifferenceDigits<SumDigits<ProductDigits<DifferenceDigits<Out, '1'>, S>, Effective>, I> extends infer Total extends
    string
    ? Total extends ''
      ? '0'
      : Reverse<QuotientDigits<Reverse<Total>, '2'>>
    : never;

/**
 * The number of windows `Out`, as people write it, unless one of them sees no element. Only a window that starts in
 * the padding and is dilated by more than the input can step over it. All else is ones first.
 */
type Seeing<Out extends string, I extends string, S extends string, Low extends string, D extends string> =
  DifferenceDigits<I, D> extends ''
    ? StepsOver<Reverse<Out>, I, S, Low, D> extends true
      ? ShapeError<`a window with dilation ${ToNumber<D>} steps over the whole input ${ToNumber<I>}`>
      : Parse<Out>
    : Parse<Out>;

/** Whether one of `Left` windows, of which the first starts `Before` elements ahead of the input, sees none. */
type StepsOver<
  Left extends string,
  I extends string,
  S extends string,
  Before extends string,
  D extends string,
> = Left extends '0'
  ? false
  : Before extends '' | '0'
    ? false
    : DifferenceDigits<I, SumDigits<FirstSeen<RemainderDigits<Before, D>, D>, '1'>> extends ''
      ? true
      : StepsOver<DifferenceDigits<Left, '1'>, I, S, DifferenceDigits<Before, S>, D>;

/** Where the first tap lands that is not ahead of the input, for a window that starts `R` modulo `D` ahead of it. */
type FirstSeen<R extends string, D extends string> = R extends '0' ? '0' : DifferenceDigits<D, R>;
