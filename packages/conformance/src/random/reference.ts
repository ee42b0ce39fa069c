import { byteSize, type DType, isFloat, type Op, typedArrayView } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { CenoteError, elementCount } from '@cenote/shape';
import type { OutputSpec } from '../execute.js';
import { elementsOf, layoutOf, type TensorData, tensorOf, typedArrayOf } from '../tensor-data.js';

/**
 * What the reference backend says: floats are computed from f64 inputs (whose values are those of the given dtype) and
 * rounded at the end, everything else in its own dtype.
 *
 * @returns The outputs, contiguous, in the dtypes that were asked for.
 */
export function referenceOutputs(
  op: Op,
  inputs: readonly TensorData[],
  outputs: readonly OutputSpec[],
): readonly TensorData[] {
  const backend = referenceBackend();
  // A copy converts: it depends on the dtypes that it is given.
  const wide = (dtype: DType): DType => (isFloat(dtype) && op.kind !== 'copy' ? 'f64' : dtype);
  const contiguous = (tensor: OutputSpec): OutputSpec => ({ dtype: wide(tensor.dtype), shape: tensor.shape });
  const kernel = backend.kernel(
    op,
    inputs.map((tensor) => layoutOf(contiguous(tensor))),
    outputs.map((tensor) => layoutOf(contiguous(tensor))),
  );
  if (kernel === null) {
    throw new CenoteError({
      code: 'UNSUPPORTED',
      op: 'randomCases',
      what: 'the reference backend declines a random case',
      got: `${op.kind} of ${inputs[0]?.dtype}`,
      expected: 'an op and dtype that the contract has',
      hint: 'Use versions of @cenote/conformance and @cenote/backend-reference that belong together',
    });
  }
  const sources = inputs.map((tensor) => {
    const contents = typedArrayOf(wide(tensor.dtype), elementsOf(tensor));
    const buffer = backend.alloc(contents.byteLength);
    backend.write(buffer, contents);
    return buffer;
  });
  const targets = outputs.map(({ dtype, shape }) => backend.alloc(elementCount(shape) * byteSize[wide(dtype)]));
  backend.run(
    kernel,
    sources.map((buffer) => ({ buffer, offset: 0 })),
    targets.map((buffer) => ({ buffer, offset: 0 })),
  );
  return outputs.map(({ dtype, shape }, i) =>
    tensorOf(dtype, shape, typedArrayView(wide(dtype), backend.readSync(targets[i]), 0, elementCount(shape))),
  );
}
