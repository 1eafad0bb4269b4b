import { INVISIBLE } from '../../rules/values/text.ts';
import { COLUMNS, LANGUAGES } from '../workload/data.ts';

/** The column of the staging table that holds a column of the file. */
export const columnOf = (name: string): string => `c${COLUMNS.indexOf(name)}`;

const ALL = COLUMNS.map((name) => columnOf(name));
const [email, externalId, firstName, language] = ['Email', 'External Id', 'First name', 'Language'].map(columnOf);
const [employed, salary, manager] = ['Employment Date', 'Salary', 'Manager'].map(columnOf);

/** The rule of `checkEmail`, for ASCII. Bounded repetitions would take ten times as long. */
const EMAIL = "^[a-zA-Z0-9.!#$%&''*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)*$";
const NO_LABEL = '@.*[.@]-|@-|@.*-\\.|-$';
/**
 * Control characters except tab and line breaks, U+FFFD, and characters without width or that change the text
 * direction.
 */
const HIDDEN = `[\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\ufffd${INVISIBLE}]`;
const SCIENTIFIC = '^\\d([.,]\\d+)?[eE]\\+\\d+$';
const LONGEST_CELL = 10_000;

/**
 * SQL: rows of `raw` with a cell that is not taken as it is: refused, with a warning, or normalized first. A quick test
 * finds the few candidate rows, and only those rows get the full rule.
 */
export const BROKEN_ROWS = `
  select from (select *, concat_ws(' ', ${ALL.join(', ')}) as texts from raw offset 0) r where
    fold(${email}) is null or ${email} !~ '${EMAIL}' or ${email} ~ '${NO_LABEL}'
    or (length(${email}) > 63 and (length(${email}) > 254 or length(split_part(${email}, '@', 1)) > 64
      or (select max(length(label)) from string_to_table(split_part(${email}, '@', 2), '.') label) > 63))
    or (${externalId} like '%+%' and ${externalId} ~ '${SCIENTIFIC}') or (${manager} like '%+%' and ${manager} ~ '${SCIENTIFIC}')
    or btrim(${firstName}) = '' or lower(btrim(${language})) <> all (array[${LANGUAGES.map((code) => `'${code}'`).join(', ')}])
    or ${employed} not like '____-__-__' or not pg_input_is_valid(${employed}, 'date')
    or not pg_input_is_valid(${salary}, 'numeric') or ${salary} ~ '[^0-9.-]'
    or (octet_length(texts) > ${LONGEST_CELL} and greatest(${ALL.map((name) => `length(${name})`).join(', ')}) > ${LONGEST_CELL})
    or (texts ~ '[^ -~]' and (texts ~ '${HIDDEN}' or texts is not nfc normalized))`;
