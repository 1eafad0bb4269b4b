import { excerpt, type Finding, finding } from '../../rules/findings/findings.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import type { Sample } from '../dialect.ts';
import { createMojibakeDetector, repairMojibake } from './mojibake.ts';

/** Cells by which a person can judge whether the letters of a file came out right. */
export type EncodingSamples = {
  /** Looks at the bytes of the file on their way; those that make the next records must pass before them. */
  watch(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer>;
  add(record: FileRow): void;
  /** The first different cells beyond ASCII; of none but a converted file. */
  converted(): Sample[];
  /** What is to say of cells that were encoded twice, or null. The header's cells name the column. */
  mojibake(header: readonly string[]): Finding | null;
};

/** As many as a person compares before they believe it. */
const SAMPLES = 5;

/** @param wantsConverted the encoding was inferred, so that cells beyond ASCII are worth showing */
export const collectEncodingSamples = (wantsConverted: boolean): EncodingSamples => {
  const converted = new Map<string, number>();
  const doubled: { line: number; column: number; value: string; meant: string }[] = [];
  const looksLikeMojibake = createMojibakeDetector();
  let mayBeMojibake = false;

  const addMojibake = (line: number, column: number, given: string, shown: string): void => {
    // With the spaces around it, as the second half of a letter may look like a space.
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

/** Texts as a sentence lists them. */
export const inQuotes = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(', ');
