import { type Argument, input, output, step, table, temporary, type Variant } from '../../plan.js';
import { mathConstants } from '../elementwise/math-constants.js';
import { epilogueName } from '../epilogue-name.js';
import {
  activationNumber,
  areUsable,
  nanosecondsPerProduct,
  offsets,
  packedBytes,
  packStep,
  panelBytes,
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
export const fastMatmul: Variant<'matmul'> = {
  target: 'relaxed',
  plan({ epilogue }, inputs, [y]) {
    const [a, b, bias] = inputs;
    const [items, rows, depth] = a.shape;
    const columns = b.shape[2];
    if (!areUsable([...inputs, y]) || depth > maxDepth) return null;
    const [blockRows, blocks, chunkPanels, chunks] = divide(items, rows, depth, Math.ceil(columns / 8));
    const name = `f32_matmul${epilogueName(epilogue)}`;
    const units = items * blocks * chunks;
    const nanoseconds = items * rows * depth * columns * nanosecondsPerProduct;
    const [aItem, aRow, aColumn] = a.strides;
    const [bItem, bRow, bColumn] = b.strides;
    /** `source` is where B is, `steps` bytes from item to item, panel to panel, row to row; then what the sums start with. */
    const multiply = (source: Argument, steps: readonly number[], init: readonly Argument[], isUnpacked: number) => {
      const args = [
        input(0),
        source,
        output(0),
        table(offsets([depth], [aColumn])),
        depth,
        rows,
        columns,
        aRow * 4,
        blockRows,
        blocks,
        chunkPanels,
        chunks,
        aItem * 4,
        ...steps,
        ...init,
        activationNumber(epilogue),
        isUnpacked,
        mathConstants,
      ];
      return step('product_matmul', args, units, nanoseconds, tileBytes);
    };

    const biasIsPlain = bias === undefined || bias.strides[0] === 1;
    if (rows < rowsWorthPacking && bColumn === 1 && columns >= 8 && biasIsPlain) {
      const init = bias === undefined ? [table(new Float32Array(8)), 0, 0] : [input(2), 32, 0];
      return { name: `${name}_unpacked`, steps: [multiply(input(1), [bItem * 4, 32, bRow * 4], init, 1)] };
    }

    const bItems = bItem === 0 ? 1 : items;
    const bytes = packedBytes(depth, columns);
    const itemBytes = bItems === 1 ? 0 : bytes;
    const panel = panelBytes(depth);
    const steps = [
      packStep(0, offsets([depth], [bRow]), columns, bColumn, bItems, bItem, bias, 0),
      multiply(temporary(0, 32), [itemBytes, panel, 32], [temporary(0), panel, itemBytes], 0),
    ];
    return { name, steps, temporaries: [bItems * bytes] };
  },
};

/** How a product is divided into units: blocks of rows that fit in the cache, and chunks of panels. */
function divide(
  items: number,
  rows: number,
  depth: number,
  panels: number,
): readonly [blockRows: number, blocks: number, chunkPanels: number, chunks: number] {
  const rowsThatFit = Math.max(5, Math.floor(rowBytes / (depth * 4) / 5) * 5);
  const blocks = Math.ceil(rows / rowsThatFit);
  // Of equal size, in whole tiles.
  const blockRows = Math.ceil(rows / blocks / 5) * 5;
  const products = items * rows * depth * panels * 8;
  const units = Math.min(enoughUnits, Math.ceil(products / leastProducts));
  const chunks = Math.min(panels, Math.ceil(units / (items * blocks)));
  const chunkPanels = Math.ceil(panels / chunks);
  return [blockRows, Math.ceil(rows / blockRows), chunkPanels, Math.ceil(panels / chunkPanels)];
}
