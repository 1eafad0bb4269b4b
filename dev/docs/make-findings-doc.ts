import { join } from 'node:path';
import { CATALOGUE, type FindingCode, scopeOf } from '../../rules/findings/catalogue.ts';
import type { Scope } from '../../rules/findings/catalogue-entry.ts';
import { describeFinding } from '../../rules/findings/describe-finding.ts';
import type { Details } from '../../rules/findings/details.ts';
import { writeFileAtomic } from '../processes/write-file-atomic.ts';

/**
 * The text of docs/findings.md, for readers of an error log: every code of the catalogue, grouped by its scope, with
 * the sentences that users see. `npm run docs` writes it.
 */
export function makeFindingsDoc(): string {
  const groups = SCOPES.map(({ scope, title, about }) => ({ scope, title, about, codes: codesOf(scope) }));
  return [
    ABOUT,
    ...groups.map(
      ({ title, codes }) => `**${title}**: ${codes.map((code) => `[${code}](#${anchorOf(code)})`).join(', ')}`,
    ),
    ...groups.flatMap(({ scope, title, about, codes }) => [
      `## ${title}`,
      about,
      ...codes.flatMap((code) => entryOf(code, scope)),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

const ABOUT = `<!-- Made by \`npm run docs\` from rules/findings/catalogue-*.ts. Change the texts there. -->

# Findings

Whatever a mass edit has to say about a file is a finding. It has a code, the line of the file (the header is line 1), the
column, the cell as it was given (without the spaces around it, cut at 200 characters), and two sentences: what is wrong,
and how to mend it. All that can be found is found in one pass, so that a file need not be mended and uploaded again and
again.

An error undoes something: the whole file, one row, or one cell. A warning undoes nothing. The same findings stand in the
**error log**, which has the rows that something is to be said of: mend them there, and upload the error log as it is,
without the option that deletes users.

Look up a code:`;

const SCOPES: readonly { scope: Scope; title: string; about: string }[] = [
  {
    scope: 'file',
    title: 'File errors',
    about:
      'The file cannot be used as a whole. Nothing of it is applied and no user is changed. Mend the file and upload all of it again.',
  },
  {
    scope: 'row',
    title: 'Row errors',
    about:
      'The row is refused: nothing that it says is applied, and the person stays as they are. All other rows go on. A user who has a row in the file is not missing from it, even if that row is refused, and is never deleted for it.',
  },
  {
    scope: 'cell',
    title: 'Cell errors',
    about:
      'Only the cell is left out. The rest of the row is applied. If the cell is a backdate, the value beside the date holds from today on.',
  },
  {
    scope: 'warning',
    title: 'Warnings',
    about: 'What the file says is applied. Look whether it is what you meant.',
  },
];

const codesOf = (scope: Scope): FindingCode[] =>
  (Object.keys(CATALOGUE) as FindingCode[]).filter((code) => scopeOf(code) === scope).sort();

/** The anchor of a Markdown heading that is the code and nothing else. */
const anchorOf = (code: FindingCode): string => code.toLowerCase();

function entryOf(code: FindingCode, scope: Scope): string[] {
  const { meaning, example, samples } = CATALOGUE[code];
  const shown: readonly (readonly [value: string | null, details?: object])[] = samples ?? [[null]];
  const [first, ...others] = shown.map(([value, details]) => describeFinding(code, details as Details, value));
  const toDo = scope === 'warning' ? 'What to do' : 'How to mend it';
  const lines = [
    `- Example: ${exampleOf(example)}`,
    `- It says: ${plain(first?.message ?? '')}`,
    `- ${toDo}: ${plain(first?.suggestion ?? '')}`,
    ...others.map(({ message, suggestion }) => `- Or: ${plain(message)} ${plain(suggestion)}`),
  ];
  return [`### ${code}`, plain(meaning), lines.join('\n')];
}

/** A cell or line as in a file, with its explanation in brackets. */
function exampleOf(example: string): string {
  const [, cell = '', remark = ''] = /^(.*?) ?(\([^)]*\))?$/.exec(example) ?? [];
  return [cell && `\`${cell}\``, plain(remark)].filter(Boolean).join(' ');
}

/** A text shown as it is: characters of Markdown syntax are escaped. */
const plain = (text: string): string => text.replace(/[\\`*_<>[\]#|]/g, '\\$&');

/** The documentation is public. */
const READABLE_BY_ALL = 0o644;

if (import.meta.main) {
  writeFileAtomic(join(import.meta.dirname, '../../docs/findings.md'), makeFindingsDoc(), READABLE_BY_ALL);
}
