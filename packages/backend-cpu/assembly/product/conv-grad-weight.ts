import { address, integer } from '../arguments';
import { packPanel } from './pack';
import { findRegion } from './region';
import { storeTile, tableTile, tileBytes } from './tile';

/**
 * Gradients of convolutions with respect to the weight, in parts: a unit sums over some items of the batch, for one group
 * and a chunk of panels of eight output channels. Rows of tiles are taps, and the sum is over positions.
 *
 * Slots: 0 input, 1 gradient of the output, 2 parts; 3 offsets of the taps in the region, 4 taps (of all channels); 5
 * offsets of a region's positions in it, 6 in the gradient of the output; 7 channels of that in a group, 8 bytes from one
 * to the next; 9 panels of a chunk, 10 chunks; 11 groups; 12 items, 13 of a part; 14, 15 bytes from item to item and group
 * to group of the input; 16, 17 of the gradient of the output; 18 positions along the depth, 19 of a region; 20, 21 along the
 * height; 22 positions along the width; 23, 24 bytes from position to position along depth and height of the gradient of
 * the output; from 25 on the region; 47 how far behind the start of scratch the region is. Scratch: a tile, a row of
 * zeros, a panel, the region.
 */
export function product_grad_weight(block: usize, begin: i32, end: i32, scratch: usize): void {
  const source = address(block, 0), gradient = address(block, 1), parts = address(block, 2);
  const taps = address(block, 3), tapCount = integer(block, 4);
  const positionTable = address(block, 5), gradientTable = address(block, 6);
  const channels = integer(block, 7), channelStep = address(block, 8);
  const chunkPanels = integer(block, 9), chunks = integer(block, 10), groups = integer(block, 11);
  const depths = integer(block, 18), heights = integer(block, 20);
  const panelCount = (channels + 7) >> 3;
  const panelTiles = (tapCount + 4) / 5;
  const zeros = scratch + tileBytes, panel = zeros + 32;
  v128.store(zeros, f32x4.splat(0));
  v128.store(zeros, f32x4.splat(0), 16);
  for (let unit = begin; unit < end; unit++) {
    const above = unit / chunks;
    const firstPanel = (unit - above * chunks) * chunkPanels;
    const lastPanel = min(panelCount, firstPanel + chunkPanels);
    const part = above / groups;
    const group = above - part * groups;
    const firstItem = part * integer(block, 13);
    const lastItem = min(integer(block, 12), firstItem + integer(block, 13));
    const tiles = parts + <usize>((above * panelCount + firstPanel) * panelTiles) * tileBytes;
    let isFirst = true;
    for (let item = firstItem; item < lastItem; item++) {
      for (let depth = 0; depth < depths; depth += integer(block, 19)) {
        for (let height = 0; height < heights; height += integer(block, 21)) {
          const presentDepths = min(integer(block, 19), depths - depth);
          const presentHeights = min(integer(block, 21), heights - height);
          const positions = presentDepths * presentHeights * integer(block, 22);
          const region = findRegion(
            block, 25, source + <usize>item * address(block, 14) + <usize>group * address(block, 15),
            scratch + address(block, 47), depth, presentDepths, height, presentHeights,
          );
          const from = gradient + <usize>item * address(block, 16) + <usize>group * address(block, 17) +
            <usize>depth * address(block, 23) + <usize>height * address(block, 24);
          let tile = tiles;
          for (let index = firstPanel; index < lastPanel; index++) {
            const first = index << 3;
            packPanel(
              from + <usize>first * channelStep, gradientTable, positions, min(8, channels - first), channelStep, panel,
            );
            for (let tap = 0; tap < tapCount; tap += 5) {
              const to = isFirst ? tile : scratch;
              tableTile(
                region, taps + ((<usize>tap) << 2), min(5, tapCount - tap), positionTable, positions, panel, 32, zeros, to,
              );
              if (!isFirst) addTile(tile, scratch);
              tile += tileBytes;
            }
          }
          isFirst = false;
        }
      }
    }
  }
}

@inline
function addTile(tile: usize, more: usize): void {
  for (const end = tile + tileBytes; tile < end; tile += 16) {
    v128.store(tile, f32x4.add(v128.load(tile), v128.load(more)));
    more += 16;
  }
}

/**
 * Adds up the parts of the gradient of a weight, in their order. A unit is a tile.
 *
 * Slots: 0 parts, 1 gradient of the weight, 2 number of parts, 3 tiles of a part, 4 taps, 5 output channels in a group, 6
 * offsets of the taps in a row of the weight, or 0 when they follow each other. Scratch: a tile.
 */
export function product_sum_parts(block: usize, begin: i32, end: i32, scratch: usize): void {
  const parts = address(block, 0), target = address(block, 1);
  const count = integer(block, 2), partBytes = <usize>integer(block, 3) * tileBytes;
  const taps = integer(block, 4), channels = integer(block, 5), table = address(block, 6);
  const panelCount = (channels + 7) >> 3;
  const panelTiles = (taps + 4) / 5;
  const columnStep = (<usize>taps) << 2;
  for (let unit = begin; unit < end; unit++) {
    const panel = unit / panelTiles;
    const tap = (unit - panel * panelTiles) * 5;
    const group = panel / panelCount;
    const first = (panel - group * panelCount) << 3;
    let tile = parts + <usize>unit * tileBytes;
    memory.copy(scratch, tile, tileBytes);
    for (let part = 1; part < count; part++) {
      tile += partBytes;
      addTile(scratch, tile);
    }
    const rows = min(5, taps - tap), columns = min(8, channels - first);
    const to = target + <usize>(group * channels + first) * columnStep;
    if (table != 0) storeTile(scratch, rows, columns, to, 0, table + ((<usize>tap) << 2), columnStep);
    else storeTile(scratch, rows, columns, to + ((<usize>tap) << 2), 4, 0, columnStep);
  }
}
