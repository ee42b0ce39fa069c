// The right factor of a product is packed before it is multiplied: into panels of eight columns, row after row, of which a
// tile reads one from start to end. Columns that are missing are 0.
import { address, integer } from '../arguments';

/**
 * Packs `depth` rows of one panel: column j of row k is at `source + table[k] + j · columnStep`, in bytes, and `columns`
 * of the eight are there.
 */
export function packPanel(source: usize, table: usize, depth: i32, columns: i32, columnStep: usize, panel: usize): void {
  const end = panel + ((<usize>depth) << 5);
  if (columnStep == 4 && columns == 8) {
    for (; panel < end; panel += 32) {
      const from = source + load<usize>(table);
      v128.store(panel, v128.load(from));
      v128.store(panel, v128.load(from, 16), 16);
      table += 4;
    }
    return;
  }
  while (panel < end) {
    const offset = load<usize>(table);
    if (
      end - panel >= 128 && load<usize>(table, 4) - offset == 4 && load<usize>(table, 8) - offset == 8 &&
      load<usize>(table, 12) - offset == 12
    ) {
      // Rows lie side by side, so that a vector has four rows of one column: turn them around.
      let from = source + offset;
      for (let first = 0; first < 8; first += 4) {
        const present = columns - first;
        let x0 = f32x4.splat(0), x1 = x0, x2 = x0, x3 = x0;
        if (present > 0) x0 = v128.load(from);
        if (present > 1) x1 = v128.load(from + columnStep);
        if (present > 2) x2 = v128.load(from + columnStep * 2);
        if (present > 3) x3 = v128.load(from + columnStep * 3);
        const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
        const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
        const to = panel + ((<usize>first) << 2);
        v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
        v128.store(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 32);
        v128.store(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 64);
        v128.store(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 96);
        from += columnStep << 2;
      }
      panel += 128;
      table += 16;
      continue;
    }
    let from = source + offset;
    for (let j = 0; j < 8; j++) {
      store<f32>(panel + ((<usize>j) << 2), j < columns ? load<f32>(from) : 0);
      from += columnStep;
    }
    panel += 32;
    table += 4;
  }
}

/**
 * Packs the panels of several matrices, each with the bias of its columns (or zeros) as a row in front. A unit is a panel.
 *
 * Slots: 0 source, 1 panels, 2 the rows' offsets in the source, 3 rows, 4 columns, 5 bytes from column to column, 6 panels
 * of each matrix, 7 bytes from matrix to matrix, 8 whether there is a bias, 9 bias, 10 bytes from one bias to the next, 11
 * bytes from the biases of one matrix to those of the next.
 */
export function product_pack(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const source = address(block, 0), panels = address(block, 1), table = address(block, 2);
  const depth = integer(block, 3), columns = integer(block, 4), columnStep = address(block, 5);
  const panelsEach = integer(block, 6), matrixStep = address(block, 7);
  const hasBias = integer(block, 8), bias = address(block, 9), biasStep = address(block, 10);
  const biasMatrixStep = address(block, 11);
  const panelBytes = (<usize>(depth + 1)) << 5;
  for (let unit = begin; unit < end; unit++) {
    const matrix = unit / panelsEach;
    const first = (unit - matrix * panelsEach) << 3;
    const present = min(8, columns - first);
    const panel = panels + <usize>unit * panelBytes;
    let from = bias + <usize>matrix * biasMatrixStep + <usize>first * biasStep;
    for (let j = 0; j < 8; j++) {
      store<f32>(panel + ((<usize>j) << 2), hasBias != 0 && j < present ? load<f32>(from) : 0);
      from += biasStep;
    }
    packPanel(
      source + <usize>matrix * matrixStep + <usize>first * columnStep, table, depth, present, columnStep, panel + 32,
    );
  }
}
