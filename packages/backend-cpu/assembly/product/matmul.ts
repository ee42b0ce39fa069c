import { address, integer } from '../arguments';
import { activateTile } from './activation';
import { adjacentTile, scatteredTile, storeTile } from './tile';

/**
 * Matrix products. A unit is a block of rows and a chunk of panels of one item of the batch; the panels are visited one
 * after the other and each is multiplied with all rows, so that it stays in the first cache and the rows in the second.
 *
 * Slots: 0 A, 1 B, 2 Y (contiguous); 3 offsets in A of the elements of a row; 4 depth, 5 rows, 6 columns; 7 bytes from row
 * to row of A; 8 rows of a block, 9 blocks; 10 panels of a chunk, 11 chunks; 12, 13 bytes from item to item of A, B; 14
 * bytes from panel to panel, 15 from row to row of a panel; 16 what the sums start with, 17 bytes from panel to panel of
 * it, 18 from item to item; 19 activation. With 20, B is not packed: the last panel is the last eight columns.
 * 21 constants of the activation. Scratch: a tile.
 */
export function product_matmul(block: usize, begin: i32, end: i32, scratch: usize): void {
  const a = address(block, 0), b = address(block, 1), y = address(block, 2), table = address(block, 3);
  const depth = integer(block, 4), rows = integer(block, 5), columns = integer(block, 6);
  const rowStep = address(block, 7);
  const blockRows = integer(block, 8), blocks = integer(block, 9);
  const chunkPanels = integer(block, 10), chunks = integer(block, 11);
  const aItemStep = address(block, 12), bItemStep = address(block, 13);
  const panelStep = address(block, 14), step = address(block, 15);
  const init = address(block, 16), initStep = address(block, 17), initItemStep = address(block, 18);
  const activation = integer(block, 19);
  const isUnpacked = integer(block, 20) != 0;
  const constants = address(block, 21);
  const yRowStep = (<usize>columns) << 2;
  const panels = (columns + 7) >> 3;
  for (let unit = begin; unit < end; unit++) {
    const item = unit / (blocks * chunks);
    const place = unit - item * (blocks * chunks);
    const rowBlock = place / chunks;
    const firstRow = rowBlock * blockRows;
    const lastRow = min(rows, firstRow + blockRows);
    const firstPanel = (place - rowBlock * chunks) * chunkPanels;
    const lastPanel = min(panels, firstPanel + chunkPanels);
    const aItem = a + <usize>item * aItemStep;
    const bItem = b + <usize>item * bItemStep;
    const yItem = y + <usize>item * <usize>rows * yRowStep;
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const present = min(8, columns - (panel << 3));
      // Columns before the panel's own that the tile computes, too.
      const before = isUnpacked ? (<usize>(8 - present)) << 2 : 0;
      const bPanel = bItem + <usize>panel * panelStep - before;
      const initPanel = init + <usize>item * initItemStep + <usize>panel * initStep - (initStep == 0 ? 0 : before);
      for (let row = firstRow; row < lastRow; row += 5) {
        const count = min(5, lastRow - row);
        const aRow = aItem + <usize>row * rowStep;
        if (rowStep == 4 && count == 5) adjacentTile(aRow, table, depth, bPanel, step, initPanel, scratch);
        else {
          const a1 = count > 1 ? aRow + rowStep : aRow;
          const a2 = count > 2 ? a1 + rowStep : a1;
          const a3 = count > 3 ? a2 + rowStep : a2;
          const a4 = count > 4 ? a3 + rowStep : a3;
          scatteredTile(aRow, a1, a2, a3, a4, table, depth, bPanel, step, initPanel, scratch);
        }
        if (activation != 0) activateTile(scratch, activation, constants);
        const yTile = yItem + <usize>row * yRowStep + ((<usize>panel) << 5);
        storeTile(scratch + before, count, present, yTile, yRowStep, 0, 4);
      }
    }
  }
}
