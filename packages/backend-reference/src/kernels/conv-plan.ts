import type { Layout } from '@cenote/backend';
import { type AxisWindow, type RoleStrides, roleStrides, type Shape, type WindowGeometry } from '@cenote/shape';
import type { WeightedRows } from '../functions/arithmetic.js';
import { planBlock, type RowPlan } from '../rows.js';

/**
 * Where things are while a convolution and its gradients are computed, one item of the batch at a time: in scratch, the
 * input is `[C, D, H, W]`, the output `[O, D, H, W]`, the weight as it is, all row-major.
 */
export interface ConvPlan {
  readonly geometry: WindowGeometry;
  readonly channelsPerGroup: number;
  readonly outputsPerGroup: number;
  /** Elements of one item of the input, of the channels of it that one group sees, of one channel. */
  readonly inputElements: number;
  readonly inputGroup: number;
  /** Elements of one item of the output, of one channel of it. */
  readonly outputElements: number;
  readonly outputPlane: number;
  /** Elements of the weight, and of the part of it that makes one output channel. */
  readonly weightElements: number;
  readonly filter: number;
  /** Between the tensors' layouts and scratch. */
  readonly input: RowPlan;
  readonly output: RowPlan;
  readonly weight: RowPlan;
  readonly inputBatchStride: number;
  readonly outputBatchStride: number;
  /** Per tap along the width: the outputs that see it. */
  readonly widthTaps: readonly TapRun[];
  /** What {@link forEachOutputRow} fills again for each row. */
  readonly inputRows: WeightedRows;
}

/** The neighbouring outputs that see one tap of the kernel: in all others, the tap falls into padding. */
export interface TapRun {
  /** The tap's number in the kernel. */
  readonly tap: number;
  /** The first output that sees it. */
  readonly output: number;
  /** The input that it meets there. For each output further on, it is one stride further on. */
  readonly input: number;
  /** How many outputs see it. */
  readonly count: number;
}

/**
 * @param input Layout of the input or of its gradient.
 * @param weight Layout of the weight or of its gradient.
 * @param output Layout of the output or of its gradient.
 */
export function planConv(
  geometry: WindowGeometry,
  groups: number,
  input: Layout,
  weight: Layout,
  output: Layout,
): ConvPlan {
  const { axes, inputChannels, outputChannels } = geometry;
  const [depth, height, width] = axes;
  const inputShape = [inputChannels, depth.input, height.input, width.input];
  const outputShape = [outputChannels, depth.output, height.output, width.output];
  const inputPlane = depth.input * height.input * width.input;
  const outputPlane = depth.output * height.output * width.output;
  const channelsPerGroup = inputChannels / groups;
  const filter = channelsPerGroup * depth.kernel * height.kernel * width.kernel;
  const inputStrides = roleStrides(geometry, input.strides);
  const outputStrides = roleStrides(geometry, output.strides);
  return {
    geometry,
    channelsPerGroup,
    outputsPerGroup: outputChannels / groups,
    inputElements: inputChannels * inputPlane,
    inputGroup: channelsPerGroup * inputPlane,
    outputElements: outputChannels * outputPlane,
    outputPlane,
    weightElements: outputChannels * filter,
    filter,
    input: planItem(inputShape, inputStrides),
    output: planItem(outputShape, outputStrides),
    weight: planBlock(weight.shape, weight.strides),
    inputBatchStride: inputStrides.batch,
    outputBatchStride: outputStrides.batch,
    widthTaps: tapRuns(width),
    inputRows: {
      count: 0,
      rowAt: new Int32Array(channelsPerGroup * depth.kernel * height.kernel),
      factorAt: new Int32Array(channelsPerGroup * depth.kernel * height.kernel),
    },
  };
}

function planItem(shape: Shape, { channel, depth, height, width }: RoleStrides): RowPlan {
  return planBlock(shape, [channel, depth, height, width]);
}

function tapRuns(axis: AxisWindow): readonly TapRun[] {
  const runs: TapRun[] = [];
  for (let tap = 0; tap < axis.kernel; tap++) {
    const seesTap = (output: number) =>
      axis.firstTap[output] <= tap && tap < axis.firstTap[output] + axis.count[output];
    let output = 0;
    while (output < axis.output && !seesTap(output)) output++;
    let end = output;
    while (end < axis.output && seesTap(end)) end++;
    if (output === end) continue;
    const input = axis.start[output] + (tap - axis.firstTap[output]) * axis.dilation;
    runs.push({ tap, output, input, count: end - output });
  }
  return runs;
}

/**
 * Visits every row of a plane of the output with the input rows that it sees and where in the filter their weights are.
 * They lie in the channels of the first group, and belong to the first output channel; the others are as far on as
 * their group or channel is.
 *
 * @param visit Called with where the output row starts in its plane, and with the input rows, in an object that is used
 *   again for the next call.
 */
export function forEachOutputRow(plan: ConvPlan, visit: (outputRow: number, inputRows: WeightedRows) => void): void {
  const { channelsPerGroup, inputRows: rows } = plan;
  const [depth, height, width] = plan.geometry.axes;
  for (let od = 0; od < depth.output; od++) {
    for (let oh = 0; oh < height.output; oh++) {
      rows.count = 0;
      for (let channel = 0; channel < channelsPerGroup; channel++) {
        for (let jd = 0; jd < depth.count[od]; jd++) {
          const id = depth.start[od] + jd * depth.dilation;
          const kd = depth.firstTap[od] + jd;
          for (let jh = 0; jh < height.count[oh]; jh++) {
            const ih = height.start[oh] + jh * height.dilation;
            const kh = height.firstTap[oh] + jh;
            rows.rowAt[rows.count] = ((channel * depth.input + id) * height.input + ih) * width.input;
            rows.factorAt[rows.count] = ((channel * depth.kernel + kd) * height.kernel + kh) * width.kernel;
            rows.count++;
          }
        }
      }
      visit((od * height.output + oh) * width.output, rows);
    }
  }
}
