import type { PerAxis, Shape, SpatialRank } from '@cenote/shape';
import { reshape } from '../axes.js';
import { type CaseOp, type CaseWindow, makeCase } from '../case.js';
import { channelsLast } from '../cases/derived.js';
import type { OutputSpec } from '../execute.js';
import { type Draft, draftTolerance } from '../random/draft.js';
import type { Random } from '../random/random.js';
import { averageDraft, convDraft, extremumDraft, extremumGradDraft, lpDraft } from '../random/window-drafts.js';
import { differences, type Law } from './law.js';

const windowDrafts = [extremumDraft, averageDraft, convDraft, extremumGradDraft, lpDraft] as const;

type WindowDraft = Draft & { readonly op: Extract<CaseOp, { readonly window: CaseWindow }> };

/** A random windowed op for which `accept` holds. */
function draw(random: Random, accept: (window: CaseWindow) => boolean): WindowDraft {
  for (;;) {
    const draft = random.pick(windowDrafts)(random);
    if (hasWindow(draft) && accept(draft.op.window)) return draft;
  }
}

function hasWindow(draft: Draft): draft is WindowDraft {
  return 'window' in draft.op;
}

/** Where the channel axis lies changes nothing: NHWC ≡ NCHW. */
const formats: Law = {
  name: 'channels-last-is-channels-first',
  async check({ random, run }) {
    const draft = draw(
      random,
      ({ spec, inputShape }) => spec.dataFormat === 'channelsFirst' && inputShape.length > spec.rank,
    );
    const tolerance = draftTolerance(draft);
    const expect = await run(draft.op, draft.inputs, draft.outputs);
    const last = channelsLast(
      makeCase({ id: draft.name, op: draft.op, inputs: draft.inputs, expect, tolerance }),
      draft.op.window,
    );
    if (last === null) return null;
    const got = await run(last.op, last.inputs, last.expect);
    return differences(`${draft.name} with channels last`, got, last.expect, tolerance);
  },
};

/** A unit axis in front changes nothing: 1d ≡ 2d ≡ 3d. */
const ranks: Law = {
  name: 'unit-axis',
  async check({ random, run }) {
    const draft = draw(random, ({ spec }) => spec.rank < 3);
    const { window } = draft.op;
    const tolerance = draftTolerance(draft);
    const expect = await run(draft.op, draft.inputs, draft.outputs);
    const { rank, dataFormat } = window.spec;
    const leading = window.inputShape.length - rank;
    const first = leading - (dataFormat === 'channelsLast' && leading > 0 ? 1 : 0);
    // A weight has two axes in front of its kernel, a bias has no spatial axes; all else has the layout of the input.
    const weightRank = rank + 2;
    const isWeight = (role: 'input' | 'output', i: number) =>
      (draft.op.kind === 'conv' && role === 'input' && i === 1) ||
      (draft.op.kind === 'convGradInput' && role === 'input' && i === 1) ||
      (draft.op.kind === 'convGradWeight' && role === 'output');
    const lift = (role: 'input' | 'output') => (tensor: OutputSpec, i: number) => {
      if (draft.op.kind === 'conv' && role === 'input' && i === 2) return tensor.shape;
      return withUnitAxis(tensor.shape, isWeight(role, i) ? weightRank - rank : first);
    };
    const inputs = draft.inputs.map((tensor, i) => reshape(tensor, lift('input')(tensor, i)));
    const outputs = draft.outputs.map((tensor, i) => ({ dtype: tensor.dtype, shape: lift('output')(tensor, i) }));
    const got = await run({ ...draft.op, window: lifted(window, first) }, inputs, outputs);
    const flat = got.map((tensor, i) => reshape(tensor, draft.outputs[i].shape));
    return differences(`${draft.name} with a unit axis in front`, flat, expect, tolerance);
  },
};

function withUnitAxis(shape: Shape, at: number): Shape {
  return [...shape.slice(0, at), 1, ...shape.slice(at)];
}

function lifted(window: CaseWindow, first: number): CaseWindow {
  const inputShape = withUnitAxis(window.inputShape, first);
  const rank = (window.spec.rank + 1) as SpatialRank;
  const prepend = <T>(unit: T, values: PerAxis<T> | undefined): PerAxis<T> | undefined =>
    isList(values) ? [unit, ...values] : values;
  switch (window.kind) {
    case 'adaptivePool': {
      const { spec } = window;
      return { ...window, inputShape, spec: { ...spec, rank, outputSize: prepend(1, spec.outputSize) ?? 1 } };
    }
    case 'pool': {
      const { spec } = window;
      const padding = typeof spec.padding === 'object' ? [0, ...spec.padding] : spec.padding;
      const kernelSize = prepend(1, spec.kernelSize) ?? 1;
      const stride = prepend(1, spec.stride);
      const dilation = prepend(1, spec.dilation);
      return { ...window, inputShape, spec: { ...spec, rank, kernelSize, stride, dilation, padding } };
    }
    case 'conv': {
      const { spec } = window;
      const padding = typeof spec.padding === 'object' ? [0, ...spec.padding] : spec.padding;
      const stride = prepend(1, spec.stride);
      const dilation = prepend(1, spec.dilation);
      const weightShape = withUnitAxis(window.weightShape, 2);
      return { ...window, inputShape, weightShape, spec: { ...spec, rank, stride, dilation, padding } };
    }
  }
}

function isList<T>(value: PerAxis<T> | undefined): value is readonly T[] {
  return Array.isArray(value);
}

/** What holds of layouts. */
export const layoutLaws: readonly Law[] = [formats, ranks];
