import {
  CATALOGUE,
  type FindingCode,
  type FindingDetails,
  isFindingCode,
  type Severity,
  severityOf,
} from './catalogue.ts';
import type { Texts, TextsOf } from './catalogue-entry.ts';
import type { Details } from './details.ts';
import { SWEDISH_CELLS } from './messages-sv-cells.ts';
import { SWEDISH_FILES } from './messages-sv-files.ts';
import { SWEDISH_ROWS } from './messages-sv-rows.ts';
import { SWEDISH_WARNINGS } from './messages-sv-warnings.ts';

/** The languages of the texts. */
export const TEXT_LANGUAGES = ['en', 'sv'] as const;
export type TextLanguage = (typeof TEXT_LANGUAGES)[number];

const TEXTS: Record<TextLanguage, TextsOf<typeof CATALOGUE>> = {
  en: CATALOGUE,
  sv: { ...SWEDISH_FILES, ...SWEDISH_ROWS, ...SWEDISH_CELLS, ...SWEDISH_WARNINGS },
};

export type Described = { severity: Severity; title: string; message: string; suggestion: string };

/**
 * Makes the texts of a stored finding: what kind it is, what is wrong, and how to mend it. Details may be missing,
 * because a finding may be older than the texts.
 */
export const describeFinding = <C extends FindingCode>(
  code: C,
  details: Details = {},
  value: string | null = null,
  language: TextLanguage = 'en',
): Described => {
  const texts: Texts<FindingDetails[C]> = TEXTS[language][code];
  const known = details as FindingDetails[C];
  return {
    severity: severityOf(code, details),
    title: texts.title,
    message: texts.message(known, value),
    suggestion: texts.suggestion(known, value),
  };
};

/** The title of a code. A code of a later version, which this one does not know, is written in its own words. */
export const titleOf = (code: string, language: TextLanguage): string =>
  isFindingCode(code)
    ? TEXTS[language][code].title
    : code
        .replaceAll('_', ' ')
        .toLowerCase()
        .replace(/^./, (letter) => letter.toUpperCase());
