/** A cell that proves how its column is to be read. */
export type Proof = { line: number; value: string };

/**
 * How one column of the file is to be read, decided over all its cells before any row is interpreted. Plain data, so
 * that it can be kept and shown. `unproved`: nothing in the column tells; `contradicting`: `proof` and `against` cannot
 * both be right.
 */
export type ColumnFormat = {
  dates: {
    order: 'unproved' | 'day_first' | 'month_first' | 'contradicting';
    proof: Proof | null;
    against: Proof | null;
    /** A cell with the year first, which is read whatever the order of the others. */
    yearFirst: Proof | null;
  };
  numbers: {
    comma: 'unproved' | 'decimal' | 'group' | 'contradicting';
    /** A cell that uses the point to group thousands, which makes a lone `1.234` of the same column ambiguous. */
    pointGroups: Proof | null;
    proof: Proof | null;
    against: Proof | null;
  };
  /** The first cell that is another word for TRUE or FALSE, or else one of these; of the column of participation only. */
  booleans: { proof: Proof | null };
  /**
   * If cells of the column of languages have names or locales and not codes: the first such cell, the code that it was read
   * as, and how many there are.
   */
  languages?: { proof: Proof; code: string; cells: number };
  /** Several cells have question marks at letters, and at least one has it inside of a word: letters were lost. */
  lettersLost: boolean;
};

/** A column that proves nothing, as one that was never looked at. */
export const UNDETERMINED: ColumnFormat = {
  dates: { order: 'unproved', proof: null, against: null, yearFirst: null },
  numbers: { comma: 'unproved', pointGroups: null, proof: null, against: null },
  booleans: { proof: null },
  lettersLost: false,
};
