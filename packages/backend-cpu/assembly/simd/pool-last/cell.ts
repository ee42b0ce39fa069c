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

/** The fold of four vectors. */
@inline
function quad(mode: i32, a: usize, b: usize, c: usize, d: usize): v128 {
  return fold(mode, fold(mode, v128.load(a), v128.load(b)), fold(mode, v128.load(c), v128.load(d)));
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
  if (countD == 1 && countH == 2 && countW == 2) {
    const below = source + stepH;
    for (; c + 32 <= bytes; c += 32) {
      const a = source + c;
      const b = below + c;
      v128.store(out + c, finish(mode, quad(mode, a, a + stepW, b, b + stepW), divisor));
      v128.store(out + c, finish(mode, quad(mode, a + 16, a + stepW + 16, b + 16, b + stepW + 16), divisor), 16);
    }
  }
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
  let c = 0;
  // A line of the cache at a time: taps are often as far apart as lines that have to share a place there.
  for (; c + 64 <= bytes; c += 64) {
    let low0 = f64x2.splat(0);
    let low1 = low0;
    let low2 = low0;
    let low3 = low0;
    let high0 = low0;
    let high1 = low0;
    let high2 = low0;
    let high3 = low0;
    let plane = source + c;
    for (let d = 0; d < countD; d++) {
      let row = plane;
      for (let h = 0; h < countH; h++) {
        let p = row;
        for (let w = 0; w < countW; w += 8) {
          const taps = min(8, countW - w);
          let r0 = v128.load(p);
          let r1 = v128.load(p, 16);
          let r2 = v128.load(p, 32);
          let r3 = v128.load(p, 48);
          p += stepW;
          for (let tap = 1; tap < taps; tap++) {
            r0 = f32x4.add(r0, v128.load(p));
            r1 = f32x4.add(r1, v128.load(p, 16));
            r2 = f32x4.add(r2, v128.load(p, 32));
            r3 = f32x4.add(r3, v128.load(p, 48));
            p += stepW;
          }
          low0 = f64x2.add(low0, low(r0));
          low1 = f64x2.add(low1, low(r1));
          low2 = f64x2.add(low2, low(r2));
          low3 = f64x2.add(low3, low(r3));
          high0 = f64x2.add(high0, high(r0));
          high1 = f64x2.add(high1, high(r1));
          high2 = f64x2.add(high2, high(r2));
          high3 = f64x2.add(high3, high(r3));
        }
        row += stepH;
      }
      plane += stepD;
    }
    const by = f32x4.splat(divisor);
    v128.store(out + c, f32x4.div(narrow(low0, high0), by));
    v128.store(out + c, f32x4.div(narrow(low1, high1), by), 16);
    v128.store(out + c, f32x4.div(narrow(low2, high2), by), 32);
    v128.store(out + c, f32x4.div(narrow(low3, high3), by), 48);
  }
  for (; c < bytes; c += 16) {
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
