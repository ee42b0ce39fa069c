import type { Layout, OpOf } from '@cenote/backend';
import { type Domain, inDomain } from '../domain.js';
import type { Element } from '../elements.js';
import type { WeightedRows } from '../functions/arithmetic.js';
import { type KernelBuilder, makeKernel, type ReferenceKernel } from '../kernel.js';
import { loadBlock, storeBlock } from '../rows.js';
import { forEachOutputRow, planConv } from './conv-plan.js';
import { rowEpilogue } from './epilogue.js';

/** `[x, weight, bias?] → [y]`, any number. */
export const buildConv: KernelBuilder<'conv'> = (op, inputs, [y], workspace) =>
  inDomain(y.dtype, workspace, (domain) => convKernel(op, inputs, y, domain));

/** `[dy, weight] → [dx]`, any number. */
export const buildConvGradInput: KernelBuilder<'convGradInput'> = (op, inputs, [dx], workspace) =>
  inDomain(dx.dtype, workspace, (domain) => convGradInputKernel(op, inputs, dx, domain));

/** `[x, dy] → [dWeight]`, any number. */
export const buildConvGradWeight: KernelBuilder<'convGradWeight'> = (op, inputs, [dWeight], workspace) =>
  inDomain(dWeight.dtype, workspace, (domain) => convGradWeightKernel(op, inputs, dWeight, domain));

/** An output row is the sum of the input rows that it sees, each shifted to a tap and weighted with it. */
function convKernel<T extends Element>(
  { geometry, groups, epilogue }: OpOf<'conv'>,
  [xLayout, weightLayout, biasLayout]: readonly Layout[],
  yLayout: Layout,
  domain: Domain<T>,
): ReferenceKernel | null {
  const { arithmetic } = domain;
  const end = rowEpilogue(domain, epilogue);
  if (arithmetic === null || end === null) return null;
  const plan = planConv(geometry, groups, xLayout, weightLayout, yLayout);
  const { outputsPerGroup, inputGroup, outputPlane, filter, widthTaps } = plan;
  const { batch, outputChannels } = geometry;
  const width = geometry.axes[2];

  return makeKernel(`${domain.dtype}_conv${end.name}`, ([xView, weightView, biasView], [yView]) => {
    const source = domain.open(xView.buffer.data);
    const target = domain.open(yView.buffer.data);
    const x = domain.scratch('x', plan.inputElements);
    const y = domain.scratch('y', plan.outputElements);
    const weight = domain.scratch('weight', plan.weightElements);
    const bias = domain.scratch('bias', outputChannels);
    loadBlock(plan.weight, domain.open(weightView.buffer.data), weightView.offset, weight);
    if (end.bias) {
      const biasSource = domain.open(biasView.buffer.data);
      biasSource.read(biasView.offset, biasLayout.strides[0], bias, 0, 1, outputChannels);
    }
    for (let item = 0; item < batch; item++) {
      loadBlock(plan.input, source, xView.offset + item * plan.inputBatchStride, x);
      y.fill(domain.zero, 0, plan.outputElements);
      forEachOutputRow(plan, (outputRow, inputRows) => {
        for (let channel = 0; channel < outputChannels; channel++) {
          const xAt = Math.floor(channel / outputsPerGroup) * inputGroup;
          const yAt = channel * outputPlane + outputRow;
          const weightAt = channel * filter;
          for (const { tap, input, output, count } of widthTaps) {
            arithmetic.addWeightedRows(
              y,
              yAt + output,
              1,
              x,
              xAt + input,
              width.stride,
              weight,
              weightAt + tap,
              inputRows,
              count,
            );
          }
          end.finish(y, yAt, bias, channel, 0, width.output);
        }
      });
      storeBlock(plan.output, target, yView.offset + item * plan.outputBatchStride, y);
    }
  });
}

/** An input row gets back from each output row that saw it, through each tap, that row weighted with the tap. */
function convGradInputKernel<T extends Element>(
  { geometry, groups }: OpOf<'convGradInput'>,
  [dyLayout, weightLayout]: readonly Layout[],
  dxLayout: Layout,
  domain: Domain<T>,
): ReferenceKernel | null {
  const { arithmetic } = domain;
  if (arithmetic === null) return null;
  const plan = planConv(geometry, groups, dxLayout, weightLayout, dyLayout);
  const { outputsPerGroup, inputGroup, outputPlane, filter, widthTaps } = plan;
  const { batch } = geometry;
  const { stride } = geometry.axes[2];
  // The output channels of a group see the same input rows: they are added up as weighted rows.
  const channelRows: WeightedRows = {
    count: outputsPerGroup,
    rowAt: Int32Array.from({ length: outputsPerGroup }, (_, channel) => channel * outputPlane),
    factorAt: Int32Array.from({ length: outputsPerGroup }, (_, channel) => channel * filter),
  };

  return makeKernel(`${domain.dtype}_convGradInput`, ([dyView, weightView], [dxView]) => {
    const source = domain.open(dyView.buffer.data);
    const target = domain.open(dxView.buffer.data);
    const dx = domain.scratch('x', plan.inputElements);
    const dy = domain.scratch('y', plan.outputElements);
    const weight = domain.scratch('weight', plan.weightElements);
    loadBlock(plan.weight, domain.open(weightView.buffer.data), weightView.offset, weight);
    for (let item = 0; item < batch; item++) {
      loadBlock(plan.output, source, dyView.offset + item * plan.outputBatchStride, dy);
      dx.fill(domain.zero, 0, plan.inputElements);
      forEachOutputRow(plan, (outputRow, inputRows) => {
        for (let group = 0; group < groups; group++) {
          const dyAt = group * outputsPerGroup * outputPlane + outputRow;
          const weightAt = group * outputsPerGroup * filter;
          for (let row = 0; row < inputRows.count; row++) {
            const dxAt = group * inputGroup + inputRows.rowAt[row];
            const filterAt = weightAt + inputRows.factorAt[row];
            for (const { tap, input, output, count } of widthTaps) {
              arithmetic.addWeightedRows(
                dx,
                dxAt + input,
                stride,
                dy,
                dyAt + output,
                1,
                weight,
                filterAt + tap,
                channelRows,
                count,
              );
            }
          }
        }
      });
      storeBlock(plan.input, target, dxView.offset + item * plan.inputBatchStride, dx);
    }
  });
}

/** A tap gets the product of what it met with what it contributed to, summed over all the places where it was. */
function convGradWeightKernel<T extends Element>(
  { geometry, groups }: OpOf<'convGradWeight'>,
  [xLayout, dyLayout]: readonly Layout[],
  dWeightLayout: Layout,
  domain: Domain<T>,
): ReferenceKernel | null {
  const { arithmetic } = domain;
  if (arithmetic === null) return null;
  const plan = planConv(geometry, groups, xLayout, dWeightLayout, dyLayout);
  const { outputsPerGroup, inputGroup, outputPlane, filter, widthTaps } = plan;
  const { batch, outputChannels } = geometry;
  const { stride } = geometry.axes[2];

  return makeKernel(`${domain.dtype}_convGradWeight`, ([xView, dyView], [dWeightView]) => {
    const xSource = domain.open(xView.buffer.data);
    const dySource = domain.open(dyView.buffer.data);
    const x = domain.scratch('x', plan.inputElements);
    const dy = domain.scratch('y', plan.outputElements);
    const dWeight = domain.scratch('weight', plan.weightElements).fill(domain.zero, 0, plan.weightElements);
    for (let item = 0; item < batch; item++) {
      loadBlock(plan.input, xSource, xView.offset + item * plan.inputBatchStride, x);
      loadBlock(plan.output, dySource, dyView.offset + item * plan.outputBatchStride, dy);
      forEachOutputRow(plan, (outputRow, inputRows) => {
        for (let channel = 0; channel < outputChannels; channel++) {
          const xAt = Math.floor(channel / outputsPerGroup) * inputGroup;
          const dyAt = channel * outputPlane + outputRow;
          const dWeightAt = channel * filter;
          for (const { tap, input, output, count } of widthTaps) {
            arithmetic.addRowDots(
              dWeight,
              dWeightAt + tap,
              x,
              xAt + input,
              stride,
              dy,
              dyAt + output,
              inputRows,
              count,
            );
          }
        }
      });
    }
    storeBlock(plan.weight, domain.open(dWeightView.buffer.data), dWeightView.offset, dWeight);
  });
}
