import type { ParameterReflection, SignatureReflection, SomeType } from 'typedoc';
import { typeText } from './type-text.js';

/**
 * The ways to call a function, as one would explain them: types that only compute shapes for the compiler left out, and
 * the two forms of window arguments written as the two calls that they are.
 *
 * @param name what is called
 * @param width longer calls have a line for each parameter
 */
export function callTexts(name: string, signature: SignatureReflection, width = Number.POSITIVE_INFINITY): string[] {
  const bounds = boundsOf(signature);
  const result = plainText(signature.type, bounds);
  const parameters = (signature.parameters ?? []).filter(({ name: parameter }) => parameter !== 'this');
  return parameters
    .reduce<string[][]>(
      (lists, parameter) => lists.flatMap((list) => forms(parameter, bounds).map((form) => [...list, ...form])),
      [[]],
    )
    .map((list) => {
      const head = `${name}${keptTypeParameters(signature, [...list, result].join(' '))}`;
      const line = `${head}(${list.join(', ')}): ${result}`;
      return line.length <= width
        ? line
        : `${head}(\n${list.map((parameter) => `  ${parameter},\n`).join('')}): ${result}`;
    });
}

type Bounds = ReadonlyMap<string, SomeType>;

/** The type parameters that stand for what is passed (options, shapes): written as what they are at most. */
function boundsOf(signature: SignatureReflection): Bounds {
  const bounds = new Map<string, SomeType>();
  for (const parameter of signature.typeParameters ?? []) {
    if (parameter.type !== undefined && parameter.type.type !== 'union') bounds.set(parameter.name, parameter.type);
  }
  return bounds;
}

function plainText(type: SomeType | undefined, bounds: Bounds): string {
  if (type?.type === 'intersection') {
    const members = type.types.map((member) => plainText(member, bounds)).filter((text) => text !== '');
    return [...new Set(members)].join(' & ');
  }
  if (type?.type === 'reference') {
    if (['KnownOptions', 'Refusal'].includes(type.name)) return '';
    const bound = type.typeArguments === undefined ? bounds.get(type.name) : undefined;
    if (bound !== undefined) return typeText(bound, 'plain');
  }
  const text = typeText(type, 'plain');
  const bound = bounds.get(text);
  return bound === undefined ? text : typeText(bound, 'plain');
}

/** The lists of arguments that a parameter can stand for: one, except for window arguments. */
function forms(parameter: ParameterReflection, bounds: Bounds): string[][] {
  const name = parameter.name === '__namedParameters' ? 'options' : parameter.name;
  const optional = parameter.flags.isOptional || parameter.defaultValue !== undefined ? '?' : '';
  if (!parameter.flags.isRest) return [[`${name}${optional}: ${plainText(parameter.type, bounds)}`]];
  const options = windowOptions(parameter.type, bounds);
  if (options === undefined) return [[`...${name}: ${plainText(parameter.type, bounds)}`]];
  const all = typeText(options, 'plain');
  const rest = all
    .split(' & ')
    .filter((type) => type !== 'KernelSize')
    .join(' & ');
  return [['kernelSize: PerAxis', ...(rest === '' ? [] : [`options?: ${rest}`])], [`options: ${all}`]];
}

/** `X` of a rest parameter whose type is, or is bounded by, `WindowArguments<X>`. */
function windowOptions(type: SomeType | undefined, bounds: Bounds): SomeType | undefined {
  if (type?.type === 'intersection') {
    return type.types.map((member) => windowOptions(member, bounds)).find((found) => found !== undefined);
  }
  if (type?.type !== 'reference') return undefined;
  if (type.name === 'WindowArguments') return type.typeArguments?.[0];
  const bound = bounds.get(type.name);
  return bound === undefined ? undefined : windowOptions(bound, new Map());
}

/** The type parameters that the plain text still mentions. */
function keptTypeParameters(signature: SignatureReflection, text: string): string {
  const kept = (signature.typeParameters ?? []).filter(({ name }) => new RegExp(`\\b${name}\\b`).test(text));
  if (kept.length === 0) return '';
  const texts = kept.map(({ name, type }) =>
    type === undefined ? name : `${name} extends ${typeText(type, 'plain')}`,
  );
  return `<${texts.join(', ')}>`;
}
