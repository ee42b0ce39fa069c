import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Where the sources of this package are. */
export const sources = join(root, 'packages', 'shape', 'src');

/** Packages of the workspace's root that bring a compiler. */
export type Compiler = 'typescript' | 'typescript-6.0' | 'typescript-5.9';

/** Something that the compiler says about a file, with the lines that explain it. */
export interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** What came of compiling. */
export interface Compilation {
  readonly complaints: readonly Complaint[];
  /** How many types the compiler made out of generic ones: what types cost, the same on every machine. */
  readonly instantiations: number;
}

/**
 * A folder in this package, so that its names resolve.
 *
 * @param atEnd Registers what deletes it: when the test ends, unless it is another hook.
 */
export function temporaryFolder(atEnd: (remove: () => void) => void = onTestFinished): string {
  const cache = join(root, 'packages', 'shape', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'types-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes files into a folder. @param files Contents by path. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/**
 * Compiles files, as strictly as the workspace does.
 *
 * @param folder From {@link temporaryFolder}.
 * @param files Paths in it, or absolute ones.
 * @param options Compiler options besides the usual ones.
 */
export async function compile(
  folder: string,
  files: readonly string[],
  { compiler = 'typescript', ...options }: { readonly compiler?: Compiler; readonly [option: string]: unknown } = {},
): Promise<Compilation> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023'],
    types: [],
    extendedDiagnostics: true,
    ...options,
  };
  write(folder, { 'tsconfig.json': JSON.stringify({ compilerOptions, files }) });
  const program = join(root, 'node_modules', compiler, 'bin', 'tsc');
  const args = [program, '-p', folder, '--noErrorTruncation', '--pretty', 'false'];
  const output = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 }).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
  const instantiations = /^Instantiations:\s+(\d+)/m.exec(output);
  if (instantiations === null) throw new Error(`The compiler did not finish:\n${output}`);
  return { complaints: readComplaints(output), instantiations: Number(instantiations[1]) };
}

/** Sources of this workspace, unbuilt: pass these options to {@link compile}. */
export const onSources = { customConditions: ['@cenote/source'], skipLibCheck: true };

function readComplaints(output: string): Complaint[] {
  const complaints: Complaint[] = [];
  for (const line of output.split('\n')) {
    const head = /^(?<file>[^(\s]+)\((?<line>\d+),\d+\): error (?<text>TS\d+: .*)$/.exec(line)?.groups;
    if (head) complaints.push({ file: head.file, line: Number(head.line), text: head.text });
    else if (line.startsWith('error ')) complaints.push({ file: '', line: 0, text: line });
    else if (line.startsWith('  ') && complaints.length > 0) {
      const last = complaints[complaints.length - 1];
      complaints[complaints.length - 1] = { ...last, text: `${last.text}\n${line}` };
    }
  }
  return complaints;
}
