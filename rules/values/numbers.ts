import type { Details, NumberReason } from '../findings/details.ts';
import type { CheckResult } from '../findings/findings.ts';
import { type ColumnFormat, UNDETERMINED } from './column-format.ts';
import { looksLikeDate } from './dates.ts';
import { canonical } from './decimals.ts';
import { hasFalseDigit, normalizeSigns, withoutFootnote } from './normalize-digits.ts';

/**
 * Checks a trimmed number and returns it as canonical decimal text (`1.50` → `1.5`, `007` → `7`, `-0` → `0`). A lone point
 * is decimal. If a comma is ambiguous, the proof of the column decides; without proof it is an error.
 */
export const checkNumber = (
  given: string,
  format: ColumnFormat['numbers'] = UNDETERMINED.numbers,
): CheckResult<string> => {
  // The form of most numbers in templates.
  if (CANONICAL_WHOLE.test(given)) return { ok: true, value: given };
  const text = normalizeSigns(given);
  const shape = shapeOf(text);
  if (!shape) return notANumber(text);
  const { kind, sign, whole, fraction } = shape;
  if (kind === 'point_or_group') {
    // Three digits after a lone point: decimal, unless the same column groups thousands by points.
    if (!format.pointGroups) return { ok: true, value: canonical(sign, whole, fraction) };
    return ambiguous({ line: format.pointGroups.line, cell: format.pointGroups.value });
  }
  if (kind === 'plain') return { ok: true, value: canonical(sign, whole, fraction) };
  if (format.comma === 'contradicting' && format.proof && format.against) {
    const { proof, against } = format;
    return ambiguous({ line: proof.line, cell: proof.value, otherLine: against.line, otherCell: against.value });
  }
  if (kind !== 'comma_or_group') return { ok: true, value: canonical(sign, whole, fraction) };
  if (format.comma === 'decimal') return { ok: true, value: canonical(sign, whole, fraction) };
  if (format.comma === 'group') return { ok: true, value: canonical(sign, whole + fraction, '') };
  return ambiguous({});
};

/** The evidence of a cell about comma and point in its column; null if there is none. */
export const numberEvidence = (text: string): { comma: 'decimal' | 'group' | null; pointGroups: boolean } | null => {
  const shape = shapeOf(normalizeSigns(text));
  switch (shape?.kind) {
    case 'comma_decimal':
      return { comma: 'decimal', pointGroups: shape.groupedByPoint };
    case 'comma_group':
      return { comma: 'group', pointGroups: false };
    case 'point_group':
      return { comma: null, pointGroups: true };
    case 'plain':
      return shape.provesPoint ? { comma: 'group', pointGroups: false } : null;
    default:
      return null;
  }
};

const CANONICAL_WHOLE = /^[1-9]\d*$/;

/**
 * `plain`: whole, or with an unambiguous decimal point; `point_or_group`: `1.234`; `comma_or_group`:
 * `1,234`; `comma_decimal`: `12,5`, `1.234,5`; `comma_group`: `1,234.5`, `1,234,567`; `point_group`: `1.234.567`.
 */
type Kind = 'plain' | 'point_or_group' | 'comma_or_group' | 'comma_decimal' | 'comma_group' | 'point_group';
type Shape = {
  kind: Kind;
  sign: string;
  whole: string;
  fraction: string;
  provesPoint: boolean;
  groupedByPoint: boolean;
};

const ONE_MARK = /^([+-]?)(\d*)(?:([.,])(\d+))?$/;
const GROUPED = /^([+-]?)(\d{1,3})((?:[ ',.]\d{3})+)(?:([.,])(\d+))?$/;
/** Digits that can be a thousands group before three more digits: `1`, `12`, `123`, but not `0` or `1234`. */
const FIRST_GROUP = /^[1-9]\d{0,2}$/;

/** Takes a text in keyboard characters, like the functions below. */
const shapeOf = (text: string): Shape | null => {
  const one = ONE_MARK.exec(text);
  if (one) {
    const [, sign = '', whole = '', mark, fraction = ''] = one;
    if (!mark) return whole ? shape('plain', sign, whole, '') : null;
    const couldGroup = fraction.length === 3 && FIRST_GROUP.test(whole);
    if (mark === '.')
      return couldGroup ? shape('point_or_group', sign, whole, fraction) : shape('plain', sign, whole, fraction, true);
    return shape(couldGroup ? 'comma_or_group' : 'comma_decimal', sign, whole, fraction);
  }
  const grouped = GROUPED.exec(text);
  if (!grouped) return null;
  const [, sign = '', first = '', groups = '', mark, fraction = ''] = grouped;
  if (first.startsWith('0')) return null;
  return groupedShape(sign, first, groups, mark, fraction);
};

/** Several groups, or one group and a decimal mark. All group separators must be equal and differ from the mark. */
const groupedShape = (
  sign: string,
  first: string,
  groups: string,
  mark: string | undefined,
  fraction: string,
): Shape | null => {
  const separator = groups.charAt(0);
  if (separator === mark) return null;
  for (let at = 0; at < groups.length; at += 4) if (groups.charAt(at) !== separator) return null;
  const whole = first + groups.replaceAll(separator, '');
  if (mark === ',') return shape('comma_decimal', sign, whole, fraction, false, separator === '.');
  if (separator === ',') return shape('comma_group', sign, whole, fraction);
  if (separator === '.') return shape('point_group', sign, whole, '');
  return shape('plain', sign, whole, fraction, mark === '.');
};

const shape = (
  kind: Kind,
  sign: string,
  whole: string,
  fraction: string,
  provesPoint = false,
  groupedByPoint = false,
): Shape => ({ kind, sign, whole, fraction, provesPoint, groupedByPoint });

const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+$/;
/** Negative numbers of bookkeepers and some accounting programs: `(12)`, `12-`. A price is `12,-`. */
const BOOKKEEPERS_MINUS = /^\((.+)\)$|^(\d.*)-$/;
const ONLY_NUMBER_SIGNS = /^[\d.,' +-]+$/;
/** Currencies, which do not change an amount. A letter for thousands or millions does: `50k`, `12 tkr`. */
const CURRENCY = 'kr|sek|nok|dkk|isk|eur|euro|usd|gbp|chf|pln|zł|€|\\$|£';
const CURRENCY_BEFORE = new RegExp(`^(?:${CURRENCY})\\.? ?`, 'i');
const CURRENCY_BEHIND = new RegExp(` ?(?:${CURRENCY})\\.?$`, 'i');
const DIGIT = /\d/;
const LETTER_OR_CURRENCY = /[\p{L}\p{Sc}]/u;

/** The error, with a suggested number only if the cell can mean no other number. */
const notANumber = (text: string): CheckResult<string> => {
  if (SCIENTIFIC.test(text)) return { ok: false, code: 'SCIENTIFIC_NOTATION', details: {} };
  if (text.includes('%')) return invalid('percent');
  if (hasFalseDigit(text)) return invalid('digit', beforeNote(text));
  if (looksLikeDate(text)) return invalid('date');
  const below = BOOKKEEPERS_MINUS.exec(text);
  const amount = below?.[1] ?? below?.[2];
  if (amount !== undefined && DIGIT.test(amount.slice(-1))) return invalid('minus', plainOf(`-${amount}`));
  if (ONLY_NUMBER_SIGNS.test(text)) return invalid(DIGIT.test(text) ? 'grouping' : 'form');
  if (!DIGIT.test(text) || !LETTER_OR_CURRENCY.test(text)) return invalid('form');
  const before = text.replace(CURRENCY_BEFORE, '');
  return invalid('unit', plainOf(before === text ? text.replace(CURRENCY_BEHIND, '') : before));
};

/** The number before a footnote. `10²` may be a power. `10¹` is 10 either way, and `1200²` is rarely a power. */
const beforeNote = (text: string): string | undefined => {
  const { rest, note } = withoutFootnote(text) ?? { rest: '', note: '' };
  return note === '¹' || THREE_DIGITS.test(rest) ? plainOf(rest) : undefined;
};
const THREE_DIGITS = /^[+-]?\d[ ']?\d[ ']?\d/;

/** The canonical form of an unambiguous number. */
const plainOf = (text: string): string | undefined => {
  const shape = shapeOf(text);
  if (!shape || shape.kind === 'point_or_group' || shape.kind === 'comma_or_group') return undefined;
  return canonical(shape.sign, shape.whole, shape.fraction);
};

const invalid = (reason: NumberReason, suggested?: string): CheckResult<string> => ({
  ok: false,
  code: 'NUMBER_INVALID',
  details: suggested === undefined ? { reason } : { reason, suggested },
});

const ambiguous = (details: Details): CheckResult<string> => ({ ok: false, code: 'NUMBER_AMBIGUOUS', details });
