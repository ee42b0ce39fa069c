import { address, integer } from '../arguments';
import { activateTile } from './activation';
import { findRegion } from './region';
import { storeTile, tableTile } from './tile';

/**
 * Convolutions and their gradients with respect to the input: at each position, the inputs at the taps are multiplied with
 * the panels of a packed weight. A unit is some rows of positions in one group of one item.
 *
 * Slots: 0 input, 1 panels, 2 output; 3 offsets of the taps in the region, 4 taps (of all channels); 5 offsets of a unit's
 * positions in the region; 6 offsets of its positions in the output or 0 where they are 7 bytes apart; 8 channels of the
 * output in a group, 9 bytes from one to the next; 10 activation; 11 groups, 12, 13 units along depth and height; 14, 15
 * bytes from item to item and group to group of the input; 16, 17 of the output; 18 positions along the depth, 19 of a
 * unit; 20, 21 along the height; 22 positions along the width; 23, 24 bytes from position to position along depth and
 * height of the output; from 25 on the region; 47 constants of the activation; 48, if not 0, the first tap and
 * the number of taps that each row of positions has outside of padding. Scratch: a tile, and behind it the region.
 */
export function product_conv(block: usize, begin: i32, end: i32, scratch: usize): void {
  const source = address(block, 0), panels = address(block, 1), target = address(block, 2);
  const taps = address(block, 3), tapCount = integer(block, 4), positionTable = address(block, 5);
  const targetTable = address(block, 6), targetStep = address(block, 7);
  const channels = integer(block, 8), channelStep = address(block, 9);
  const activation = integer(block, 10), constants = address(block, 47);
  const ranges = address(block, 48);
  const widths = integer(block, 22);
  const groups = integer(block, 11), depthUnits = integer(block, 12), heightUnits = integer(block, 13);
  const panelBytes = (<usize>(tapCount + 1)) << 5;
  const panelCount = (channels + 7) >> 3;
  for (let unit = begin; unit < end; unit++) {
    let rest = unit / heightUnits;
    const height = (unit - rest * heightUnits) * integer(block, 21);
    const heights = min(integer(block, 21), integer(block, 20) - height);
    const above = rest / depthUnits;
    const depth = (rest - above * depthUnits) * integer(block, 19);
    const depths = min(integer(block, 19), integer(block, 18) - depth);
    rest = above;
    const item = rest / groups;
    const group = rest - item * groups;
    const positions = depths * heights * widths;
    const region = findRegion(
      block, 25, source + <usize>item * address(block, 14) + <usize>group * address(block, 15), scratch + 192,
      depth, depths, height, heights,
    );
    let to = target + <usize>item * address(block, 16) + <usize>group * address(block, 17) +
      <usize>depth * address(block, 23) + <usize>height * address(block, 24);
    let panel = panels + <usize>(group * panelCount) * panelBytes;
    for (let present = channels; present > 0; present -= 8) {
      for (let first = 0; first < positions; ) {
        let last = positions;
        let tapStart: usize = 0, tapsHere = tapCount;
        if (ranges != 0) {
          // Rows of positions that have the same taps.
          let range = ranges + ((<usize>(height + first / widths)) << 3);
          const same = load<u64>(range);
          tapStart = load<usize>(range);
          tapsHere = load<i32>(range, 4);
          for (last = first + widths; last < positions; last += widths) {
            range += 8;
            if (load<u64>(range) != same) break;
          }
        }
        for (let next = first; next < last; next += 5) {
          // The last five positions, some of which are computed twice, rather than fewer.
          const position = <usize>max(first, min(next, last - 5)) << 2;
          const rows = min(5, last - first);
          tableTile(
            region, positionTable + position, rows, taps + (tapStart << 2), tapsHere,
            panel + 32 + (tapStart << 5), 32, panel, scratch,
          );
          if (activation != 0) activateTile(scratch, activation, constants);
          if (targetTable != 0) {
            storeTile(scratch, rows, min(8, present), to, 0, targetTable + position, channelStep);
          } else {
            storeTile(scratch, rows, min(8, present), to + (position >> 2) * targetStep, targetStep, 0, channelStep);
          }
        }
        first = last;
      }
      panel += panelBytes;
      to += channelStep << 3;
    }
  }
}
