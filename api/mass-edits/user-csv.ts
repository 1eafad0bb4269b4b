import { type Cell, formatHeader, formatRow, UTF8_BOM } from '../../csv/records/format-row.ts';
import { exampleRow, type TemplateOptions, templateHeaders } from '../../csv/user-file/template-columns.ts';
import type { TemplateAttribute, TemplateUser } from '../../db/people/templates.ts';
import { formatBoolean } from '../../rules/values/booleans.ts';

/** The template for new users: headers and one example row, which the importer recognises and skips. */
export async function* createTemplate(attributes: TemplateAttribute[]): AsyncGenerator<string> {
  const options = { backdating: false };
  yield UTF8_BOM + formatHeader(templateHeaders(attributes, options)) + formatRow(exampleRow(attributes, options));
}

/**
 * Users in the format of the edit template, page by page as they are read. An unchanged upload of it changes nothing,
 * because the cells hold stored values in the importer's format. Backdate cells are empty.
 */
export async function* userCsv(
  attributes: TemplateAttribute[],
  pages: AsyncIterable<TemplateUser[]>,
  options: TemplateOptions,
): AsyncGenerator<string> {
  yield UTF8_BOM + formatHeader(templateHeaders(attributes, options));
  for await (const page of pages) {
    yield page.map((user) => formatRow(cellsOf(user, attributes, options))).join('');
  }
}

function cellsOf(user: TemplateUser, attributes: TemplateAttribute[], { backdating }: TemplateOptions): Cell[] {
  const dated = (cell: Cell): Cell[] => (backdating ? [cell, ''] : [cell]);
  return [
    user.email ?? '',
    user.externalId ?? '',
    user.firstName,
    user.lastName ?? '',
    user.language,
    ...dated(formatBoolean(user.participates)),
    ...attributes.flatMap(({ id, type }) => {
      const value = user.values[String(id)] ?? '';
      return dated(type === 'dates' || type === 'numbers' ? { plain: value } : value);
    }),
  ];
}
