import type { Checked } from './findings.ts';

/** Checks a trimmed language code against those that can be chosen, without regard to case. Gives the list's spelling. */
export const checkLanguage = (text: string, languages: readonly string[]): Checked<string> => {
  // Nearly always as it is in the list.
  if (languages.includes(text)) return { ok: true, value: text };
  const key = text.toLowerCase();
  const value = languages.find((language) => language.toLowerCase() === key);
  if (value !== undefined) return { ok: true, value };
  return { ok: false, code: 'LANGUAGE_UNKNOWN', details: { languages: languages.join(', ') } };
};
