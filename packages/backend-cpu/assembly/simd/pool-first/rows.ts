import { integer } from '../../arguments';
import { Fused, Slot } from './slots';
import { foldStrip, stripAt } from './strip';

/** Largest elements or averages of windows. A unit is a strip of some output rows. */
export function poolFirstRows(block: usize, begin: i32, end: i32, scratch: usize): void {
  const strips = integer(block, Slot.Strips);
  const unitRows = integer(block, Slot.UnitRows);
  for (let unit = begin; unit < end; unit++) {
    const band = unit / strips;
    const strip = stripAt(block, unit - band * strips);
    const row = band * unitRows;
    const rowEnd = min(row + unitRows, integer(block, Slot.Rows));
    if (foldStrip(block, scratch, strip, row, rowEnd, integer(block, Slot.Fused), false)) {
      foldStrip(block, scratch, strip, row, rowEnd, Fused.No, true);
    }
  }
}
