/** A cell that proves the format of its column. */
export type Proof = { line: number; value: string };

/**
 * The format of one column, inferred from all its cells before any row is parsed. Plain data, so it can be stored and
 * shown. `unproved`: no cell proves a format. `contradicting`: `proof` and `against` cannot both be right.
 */
export type ColumnFormat = {
  dates: {
    order: 'unproved' | 'day_first' | 'month_first' | 'contradicting';
    proof: Proof | null;
    against: Proof | null;
    /** A cell with the year first, which is read with any order of the others. */
    yearFirst: Proof | null;
  };
  numbers: {
    comma: 'unproved' | 'decimal' | 'group' | 'contradicting';
    /** A cell with the point as thousands separator. It makes a lone `1.234` of the same column ambiguous. */
    pointGroups: Proof | null;
    proof: Proof | null;
    against: Proof | null;
  };
  /** Of the participation column only: the first cell with another word for TRUE or FALSE, else with one of these. */
  booleans: { proof: Proof | null };
  /**
   * If cells of the language column have names or locales and no codes: the first such cell, its code, and the number of
   * such cells.
   */
  languages?: { proof: Proof; code: string; cells: number };
  /** Letters were lost: several cells have question marks at letters, at least one of them inside a word. */
  lettersLost: boolean;
};

/** A column without proof, or without an inspection. */
export const UNDETERMINED: ColumnFormat = {
  dates: { order: 'unproved', proof: null, against: null, yearFirst: null },
  numbers: { comma: 'unproved', pointGroups: null, proof: null, against: null },
  booleans: { proof: null },
  lettersLost: false,
};
