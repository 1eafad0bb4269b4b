import { normalizeWord } from './plain-word.ts';

/**
 * The month names in the languages of the product, normalized by `normalizeWord`: English, Swedish, Danish, Norwegian,
 * Finnish, German, French, Spanish, Italian, Dutch, Polish and Portuguese. Full names, the forms in dates, and the
 * abbreviations of spreadsheet programs.
 */
const NAMES: readonly string[] = [
  `jan january januari januar janner jaenner janeiro janvier janv enero ene gennaio gen styczen stycznia sty
    tammikuu tammikuuta tammi`,
  `feb february februari februar feber fevereiro fev fevrier fevr febrero febbraio luty lutego lut helmikuu helmikuuta
    helmi`,
  'mar march mars marts marz maerz mrz marzo marco maart mrt marzec marca maaliskuu maaliskuuta maalis',
  'apr april abril abr avril avr aprile kwiecien kwietnia kwi huhtikuu huhtikuuta huhti',
  'may maj mai mei mayo maio maggio mag maja toukokuu toukokuuta touko',
  'jun june juni juin junio junho giugno giu czerwiec czerwca cze kesakuu kesakuuta kesa',
  'jul july juli juillet juil julio julho luglio lug lipiec lipca lip heinakuu heinakuuta heina',
  'aug august augusti augustus aout agosto ago sierpien sierpnia sie elokuu elokuuta elo',
  `sep sept september septembre septiembre setiembre setembro settembre set wrzesien wrzesnia wrz syyskuu syyskuuta
    syys`,
  'oct october oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz lokakuu lokakuuta loka',
  'nov november novembre noviembre novembro listopad listopada lis marraskuu marraskuuta marras',
  `dec december desember des dezember dez decembre dezembro diciembre dic dicembre grudzien grudnia gru joulukuu
    joulukuuta joulu`,
];

/** The English names: a spreadsheet of the United States writes `31-Jan-1980` beside `1/31/1980`. */
const ENGLISH: ReadonlySet<string> = new Set(
  `jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov
    november dec december`.split(/\s+/),
);

/** Months by name, without names that mean two months in two languages. */
const MONTHS: ReadonlyMap<string, number> = (() => {
  const months = new Map<string, Set<number>>();
  for (const [index, names] of NAMES.entries())
    for (const name of names.split(/\s+/)) months.set(name, (months.get(name) ?? new Set()).add(index + 1));
  return new Map([...months].flatMap(([name, of]) => (of.size === 1 ? [[name, [...of][0] ?? 0] as const] : [])));
})();

/** The longest is `pazdziernika`; marks may stand beside each letter. */
const LONGEST_NAME = 24;

/** The month that a word names, and whether the word can be English; undefined if it names no month. */
export const monthOf = (word: string): { month: number; isEnglish: boolean } | undefined => {
  if (word.length > LONGEST_NAME) return undefined;
  const plain = normalizeWord(word);
  const month = MONTHS.get(plain);
  return month === undefined ? undefined : { month, isEnglish: ENGLISH.has(plain) };
};
