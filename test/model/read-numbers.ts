/** What commas mean in one column: the same for the whole column, and only if a cell proves it. */
export type NumberForm = { commaIsDecimal: boolean; pointIsDecimal: boolean; pointGroups: boolean };

export function numberFormOf(cells: string[]): NumberForm {
  const form = { commaIsDecimal: false, pointIsDecimal: false, pointGroups: false };
  for (const cell of cells) {
    // A comma is decimal if it does not stand before exactly three digits, or if it follows grouping points.
    if (/^-?\d+,(\d{1,2}|\d{4,})$/.test(cell) || /^-?0,\d{3}$/.test(cell)) form.commaIsDecimal = true;
    if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(cell)) form.commaIsDecimal = true;
    // Grouping points: then a single point may group too, and no point is decimal.
    if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(cell) || /^-?\d{1,3}(\.\d{3}){2,}$/.test(cell)) form.pointGroups = true;
    if (/^-?\d+\.\d+$/.test(cell) && !/^-?[1-9]\d{0,2}\.\d{3}$/.test(cell)) form.pointIsDecimal = true;
    // A comma groups if there is more than one, or if it stands before a point.
    if (/^-?\d{1,3}(,\d{3})+\.\d+$/.test(cell) || /^-?\d{1,3}(,\d{3}){2,}$/.test(cell)) form.pointIsDecimal = true;
  }
  return form;
}

/** The canonical decimal text, or the error. */
export function readNumber(cell: string, form: NumberForm): string | 'invalid' | 'ambiguous' | 'scientific' {
  if (/^-?\d+([.,]\d+)?e[+-]?\d+$/i.test(cell)) return 'scientific';
  if (form.pointGroups && /^-?\d{1,3}\.\d{3}$/.test(cell)) return 'ambiguous';
  if (/^-?\d+(\.\d+)?$/.test(cell)) return canonical(cell);
  const withComma = /^-?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?$/.test(cell);
  const withPoint = /^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(cell);
  if (!withComma && !withPoint) return 'invalid';
  const contradicts = form.pointIsDecimal && (form.commaIsDecimal || form.pointGroups);
  if (contradicts) return 'ambiguous';
  if (!withPoint || !withComma) return canonical(withPoint ? cell.replaceAll(',', '') : unpointed(cell));
  if (form.commaIsDecimal) return canonical(unpointed(cell));
  return form.pointIsDecimal ? canonical(cell.replaceAll(',', '')) : 'ambiguous';
}

const unpointed = (cell: string): string => cell.replaceAll('.', '').replace(',', '.');

function canonical(text: string): string {
  const negative = text.startsWith('-');
  let [whole = '', fraction = ''] = text.replace('-', '').split('.');
  while (whole.length > 1 && whole.startsWith('0')) whole = whole.slice(1);
  while (fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  const number = fraction === '' ? whole : `${whole}.${fraction}`;
  return negative && number !== '0' ? `-${number}` : number;
}
