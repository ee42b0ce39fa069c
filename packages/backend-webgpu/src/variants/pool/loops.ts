import type { Variant } from '../../plan.js';
import { foldFunctions, poolFold, vectorType } from '../../wgsl/fold.js';
import { findWindows, windowFunctions } from '../../wgsl/windows.js';
import {
  type Arrangement,
  arrange,
  channelsInFours,
  imagePlace,
  positionsOf,
  takeApart,
  threadCoordinates,
} from './arrangement.js';
import { divided } from './divisor.js';
import { threadStep } from './threads.js';

/**
 * `pool` with windows of any kind, dilated and uneven ones too: a thread for each output, or for four channels of it, with nothing
 * but loads and the fold in the innermost loop.
 */
export const loopPool: readonly Variant<'pool'>[] = [
  {
    plan({ geometry, pool, indices }, [x], [y], features) {
      const fold = indices === 'none' ? poolFold(pool, x.dtype) : null;
      if (fold === null) return null;
      const scalar = arrange(geometry, x, y, 1);
      const inFours = channelsInFours(geometry, scalar.x, scalar.y);
      const arrangement: Arrangement = inFours ? { ...scalar, lanes: 4 } : scalar;
      const { lanes } = arrangement;
      const [depth, height, width] = geometry.axes;
      const coordinates = threadCoordinates(arrangement, [
        { name: 'oD', size: depth.output },
        { name: 'oH', size: height.output },
        { name: 'oW', size: width.output },
      ]);
      const step = ([axis, stride]: readonly [{ readonly dilation: number }, number]) =>
        `${(axis.dilation * stride) / lanes}u`;
      const neutral = `T(${fold.neutral})`;
      const fresh = (name: string) => `var ${name} = ${neutral};`;
      const add = (to: string, from: string) => `${to} = ${fold.combine(to, from)};`;
      // Sums of rows are added up before they meet the rest, which costs fewer digits.
      const body = `
${takeApart('i', coordinates)}
${findWindows}
var plane = in0Offset() / ${lanes}u + ${imagePlace(scalar.x, lanes)} + wD.start * ${scalar.x.depth / lanes}u
  + wH.start * ${scalar.x.height / lanes}u + wW.start * ${scalar.x.width / lanes}u;
${fresh('total')}
for (var jD = 0u; jD < wD.count; jD++) {
  var row = plane;
  for (var jH = 0u; jH < wH.count; jH++) {
    var at = row;
    ${fresh('part')}
    for (var jW = 0u; jW < wW.count; jW++) {
      ${add('part', fold.load('in0[at]'))}
      at += ${step([width, scalar.x.width])};
    }
    ${add('total', 'part')}
    row += ${step([height, scalar.x.height])};
  }
  plane += ${step([depth, scalar.x.depth])};
}
out0[out0Offset() / ${lanes}u + i] = ${divided(pool, geometry.axes, ['oD', 'oH', 'oW'])(fold.store('total'))};`;
      const element = `array<${vectorType(fold.storage, lanes)}>`;
      const made = threadStep(
        positionsOf(coordinates),
        {
          functions: `${foldFunctions(fold, lanes)}\n${windowFunctions(geometry)}`,
          body,
          bindings: [
            { what: { kind: 'input', index: 0 }, declaration: element },
            { what: { kind: 'output', index: 0 }, declaration: element },
          ],
        },
        features,
      );
      if (made === null) return null;
      const name = `${x.dtype}_${pool.fn}Pool_loop${inFours ? '_c4' : ''}`;
      return { name, steps: [made], ...(inFours && { aligned: true }) };
    },
  },
];
