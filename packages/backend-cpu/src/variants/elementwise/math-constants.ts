import { table } from '../../plan.js';

/** The constants of assembly/simd/math.ts, as an argument of kernels that use its functions. */
export const mathConstants = table(
  Float32Array.of(
    // 0: one. 1: 1 / ln 2. 2: 1.5 · 2^23, which shifts an integer into the lowest bits. 3, 4: ln 2 in two parts.
    1,
    1.44269504088896341,
    12582912,
    0.693359375,
    -2.12194440054690583e-4,
    // 5 to 9: (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2: minimax for the relative error of e^r, 2^-27.6 after rounding.
    0.49999994,
    0.1666652,
    0.041668445,
    0.008368795,
    0.0013812276,
    // 10: infinity. 11: the least number whose exponential is infinite. 12: the least whose exponential is normal.
    Infinity,
    88.72283935546875,
    -87.33654022216797,
    // 13: the sign bit. 14: from half of this on, tanh is 1. 15: two. 16: where tanh changes from 17–21 to exponentials.
    -0,
    18.04,
    2,
    0.625,
    // 17 to 21: (tanh(x) / x − 1) / x², highest power of x² first, from Cephes.
    -5.70498872745e-3,
    2.06390887954e-2,
    -5.37397155531e-2,
    1.33314422036e-1,
    -3.33332819422e-1,
    // 22: the smallest normal number. 23: 2^23. 24: √½. 25: 23. 26: a half.
    1.1754943508222875e-38,
    8388608,
    0.70710677,
    23,
    0.5,
    // 27 to 35: (ln(1 + f) − f + f² / 2) / f³, highest power of f first, from Cephes.
    7.0376836292e-2,
    -1.151461031e-1,
    1.167699874e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
  ),
);
