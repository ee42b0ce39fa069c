// Compiles assembly/ to WebAssembly and writes it into src/generated, as strings that bundlers need not know about.
// Compiles only modules whose sources changed. Usage: node scripts/build-kernels.mjs [--force] [--text FOLDER]
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
import { dirname, join, relative, resolve } from 'node:path';
import { argv, execPath, pid, kill as signal, stdout } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { pack } from './pack.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const assembly = join(folder, 'assembly');
const generated = join(folder, 'src', 'generated');

/**
 * What is compiled: an entry in assembly/, and what the engine must have.
 *
 * @type {Record<string, { entry: string, enable: string | null }>}
 */
const modules = {
  simd: { entry: 'simd/index.ts', enable: 'simd' },
  scalar: { entry: 'scalar/index.ts', enable: null },
  unpack: { entry: 'unpack.ts', enable: null },
};

/**
 * The sources that a module is made of: its entry, and what that imports.
 *
 * @param {string} entry
 */
function sourcesOf(entry) {
  const files = new Set([join(assembly, entry)]);
  for (const file of files) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/\bfrom\s+'(\.[^']*)'/g)) {
      const target = join(dirname(file), path);
      files.add(existsSync(`${target}.ts`) ? `${target}.ts` : join(target, 'index.ts'));
    }
  }
  return [...files].sort((a, b) => (a < b ? -1 : 1));
}

/** What makes the modules. */
const scripts = ['build-kernels.mjs', 'pack.mjs'].map((name) => join(folder, 'scripts', name));

/**
 * A fingerprint of everything that a module depends on.
 *
 * @param {string} entry
 */
function fingerprint(entry) {
  const hash = createHash('sha256');
  const compiler = join(folder, 'node_modules', 'assemblyscript', 'package.json');
  for (const file of [...sourcesOf(entry), ...scripts, compiler]) {
    hash.update(relative(folder, file)).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 32);
}

const assemblyScript = join(folder, 'node_modules', 'assemblyscript', 'bin', 'asc.js');

/**
 * @param {string} name
 * @param {string} target the folder that `name.wasm` and `name.wat` are written to
 */
async function compile(name, target) {
  const { entry, enable } = modules[name];
  const options = [
    entry,
    ...['--outFile', join(target, `${name}.wasm`), '--textFile', join(target, `${name}.wat`)],
    // The kernels without vectors are there to be right, and small.
    ...[enable === null ? '-Oz' : '-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
    ...['--importMemory', '--noExportMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    ...(enable === null ? [] : ['--enable', enable]),
  ];
  const compiler = spawn(execPath, [assemblyScript, ...options], {
    cwd: assembly,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(compiler, 'exit');
  if (code !== 0) throw new Error(`${name}: the compiler ended with exit code ${code}`);
  checkModule(name, readFileSync(join(target, `${name}.wasm`)));
}

/** An import of the memory, up to the flags of its limits. */
const memoryImport = Buffer.from('\x03env\x06memory\x02');

/**
 * Reads a number as WebAssembly writes them.
 *
 * @param {Buffer} bytes
 * @param {number} at
 * @returns {[value: number, end: number]}
 */
function readNumber(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

/**
 * The sections of a module. They are read here, because this engine need not have the instructions that the module uses.
 *
 * @param {Buffer} bytes
 */
function* sections(bytes) {
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at];
    const [size, start] = readNumber(bytes, at + 1);
    yield { id, start };
    at = start + size;
  }
}

/**
 * Several modules share one memory, so none may bring data of its own, or need anything but the memory.
 *
 * @param {string} name
 * @param {Buffer} bytes
 */
function checkModule(name, bytes) {
  for (const { id, start } of sections(bytes)) {
    if (id === 2 && !(bytes[start] === 1 && bytes.indexOf(memoryImport, start) === start + 1)) {
      throw new Error(`${name} imports more than the memory`);
    }
    if (id === 11) throw new Error(`${name} has static data, which would overwrite that of other modules`);
  }
}

/** The functions in which relaxed SIMD multiplies and adds at once, and how often (assembly/product/tile.ts). */
const tiles = { adjacentTile: 10, scatteredTile: 10 };

/**
 * Where multiplications are whose product is then added to a local: `f32x4.mul`, `local.get`, `f32x4.add`. Where the engine has
 * it, the backend writes `f32x4.relaxed_madd` in their place, which has as many bytes (src/modules.ts).
 *
 * @param {Buffer} bytes
 */
function multiplyAdds(bytes) {
  /** @type {Map<string, number>} */
  const exported = new Map();
  /** @type {number[]} */
  const positions = [];
  for (const { id, start } of sections(bytes)) {
    let [count, at] = readNumber(bytes, start);
    for (let index = 0; id === 7 && index < count; index++) {
      const [length, name] = readNumber(bytes, at);
      const [number, end] = readNumber(bytes, name + length + 1);
      exported.set(bytes.toString('latin1', name, name + length), number);
      at = end;
    }
    for (let index = 0; id === 10 && index < count; index++) {
      const [size, body] = readNumber(bytes, at);
      at = body + size;
      for (const [name, expected] of Object.entries(tiles)) {
        if (exported.get(name) !== index) continue;
        const found = matches(bytes, body, at);
        if (found.length !== expected) throw new Error(`${name} multiplies and adds ${found.length} times`);
        positions.push(...found);
      }
    }
  }
  return positions;
}

/**
 * @param {Buffer} bytes
 * @param {number} start
 * @param {number} end
 */
function matches(bytes, start, end) {
  const found = [];
  for (let at = start; at < end; at++) {
    const [multiply, get, add] = [
      bytes.indexOf('fde601', at, 'hex'),
      bytes[at + 3],
      bytes.indexOf('fde401', at, 'hex'),
    ];
    if (multiply === at && get === 0x20 && add === at + 5) found.push(at);
  }
  return found;
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
 * A compiled module, kept under a name that says what it was made of.
 *
 * @param {string} name
 */
const compiledFile = (name) => join(generated, `${name}-${fingerprint(modules[name].entry)}.wasm`);

/**
 * Writes a file beside and renames it, so that whoever reads at the same time never sees half of it.
 *
 * @param {string} file
 * @param {string | Uint8Array} content
 */
function replace(file, content) {
  const partial = `${file}.${pid}`;
  writeFileSync(partial, content);
  renameSync(partial, file);
}

/** Compiles what is stale, and writes the modules of all. */
async function build() {
  const files = Object.keys(modules).map((name) => ({ name, file: compiledFile(name) }));
  const stamp = `// ${files.map(({ file }) => relative(generated, file)).join(' ')}`;
  const target = join(generated, 'modules.ts');
  const force = argv.includes('--force');
  const textAt = argv.indexOf('--text');
  const text = textAt < 0 ? null : resolve(argv[textAt + 1]);
  if (!force && text === null && existsSync(target) && readFileSync(target, 'utf8').startsWith(`${stamp}\n`)) return;

  const stale = files.filter(({ file }) => force || text !== null || !existsSync(file));
  const output = text ?? mkdtempSync(join(tmpdir(), 'cenote-kernels-'));
  await Promise.all(stale.map(({ name }) => compile(name, output)));
  for (const { name, file } of stale) replace(file, readFileSync(join(output, `${name}.wasm`)));
  if (text === null) rmSync(output, { recursive: true });
  for (const name of readdirSync(generated)) {
    if (name.endsWith('.wasm') && !files.some(({ file }) => file === join(generated, name))) {
      rmSync(join(generated, name), { force: true });
    }
  }

  const compiled = files.map(({ name, file }) => ({ name, bytes: readFileSync(file) }));
  const unpack = compiled.pop();
  let end = 0;
  const places = compiled.map(({ name, bytes }) => {
    stdout.write(`${name}: ${bytes.length} bytes, ${gzipSync(bytes).length} gzipped\n`);
    end += bytes.length;
    return `  ${name}: { end: ${end}, memoryFlag: ${memoryFlagOffset(bytes)} },\n`;
  });
  const packed = pack(Buffer.concat(compiled.map(({ bytes }) => bytes)));
  stdout.write(`packed: ${packed.length} characters, ${gzipSync(packed).length} gzipped\n`);
  replace(
    target,
    `${stamp}
export const unpackModule = '${unpack?.bytes.toString('base64')}';
export const multiplyAdds = [${multiplyAdds(readFileSync(compiledFile('simd'))).join(', ')}];
export const moduleEnds = {\n${places.join('')}};
export const packedModules = "${packed}";\n`,
  );
}

/** From so long ago on, in milliseconds, a lock was left behind. */
const lockAge = 600_000;

/**
 * Whether whoever holds the lock will not give it back.
 *
 * @param {string} lock
 */
function isAbandoned(lock) {
  try {
    if (Date.now() - statSync(lock).mtimeMs > lockAge) return true;
    const owner = Number(readFileSync(lock, 'utf8'));
    if (owner === 0) return false;
    signal(owner, 0);
    return false;
  } catch (error) {
    // No such process; or the lock was given back in the meantime.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** Builds while nobody else does: of two at the same time, the second waits and then finds everything done. */
async function main() {
  mkdirSync(generated, { recursive: true });
  const lock = join(generated, '.lock');
  for (;;) {
    try {
      writeFileSync(lock, `${pid}`, { flag: 'wx' });
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (isAbandoned(lock)) rmSync(lock, { force: true });
      else await sleep(50);
    }
  }
  try {
    await build();
  } finally {
    rmSync(lock, { force: true });
  }
}

await main();
