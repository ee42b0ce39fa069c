import { isFloat } from '@cenote/backend';
import { openNumbers } from '../elements.js';
import { type KernelBuilder, makeKernel } from '../kernel.js';
import { forEachElement, planRows } from '../rows.js';

/** `[x] → [y]` along one axis, floats only. The largest element is subtracted first, so that no exponential overflows. */
export const buildSoftmax: KernelBuilder<'softmax'> = ({ axis, log }, [x], [y], workspace) => {
  const { dtype, shape } = x;
  if (!isFloat(dtype)) return null;
  const outer = planRows(shape.with(axis, 1), x.strides, y.strides);
  const length = shape[axis];
  const xStep = x.strides[axis];
  const yStep = y.strides[axis];
  return makeKernel(`${dtype}_${log ? 'logSoftmax' : 'softmax'}`, ([input], [output]) => {
    if (length === 0) return;
    const source = openNumbers(dtype, input.buffer.data);
    const target = openNumbers(dtype, output.buffer.data);
    const line = workspace.numbers('line', length);
    const powers = workspace.numbers('powers', length);
    forEachElement(outer, [input.offset, output.offset], ([xAt, yAt]) => {
      source.read(xAt, xStep, line, 0, 1, length);
      let largest = line[0];
      for (let i = 1; i < length; i++) if (line[i] > largest) largest = line[i];
      let sum = 0;
      for (let i = 0; i < length; i++) {
        powers[i] = Math.exp(line[i] - largest);
        sum += powers[i];
      }
      if (log) {
        const logOfSum = Math.log(sum);
        for (let i = 0; i < length; i++) powers[i] = line[i] - largest - logOfSum;
      } else {
        for (let i = 0; i < length; i++) powers[i] /= sum;
      }
      target.write(yAt, yStep, powers, 0, 1, length);
    });
  });
};
