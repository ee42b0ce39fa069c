import type { GpuFeatures, Plan, Step } from '../../plan.js';
import { floatHelpers } from '../../wgsl/elements.js';
import { threadGrid, threadsPerGroup } from '../../wgsl/per-element.js';

/**
 * A product of matrices in f32 whose elements are found by functions, so that it may be a convolution whose matrix of windows is
 * never made. `row` and `column` are bodies of WGSL functions that prepare, once for each thread, what it needs to know of
 * row `m` or column `n` of product `b`; `rowElement` and `columnElement` give their element `k`.
 */
export interface Product {
  readonly name: string;
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  /** `fn (b: u32, m: u32) -> vec4<i32>` */
  readonly row: string;
  /** `fn (row: vec4<i32>, k: u32) -> f32` */
  readonly rowElement: string;
  /** `fn (b: u32, n: u32) -> vec4<i32>` */
  readonly column: string;
  /** `fn (column: vec4<i32>, k: u32) -> f32` */
  readonly columnElement: string;
  /** `fn (b: u32, m: u32, n: u32) -> u32`: where the result goes. */
  readonly place: string;
  /** `fn (total: f32, b: u32, m: u32, n: u32) -> f32` */
  readonly finish: string;
  readonly functions: string;
  readonly inputs: number;
  /** Whether neighbours along k are neighbours in memory, rather than neighbouring rows or columns. */
  readonly rowsAlongInner: boolean;
  readonly columnsAlongInner: boolean;
  /** Whether neighbouring rows of the result are neighbours in memory, rather than neighbouring columns. */
  readonly resultAlongRows: boolean;
}

/** A thread's tile is so many rows and columns. */
const own = 4;
/** After so many steps along k sums are put aside, which costs fewer digits. */
const stepsPerPart = 32;
const mostSegments = 64;

interface Tile {
  readonly rows: number;
  readonly columns: number;
  /** Steps along k that are loaded at once. */
  readonly depth: number;
}

/** Large tiles load less for each multiplication; small ones leave less idle, and are more. */
function tileFor({ batch, rows, columns }: Product, { busyThreads, software }: GpuFeatures): Tile {
  // Software compiles a store for each element of workgroup memory, which begins as zeros.
  if (software) return { rows: 32, columns: 32, depth: 4 };
  const side = (size: number) => (size <= 16 ? 16 : size <= 32 ? 32 : 64);
  const tile = { rows: side(rows), columns: side(columns), depth: 16 };
  const tiles = batch * Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns);
  const threads = (tile.rows * tile.columns) / (own * own);
  if (tiles * threads >= busyThreads / 4) return tile;
  return { ...tile, rows: Math.min(32, tile.rows), columns: Math.min(32, tile.columns) };
}

/**
 * The product in tiles: a workgroup loads `depth` columns of some rows and rows of some columns into its own memory, where each
 * element is used by as many threads as the tile is wide; each thread keeps 4 × 4 results in registers. Where there are few results
 * and long sums, several workgroups share a tile, and a second step adds up.
 */
export function tiledPlan(product: Product, features: GpuFeatures): Plan | null {
  const { name, batch, rows, columns, inner } = product;
  const tile = tileFor(product, features);
  const { depth } = tile;
  const threads = (tile.rows * tile.columns) / (own * own);
  const [acrossRows, acrossColumns] = [Math.ceil(rows / tile.rows), Math.ceil(columns / tile.columns)];
  const groups = acrossRows * acrossColumns * batch;
  let segments = 1;
  while (
    segments < mostSegments &&
    groups * segments * threads * own < features.busyThreads &&
    inner >= segments * 2 * depth * stepsPerPart
  ) {
    segments *= 2;
  }
  const tiles = acrossRows * acrossColumns * batch * segments;
  const grid = threadGrid(tiles * threadsPerGroup, features);
  if (grid === null) return null;
  const share = Math.ceil(inner / segments / depth) * depth;
  const results = batch * rows * columns;
  if (segments * results * 4 > features.maxBindingBytes) return null;
  const target =
    segments === 1
      ? 'out0[out0Offset() + placeOf(b, m, n)] = finish(value, b, m, n);'
      : `temporary0[segment * ${results}u + (b * ${rows}u + m) * ${columns}u + n] = value;`;
  const inputs = Array.from({ length: product.inputs }, (_, index) => ({
    what: { kind: 'input' as const, index },
    declaration: 'array<f32>',
  }));
  const output = { what: { kind: 'output' as const, index: 0 }, declaration: 'array<f32>' };
  const first: Step = {
    code: `
${floatHelpers}
${product.functions}
fn rowOf(b: u32, m: u32) -> vec4<i32> { ${product.row} }
fn rowElement(row: vec4<i32>, k: u32) -> f32 { ${product.rowElement} }
fn columnOf(b: u32, n: u32) -> vec4<i32> { ${product.column} }
fn columnElement(column: vec4<i32>, k: u32) -> f32 { ${product.columnElement} }
fn placeOf(b: u32, m: u32, n: u32) -> u32 { ${product.place} }
${segments === 1 ? `fn finish(total: f32, b: u32, m: u32, n: u32) -> f32 { ${product.finish} }` : ''}
var<workgroup> rowTile: array<array<f32, ${tile.rows}>, ${depth}>;
var<workgroup> columnTile: array<array<f32, ${tile.columns}>, ${depth}>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let number = id.x + id.y * groups.x;
  if (number >= ${tiles}u) { return; }
  let above = number / ${acrossColumns}u; let beyond = above / ${acrossRows}u;
  let b = beyond / ${segments}u; let segment = beyond % ${segments}u;
  let firstRow = (above % ${acrossRows}u) * ${tile.rows}u; let firstColumn = (number % ${acrossColumns}u) * ${tile.columns}u;
  let begin = ${segments === 1 ? '0u' : `segment * ${share}u`}; let end = ${segments === 1 ? `${inner}u` : `min(${inner}u, begin + ${share}u)`};
  ${product.resultAlongRows ? `let ty = local % ${tile.rows / own}u; let tx = local / ${tile.rows / own}u;` : `let tx = local % ${tile.columns / own}u; let ty = local / ${tile.columns / own}u;`}
  ${loadPlan('row', tile, rows, product.rowsAlongInner).prepare}
  ${loadPlan('column', tile, columns, product.columnsAlongInner).prepare}
  var c0 = vec4<f32>(0.0); var c1 = vec4<f32>(0.0); var c2 = vec4<f32>(0.0); var c3 = vec4<f32>(0.0);
  var t0 = vec4<f32>(0.0); var t1 = vec4<f32>(0.0); var t2 = vec4<f32>(0.0); var t3 = vec4<f32>(0.0);
  var steps = 0u;
  for (var start = begin; start < end; start += ${depth}u) {
    ${loadPlan('row', tile, rows, product.rowsAlongInner).load}
    ${loadPlan('column', tile, columns, product.columnsAlongInner).load}
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      let x = vec4<f32>(columnTile[k][tx * 4u], columnTile[k][tx * 4u + 1u], columnTile[k][tx * 4u + 2u], columnTile[k][tx * 4u + 3u]);
      t0 += rowTile[k][ty * 4u] * x;
      t1 += rowTile[k][ty * 4u + 1u] * x;
      t2 += rowTile[k][ty * 4u + 2u] * x;
      t3 += rowTile[k][ty * 4u + 3u] * x;
    }
    workgroupBarrier();
    steps++;
    if (steps == ${stepsPerPart}u) {
      c0 += t0; c1 += t1; c2 += t2; c3 += t3;
      t0 = vec4<f32>(0.0); t1 = vec4<f32>(0.0); t2 = vec4<f32>(0.0); t3 = vec4<f32>(0.0);
      steps = 0u;
    }
  }
  let totals = array<vec4<f32>, 4>(c0 + t0, c1 + t1, c2 + t2, c3 + t3);
  for (var i = 0u; i < 4u; i++) {
    let m = firstRow + ty * 4u + i;
    if (m >= ${rows}u) { break; }
    let four = totals[i];
    for (var j = 0u; j < 4u; j++) {
      let n = firstColumn + tx * 4u + j;
      if (n >= ${columns}u) { break; }
      let value = four[j];
      ${target}
    }
  }
}`,
    bindings: [
      ...inputs,
      segments === 1
        ? output
        : { what: { kind: 'temporary' as const, index: 0, write: true }, declaration: 'array<f32>' },
    ],
    workgroups: grid,
  };
  if (segments === 1) return { name: `${name}_tiled`, steps: [first] };
  const workgroups = threadGrid(results, features);
  if (workgroups === null) return null;
  const second: Step = {
    code: `
${floatHelpers}
${product.functions}
fn placeOf(b: u32, m: u32, n: u32) -> u32 { ${product.place} }
fn finish(total: f32, b: u32, m: u32, n: u32) -> f32 { ${product.finish} }
@compute @workgroup_size(${threadsPerGroup})
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.x + id.y * groups.x * ${threadsPerGroup}u;
  if (i >= ${results}u) { return; }
  var total = 0.0;
  for (var s = 0u; s < ${segments}u; s++) { total += temporary0[s * ${results}u + i]; }
  let n = i % ${columns}u; let bm = i / ${columns}u; let m = bm % ${rows}u; let b = bm / ${rows}u;
  out0[out0Offset() + placeOf(b, m, n)] = finish(total, b, m, n);
}`,
    bindings: [...inputs, { what: { kind: 'temporary', index: 0, write: false }, declaration: 'array<f32>' }, output],
    workgroups,
  };
  return { name: `${name}_tiled`, steps: [first, second], temporaries: [segments * results * 4] };
}

/**
 * How the threads of a workgroup load their half of a tile: neighbours lie along what is contiguous, and which rows or columns a
 * thread is in charge of stays the same, so that they are prepared once.
 */
function loadPlan(what: 'row' | 'column', tile: Tile, limit: number, alongInner: boolean) {
  const { depth } = tile;
  const size = what === 'row' ? tile.rows : tile.columns;
  const threads = (tile.rows * tile.columns) / (own * own);
  const loads = Math.ceil((size * depth) / threads);
  const first = what === 'row' ? 'firstRow' : 'firstColumn';
  const prepare: string[] = [];
  const load: string[] = [];
  for (let index = 0; index < loads; index++) {
    const flat = `(local + ${index * threads}u)`;
    const [line, k] = alongInner
      ? [`${flat} / ${depth}u`, `${flat} % ${depth}u`]
      : [`${flat} % ${size}u`, `${flat} / ${size}u`];
    const id = `${what}${index}`;
    // Tiles are a whole number of loads, or smaller than one.
    const inside = size * depth < threads * (index + 1) ? `${id}K < ${depth}u && ` : '';
    prepare.push(`let ${id}Line = ${line}; let ${id}K = ${k};
  let ${id}Valid = ${first} + ${id}Line < ${limit}u; let ${id}At = ${what}Of(b, ${first} + ${id}Line);`);
    const value = `select(0.0, ${what}Element(${id}At, start + ${id}K), ${id}Valid && start + ${id}K < end)`;
    load.push(
      inside === ''
        ? `${what}Tile[${id}K][${id}Line] = ${value};`
        : `if (${id}K < ${depth}u && ${id}Line < ${size}u) { ${what}Tile[${id}K][${id}Line] = ${value}; }`,
    );
  }
  return { prepare: prepare.join('\n'), load: load.join('\n') };
}
