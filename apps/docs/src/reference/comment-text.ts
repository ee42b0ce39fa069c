import { type Comment, type CommentDisplayPart, Reflection, ReflectionSymbolId } from 'typedoc';

/** Where an export or one of its members is described, or undefined for what is not on any page. */
export type Locate = (reflection: Reflection) => string | undefined;

/** The parts of a docstring as Markdown for VitePress, with its links pointed at pages. */
export function markdown(parts: readonly CommentDisplayPart[] | undefined, locate: Locate): string {
  return (parts ?? []).map((part) => partText(part, locate)).join('');
}

function partText(part: CommentDisplayPart, locate: Locate): string {
  switch (part.kind) {
    case 'text':
      return escaped(part.text);
    case 'code':
      // Examples are excerpts; only `ts` blocks are run by the tests.
      return part.text.replace(/^```ts\b[^\n]*/gm, '```typescript');
    case 'inline-tag': {
      const { target } = part;
      const text = part.text === '' ? part.tag : part.text;
      const address =
        target instanceof Reflection ? locate(target) : target instanceof ReflectionSymbolId ? undefined : target;
      return address === undefined ? `\`${text}\`` : `[\`${text}\`](${address})`;
    }
    case 'relative-link':
      return escaped(part.text);
  }
}

/** Prose that neither Vue nor Markdown takes for something else. */
function escaped(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;');
}

/** Markdown on one line, for tables and lists. */
export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

/** The first sentence of a docstring, for tables. */
export function firstSentence(comment: Comment | undefined, locate: Locate): string {
  const [paragraph] = markdown(comment?.summary, locate).split(/\n\s*\n/);
  const text = oneLine(paragraph);
  // A full stop inside of code or an abbreviation is no end: `x.y`, e.g., 3.5.
  const end = /^(?:`[^`]*`|\[[^\]]*\]\([^)]*\)|e\.g\.|i\.e\.|[^.:]|[.:](?!\s|$))*[.:](?=\s|$)/.exec(text);
  return (end === null ? text : end[0].replace(/:$/, '.')).replaceAll('|', '\\|');
}
