/** A TypeScript block of a Markdown file. */
export interface CodeBlock {
  /** The line of its first line of code, counted from 1. */
  line: number;
  code: string;
  /** Whether it is executed; a block that is marked `no-run` is only type-checked. */
  run: boolean;
  /** What it prints, when a `text` block follows it with nothing but blank lines between. */
  prints: string | undefined;
}

/**
 * The blocks that open with three backticks and `ts`.
 *
 * @param markdown the text of a file
 */
export function codeBlocks(markdown: string): CodeBlock[] {
  const lines = markdown.split('\n');
  const blocks: CodeBlock[] = [];
  for (let line = 0; line < lines.length; line++) {
    const block = fencedBlock(lines, line);
    if (block === undefined) continue;
    line = block.end;
    const [language, ...marks] = block.info.split(/\s+/);
    if (language !== 'ts') continue;
    const next = lines.findIndex((text, index) => index > block.end && text.trim() !== '');
    const answer = next === -1 ? undefined : fencedBlock(lines, next);
    blocks.push({
      line: block.start + 1,
      code: block.content,
      run: !marks.includes('no-run'),
      prints: answer?.info === 'text' ? answer.content : undefined,
    });
  }
  return blocks;
}

interface FencedBlock {
  info: string;
  content: string;
  /** Index of the first line of content, and of the closing fence. */
  start: number;
  end: number;
}

function fencedBlock(lines: readonly string[], index: number): FencedBlock | undefined {
  const opening = /^(\s*)(`{3,})\s*(.*?)\s*$/.exec(lines[index]);
  if (opening === null) return undefined;
  const [, indent, fence, info] = opening;
  const closing = lines.findIndex((text, candidate) => candidate > index && text.trim() === fence);
  const end = closing === -1 ? lines.length : closing;
  const content = lines
    .slice(index + 1, end)
    .map((text) => (text.startsWith(indent) ? text.slice(indent.length) : text));
  return { info, content: content.join('\n'), start: index + 1, end };
}
