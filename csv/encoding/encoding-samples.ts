import { excerpt, type Finding, finding } from '../../rules/findings/findings.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import type { Sample } from '../dialect.ts';
import { createMojibakeDetector, repairMojibake } from './mojibake.ts';

/** Cells that show an administrator whether the letters of a file were decoded right. */
export type EncodingSamples = {
  /** Passes the bytes of the file on and examines them. The bytes of a record must pass before the record is added. */
  watch(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer>;
  add(record: FileRow): void;
  /** The first different cells beyond ASCII; empty if the file was not converted. */
  converted(): Sample[];
  /** The finding about cells that were encoded twice, or null. The header names the column. */
  mojibake(header: readonly string[]): Finding | null;
};

/** Enough cells to judge an encoding. */
const SAMPLES = 5;

/** @param wantsConverted the encoding was inferred, so cells beyond ASCII are shown */
export const collectEncodingSamples = (wantsConverted: boolean): EncodingSamples => {
  const converted = new Map<string, number>();
  const doubled: { line: number; column: number; value: string; meant: string }[] = [];
  const looksLikeMojibake = createMojibakeDetector();
  let mayBeMojibake = false;

  const addMojibake = (line: number, column: number, given: string, shown: string): void => {
    // With its outer spaces, because the second half of a letter may look like a space.
    const meant = doubled.some(({ value }) => value === shown) ? null : repairMojibake(given);
    if (meant !== null) doubled.push({ line, column, value: shown, meant: excerpt(meant) });
  };

  return {
    async *watch(pieces) {
      for await (const piece of pieces) {
        mayBeMojibake ||= doubled.length < SAMPLES && looksLikeMojibake(piece);
        yield piece;
      }
    },
    add({ line, cells }) {
      const wantsMore = wantsConverted && converted.size < SAMPLES;
      if (!wantsMore && !mayBeMojibake) return;
      for (const [column, given] of cells.entries()) {
        if (!NOT_ASCII.test(given)) continue;
        const shown = excerpt(given);
        if (wantsMore && converted.size < SAMPLES && NOT_ASCII.test(shown) && !converted.has(shown))
          converted.set(shown, line);
        if (mayBeMojibake && doubled.length < SAMPLES) addMojibake(line, column, given, shown);
      }
      if (doubled.length === SAMPLES) mayBeMojibake = false;
    },
    converted: () => Array.from(converted, ([value, line]) => ({ line, value })),
    mojibake(header) {
      const [first, ...more] = doubled;
      if (!first) return null;
      const column = header[first.column]?.trim() || null;
      const samples = inQuotes(more.map(({ value }) => value));
      const details = { meant: first.meant, ...(samples ? { samples } : {}) };
      return finding(first.line, 'DOUBLE_ENCODED', column, first.value, details);
    },
  };
};

const NOT_ASCII = /[^\0-\x7f]/;

/** A list of quoted texts for a sentence. */
export const inQuotes = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(', ');
