/**
 * Whether a trimmed text is the word of a spreadsheet or program for a missing value: `#N/A`, `#REF!`, `nan`, `NULL`, `\N`,
 * `&nbsp;`. No identity, name or choice is such a word. The words: error values of Excel in the twelve languages and of
 * LibreOffice, and the null words of databases, JavaScript and pandas.
 */
export const isErrorWord = (text: string): boolean =>
  !IS_NO_WORD.test(text) &&
  text.length <= LONGEST &&
  (WORDS.has(text.toLowerCase()) || SPELLED_SO.has(text) || PATTERN.test(text));

/** A letter that no word begins with. Nearly all texts need no lookup in the set, which took a tenth of parsing. */
const IS_NO_WORD = /^(?!n|u|err:)[a-z]/i;

/**
 * Whether a trimmed text is no identity and no reference: an error word, Python's `None`, or only signs for "nothing" (`-`,
 * `?`), which identify no user. `na` is an identity, because initials are.
 */
export const isNoIdentity = (text: string): boolean => isErrorWord(text) || NOTHING.test(text);

const NOTHING = /^(?:none|[-\u2010-\u2015?._*#/\\|~\u2026]+)$/i;

/**
 * Whether a tidied name of a user or segment looks like a placeholder for "nothing". The name is still used: it may be
 * meant.
 */
export const isPlaceholder = (name: string): boolean => NOTHING_SIGNS.has(name) || isErrorWord(name);

const NOTHING_SIGNS: ReadonlySet<string> = new Set(['-', '--', '---', '\u2013', '\u2014', '.', '?']);

/** Whether a trimmed cell is the word that clears one value, with any options. No value can be this word. */
export const isClearMarker = (text: string): boolean =>
  text === CLEAR_MARKER || (text.length === CLEAR_MARKER.length && text.toUpperCase() === CLEAR_MARKER);

const CLEAR_MARKER = '#CLEAR';

// Not `na`, which is the country code of Namibia. Not `none`, which is an answer in a choices column.
const WORDS: ReadonlySet<string> = new Set([
  ...['n/a', 'null', '(null)', '<null>', '[null]', 'nil', 'undefined', '-nan', '\\n', '<na>'],
  ...['#n/a', '#na', '#saknas!', '#nv', '#n/d', '#n/d!', '#n/b', '#i/t', '#puuttuu!'],
  ...['#ref!', '#referens!', '#reference!', '#bezug!', '#\u00a1ref!', '#rif!', '#verw!', '#viittaus!', '#adr!'],
  ...['#value!', '#v\u00e4rdefel!', '#wert!', '#valeur!', '#\u00a1valor!', '#valore!', '#waarde!', '#valor!'],
  ...['#v\u00e6rdi!', '#verdi!', '#arvo!', '#arg!'],
  ...['#name?', '#namn?', '#nom?', '#\u00bfnombre?', '#nome?', '#naam?', '#navn?', '#nimi?', '#nazwa?'],
  ...['#div/0!', '#division/0!', '#\u00a1div/0!', '#deel/0!', '#jako/0!', '#dziel/0!', '#div/0'],
  ...['#num!', '#ogiltigt!', '#zahl!', '#nombre!', '#\u00a1num!', '#getal!', '#n\u00fam!', '#luku!', '#liczba!'],
  ...['#null!', '#sk\u00e4rning!', '#nul!', '#nulo!', '#nullo!', '#\u00a1nulo!', '#leeg!', '#tyhj\u00e4!', '#zero!'],
  ...['#spill!', '#\u00fcberlauf!', '#propagation!', '#\u00a1desbordamiento!', '#espansione!', '#overloop!'],
  ...['#overl\u00f8b!', '#overflyt!', '#rozlanie!', '#despejar!'],
  ...['#calc!', '#kalk!', '#\u00a1calc!', '#getting_data', '#error!', '#field!', '#blocked!', '#unknown!'],
  ...['#connect!', '#busy!', '#external!', '#python!'],
]);

/** Words of pandas and C. In other spellings they are first names: Nan, Nat. */
const SPELLED_SO: ReadonlySet<string> = new Set(['nan', 'NaN', 'NAN', 'NaT']);

/**
 * An error number of LibreOffice, the `###` of Excel for a date in a narrow column, and the spaces that a web page writes
 * into an empty cell.
 */
const PATTERN = /^(?:err:5\d\d|#{3,255}|(?:&(?:nbsp|#160|#xa0);?\s*)+)$/i;
/** An external id has 255 characters at most. */
const LONGEST = 255;
