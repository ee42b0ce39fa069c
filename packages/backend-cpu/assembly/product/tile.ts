// The innermost loops: a tile of 5 rows and 8 columns of a product, in ten registers. With two for a row of B, one for an
// element of A and one for a product, that is one less than the engine can use; with 6 rows it would spill, which halves
// the speed.
//
// A tile is computed as tile[i][j] = init[j] + Σₖ A[i][k] · B[k][j]. B's rows lie `step` bytes apart, eight neighbours each;
// where A's elements are, a table says: at `aᵢ + table[k]`. That is how a convolution reads its input without copying
// it once per tap: rows are outputs, and the table has the distances of the taps.

/** Bytes of a tile in memory: 5 rows of 8. */
export const tileBytes: usize = 160;

/**
 * `a · b + c`. Written so that the sum follows the product: where the engine has relaxed SIMD, both become one instruction
 * (scripts/build-kernels.mjs).
 */
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Computes a tile whose rows lie side by side: element (i, k) of A is at `a + 4 · i + table[k]`. */
export function adjacentTile(a: usize, table: usize, depth: i32, b: usize, step: usize, init: usize, tile: usize): void {
  let l0 = v128.load(init), r0 = v128.load(init, 16);
  let l1 = l0, l2 = l0, l3 = l0, l4 = l0;
  let r1 = r0, r2 = r0, r3 = r0, r4 = r0;
  for (const end = table + ((<usize>depth) << 2); table < end; table += 4) {
    const at = a + load<usize>(table);
    const l = v128.load(b), r = v128.load(b, 16);
    const x0 = v128.load32_splat(at);
    l0 = multiplyAdd(x0, l, l0); r0 = multiplyAdd(x0, r, r0);
    const x1 = v128.load32_splat(at, 4);
    l1 = multiplyAdd(x1, l, l1); r1 = multiplyAdd(x1, r, r1);
    const x2 = v128.load32_splat(at, 8);
    l2 = multiplyAdd(x2, l, l2); r2 = multiplyAdd(x2, r, r2);
    const x3 = v128.load32_splat(at, 12);
    l3 = multiplyAdd(x3, l, l3); r3 = multiplyAdd(x3, r, r3);
    const x4 = v128.load32_splat(at, 16);
    l4 = multiplyAdd(x4, l, l4); r4 = multiplyAdd(x4, r, r4);
    b += step;
  }
  v128.store(tile, l0); v128.store(tile, r0, 16);
  v128.store(tile, l1, 32); v128.store(tile, r1, 48);
  v128.store(tile, l2, 64); v128.store(tile, r2, 80);
  v128.store(tile, l3, 96); v128.store(tile, r3, 112);
  v128.store(tile, l4, 128); v128.store(tile, r4, 144);
}

/** Computes a tile whose rows are anywhere: element (i, k) of A is at `aᵢ + table[k]`. */
export function scatteredTile(
  a0: usize, a1: usize, a2: usize, a3: usize, a4: usize,
  table: usize, depth: i32, b: usize, step: usize, init: usize, tile: usize,
): void {
  let l0 = v128.load(init), r0 = v128.load(init, 16);
  let l1 = l0, l2 = l0, l3 = l0, l4 = l0;
  let r1 = r0, r2 = r0, r3 = r0, r4 = r0;
  for (const end = table + ((<usize>depth) << 2); table < end; table += 4) {
    const at = load<usize>(table);
    const l = v128.load(b), r = v128.load(b, 16);
    const x0 = v128.load32_splat(a0 + at);
    l0 = multiplyAdd(x0, l, l0); r0 = multiplyAdd(x0, r, r0);
    const x1 = v128.load32_splat(a1 + at);
    l1 = multiplyAdd(x1, l, l1); r1 = multiplyAdd(x1, r, r1);
    const x2 = v128.load32_splat(a2 + at);
    l2 = multiplyAdd(x2, l, l2); r2 = multiplyAdd(x2, r, r2);
    const x3 = v128.load32_splat(a3 + at);
    l3 = multiplyAdd(x3, l, l3); r3 = multiplyAdd(x3, r, r3);
    const x4 = v128.load32_splat(a4 + at);
    l4 = multiplyAdd(x4, l, l4); r4 = multiplyAdd(x4, r, r4);
    b += step;
  }
  v128.store(tile, l0); v128.store(tile, r0, 16);
  v128.store(tile, l1, 32); v128.store(tile, r1, 48);
  v128.store(tile, l2, 64); v128.store(tile, r2, 80);
  v128.store(tile, l3, 96); v128.store(tile, r3, 112);
  v128.store(tile, l4, 128); v128.store(tile, r4, 144);
}

/**
 * Computes a tile whose rows are where a table says: element (i, k) of A is at `a + rowTable[i] + table[k]`. Of the
 * `rows` from 1 to 5, only those are read.
 */
export function tableTile(
  a: usize, rowTable: usize, rows: i32,
  table: usize, depth: i32, b: usize, step: usize, init: usize, tile: usize,
): void {
  const o0 = load<usize>(rowTable);
  const last = load<usize>(rowTable + ((<usize>(rows - 1)) << 2));
  const o1 = rows > 1 ? load<usize>(rowTable, 4) : last;
  const o2 = rows > 2 ? load<usize>(rowTable, 8) : last;
  const o3 = rows > 3 ? load<usize>(rowTable, 12) : last;
  const o4 = last;
  if (o1 - o0 == 4 && o2 - o1 == 4 && o3 - o2 == 4 && o4 - o3 == 4) {
    adjacentTile(a + o0, table, depth, b, step, init, tile);
  } else {
    scatteredTile(a + o0, a + o1, a + o2, a + o3, a + o4, table, depth, b, step, init, tile);
  }
}

/**
 * Stores a tile, or a part of it. Row i goes to `target + i · rowStep`, or to `target + rowTable[i]` when there is a table;
 * its columns lie `columnStep` bytes apart. Steps are in bytes.
 */
export function storeTile(
  tile: usize, rows: i32, columns: i32,
  target: usize, rowStep: usize, rowTable: usize, columnStep: usize,
): void {
  if (columnStep == 4) {
    for (let i = 0; i < rows; i++) {
      const to = rowTable != 0 ? target + load<usize>(rowTable + ((<usize>i) << 2)) : target;
      if (columns == 8) {
        v128.store(to, v128.load(tile));
        v128.store(to, v128.load(tile, 16), 16);
      } else {
        for (let j: usize = 0, end = (<usize>columns) << 2; j < end; j += 4) store<f32>(to + j, load<f32>(tile + j));
      }
      tile += 32;
      target += rowStep;
    }
  } else if (rows == 5 && rowStep == 4 && rowTable == 0) {
    while (true) {
      const x0 = v128.load(tile), x1 = v128.load(tile, 32), x2 = v128.load(tile, 64), x3 = v128.load(tile, 96);
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(target, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      store<f32>(target, load<f32>(tile, 128), 16);
      target += columnStep;
      if (columns < 2) break;
      v128.store(target, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      store<f32>(target, load<f32>(tile, 132), 16);
      target += columnStep;
      if (columns < 3) break;
      v128.store(target, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      store<f32>(target, load<f32>(tile, 136), 16);
      target += columnStep;
      if (columns < 4) break;
      v128.store(target, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
      store<f32>(target, load<f32>(tile, 140), 16);
      target += columnStep;
      columns -= 4;
      if (columns == 0) break;
      tile += 16;
    }
  } else {
    for (let i = 0; i < rows; i++) {
      let to = rowTable != 0 ? target + load<usize>(rowTable + ((<usize>i) << 2)) : target;
      for (let j: usize = 0, end = (<usize>columns) << 2; j < end; j += 4) {
        store<f32>(to, load<f32>(tile + j));
        to += columnStep;
      }
      tile += 32;
      target += rowStep;
    }
  }
}
