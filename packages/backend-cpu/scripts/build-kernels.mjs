// Compiles assembly/ to WebAssembly and writes it into src/generated, as strings that bundlers need not know about.
// Does nothing when nothing changed. Usage: node scripts/build-kernels.mjs [--force] [--text FOLDER]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, execPath, pid, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('..', import.meta.url));
const generated = join(folder, 'src', 'generated');

/**
 * What is compiled: an entry in assembly/, and what the engine must have.
 *
 * @type {Record<string, { entry: string, enable: string | null }>}
 */
const modules = {
  scalar: { entry: 'scalar/index.ts', enable: null },
  simd: { entry: 'simd/index.ts', enable: 'simd' },
  relaxed: { entry: 'product/index.ts', enable: 'simd,relaxed-simd' },
};

/** @param {string} path */
const filesBelow = (path) =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .sort();

/** A fingerprint of everything that the result depends on. */
function fingerprint() {
  const hash = createHash('sha256');
  const compiler = join(folder, 'node_modules', 'assemblyscript', 'package.json');
  for (const file of [...filesBelow(join(folder, 'assembly')), fileURLToPath(import.meta.url), compiler]) {
    hash.update(file.slice(folder.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

const assemblyScript = join(folder, 'node_modules', 'assemblyscript', 'bin', 'asc.js');

/**
 * @param {string} name
 * @param {{ entry: string, enable: string | null }} module
 * @param {string} target the folder that `name.wasm` and `name.wat` are written to
 * @returns {Promise<Buffer>}
 */
async function compile(name, { entry, enable }, target) {
  const options = [
    entry,
    ...['--outFile', join(target, `${name}.wasm`), '--textFile', join(target, `${name}.wat`)],
    ...['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
    ...['--importMemory', '--noExportMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    ...(enable === null ? [] : ['--enable', enable]),
  ];
  const process = spawn(execPath, [assemblyScript, ...options], {
    cwd: join(folder, 'assembly'),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(process, 'exit');
  if (code !== 0) throw new Error(`${name}: the compiler ended with exit code ${code}`);
  const bytes = readFileSync(join(target, `${name}.wasm`));
  checkModule(name, bytes);
  return bytes;
}

/** An import of the memory, up to the flags of its limits. */
const memoryImport = Buffer.from('\x03env\x06memory\x02');

/**
 * Several modules share one memory, so none may bring data of its own, or need anything but the memory. The sections are
 * read here, because this engine need not have the instructions that the module uses.
 *
 * @param {string} name
 * @param {Buffer} bytes
 */
function checkModule(name, bytes) {
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (id === 2 && !(bytes[at] === 1 && bytes.indexOf(memoryImport, at) === at + 1)) {
      throw new Error(`${name} imports more than the memory`);
    }
    if (id === 11) throw new Error(`${name} has static data, which would overwrite that of other modules`);
    at += size;
  }
}

/**
 * Where the flags of the imported memory's limits are: the same module runs on shared memory when they say so.
 *
 * @param {Buffer} bytes
 */
function memoryFlagOffset(bytes) {
  const offset = bytes.indexOf(memoryImport) + memoryImport.length;
  if (bytes[offset] !== 1) throw new Error('the memory is not imported as expected');
  return offset;
}

/**
 * All byte values, the most frequent first.
 *
 * @param {Buffer} bytes
 */
function bytesByFrequency(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  return [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
}

/**
 * Bytes as text: printable ASCII, one character for the frequent ones and two for the rest (src/module-text.ts). Unlike
 * base64, it leaves the repetitions where they were, so that a web server compresses it as well as the bytes themselves.
 *
 * @param {Buffer} bytes
 * @param {readonly number[]} order
 */
function encode(bytes, order) {
  /** @type {string[]} */
  const codes = [];
  for (const [rank, byte] of order.entries()) codes[byte] = codeOf(rank);
  return Array.from(bytes, (byte) => codes[byte]).join('');
}

/**
 * As in src/module-text.ts: the last two characters announce a second one.
 *
 * @param {number} rank
 */
function codeOf(rank) {
  const singles = alphabet.length - 2;
  if (rank < singles) return alphabet[rank];
  const rest = rank - singles;
  return alphabet[singles + Math.floor(rest / alphabet.length)] + alphabet[rest % alphabet.length];
}

/** Printable ASCII but for quotes, backquote, dollar and backslash, which literals would have to escape. */
const alphabet = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter(
  (character) => !'"\'`$\\'.includes(character),
);

async function main() {
  const stamp = `// ${fingerprint()}`;
  const file = join(generated, 'modules.ts');
  const current = existsSync(file) && readFileSync(file, 'utf8').startsWith(stamp);
  if (current && !argv.includes('--force')) return;
  const textAt = argv.indexOf('--text');
  const target = textAt < 0 ? mkdtempSync(join(tmpdir(), 'cenote-kernels-')) : resolve(argv[textAt + 1]);
  const compiled = await Promise.all(Object.entries(modules).map(([name, module]) => compile(name, module, target)));
  const order = bytesByFrequency(Buffer.concat(compiled));
  const source = Object.keys(modules).map((name, index) => {
    const bytes = compiled[index];
    stdout.write(`${name}: ${bytes.length} bytes, ${gzipSync(bytes).length} gzipped\n`);
    return `  ${name}: { memoryFlag: ${memoryFlagOffset(bytes)}, text: '${encode(bytes, order)}' },\n`;
  });
  mkdirSync(generated, { recursive: true });
  // Written beside and renamed, so that whoever builds at the same time never reads half a file.
  const partial = `${file}.${pid}`;
  const head = `${stamp}\nexport const byteOrder = '${Buffer.from(order).toString('base64')}';\n`;
  writeFileSync(partial, `${head}export const encodedModules = {\n${source.join('')}};\n`);
  renameSync(partial, file);
  if (textAt < 0) rmSync(target, { recursive: true });
}

await main();
