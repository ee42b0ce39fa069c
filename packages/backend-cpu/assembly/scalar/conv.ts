// Convolutions, their gradients, and matrix products, which are convolutions with a kernel of one tap.
import { address, integer } from '../arguments';
import { addScaled, binaryRow, unaryRow } from './functions';
import { fillRow, I64, isFloatCode, loadRow, rowBytes, storeRow } from './rows';
import {
  DEPTH, FIRST, HEIGHT, loadRowOf, meetings, rowAddress, RUN_BYTES, runsEnd, runsOf, SECOND, sourceOf, sourcesOf, storeRowOf,
  tapOf, tapsOf, targetsOf, THIRD, WIDTH,
} from './windows';

/**
 * `Σ source · weight` over the sources that meet a target: a convolution, with the outputs as targets and the inputs as
 * sources, or its gradient with respect to the input, with the inputs as targets. A unit is a row of targets in a block of
 * neighbouring channels of one group; each row of sources is loaded once for all of them.
 *
 * Slots of windows (windows.ts), with targets, sources, and the weight, which has a seventh slot: its strides are along batch,
 * target channel, source channel, depth, height, width; 23–25 bias (0: none) with its strides along target channel and
 * width, 26 groups, 27 and 28 target and source channels of a group, 29 channels of a block, 30 blocks of a group, 31 whether
 * it is the gradient, 32 activation (−1: none).
 * Scratch: rows of targets for the block, a row of targets, a row of sources, a row of weights.
 */
export function conv(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 0);
  const isFloat = isFloatCode(dtype);
  const groups = integer(block, 26);
  const targetChannels = integer(block, 27);
  const sourceChannels = integer(block, 28);
  const most = integer(block, 29);
  const blocks = integer(block, 30);
  const depths = targetsOf(block, DEPTH);
  const heights = targetsOf(block, HEIGHT);
  const width = targetsOf(block, WIDTH);
  const depthAxis = address(block, DEPTH);
  const heightAxis = address(block, HEIGHT);
  const isGradient = integer(block, 31);
  const activation = integer(block, 32);
  const bias = scratch + rowBytes(most * width);
  const sources = bias + rowBytes(width);
  const weights = sources + rowBytes(sourcesOf(block, WIDTH));
  for (; begin < end; begin++) {
    let rest = begin / heights;
    const h = begin - rest * heights;
    let next = rest / depths;
    const d = rest - next * depths;
    rest = next / blocks;
    const first = (next - rest * blocks) * most;
    const channels = min(most, targetChannels - first);
    const item = rest / groups;
    const group = rest - item * groups;
    fillRow(scratch, 0, width * channels);
    for (let source = 0; source < sourceChannels; source++) {
      for (let jd = 0; jd < meetings(depthAxis, d); jd++) {
        const sd = sourceOf(depthAxis, d, jd);
        const kd = isGradient ? tapOf(depthAxis, sd, d) : tapOf(depthAxis, d, sd);
        for (let jh = 0; jh < meetings(heightAxis, h); jh++) {
          const sh = sourceOf(heightAxis, h, jh);
          const kh = isGradient ? tapOf(heightAxis, sh, h) : tapOf(heightAxis, h, sh);
          const from = rowAddress(block, SECOND, item, group * sourceChannels + source, sd, sh);
          loadRowOf(block, SECOND, dtype, from, sources, sourcesOf(block, WIDTH));
          for (let channel = 0; channel < channels; channel++) {
            // The weight's first axis has the output channels of all groups, its second the input channels of one.
            const target = isGradient ? first + channel : group * targetChannels + first + channel;
            const other = isGradient ? group * sourceChannels + source : source;
            const weight = rowAddress(block, THIRD, item, target, other, kd) + <usize>kh * address(block, THIRD + 5);
            loadRow(dtype, weight, address(block, THIRD + 6), weights, tapsOf(block, WIDTH));
            const acc = scratch + rowBytes(channel * width);
            for (let run = runsOf(block); run < runsEnd(block); run += RUN_BYTES) {
              const to = acc + load<usize>(run);
              const from = sources + load<usize>(run, 4);
              const count = load<i32>(run, 8);
              const toStep = load<usize>(run, 12);
              const fromStep = load<usize>(run, 16);
              const tap = weights + (load<usize>(run, 20) << 3);
              if (isFloat) addScaled<f64>(to, toStep, from, fromStep, load<f64>(tap), count);
              else addScaled<i64>(to, toStep, from, fromStep, load<i64>(tap), count);
            }
          }
        }
      }
    }
    for (let channel = 0; channel < channels; channel++) {
      const acc = scratch + rowBytes(channel * width);
      const target = group * targetChannels + first + channel;
      if (address(block, 23) != 0) {
        loadRow(dtype, address(block, 23) + <usize>target * address(block, 24), address(block, 25), bias, width);
        binaryRow(isFloat, 8, acc, 8, bias, width);
      }
      if (activation >= 0) {
        // Sums of all integers but i64 are 32-bit ones, and may have wrapped around to be negative.
        if (!isFloat && dtype != I64) {
          for (let at = acc; at < acc + rowBytes(width); at += 8) store<i64>(at, load<i32>(at));
        }
        unaryRow(isFloat, activation, acc, width);
      }
      storeRowOf(block, FIRST, dtype, acc, rowAddress(block, FIRST, item, target, d, h), width);
    }
  }
}

function addDot<T>(acc: usize, a: usize, aStep: usize, b: usize, bStep: usize, count: i32): void {
  let sum: T = 0;
  for (; count > 0; count--, a += aStep, b += bStep) sum += load<T>(a) * load<T>(b);
  store<T>(acc, load<T>(acc) + sum);
}

/**
 * `[x, dy] → [dWeight]`. A unit is an input channel of a group with a block of its output channels: each row of x is loaded
 * once for all of these.
 *
 * Slots of windows (windows.ts), with dy and x; 16–18 dWeight with its strides along output and input channel, 19 step between
 * its taps, 20 batch, 21 and 22 output and input channels of a group, 23 channels of a block, 24 blocks of a group.
 * Scratch: taps of the block, rows of dy for the block, a row of x.
 */
export function conv_grad_weight(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 0);
  const isFloat = isFloatCode(dtype);
  const batch = integer(block, 20);
  const outputChannels = integer(block, 21);
  const inputChannels = integer(block, 22);
  const most = integer(block, 23);
  const blocks = integer(block, 24);
  const outputs = targetsOf(block, WIDTH);
  const depthAxis = address(block, DEPTH);
  const heightAxis = address(block, HEIGHT);
  const taps = tapsOf(block, DEPTH) * tapsOf(block, HEIGHT) * tapsOf(block, WIDTH);
  const dy = scratch + rowBytes(most * taps);
  const x = dy + rowBytes(most * outputs);
  for (; begin < end; begin++) {
    let rest = begin / inputChannels;
    const input = begin - rest * inputChannels;
    const group = rest / blocks;
    const within = (rest - group * blocks) * most;
    const first = group * outputChannels + within;
    const channels = min(most, outputChannels - within);
    fillRow(scratch, 0, taps * channels);
    for (let item = 0; item < batch; item++) {
      for (let d = 0; d < targetsOf(block, DEPTH); d++) {
        for (let h = 0; h < targetsOf(block, HEIGHT); h++) {
          for (let channel = 0; channel < channels; channel++) {
            const from = rowAddress(block, FIRST, item, first + channel, d, h);
            loadRowOf(block, FIRST, dtype, from, dy + rowBytes(channel * outputs), outputs);
          }
          for (let jd = 0; jd < meetings(depthAxis, d); jd++) {
            const id = sourceOf(depthAxis, d, jd);
            for (let jh = 0; jh < meetings(heightAxis, h); jh++) {
              const ih = sourceOf(heightAxis, h, jh);
              const tap =
                (tapOf(depthAxis, d, id) * tapsOf(block, HEIGHT) + tapOf(heightAxis, h, ih)) * tapsOf(block, WIDTH);
              const from = rowAddress(block, SECOND, item, group * inputChannels + input, id, ih);
              loadRowOf(block, SECOND, dtype, from, x, sourcesOf(block, WIDTH));
              for (let run = runsOf(block); run < runsEnd(block); run += RUN_BYTES) {
                let acc = scratch + rowBytes(tap + load<i32>(run, 20));
                let row = dy + load<usize>(run);
                const from = x + load<usize>(run, 4);
                const count = load<i32>(run, 8);
                const rowStep = load<usize>(run, 12);
                const fromStep = load<usize>(run, 16);
                for (let channel = 0; channel < channels; channel++) {
                  if (isFloat) addDot<f64>(acc, row, rowStep, from, fromStep, count);
                  else addDot<i64>(acc, row, rowStep, from, fromStep, count);
                  acc += rowBytes(taps);
                  row += rowBytes(outputs);
                }
              }
            }
          }
        }
      }
    }
    for (let channel = 0; channel < channels; channel++) {
      const to =
        address(block, 16) + <usize>(first + channel) * address(block, 17) + <usize>input * address(block, 18);
      storeRow(dtype, scratch + rowBytes(channel * taps), to, address(block, 19), taps);
    }
  }
}
