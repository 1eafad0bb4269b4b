/**
 * Whether a trimmed text is what a spreadsheet or program writes if it has no value: `#N/A`, `#REF!`, `nan`, `NULL`, `\\N`.
 * No identity, name or choice is called so. Error values of Excel in the twelve languages, and the null words of
 * databases, JavaScript and pandas.
 */
export const isErrorWord = (text: string): boolean => WORDS.has(text.toLowerCase());

/**
 * Whether a trimmed text is no identity, and no name of another user: an error word, Python's `None`, or only signs that
 * stand for "nothing" (`-`, `?`), which tell users apart no better than an empty cell. `na` is an identity, as initials are.
 */
export const isNoIdentity = (text: string): boolean => isErrorWord(text) || NOTHING.test(text);

const NOTHING = /^(?:none|[-\u2010-\u2015?._*#/\\|~\u2026]+)$/i;

// `na` is not here, as Namibia has it, and `none` is not, as it is an answer in a choices column.
const WORDS: ReadonlySet<string> = new Set([
  ...['n/a', 'null', '(null)', '<null>', 'nil', 'undefined', 'nan', '-nan', '\\n', '<na>', 'nat'],
  ...[
    '#n/a',
    '#n/a!',
    '#na',
    '#saknas!',
    '#nv',
    '#n/d',
    '#n/d!',
    '#nd',
    '#n/b',
    '#i/t',
    '#i/t!',
    '#puuttuu!',
    '#brak!',
  ],
  ...['#ref!', '#referens!', '#bezug!', '#\u00a1ref!', '#rif!', '#verw!', '#viittaus!', '#adr!', '#referanse!'],
  ...['#value!', '#v\u00e4rdefel!', '#wert!', '#valeur!', '#\u00a1valor!', '#valore!', '#waarde!', '#valor!'],
  ...['#v\u00e6rdi!', '#verdi!', '#arvo!', '#arg!'],
  ...['#name?', '#namn?', '#nom?', '#\u00bfnombre?', '#nome?', '#naam?', '#navn?', '#nimi?', '#nazwa?'],
  ...['#div/0!', '#division/0!', '#\u00a1div/0!', '#deel/0!', '#jako/0!', '#dzie/0!', '#div/0'],
  ...['#num!', '#ogiltigt!', '#zahl!', '#nombre!', '#\u00a1num!', '#getal!', '#n\u00fam!', '#luku!', '#liczba!'],
  ...['#null!', '#sk\u00e4rning!', '#nul!', '#nulo!', '#\u00a1nulo!', '#leeg!', '#tyhj\u00e4!', '#zero!'],
  ...['#spill!', '#calc!', '#getting_data', '#error!', '#field!', '#blocked!', '#unknown!', '#connect!', '#busy!'],
]);
