// Runs before `npm start` and `npm test`, after ensure-packages, and when the image is built. Builds the page if there
// is no build, or if the build is of other sources or packages.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const PAGE = 'web';
const BUILT = join(PAGE, 'dist');
/** The digest of the sources of the build. It is written last, so an interrupted build does not have it. */
const STAMP = join(BUILT, '.built-from');

const sources = digestOfSources();
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== sources) {
  console.log('Building the page …');
  const { build } = await import('vite');
  await build({ root: PAGE, logLevel: 'warn' });
  compressAssets();
  writeFileSync(STAMP, sources);
}

/** By content and not by time: a checkout makes files new without changing them, and a removed file has no time. */
function digestOfSources() {
  const hash = createHash('sha256');
  const files = readdirSync(PAGE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(BUILT + sep));
  for (const file of [...files.sort(), 'package-lock.json']) {
    const bytes = readFileSync(file);
    hash.update(`${file} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * The files are compressed once, at the best level, and not for every request. The API serves the compressed file
 * beside the original.
 */
function compressAssets() {
  const assets = join(BUILT, 'assets');
  for (const name of readdirSync(assets)) {
    const bytes = readFileSync(join(assets, name));
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes));
    writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
}
