// QR codes of model 2: bytes, error correction of level M, versions 1 to 10 (up to 213 bytes). Pure.
// Source: ISO/IEC 18004:2015.

/** Of each version: codewords in all, correction codewords a block, blocks of the first size, of the second. */
const VERSIONS = [
  [26, 10, 1, 0], [44, 16, 1, 0], [70, 26, 1, 0], [100, 18, 2, 0], [134, 24, 2, 0],
  [172, 16, 4, 0], [196, 18, 4, 0], [242, 22, 2, 2], [292, 22, 3, 2], [346, 26, 4, 1],
] as const;
const LEVEL_M = 0;
const POLYNOMIAL = 0x11d;

type Grid = boolean[][];

/** The modules of a text's code, true where they are dark, without the quiet zone; null where the text is too long. */
export function qrCode(text: string): Grid | null {
  const bytes = [...new TextEncoder().encode(text)];
  const index = VERSIONS.findIndex(([all, correction, first, second], n) => bytes.length <= all - correction * (first + second) - (n < 9 ? 2 : 3));
  if (index < 0) return null;
  const version = index + 1;
  const words = interleaved(dataWords(bytes, version), version);
  const { grid, fixed } = frame(version);
  place(grid, fixed, words);
  const candidates = MASKS.map((mask, number) => {
    const masked = grid.map((row, y) => row.map((dark, x) => (fixed[y]![x] ? dark : dark !== mask(x, y))));
    putFormat(masked, number);
    return masked;
  });
  return candidates.reduce((best, one) => (penalty(one) < penalty(best) ? one : best));
}

function dataWords(bytes: readonly number[], version: number): number[] {
  const [all, correction, first, second] = VERSIONS[version - 1]!;
  const room = all - correction * (first + second);
  const bits = [0, 1, 0, 0, ...bitsOf(bytes.length, version < 10 ? 8 : 16), ...bytes.flatMap((one) => bitsOf(one, 8))];
  for (let n = 0; n < 4 && bits.length < room * 8; n += 1) bits.push(0);
  while (bits.length % 8) bits.push(0);
  const words = Array.from({ length: bits.length / 8 }, (_, n) => bits.slice(n * 8, n * 8 + 8).reduce((sum, bit) => sum * 2 + bit, 0));
  for (let pad = 0xec; words.length < room; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

const bitsOf = (value: number, length: number): number[] => Array.from({ length }, (_, n) => (value >>> (length - 1 - n)) & 1);

/** Data and correction of all blocks, one word of each in turn. */
function interleaved(data: readonly number[], version: number): number[] {
  const [, correction, first, second] = VERSIONS[version - 1]!;
  const short = Math.floor(data.length / (first + second));
  const blocks: number[][] = [];
  let start = 0;
  for (let n = 0; n < first + second; n += 1) {
    const length = n < first ? short : short + 1;
    blocks.push(data.slice(start, start + length));
    start += length;
  }
  const generator = generatorOf(correction);
  const corrections = blocks.map((one) => remainder(one, generator));
  return [...inTurn(blocks), ...inTurn(corrections)];
}

function inTurn(blocks: readonly number[][]): number[] {
  const longest = Math.max(...blocks.map((one) => one.length));
  return Array.from({ length: longest }, (_, n) => blocks.flatMap((one) => (n < one.length ? [one[n]!] : []))).flat();
}

function times(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * POLYNOMIAL);
    product ^= ((other >>> bit) & 1) * one;
  }
  return product & 0xff;
}

function generatorOf(degree: number): number[] {
  const result = [...Array(degree - 1).fill(0), 1] as number[];
  let root = 1;
  for (let n = 0; n < degree; n += 1) {
    for (let at = 0; at < degree; at += 1) result[at] = times(result[at]!, root) ^ (result[at + 1] ?? 0);
    root = times(root, 2);
  }
  return result;
}

function remainder(data: readonly number[], generator: readonly number[]): number[] {
  const result = generator.map(() => 0);
  for (const word of data) {
    const factor = word ^ result.shift()!;
    result.push(0);
    generator.forEach((one, n) => {
      result[n] = result[n]! ^ times(one, factor);
    });
  }
  return result;
}

/** What stands in every code of a version; `fixed` says which modules hold no data. */
function frame(version: number): { grid: Grid; fixed: Grid } {
  const size = version * 4 + 17;
  const grid: Grid = Array.from({ length: size }, () => Array(size).fill(false) as boolean[]);
  const fixed: Grid = Array.from({ length: size }, () => Array(size).fill(false) as boolean[]);
  const put = (x: number, y: number, dark: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    grid[y]![x] = dark;
    fixed[y]![x] = true;
  };
  for (let n = 0; n < size; n += 1) {
    put(n, 6, n % 2 === 0);
    put(6, n, n % 2 === 0);
  }
  for (const [left, top] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) {
    for (let dy = -4; dy <= 4; dy += 1) {
      for (let dx = -4; dx <= 4; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        put(left + dx, top + dy, ring !== 2 && ring !== 4);
      }
    }
  }
  const centres = alignments(version);
  for (const y of centres) {
    for (const x of centres) {
      if (fixed[y]![x] && (x === 6 ? y === 6 || y === size - 7 : y === 6 && x === size - 7)) continue;
      for (let dy = -2; dy <= 2; dy += 1) for (let dx = -2; dx <= 2; dx += 1) put(x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }
  }
  if (version >= 7) putVersion(put, version, size);
  for (let n = 0; n < 9; n += 1) {
    fixed[8]![n] = true;
    fixed[n]![8] = true;
    if (n < 8) fixed[8]![size - 1 - n] = true;
    if (n < 8) fixed[size - 1 - n]![8] = true;
  }
  return { grid, fixed };
}

function alignments(version: number): number[] {
  if (version === 1) return [];
  const last = version * 4 + 10;
  return version < 7 ? [6, last] : [6, version * 2 + 8, last];
}

function putVersion(put: (x: number, y: number, dark: boolean) => void, version: number, size: number): void {
  let rest = version;
  for (let n = 0; n < 12; n += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let n = 0; n < 18; n += 1) {
    const dark = ((bits >>> n) & 1) === 1;
    const [far, near] = [size - 11 + (n % 3), Math.floor(n / 3)];
    put(far, near, dark);
    put(near, far, dark);
  }
}

function putFormat(grid: Grid, mask: number): void {
  const data = (LEVEL_M << 3) | mask;
  let rest = data;
  for (let n = 0; n < 10; n += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  const size = grid.length;
  const dark = (n: number) => ((bits >>> n) & 1) === 1;
  for (let n = 0; n <= 5; n += 1) grid[n]![8] = dark(n);
  grid[7]![8] = dark(6);
  grid[8]![8] = dark(7);
  grid[8]![7] = dark(8);
  for (let n = 9; n < 15; n += 1) grid[8]![14 - n] = dark(n);
  for (let n = 0; n < 8; n += 1) grid[8]![size - 1 - n] = dark(n);
  for (let n = 8; n < 15; n += 1) grid[size - 15 + n]![8] = dark(n);
  grid[size - 8]![8] = true;
}

/** Bits from the lower right corner, in columns of two, up and down; the sixth column is left out. */
function place(grid: Grid, fixed: Grid, words: readonly number[]): void {
  const size = grid.length;
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y]![x]) continue;
        grid[y]![x] = bit < words.length * 8 && ((words[bit >>> 3]! >>> (7 - (bit & 7))) & 1) === 1;
        bit += 1;
      }
    }
  }
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** How hard a code is to read: long runs, blocks, what looks like a corner, too much of one colour. */
function penalty(grid: Grid): number {
  const lines = [...grid, ...grid.map((_, x) => grid.map((row) => row[x]!))].map((line) => line.map((dark) => (dark ? "1" : "0")).join(""));
  let sum = 0;
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    sum += 40 * [...line.matchAll(/(?=10111010000|00001011101)/g)].length;
  }
  for (let y = 1; y < grid.length; y += 1) {
    for (let x = 1; x < grid.length; x += 1) {
      const dark = grid[y]![x];
      if (dark === grid[y - 1]![x] && dark === grid[y]![x - 1] && dark === grid[y - 1]![x - 1]) sum += 3;
    }
  }
  const dark = grid.flat().filter(Boolean).length / grid.length ** 2;
  return sum + 10 * Math.floor(Math.abs(dark * 100 - 50) / 5);
}
