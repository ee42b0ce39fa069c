import {
  type Comment,
  type DeclarationReflection,
  type ParameterReflection,
  Reflection,
  ReflectionKind,
  type SignatureReflection,
  type SomeType,
} from 'typedoc';
import { callTexts } from './call-text.js';
import { type Locate, markdown, oneLine } from './comment-text.js';
import { type Entry, sourceOf } from './entries.js';
import { exactSignature, memberText, typeParameterText, typeText } from './type-text.js';

/** What is written about an entry that its declaration does not say itself. */
export interface EntryContext {
  readonly locate: Locate;
  /** A function that everyone can call by this name, for methods that pass on to it. */
  functionNamed(name: string): DeclarationReflection | undefined;
  /** What a program writes behind `from`. */
  readonly specifiers: readonly string[];
}

/** The kinds of entries, as they are called in headings. */
export type EntryKind = 'function' | 'class' | 'interface' | 'type' | 'constant' | 'namespace';

/** What sort of thing an entry is; a constant that can be called is a function to whoever calls it. */
export function kindOf({ declaration }: Pick<Entry, 'declaration'>): EntryKind {
  const kind = kinds.get(declaration.kind);
  if (kind !== undefined) return kind;
  return signaturesOf(declaration).length > 0 ? 'function' : 'constant';
}

const kinds: ReadonlyMap<ReflectionKind, EntryKind> = new Map([
  [ReflectionKind.Function, 'function'],
  [ReflectionKind.Class, 'class'],
  [ReflectionKind.Interface, 'interface'],
  [ReflectionKind.TypeAlias, 'type'],
  [ReflectionKind.Namespace, 'namespace'],
]);

/** The signatures of a function, or of the function type that a constant has. */
export function signaturesOf(declaration: DeclarationReflection): readonly SignatureReflection[] {
  if (declaration.signatures !== undefined) return declaration.signatures;
  const { type } = declaration;
  if (declaration.kind !== ReflectionKind.Variable || type === undefined) return [];
  if (type.type === 'reflection') return type.declaration.signatures ?? [];
  if (type.type !== 'reference' || !(type.reflection instanceof Reflection) || !type.reflection.isDeclaration())
    return [];
  const alias = type.reflection;
  return alias.type?.type === 'reflection' ? (alias.type.declaration.signatures ?? []) : (alias.signatures ?? []);
}

/** The section of a page about one entry. */
export function entrySection(entry: Entry, context: EntryContext): string {
  const { declaration, name } = entry;
  const kind = kindOf(entry);
  const body = kind === 'function' ? functionBody(entry, context) : declarationBody(entry, kind, context);
  const from = context.specifiers.map((specifier) => `\`${specifier}\``).join(', ');
  const line = declaration.sources?.[0]?.line ?? declaration.signatures?.[0]?.sources?.[0]?.line;
  const origin = `<p class="api-origin">${kind} · from ${from.replace(/`([^`]*)`/g, '<code>$1</code>')} · <span class="api-source">${sourceOf(declaration)}:${line}</span></p>`;
  return [`## ${name} {#${name}}`, origin, ...body].filter((part) => part !== '').join('\n\n');
}

function fence(code: string): string {
  return `\`\`\`typescript\n${code}\n\`\`\``;
}

function functionBody({ declaration, name }: Entry, { locate }: EntryContext): string[] {
  const signatures = signaturesOf(declaration);
  const calls = [...new Set(signatures.flatMap((signature) => callTexts(name, signature, 88)))];
  const exact = exactTexts(declaration);
  // A constant has one docstring; of overloads each may have its own.
  const comments = [declaration.comment, ...signatures.map(({ comment }) => comment)].filter(
    (comment) => comment !== undefined,
  );
  const summaries = comments.map(({ summary }) => markdown(summary, locate));
  return [
    fence(calls.join('\n')),
    ...new Set(summaries),
    parameterTexts(signatures, comments, locate),
    ...new Set(comments.flatMap((comment) => tagTexts(comment, locate))),
    exact.some((text) => !calls.includes(text)) ? `::: details The exact type\n${fence(exact.join('\n'))}\n:::` : '',
  ];
}

/** A function's type as it was written, that of a constant with the type that it refers to. */
function exactTexts(declaration: DeclarationReflection): string[] {
  const { name, type } = declaration;
  const signatures = signaturesOf(declaration);
  const named = type?.type === 'reference' ? type.reflection : undefined;
  if (type === undefined || named === undefined || !named.isDeclaration()) {
    return signatures.map((signature) => exactSignature(name, signature));
  }
  return [`const ${name}: ${typeText(type)}`, `type ${named.name}${typeParameters(named)} = ${typeText(named.type)}`];
}

function typeParameters({ typeParameters: parameters }: DeclarationReflection): string {
  if (parameters === undefined || parameters.length === 0) return '';
  return `<${parameters.map((parameter) => typeParameterText(parameter)).join(', ')}>`;
}

/** The list of parameters, with the fields of options in place. */
function parameterTexts(
  signatures: readonly SignatureReflection[],
  comments: readonly Comment[],
  locate: Locate,
): string {
  const texts = new Map<string, string>();
  for (const comment of comments) {
    for (const tag of comment.blockTags) {
      if (tag.tag === '@param' && tag.name !== undefined) texts.set(tag.name, oneLine(markdown(tag.content, locate)));
    }
  }
  const lines = new Map<string, string>();
  for (const signature of signatures) {
    for (const parameter of signature.parameters ?? []) {
      const line = parameterLine(parameter, signature, texts, locate);
      if (line !== undefined && !lines.has(parameter.name)) lines.set(parameter.name, line);
    }
  }
  for (const [name, text] of texts) {
    if (!lines.has(name)) lines.set(name, `- \`${name}\`: ${text}`);
  }
  return lines.size === 0 ? '' : `**Parameters**\n\n${[...lines.values()].join('\n')}`;
}

/** A parameter with what is known of it, or undefined when that is no more than its type. */
function parameterLine(
  parameter: ParameterReflection,
  signature: SignatureReflection,
  texts: ReadonlyMap<string, string>,
  locate: Locate,
): string | undefined {
  const text = oneLine(markdown(parameter.comment?.summary, locate)) || texts.get(parameter.name) || '';
  const options = optionTypes(parameter.type, signature);
  const fields = options.flatMap((type) => fieldLines(type, locate)).map((line) => `  ${line}`);
  if (text === '' && fields.length === 0) return undefined;
  const destructured = parameter.name === '__namedParameters' || (parameter.flags.isRest && fields.length > 0);
  const head = `- \`${destructured ? 'options' : parameter.name}\`:`;
  const types = options.length === 0 ? [] : [`${options.map((type) => linked(type, locate)).join(' and ')}:`];
  return [[head, ...(text === '' ? [] : [text]), ...types].join(' '), ...fields].join('\n');
}

function linked(declaration: DeclarationReflection, locate: Locate): string {
  const address = locate(declaration);
  return address === undefined ? `\`${declaration.name}\`` : `[\`${declaration.name}\`](${address})`;
}

/** The interfaces of options that a parameter's type is made of. */
function optionTypes(type: SomeType | undefined, signature: SignatureReflection): DeclarationReflection[] {
  if (type?.type === 'intersection') return type.types.flatMap((member) => optionTypes(member, signature));
  if (type?.type !== 'reference') return [];
  if (type.name === 'WindowArguments' || type.name === 'Omit') return optionTypes(type.typeArguments?.[0], signature);
  const bound = signature.typeParameters?.find(({ name }) => name === type.name)?.type;
  if (bound !== undefined) return optionTypes(bound, signature);
  const { reflection } = type;
  if (reflection === undefined || !reflection.isDeclaration() || reflection.kind !== ReflectionKind.Interface)
    return [];
  return /Options$|^KernelSize$/.test(reflection.name) ? [reflection] : [];
}

function fieldLines(declaration: DeclarationReflection, locate: Locate): string[] {
  const required = (child: DeclarationReflection) => Number(child.flags.isOptional === true);
  return (declaration.children ?? [])
    .toSorted((a, b) => required(a) - required(b))
    .map((child) => {
      const comment = child.comment ?? child.signatures?.[0]?.comment;
      const text = oneLine(markdown(comment?.summary, locate));
      return `- \`${memberText(child, 'plain')}\`${text === '' ? '' : `: ${text}`}`;
    });
}

const titles: Readonly<Record<string, string>> = { '@returns': 'Returns', '@throws': 'Throws', '@see': 'See' };

/** What a docstring says beside its summary and parameters. */
function tagTexts(comment: Comment, locate: Locate): string[] {
  return comment.blockTags.flatMap((tag) => {
    const text = markdown(tag.content, locate).trim();
    const title = titles[tag.tag];
    if (title !== undefined) return [`**${title}** ${text.replace(/^- /, '')}`];
    return tag.tag === '@example' || tag.tag === '@remarks' ? [text] : [];
  });
}

/** Classes whose inherited members are listed, too: those of `Tensor` are declared beside it. */
const withInherited = new Set(['Tensor']);

function declarationBody(entry: Entry, kind: EntryKind, context: EntryContext): string[] {
  const { locate } = context;
  const { declaration, name } = entry;
  const { comment } = declaration;
  const list = typeParameters(declaration);
  const parents = (declaration.extendedTypes ?? []).filter((type) => type.type === 'reference');
  const heads: Readonly<Partial<Record<EntryKind, string>>> = {
    class: `class ${name}${list}${parents.length === 0 ? '' : ` extends ${parents.map((type) => typeText(type)).join(', ')}`}`,
    interface: `interface ${name}${list}${parents.length === 0 ? '' : ` extends ${parents.map((type) => typeText(type)).join(', ')}`}`,
    type: `type ${name}${list} = ${typeText(declaration.type)}`,
    constant: `const ${name}: ${typeText(declaration.type)}`,
  };
  const head = heads[kind];
  return [
    head === undefined ? '' : fence(head),
    markdown(comment?.summary, locate),
    ...(comment === undefined ? [] : tagTexts(comment, locate)),
    members(entry, context),
    inherited(declaration, locate),
  ];
}

function isShown(member: DeclarationReflection, all: boolean): boolean {
  if (member.name === '[iterator]' || member.flags.isPrivate) return false;
  return all || member.inheritedFrom === undefined;
}

/** The members of a class, interface or object type, each with an anchor that links in docstrings lead to. */
function members({ declaration, name }: Entry, { locate, functionNamed }: EntryContext): string {
  const object = declaration.type?.type === 'reflection' ? declaration.type.declaration : declaration;
  if (declaration.kind === ReflectionKind.Namespace || signaturesOf(declaration).length > 0) return '';
  const shown = (object.children ?? []).filter((member) => isShown(member, withInherited.has(name)));
  return shown
    .flatMap((member) => {
      const anchor = `<span id="${name}.${member.name.replaceAll('"', '')}"></span>`;
      const signatures = member.signatures ?? [];
      const twin = declaration.kind === ReflectionKind.Class ? functionNamed(member.name) : undefined;
      const passesOn = member.type?.type === 'reference' && member.type.name.endsWith('Method');
      if (twin !== undefined && passesOn) return [methodItem(anchor, twin, locate)];
      if (signatures.length === 0) {
        const comment = member.comment ?? member.getSignature?.comment;
        return [memberItem(`${anchor}\`${memberText(member, 'plain')}\``, comment, [], locate)];
      }
      return signatures.map((signature, index) => {
        const called = member.kind === ReflectionKind.Constructor ? `new ${name}` : member.name;
        const [call] = callTexts(called, signature);
        const comment = signature.comment ?? (index === 0 ? member.comment : undefined);
        if (twin !== undefined && comment === undefined) {
          return `- ${index === 0 ? anchor : ''}\`${call}\`: as the function ${linked(twin, locate)} of this tensor.`;
        }
        return memberItem(`${index === 0 ? anchor : ''}\`${call}\``, comment, [signature], locate);
      });
    })
    .join('\n');
}

/** A method that is a function with the tensor in front. */
function methodItem(anchor: string, twin: DeclarationReflection, locate: Locate): string {
  const [call] = signaturesOf(twin).flatMap((signature) => callTexts(twin.name, signature));
  return `- ${anchor}\`${call.replace(/\(\w+: [^,)]*(, )?/, '(')}\`: as the function ${linked(twin, locate)} of this tensor.`;
}

function memberItem(
  head: string,
  comment: Comment | undefined,
  signatures: readonly SignatureReflection[],
  locate: Locate,
): string {
  const summary = oneLine(markdown(comment?.summary, locate));
  const more = [
    parameterTexts(signatures, comment === undefined ? [] : [comment], locate).replace('**Parameters**\n\n', ''),
    ...(comment === undefined ? [] : tagTexts(comment, locate)),
  ].filter((text) => text !== '');
  const indented = more.map((text) => `\n\n${text.replace(/^(?=.)/gm, '  ')}`).join('');
  return `- ${head}${summary === '' ? '' : `: ${summary}`}${indented}`;
}

function inherited(declaration: DeclarationReflection, locate: Locate): string {
  if (withInherited.has(declaration.name)) return '';
  const parents = (declaration.extendedTypes ?? [])
    .flatMap((type) => (type.type === 'reference' && type.reflection?.isDeclaration() ? [type.reflection] : []))
    .filter((parent) => locate(parent) !== undefined);
  return parents.length === 0
    ? ''
    : `And the members of ${parents.map((parent) => linked(parent, locate)).join(' and ')}.`;
}
