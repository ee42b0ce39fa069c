import { finish, fold, high, low, MAX, narrow, SUM } from './fold';

/**
 * Folds a box of taps for `bytes` ≥ 16 bytes of neighbouring channels (or of anything else that lies side by side: a
 * whole row, when the taps are rows): `out[c] = fold of in[c + d·stepD + h·stepH + w·stepW]`, sums divided by `divisor`.
 *
 * Sums are made row by row and then added up, so that the error grows with the edge of a window, not with its area.
 */
export function cell(
  mode: i32,
  out: usize,
  source: usize,
  bytes: i32,
  countD: i32,
  stepD: usize,
  countH: i32,
  stepH: usize,
  countW: i32,
  stepW: usize,
  divisor: f32,
): void {
  if (mode == MAX) cellMax(out, source, bytes, countD, stepD, countH, stepH, countW, stepW);
  else if (mode == SUM) cellSum(out, source, bytes, countD, stepD, countH, stepH, countW, stepW, divisor);
  else cellWideSum(out, source, bytes, countD, stepD, countH, stepH, countW, stepW, divisor);
}

function cellMax(
  out: usize,
  source: usize,
  bytes: i32,
  countD: i32,
  stepD: usize,
  countH: i32,
  stepH: usize,
  countW: i32,
  stepW: usize,
): void {
  box(MAX, out, source, bytes, countD, stepD, countH, stepH, countW, stepW, f32x4.splat(1));
}

function cellSum(
  out: usize,
  source: usize,
  bytes: i32,
  countD: i32,
  stepD: usize,
  countH: i32,
  stepH: usize,
  countW: i32,
  stepW: usize,
  divisor: f32,
): void {
  box(SUM, out, source, bytes, countD, stepD, countH, stepH, countW, stepW, f32x4.splat(divisor));
}

@inline
function box(
  mode: i32,
  out: usize,
  source: usize,
  bytes: i32,
  countD: i32,
  stepD: usize,
  countH: i32,
  stepH: usize,
  countW: i32,
  stepW: usize,
  divisor: v128,
): void {
  let c: i32 = 0;
  for (; c + 64 <= bytes; c += 64) {
    let a0 = v128.load(source + c);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let plane = source + c;
    for (let d = 0; d < countD; d++) {
      let row = plane;
      for (let h = 0; h < countH; h++) {
        let p = row;
        let r0 = v128.load(p);
        let r1 = v128.load(p, 16);
        let r2 = v128.load(p, 32);
        let r3 = v128.load(p, 48);
        for (let w = 1; w < countW; w++) {
          p += stepW;
          r0 = fold(mode, r0, v128.load(p));
          r1 = fold(mode, r1, v128.load(p, 16));
          r2 = fold(mode, r2, v128.load(p, 32));
          r3 = fold(mode, r3, v128.load(p, 48));
        }
        if ((d | h) == 0) {
          a0 = r0;
          a1 = r1;
          a2 = r2;
          a3 = r3;
        } else {
          a0 = fold(mode, a0, r0);
          a1 = fold(mode, a1, r1);
          a2 = fold(mode, a2, r2);
          a3 = fold(mode, a3, r3);
        }
        row += stepH;
      }
      plane += stepD;
    }
    v128.store(out + c, finish(mode, a0, divisor));
    v128.store(out + c, finish(mode, a1, divisor), 16);
    v128.store(out + c, finish(mode, a2, divisor), 32);
    v128.store(out + c, finish(mode, a3, divisor), 48);
  }
  // The last vector overlaps the one before it where the channels are no multiple of four.
  for (; c < bytes; c += 16) {
    const at = min(c, bytes - 16);
    let a = v128.load(source + at);
    let plane = source + at;
    for (let d = 0; d < countD; d++) {
      let row = plane;
      for (let h = 0; h < countH; h++) {
        let p = row;
        let r = v128.load(p);
        for (let w = 1; w < countW; w++) {
          p += stepW;
          r = fold(mode, r, v128.load(p));
        }
        a = (d | h) == 0 ? r : fold(mode, a, r);
        row += stepH;
      }
      plane += stepD;
    }
    v128.store(out + at, finish(mode, a, divisor));
  }
}

/** Runs of at most eight taps are summed in f32, which costs 7 roundings; the runs are summed in f64. */
function cellWideSum(
  out: usize,
  source: usize,
  bytes: i32,
  countD: i32,
  stepD: usize,
  countH: i32,
  stepH: usize,
  countW: i32,
  stepW: usize,
  divisor: f32,
): void {
  for (let c = 0; c < bytes; c += 16) {
    const at = min(c, bytes - 16);
    let sum01 = f64x2.splat(0);
    let sum23 = f64x2.splat(0);
    let plane = source + at;
    for (let d = 0; d < countD; d++) {
      let row = plane;
      for (let h = 0; h < countH; h++) {
        let p = row;
        for (let w = 0; w < countW; w += 8) {
          const taps = min(8, countW - w);
          let run = v128.load(p);
          p += stepW;
          for (let tap = 1; tap < taps; tap++) {
            run = f32x4.add(run, v128.load(p));
            p += stepW;
          }
          sum01 = f64x2.add(sum01, low(run));
          sum23 = f64x2.add(sum23, high(run));
        }
        row += stepH;
      }
      plane += stepD;
    }
    v128.store(out + at, f32x4.div(narrow(sum01, sum23), f32x4.splat(divisor)));
  }
}
