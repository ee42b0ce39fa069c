// Convolutions, their gradients, and matrix products, which are convolutions with a kernel of one tap.
import { address, integer } from '../arguments';
import { addScaled, binaryRow, unaryFloat, unaryInteger } from './functions';
import { fillRow, I64, isFloatCode, loadRow, storeRow } from './rows';
import { meetings, rowAddress, RUN_BYTES, sourceOf, tapOf } from './windows';

/**
 * `Σ source · weight` over the sources that meet a target: a convolution, with the outputs as targets and the inputs as
 * sources, or its gradient with respect to the input, with the inputs as targets. A unit is a row of targets in a block of
 * neighbouring channels of one group; each row of sources is loaded once for all of them.
 *
 * Slots: 0 dtype, 1–5 targets, 6–10 sources, 11 and 12 steps along the width of both,
 * 13–17 weight with its strides along batch, target channel, source channel, depth, 18 and 19 along height and width,
 * 20–22 bias (0: none) with its strides along target channel and width, 23 groups, 24 and 25 target and source channels of a
 * group, 26 channels of a block, 27 blocks of a group, 28–30 depth, height, width of targets, 31 width of sources,
 * 32 and 33 tables of depth and height, 34 and 35 runs and how many, 36 whether it is the gradient, 37 taps along the width,
 * 38 activation (−1: none).
 * Scratch: rows of targets for the block, a row of targets, a row of sources, a row of weights.
 */
export function conv(block: usize, begin: i32, end: i32, scratch: usize): void {
  if (isFloatCode(integer(block, 0))) convIn<f64>(block, begin, end, scratch);
  else convIn<i64>(block, begin, end, scratch);
}

function convIn<T>(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 0);
  const groups = integer(block, 23);
  const targetChannels = integer(block, 24);
  const sourceChannels = integer(block, 25);
  const most = integer(block, 26);
  const blocks = integer(block, 27);
  const depths = integer(block, 28);
  const heights = integer(block, 29);
  const width = integer(block, 30);
  const sourceWidth = integer(block, 31);
  const depthAxis = address(block, 32);
  const heightAxis = address(block, 33);
  const runs = address(block, 34);
  const runsEnd = runs + address(block, 35) * RUN_BYTES;
  const isGradient = integer(block, 36);
  const taps = integer(block, 37);
  const activation = integer(block, 38);
  const rowBytes = (<usize>width) << 3;
  const bias = scratch + <usize>most * rowBytes;
  const sources = bias + rowBytes;
  const weights = sources + ((<usize>sourceWidth) << 3);
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
          const from = rowAddress(block, 6, item, group * sourceChannels + source, sd, sh);
          loadRow(dtype, from, address(block, 12), sources, sourceWidth);
          for (let channel = 0; channel < channels; channel++) {
            // The weight's first axis has the output channels of all groups, its second the input channels of one.
            const target = isGradient ? first + channel : group * targetChannels + first + channel;
            const other = isGradient ? group * sourceChannels + source : source;
            const weight = rowAddress(block, 13, item, target, other, kd) + <usize>kh * address(block, 18);
            loadRow(dtype, weight, address(block, 19), weights, taps);
            const acc = scratch + <usize>channel * rowBytes;
            for (let run = runs; run < runsEnd; run += RUN_BYTES) {
              addScaled<T>(
                acc + load<usize>(run),
                load<usize>(run, 12),
                sources + load<usize>(run, 4),
                load<usize>(run, 16),
                load<T>(weights + (load<usize>(run, 20) << 3)),
                load<i32>(run, 8),
              );
            }
          }
        }
      }
    }
    for (let channel = 0; channel < channels; channel++) {
      const acc = scratch + <usize>channel * rowBytes;
      const target = group * targetChannels + first + channel;
      if (address(block, 20) != 0) {
        loadRow(dtype, address(block, 20) + <usize>target * address(block, 21), address(block, 22), bias, width);
        binaryRow(isFloat<T>(), 0, acc, 8, bias, width);
      }
      if (activation >= 0) {
        if (isFloat<T>()) unaryFloat(activation, acc, width);
        else {
          // Sums of all integers but i64 are 32-bit ones, and may have wrapped around to be negative.
          if (dtype != I64) {
            for (let at = acc; at < acc + rowBytes; at += 8) store<i64>(at, load<i32>(at));
          }
          unaryInteger(activation, acc, width);
        }
      }
      storeRow(dtype, acc, rowAddress(block, 1, item, target, d, h), address(block, 11), width);
    }
  }
}

@inline
function dot<T>(a: usize, aStep: usize, b: usize, bStep: usize, count: i32): T {
  let sum: T = 0;
  for (; count > 0; count--, a += aStep, b += bStep) sum += load<T>(a) * load<T>(b);
  return sum;
}

/**
 * `[x, dy] → [dWeight]`. A unit is an input channel of a group with a block of its output channels: each row of x is loaded
 * once for all of these.
 *
 * Slots: 0 dtype, 1–5 dy, 6–10 x, 11 and 12 steps along the width of both, 13–15 dWeight with its strides along output and
 * input channel, 16 step between its taps, 17 batch, 18 and 19 output and input channels of a group, 20 channels of a block,
 * 21 blocks of a group, 22–24 depth, height, width of dy, 25 width of x, 26 and 27 tables of depth and height, 28 and 29 runs
 * and how many, 30–32 taps along depth, height and width.
 * Scratch: taps of the block, rows of dy for the block, a row of x.
 */
export function conv_grad_weight(block: usize, begin: i32, end: i32, scratch: usize): void {
  if (isFloatCode(integer(block, 0))) convGradWeightIn<f64>(block, begin, end, scratch);
  else convGradWeightIn<i64>(block, begin, end, scratch);
}

function convGradWeightIn<T>(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 0);
  const batch = integer(block, 17);
  const outputChannels = integer(block, 18);
  const inputChannels = integer(block, 19);
  const most = integer(block, 20);
  const blocks = integer(block, 21);
  const depths = integer(block, 22);
  const heights = integer(block, 23);
  const outputs = integer(block, 24);
  const inputs = integer(block, 25);
  const depthAxis = address(block, 26);
  const heightAxis = address(block, 27);
  const runs = address(block, 28);
  const runsEnd = runs + address(block, 29) * RUN_BYTES;
  const kernelHeight = integer(block, 31);
  const kernelWidth = integer(block, 32);
  const taps = integer(block, 30) * kernelHeight * kernelWidth;
  const filterBytes = (<usize>taps) << 3;
  const dyBytes = (<usize>outputs) << 3;
  const dy = scratch + <usize>most * filterBytes;
  const x = dy + <usize>most * dyBytes;
  for (; begin < end; begin++) {
    let rest = begin / inputChannels;
    const input = begin - rest * inputChannels;
    const group = rest / blocks;
    const within = (rest - group * blocks) * most;
    const first = group * outputChannels + within;
    const channels = min(most, outputChannels - within);
    fillRow(scratch, 0, taps * channels);
    for (let item = 0; item < batch; item++) {
      for (let d = 0; d < depths; d++) {
        for (let h = 0; h < heights; h++) {
          for (let channel = 0; channel < channels; channel++) {
            const from = rowAddress(block, 1, item, first + channel, d, h);
            loadRow(dtype, from, address(block, 11), dy + <usize>channel * dyBytes, outputs);
          }
          for (let jd = 0; jd < meetings(depthAxis, d); jd++) {
            const id = sourceOf(depthAxis, d, jd);
            const kd = tapOf(depthAxis, d, id);
            for (let jh = 0; jh < meetings(heightAxis, h); jh++) {
              const ih = sourceOf(heightAxis, h, jh);
              const tap = (kd * kernelHeight + tapOf(heightAxis, h, ih)) * kernelWidth;
              const from = rowAddress(block, 6, item, group * inputChannels + input, id, ih);
              loadRow(dtype, from, address(block, 12), x, inputs);
              for (let run = runs; run < runsEnd; run += RUN_BYTES) {
                let acc = scratch + ((<usize>(tap + load<i32>(run, 20))) << 3);
                let row = dy + load<usize>(run);
                for (let channel = 0; channel < channels; channel++, acc += filterBytes, row += dyBytes) {
                  const sum = dot<T>(
                    row,
                    load<usize>(run, 12),
                    x + load<usize>(run, 4),
                    load<usize>(run, 16),
                    load<i32>(run, 8),
                  );
                  store<T>(acc, load<T>(acc) + sum);
                }
              }
            }
          }
        }
      }
    }
    for (let channel = 0; channel < channels; channel++) {
      const to =
        address(block, 13) + <usize>(first + channel) * address(block, 14) + <usize>input * address(block, 15);
      storeRow(dtype, scratch + <usize>channel * filterBytes, to, address(block, 16), taps);
    }
  }
}
