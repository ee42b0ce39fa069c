import { html, type TemplateResult } from 'lit-html';
import type { Locale } from '../../figure.js';
import { formatCell } from '../../plane.js';
import { cellPicker } from '../../ui/cell-picker.js';
import { matrix } from '../../ui/matrix.js';
import { segmented } from '../../ui/segmented.js';
import { messages } from './messages.js';
import { arithmetic, channelCounts, type Operation, type OutputCell, operations, run, sees } from './model.js';

/** What there is to draw. */
export interface ChannelsView {
  readonly locale: Locale;
  readonly operation: Operation;
  readonly channels: number;
  readonly cell: OutputCell;
  readonly setOperation: (operation: Operation) => void;
  readonly setChannels: (channels: number) => void;
  readonly pick: (cell: OutputCell) => void;
}

export function channelsView(view: ChannelsView): TemplateResult {
  const { locale, operation, channels, cell } = view;
  const text = messages[locale];
  const result = run(operation, channels);
  return html`<div class="figure-channels">
    <div class="controls">
      ${segmented({
        label: text.operation,
        name: 'channels-operation',
        choices: operations.map((value) => ({ value, label: text.operations[value] })),
        value: operation,
        onChange: view.setOperation,
      })}
      ${segmented({
        label: text.channels,
        name: 'channels-count',
        choices: channelCounts.map((count) => ({ value: `${count}`, label: `${count}` })),
        value: `${channels}`,
        onChange: (count) => view.setChannels(Number(count)),
      })}
    </div>
    <div class="planes">
      ${result.input.map((plane, channel) =>
        matrix({
          label: text.input(channel),
          caption: true,
          rows: plane.map((row) => row.map(formatCell)),
          mark: (row, column) => (sees(operation, cell, { channel, row, column }) ? 'on' : ''),
        }),
      )}
    </div>
    <div class="planes outputs">
      ${result.output.map((plane, channel) =>
        cellPicker({
          label: text.pick(channel),
          rows: plane.length,
          columns: plane[0].length,
          cell: cell.channel === channel ? cell : { row: 0, column: 0 },
          onPick: ({ row, column }) => view.pick({ channel, row, column }),
          content: matrix({
            label: text.output(channel),
            caption: true,
            rows: plane.map((row) => row.map(formatCell)),
            mark: (row, column) =>
              cell.channel === channel && cell.row === row && cell.column === column ? 'out' : '',
          }),
        }),
      )}
    </div>
    <p class="status" role="status">${arithmetic(operation, result, cell)}</p>
    <dl class="facts">
      <dt>${text.shapes}</dt>
      <dd>[${result.inputShape.join(', ')}] → [${result.outputShape.join(', ')}]</dd>
      <dt>${text.weights}</dt>
      <dd class="weights">${result.weights}</dd>
    </dl>
  </div>`;
}
