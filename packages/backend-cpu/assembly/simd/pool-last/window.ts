import { address, integer } from '../../arguments';
import { cell } from './cell';

/**
 * Pooling of f32 with channels last, each window straight from the input: `[outer, D, H, W, C]` → `[outer, D', H', W', C]`
 * with at least four channels. A unit is a stretch of an output row.
 *
 * Each of the three tables holds, for every output along its axis, the first valid tap (i32), then for every output how
 * many are valid (i32), then for every output its factor of the divisor (f32).
 */
export function pool_last_window(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const x = address(block, 0);
  const y = address(block, 1);
  const mode = integer(block, 2);
  const bytes = integer(block, 3);
  const outerStep = address(block, 4);
  const planeStep = address(block, 5);
  const rowStep = address(block, 6);
  const columnStep = address(block, 7);
  const tableD = address(block, 8);
  const tableH = address(block, 9);
  const tableW = address(block, 10);
  const outD = integer(block, 11);
  const outH = integer(block, 12);
  const outW = integer(block, 13);
  const tapD = address(block, 14);
  const tapH = address(block, 15);
  const tapW = address(block, 16);
  const columns = integer(block, 17);
  const stretches = integer(block, 18);
  for (let unit = begin; unit < end; unit++) {
    const row = unit / stretches;
    const first = (unit % stretches) * columns;
    const last = min(outW, first + columns);
    const h = row % outH;
    const plane = row / outH;
    const d = plane % outD;
    const entryD = tableD + ((<usize>d) << 2);
    const entryH = tableH + ((<usize>h) << 2);
    const countD = load<i32>(entryD + ((<usize>outD) << 2));
    const countH = load<i32>(entryH + ((<usize>outH) << 2));
    const divisor = load<f32>(entryD + ((<usize>outD) << 3)) * load<f32>(entryH + ((<usize>outH) << 3));
    const source =
      x + <usize>(plane / outD) * outerStep + load<usize>(entryD) * planeStep + load<usize>(entryH) * rowStep;
    let out = y + (<usize>row * outW + first) * bytes;
    for (let w = first; w < last; w++) {
      const entryW = tableW + ((<usize>w) << 2);
      const countW = load<i32>(entryW + ((<usize>outW) << 2));
      cell(
        mode,
        out,
        source + load<usize>(entryW) * columnStep,
        bytes,
        countD,
        tapD,
        countH,
        tapH,
        countW,
        tapW,
        divisor * load<f32>(entryW + ((<usize>outW) << 3)),
      );
      out += bytes;
    }
  }
}
