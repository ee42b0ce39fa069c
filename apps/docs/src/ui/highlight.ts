import { html, type TemplateResult } from 'lit-html';

const kinds = ['comment', 'string', 'number', 'keyword'] as const;
const token =
  /(?<comment>\/\/.*)|(?<string>'[^']*')|(?<number>\b\d[\d.]*\b)|(?<keyword>\b(?:import|from|const|let|return|await|true|false|new|export)\b)/g;

/** TypeScript with its comments, strings, numbers and keywords marked: enough for the few lines under a figure. */
export function highlight(code: string): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let end = 0;
  for (const match of code.matchAll(token)) {
    const kind = kinds.find((name) => match.groups?.[name] !== undefined);
    parts.push(code.slice(end, match.index), html`<span class=${`c-code-${kind}`}>${match[0]}</span>`);
    end = match.index + match[0].length;
  }
  parts.push(code.slice(end));
  return parts;
}
