/**
 * Whether a trimmed text is the last line of a report: `Total: 4`, `Summe`, `(4 rows)`. No user has such a name.
 */
export const isTotalLine = (text: string): boolean => text.length <= LONGEST && (TOTAL.test(text) || COUNT.test(text));

/** A word, a number, and the signs around them. */
const LONGEST = 60;

/** In the twelve languages of the product. */
const WORDS = [
  'grand total|sub-?total|total general|total général|total|totals|sum|count|row count|record count|number of rows',
  'totalt|totalsumma|summa|summa summarum|antal|antal rader|i alt|ialt|antal rækker|totalsum|antall|antall rader',
  'gesamt|gesamtsumme|gesamtergebnis|summe|anzahl|insgesamt|zwischensumme',
  'total général|totaux|somme|nombre|suma|recuento|totale|somma|conteggio|totaal|som|aantal|eindtotaal',
  'yhteensä|summat|lukumäärä|razem|łącznie|liczba|soma|contagem|subtotale|sous-total|subtotaal',
].join('|');
const NUMBER = '[(]?[-+]?[0-9][0-9 .,]{0,20}[)]?';
const TOTAL = new RegExp(`^(?:${WORDS})(?: ?[:=] ?| )?(?:${NUMBER})?$`, 'i');
/** The row count that database clients write below a table. */
const COUNT =
  /^\(?[0-9]{1,9} (?:rows?|records?|rader|zeilen|lignes|filas|righe|rijen|wierszy|linhas|rivit?)(?: (?:selected|affected|in set))?\)?\.?$/i;
