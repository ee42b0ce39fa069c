// Draws generated digits side by side, a row for each class, to look at after a change of how they are drawn:
//   node tooling/scripts/digits-contact-sheet.mjs sheet.png [seed] [digit]
// It shows what is built; with a digit it shows only that one, larger.
import { writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { digits } from '@cenote/data';

const [file, seed = '0', only] = process.argv.slice(2);
if (file === undefined) {
  console.error('Usage: node tooling/scripts/digits-contact-sheet.mjs FILE.png [SEED] [DIGIT]');
  process.exit(2);
}

const scale = only === undefined ? 2 : 4;
const columns = only === undefined ? 30 : 16;
const rows = only === undefined ? 20 : 12;
const cell = 30 * scale;
const width = columns * cell;
const height = rows * cell;
const sheet = new Uint8Array(width * height).fill(64);

const { images, labels } = digits({
  count: only === undefined ? 10 * columns * 2 : 10 * columns * rows,
  seed: Number(seed),
});
const drawn = Array(10).fill(0);
for (const [index, label] of labels.entries()) {
  if (only !== undefined && label !== Number(only)) continue;
  const number = drawn[label]++;
  const row = Math.floor(number / columns) + (only === undefined ? 2 * label : 0);
  const corner = row * cell * width + (number % columns) * cell;
  for (let y = 0; y < 28 * scale; y++) {
    for (let x = 0; x < 28 * scale; x++) {
      const pixel = Math.floor(y / scale) * 28 + Math.floor(x / scale);
      sheet[corner + y * width + x] = images[index * 784 + pixel];
    }
  }
}
writeFileSync(file, png(sheet, width, height));

/**
 * A grey picture in PNG: https://www.w3.org/TR/png-3/
 *
 * @param {Uint8Array} pixels
 * @param {number} width
 * @param {number} height
 */
function png(pixels, width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits per pixel; colour type 0 is grey
  const lines = Buffer.alloc((width + 1) * height); // each line starts with its filter: 0, none
  for (let y = 0; y < height; y++) lines.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * @param {string} type
 * @param {Uint8Array} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
