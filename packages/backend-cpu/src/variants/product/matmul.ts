import type { Layout, OpOf } from '@cenote/backend';
import { input, output, type Plan, type Target, table, temporary, type Variant } from '../../plan.js';
import { mathConstants } from '../elementwise/math-constants.js';
import {
  activationNumber,
  areUsable,
  epilogueName,
  evenOffsets,
  nanosecondsPerProduct,
  packedBytes,
  packStep,
  panelBytes,
  productTargets,
  tileBytes,
} from './common.js';

/** Rows of A that a unit visits take about so many bytes: they stay in the second cache. */
const rowBytes = 2 ** 18;
/** Units are made smaller until there are so many, or each has little to do. */
const enoughUnits = 16;
const leastProducts = 2 ** 16;
/** From so many rows on, it pays to pack B even if its rows could be read as they are. */
const rowsWorthPacking = 24;
/** Tables of offsets are kept for each kernel. */
const maxDepth = 2 ** 20;

/** f32 matrix products of any strides. */
export const fastMatmul: readonly Variant<'matmul'>[] = [
  ...productTargets.map((target) => ({
    target,
    plan: (op: OpOf<'matmul'>, inputs: readonly Layout[], [y]: readonly Layout[]) => planMatmul(target, op, inputs, y),
  })),
];

function planMatmul(target: Target, { epilogue }: OpOf<'matmul'>, inputs: readonly Layout[], y: Layout): Plan | null {
  const [a, b, bias] = inputs;
  const [items, rows, depth] = a.shape;
  const columns = b.shape[2];
  if (!areUsable([...inputs, y]) || depth > maxDepth) return null;
  const panels = Math.ceil(columns / 8);
  const shares = divide(items, rows, depth, panels);
  const name = `f32_matmul${epilogueName(epilogue)}`;
  const nanoseconds = items * rows * depth * columns * nanosecondsPerProduct;
  const multiply = (
    source: {
      readonly b: readonly [panels: ReturnType<typeof input>, itemBytes: number, panelBytes: number, rowBytes: number];
      readonly init: readonly [start: ReturnType<typeof input>, panelBytes: number, itemBytes: number];
    },
    isUnpacked: boolean,
  ) => {
    const [bPanels, bItemBytes, bPanelBytes, bRowBytes] = source.b;
    return {
      function: 'product_matmul',
      target,
      args: [
        input(0),
        bPanels,
        output(0),
        table(evenOffsets(depth, a.strides[2])),
        depth,
        rows,
        columns,
        a.strides[1] * 4,
        shares.blockRows,
        shares.blocks,
        shares.chunkPanels,
        shares.chunks,
        a.strides[0] * 4,
        bItemBytes,
        bPanelBytes,
        bRowBytes,
        ...source.init,
        activationNumber(epilogue),
        isUnpacked ? 1 : 0,
        mathConstants,
      ],
      units: items * shares.blocks * shares.chunks,
      nanoseconds,
      scratchBytes: tileBytes,
    };
  };

  const biasIsPlain = bias === undefined || bias.strides[0] === 1;
  if (rows < rowsWorthPacking && b.strides[2] === 1 && columns >= 8 && biasIsPlain) {
    const init = bias === undefined ? ([table(new Float32Array(8)), 0, 0] as const) : ([input(2), 32, 0] as const);
    const step = multiply({ b: [input(1), b.strides[0] * 4, 32, b.strides[1] * 4], init }, true);
    return { name: `${name}_unpacked`, steps: [step] };
  }

  const bItems = b.strides[0] === 0 ? 1 : items;
  const itemBytes = bItems === 1 ? 0 : packedBytes(depth, columns);
  const pack = packStep(target, {
    source: input(1),
    target: 0,
    rows: evenOffsets(depth, b.strides[1]),
    columns,
    columnStride: b.strides[2],
    matrices: bItems,
    matrixStride: b.strides[0],
    bias,
    biasesPerMatrix: 0,
  });
  const step = multiply(
    {
      b: [temporary(0, 32), itemBytes, panelBytes(depth), 32],
      init: [temporary(0), panelBytes(depth), itemBytes],
    },
    false,
  );
  return { name, steps: [pack, step], temporaries: [bItems * packedBytes(depth, columns)] };
}

/** How a product is divided into units: blocks of rows that fit in the cache, and chunks of panels. */
function divide(items: number, rows: number, depth: number, panels: number) {
  const rowsThatFit = Math.max(5, Math.floor(rowBytes / (depth * 4) / 5) * 5);
  const blocks = Math.ceil(rows / rowsThatFit);
  // Of equal size, in whole tiles.
  const blockRows = Math.ceil(rows / blocks / 5) * 5;
  const products = items * rows * depth * panels * 8;
  const units = Math.min(enoughUnits, Math.ceil(products / leastProducts));
  const chunks = Math.min(panels, Math.ceil(units / (items * blocks)));
  const chunkPanels = Math.ceil(panels / chunks);
  return { blockRows, blocks: Math.ceil(rows / blockRows), chunkPanels, chunks: Math.ceil(panels / chunkPanels) };
}
