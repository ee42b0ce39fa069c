import type { DeclarationReflection, SignatureReflection, SomeType, TypeParameterReflection } from 'typedoc';

/**
 * How much of a type is written: `exact` is all of it; `plain` is what a call takes and gives, without what computes shapes
 * for the compiler, which would bury it.
 */
export type Detail = 'exact' | 'plain';

/** Names of types that only check or compute shapes, and which of their arguments is what a call really takes or gives. */
const transparent: Readonly<Record<string, number>> = { Checked: 1, Typed: 0, ResultOf: 0, NoInfer: 0 };

/** A type as one line of TypeScript. */
export function typeText(type: SomeType | undefined, detail: Detail = 'exact'): string {
  const text = (inner: SomeType | undefined) => typeText(inner, detail);
  if (type === undefined) return 'unknown';
  switch (type.type) {
    case 'reference':
      return referenceText(type.name, type.typeArguments ?? [], detail);
    case 'array':
      return `${bracketed(type.elementType, detail)}[]`;
    case 'union':
      return type.types
        .map((member) => (member.type === 'conditional' ? `(${text(member)})` : text(member)))
        .join(' | ');
    case 'intersection': {
      const members = type.types
        .filter((member) => detail === 'exact' || !isCheck(member))
        .map((member) => text(member));
      return [...new Set(members)].filter((member) => detail === 'exact' || member !== 'unknown').join(' & ');
    }
    case 'tuple':
      return `[${type.elements.map((element) => text(element)).join(', ')}]`;
    case 'namedTupleMember':
      return `${type.name}${type.isOptional ? '?' : ''}: ${text(type.element)}`;
    case 'optional':
      return `${text(type.elementType)}?`;
    case 'rest':
      return `...${text(type.elementType)}`;
    case 'typeOperator':
      return `${type.operator} ${bracketed(type.target, detail)}`;
    case 'indexedAccess':
      return `${bracketed(type.objectType, detail)}[${text(type.indexType)}]`;
    case 'reflection':
      return objectText(type.declaration, detail);
    case 'conditional':
      return `${text(type.checkType)} extends ${text(type.extendsType)} ? ${text(type.trueType)} : ${text(type.falseType)}`;
    case 'predicate':
      return `${type.asserts ? 'asserts ' : ''}${type.name}${type.targetType === undefined ? '' : ` is ${text(type.targetType)}`}`;
    case 'inferred':
    case 'intrinsic':
    case 'literal':
    case 'mapped':
    case 'query':
    case 'templateLiteral':
    case 'unknown':
      return type.toString();
  }
}

function referenceText(name: string, typeArguments: readonly SomeType[], detail: Detail): string {
  if (detail === 'plain') {
    if (name in transparent) return typeText(typeArguments[transparent[name]], detail);
    // The shape is a type that is computed; only a shape that can be read is worth its room.
    if (name === 'Tensor' && typeArguments[0]?.type !== 'tuple') return 'Tensor';
    if (name === 'PooledWithIndices') return name;
    if (name === 'Pooled') return 'Tensor | PooledWithIndices';
    if (name === 'Awaited') return typeText(typeArguments[0], detail);
  }
  if (typeArguments.length === 0) return name;
  return `${name}<${typeArguments.map((argument) => typeText(argument, detail)).join(', ')}>`;
}

/** Whether a member of an intersection is there only so that mistakes do not compile. */
function isCheck(type: SomeType): boolean {
  return type.type === 'reference' && ['KnownOptions', 'Refusal', 'CheckedLayers'].includes(type.name);
}

function bracketed(type: SomeType, detail: Detail): string {
  const text = typeText(type, detail);
  const compound = ['union', 'intersection', 'conditional', 'typeOperator'].includes(type.type);
  return (compound && / /.test(text)) || (type.type === 'reflection' && text.includes('=>')) ? `(${text})` : text;
}

/** `{ a: number; b?: string }`, or `(x: Tensor) => Tensor` for what can only be called. */
function objectText(declaration: DeclarationReflection, detail: Detail): string {
  const signatures = declaration.signatures ?? [];
  const children = declaration.children ?? [];
  const indexes = declaration.indexSignatures ?? [];
  if (signatures.length === 1 && children.length === 0) {
    const [signature] = signatures;
    return `${parameterList(signature, detail)} => ${typeText(signature.type, detail)}`;
  }
  const members = [
    ...children.map((child) => memberText(child, detail)),
    ...indexes.map(
      (index) =>
        `[${index.parameters?.[0]?.name}: ${typeText(index.parameters?.[0]?.type, detail)}]: ${typeText(index.type, detail)}`,
    ),
    ...signatures.map((signature) => `${parameterList(signature, detail)}: ${typeText(signature.type, detail)}`),
  ];
  return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`;
}

/** A property with its type: `readonly stride?: number`. */
export function memberText(member: DeclarationReflection, detail: Detail): string {
  const [signature] = member.signatures ?? [];
  const optional = member.flags.isOptional ? '?' : '';
  if (signature !== undefined)
    return `${member.name}${optional}${parameterList(signature, detail)}: ${typeText(signature.type, detail)}`;
  const type = member.type ?? member.getSignature?.type;
  return `${member.name}${optional}: ${typeText(type, detail)}`;
}

/** `<S extends Shape>(x: Tensor<S>, options?: Options)`. */
function parameterList(signature: SignatureReflection, detail: Detail): string {
  const parameters = (signature.parameters ?? []).map((parameter) => {
    const optional = parameter.flags.isOptional || parameter.defaultValue !== undefined ? '?' : '';
    const name = parameter.name === '__namedParameters' ? 'options' : parameter.name;
    return `${parameter.flags.isRest ? '...' : ''}${name}${optional}: ${typeText(parameter.type, detail)}`;
  });
  return `${typeParameterList(signature.typeParameters, detail)}(${parameters.join(', ')})`;
}

function typeParameterList(parameters: readonly TypeParameterReflection[] | undefined, detail: Detail): string {
  if (detail === 'plain' || parameters === undefined || parameters.length === 0) return '';
  return `<${parameters.map((parameter) => typeParameterText(parameter, detail)).join(', ')}>`;
}

/** `const A extends Options = Default`. */
export function typeParameterText(parameter: TypeParameterReflection, detail: Detail = 'exact'): string {
  const constant = parameter.flags.isConst ? 'const ' : '';
  const bound = parameter.type === undefined ? '' : ` extends ${typeText(parameter.type, detail)}`;
  const fallback = parameter.default === undefined ? '' : ` = ${typeText(parameter.default, detail)}`;
  return `${constant}${parameter.name}${bound}${fallback}`;
}

/** A signature as it was written: `maxPool2d<S extends Shape>(x: Tensor<S>): Tensor`. */
export function exactSignature(name: string, signature: SignatureReflection): string {
  return `${name}${parameterList(signature, 'exact')}: ${typeText(signature.type, 'exact')}`;
}
