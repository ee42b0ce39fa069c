import { callOptions, functionNames, type Pooled, perAxis } from './model.js';
import type { Input, Settings } from './settings.js';

/** The type that the compiler gives a tensor of this shape. */
export function tensorType(shape: readonly number[]): string {
  return `Tensor<[${shape.join(', ')}]>`;
}

/** The program that computes what the figure shows. Lines are short enough for a phone to show most of them. */
export function program(input: Input, settings: Settings, pooled: Pooled | null): string {
  const name = functionNames[settings.kind];
  const options = Object.entries(callOptions(settings)).map(([key, value]) => `${key}: ${literal(value)}`);
  const call = [
    'x',
    ...(settings.kind === 'lp' ? [String(settings.p)] : []),
    literal(perAxis(settings.window)),
    ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`]),
  ];
  const imports = [name, 'tensor'].toSorted().join(', ');
  return [
    `import { ${imports} } from 'cenote';`,
    '',
    `const x = tensor([[[${channels(input)}]]]);`,
    `const y = ${name}(${call.join(', ')});`,
    // As the playgrounds of TypeScript point at a name and say its type.
    ...(pooled === null ? [] : [`//    ^ ${tensorType(pooled.geometry.outputShape)}`]),
    'console.log(String(y));',
  ].join('\n');
}

function literal(value: number | boolean | readonly number[]): string {
  return typeof value === 'object' ? `[${value.join(', ')}]` : String(value);
}

/** Each row on a line of its own, with a line's end after each, as formatters write it. */
function channels({ channels: count, rows, columns, values }: Input): string {
  const row = (start: number) => `[${values.slice(start, start + columns).join(', ')}]`;
  const plane = (channel: number) =>
    Array.from({ length: rows }, (_, index) => `\n  ${row((channel * rows + index) * columns)},`).join('');
  return Array.from({ length: count }, (_, channel) => `${plane(channel)}\n`).join('], [');
}
