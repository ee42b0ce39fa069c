import { html, nothing, type TemplateResult } from 'lit-html';
import { button } from '../../ui/button.js';
import { checkbox } from '../../ui/checkbox.js';
import { codeBlock } from '../../ui/code-block.js';
import { errorBox } from '../../ui/error-box.js';
import { playback } from '../../ui/playback.js';
import { segmented } from '../../ui/segmented.js';
import { stepper } from '../../ui/stepper.js';
import { arithmetic, shapeRule } from './arithmetic.js';
import { program } from './code.js';
import type { PlaygroundMessages } from './messages.js';
import { functionNames, type Pooled, type Tap, windowTaps } from './model.js';
import type { Playground } from './playground.js';
import { presetNames } from './presets.js';
import { limits, type Pair, poolKinds, type Settings } from './settings.js';
import { inputMatrix, outputMatrix, type StageContext, titled } from './stage.js';

/** The whole figure. */
export function view(context: StageContext): TemplateResult {
  const { playground, texts } = context;
  const { outcome, scene } = playground;
  const pooled = outcome.kind === 'pooled' ? outcome.pooled : null;
  const { input } = scene;
  const result =
    outcome.kind === 'pooled'
      ? titled(texts.output, outcome.pooled.geometry.outputShape, outputMatrix(context, outcome.pooled))
      : html`<div class="side refused">
          <p class="title">${texts.refused}</p>
          ${errorBox(outcome.message)}
        </div>`;
  return html`<div class="figure-pooling-playground">
    ${presetBar(playground, texts)} ${controls(playground, texts)}
    <div class="stage">
      ${titled(texts.input, [1, input.channels, input.rows, input.columns], inputMatrix(context))}
      <div class="arrow" aria-hidden="true"><code>${functionNames[scene.settings.kind]}</code><span></span></div>
      ${result}
    </div>
    <p class="hint">${texts.hint}</p>
    ${pooled === null ? nothing : equation(playground, texts, pooled)} ${playBar(playground, texts)}
    ${inputControls(playground, texts)}
    <div class="below">
      ${pooled === null ? nothing : rule(playground, texts, pooled)}
      <section class="program">
        ${codeBlock({
          code: program(input, scene.settings, pooled),
          label: texts.code,
          labels: { copy: texts.copy, copied: texts.copied },
        })}
      </section>
    </div>
  </div>`;
}

function presetBar(playground: Playground, texts: PlaygroundMessages): TemplateResult {
  return html`<div class="presets" role="group" aria-label=${texts.startFrom}>
    <span class="c-label">${texts.startFrom}</span>
    ${presetNames.map((name) =>
      button({ label: texts.presets[name], small: true, onClick: () => playground.load(name) }),
    )}
  </div>`;
}

function controls(playground: Playground, texts: PlaygroundMessages): TemplateResult {
  const { settings } = playground.scene;
  return html`<div class="controls">
    ${segmented({
      label: texts.pooling,
      name: 'pooling-playground-kind',
      choices: poolKinds.map((value) => ({ value, label: texts.kinds[value] })),
      value: settings.kind,
      onChange: (kind) => playground.change({ kind }),
    })}
    <div class="numbers">
      ${pairStepper(playground, texts, texts.window, 'window', 1, limits.window)}
      ${pairStepper(playground, texts, texts.stride, 'stride', 1, limits.stride)}
      ${pairStepper(playground, texts, texts.padding, 'padding', 0, limits.padding)}
      ${pairStepper(playground, texts, texts.dilation, 'dilation', 1, limits.dilation)}
      ${
        settings.kind === 'lp'
          ? stepper({
              label: texts.p,
              value: settings.p,
              min: 1,
              max: limits.p,
              onChange: (p) => playground.change({ p }),
            })
          : nothing
      }
    </div>
    <div class="checks">
      ${checkbox({
        label: texts.ceilMode,
        checked: settings.ceilMode,
        onChange: (ceilMode) => playground.change({ ceilMode }),
      })}
      ${
        settings.kind === 'avg'
          ? checkbox({
              label: texts.countIncludePad,
              checked: settings.countIncludePad,
              onChange: (countIncludePad) => playground.change({ countIncludePad }),
            })
          : nothing
      }
      ${checkbox({
        label: texts.separately,
        checked: playground.separate,
        onChange: (separate) => playground.set({ separate }),
      })}
    </div>
  </div>`;
}

/** How large the input is, and what the pointer does on it. */
function inputControls(playground: Playground, texts: PlaygroundMessages): TemplateResult {
  const { input, channel } = playground.scene;
  return html`<div class="shape">
      ${stepper({
        label: `${texts.size}: ${texts.rows}`,
        value: input.rows,
        min: 1,
        max: limits.rows,
        onChange: (rows) => playground.resize({ rows }),
      })}
      ${stepper({
        label: `${texts.size}: ${texts.columns}`,
        value: input.columns,
        min: 1,
        max: limits.columns,
        onChange: (columns) => playground.resize({ columns }),
      })}
      ${stepper({
        label: texts.channels,
        value: input.channels,
        min: 1,
        max: limits.channels,
        onChange: (channels) => playground.resize({ channels }),
      })}
      ${
        input.channels > 1
          ? segmented({
              label: texts.channel,
              name: 'pooling-playground-channel',
              choices: Array.from({ length: input.channels }, (_, index) => ({
                value: String(index),
                label: String(index),
              })),
              value: String(channel),
              onChange: (value) => playground.show(Number(value)),
            })
          : nothing
      }
      ${segmented({
        label: texts.pointer,
        name: 'pooling-playground-pointer',
        choices: [
          { value: 'slide', label: texts.slides },
          { value: 'draw', label: texts.draws },
        ],
        value: playground.pointer,
        onChange: (pointer) => playground.set({ pointer }),
      })}
      ${
        playground.pointer === 'draw'
          ? stepper({
              label: texts.brush,
              value: playground.brush,
              min: -99,
              max: 99,
              onChange: (brush) => playground.set({ brush }),
            })
          : nothing
      }
  </div>`;
}

type PairSetting = 'window' | 'stride' | 'padding' | 'dilation';

/** One stepper for both axes, or one for each. A stride that was never set follows the window, as the library has it. */
function pairStepper(
  playground: Playground,
  texts: PlaygroundMessages,
  label: string,
  name: PairSetting,
  min: number,
  max: number,
): TemplateResult {
  const { settings } = playground.scene;
  const [rows, columns] = settings[name] ?? settings.window;
  const change = (pair: Pair) => {
    const settings: Partial<Settings> = { [name]: pair };
    playground.change(settings);
  };
  if (!playground.separate)
    return stepper({ label, value: rows, min, max, onChange: (value) => change([value, value]) });
  return html`${stepper({
    label: `${label}: ${texts.rows}`,
    value: rows,
    min,
    max,
    onChange: (value) => change([value, columns]),
  })}
  ${stepper({
    label: `${label}: ${texts.columns}`,
    value: columns,
    min,
    max,
    onChange: (value) => change([rows, value]),
  })}`;
}

/** The arithmetic of the present window, and what there is to say of it. */
function equation(playground: Playground, texts: PlaygroundMessages, pooled: Pooled): TemplateResult {
  const { input, settings, at, channel } = playground.scene;
  const { left, right, divisor, from } = arithmetic(input, settings, pooled, at, channel);
  const taps = windowTaps(pooled.geometry, at);
  const notes = [
    ...(divisor === null ? [] : [divisorNote(settings, texts, taps, divisor)]),
    ...(from === null ? [] : [texts.from(from.row, from.column, from.index)]),
    ...(divisor === null && taps.some(({ on }) => on === 'padding') ? [texts.paddingIgnored] : []),
    ...(taps.some(({ on }) => on === 'beyond') ? [texts.beyondIgnored] : []),
  ];
  // While it plays, a screen reader would never come to an end.
  return html`<div class="equation" aria-live=${playground.isPlaying ? 'off' : 'polite'}>
    <p class="terms"><span>${left}</span> <span class="result">= <strong>${right}</strong></span></p>
    <p class="notes">${notes.join(' ')}</p>
  </div>`;
}

function divisorNote(settings: Settings, texts: PlaygroundMessages, taps: readonly Tap[], divisor: string): string {
  if (taps.every(({ on }) => on === 'input')) return texts.divisor(divisor);
  return settings.countIncludePad ? texts.divisorCounting(divisor) : texts.divisorReal(divisor);
}

function playBar(playground: Playground, texts: PlaygroundMessages): TemplateResult {
  const { windows } = playground;
  return html`<div class="bar">
    ${playback({
      playing: playground.isPlaying,
      labels: texts,
      onPlay: () => playground.play(!playground.isPlaying),
      onBack: () => playground.step(-1),
      onStep: () => playground.step(1),
    })}
    <span class="position">${windows === 0 ? nothing : texts.position(playground.window + 1, windows)}</span>
    ${button({ label: texts.reset, onClick: () => playground.load(playground.preset) })}
  </div>`;
}

function rule(playground: Playground, texts: PlaygroundMessages, pooled: Pooled): TemplateResult {
  const { ceilMode } = playground.scene.settings;
  const rows = shapeRule(pooled, 1, ceilMode);
  const columns = shapeRule(pooled, 2, ceilMode);
  const line = (title: string, { left, right }: typeof rows) =>
    html`<dt>${title}</dt>
      <dd>${left} = <strong>${right}</strong></dd>`;
  return html`<section class="rule">
    <p class="c-subtitle">${texts.shape}</p>
    <p class="words">${texts.shapeRule}</p>
    <dl>${line(texts.height, rows)} ${line(texts.width, columns)}</dl>
    ${rows.dropped || columns.dropped ? html`<p class="words">${texts.dropped}</p>` : nothing}
  </section>`;
}
