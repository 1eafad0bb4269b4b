import { dirname } from 'node:path';
import { importsOf, ownFile } from './source-files.ts';

/** `may` has files, folders (`db/`), files directly in a folder (`db/*`), or everything (``). `typesOf`: by `import type` only. */
type Row = { who: string; may: string[]; typesOf?: string[] };

/** Each folder may import those before it. */
const oneWay = (folders: string[], may: string[]): Row[] =>
  folders.map((who, index) => ({ who, may: [...folders.slice(0, index + 1), ...may] }));

/** What all parts share: words, types and the table of the stages. */
const CONTRACT = ['workflows/contract.ts', 'workflows/stages.ts'];
/** Everything that is not HTTP, a stage or an entry. */
const MACHINERY = ['csv/', 'db/', 'monitoring/', 'rules/', ...CONTRACT];

/** The import table. The first row that the path begins with holds, so the most specific stands first. */
const TABLE: Row[] = [
  // Entries take the settings.
  { who: 'api/server.ts', may: ['config.ts', 'api/*', ...MACHINERY] },
  { who: 'activities/worker.ts', may: ['config.ts', 'activities/', ...MACHINERY] },
  { who: 'db/migrate.ts', may: ['config.ts', 'db/', ...CONTRACT] },
  { who: 'config.ts', may: CONTRACT },

  { who: 'workflows/contract.ts', may: [] },
  { who: 'workflows/stages.ts', may: ['workflows/contract.ts'] },
  // Workflow code runs in a sandbox. It knows the types of the activities and calls them through Temporal.
  { who: 'workflows/', may: ['workflows/'], typesOf: ['activities/'] },

  // Pure decisions, below everything else. Data that rules take and give have their types here, and db stores them.
  ...oneWay(['rules/findings/', 'rules/values/', 'rules/columns/', 'rules/rows/'], []),
  { who: 'rules/hierarchy/', may: ['rules/hierarchy/'] },
  { who: 'rules/', may: ['rules/'] },

  ...oneWay(['csv/records/', 'csv/encoding/', 'csv/user-file/'], ['csv/*', 'rules/']),
  { who: 'csv/', may: ['csv/*', 'rules/'] },

  ...oneWay(
    ['db/schema/', 'db/sql/', 'db/people/', 'db/mass-edits/', 'db/stages/', 'db/plan/', 'db/apply/'],
    ['db/*', 'rules/', ...CONTRACT],
  ),
  { who: 'db/', may: ['db/*', 'db/schema/', 'rules/', ...CONTRACT] },
  { who: 'monitoring/', may: ['monitoring/', 'db/'] },

  { who: 'activities/collections/', may: ['activities/collections/'] },
  { who: 'activities/worker/', may: ['activities/worker/', 'db/', 'monitoring/', ...CONTRACT] },
  ...oneWay(
    [
      'activities/stage-runner/',
      'activities/upload/',
      'activities/hierarchy/',
      'activities/matching/',
      'activities/planning/',
    ],
    ['activities/collections/', 'csv/', 'db/', 'rules/', ...CONTRACT],
  ),
  { who: 'activities/', may: ['activities/', ...MACHINERY] },

  // PATCH of a user decides by the same rules as a row of a file.
  { who: 'api/routes/', may: ['api/', ...MACHINERY] },
  { who: 'api/mass-edits/', may: ['api/*', 'api/mass-edits/', ...MACHINERY] },
  { who: 'api/users/', may: ['api/*', 'api/users/', ...MACHINERY] },
  { who: 'api/app.ts', may: ['api/', ...MACHINERY] },
  { who: 'api/', may: ['api/*', ...MACHINERY] },
  // The page talks HTTP only. Its types of answers are those of the API's schemas.
  { who: 'web/', may: ['web/'], typesOf: ['api/'] },

  ...oneWay(['dev/processes/', 'dev/demo/', 'dev/stack/'], ['config.ts', ...CONTRACT]),
  { who: 'dev/', may: [''] },
  { who: 'test/', may: [''] },
  { who: 'bench/', may: [''] },
  { who: '.ci/', may: ['config.ts', 'dev/'] },
  { who: 'vitest.config.ts', may: [] },
];

/** The imports of a file that the table does not allow, each with the file's own path. */
export function refusedImports(path: string, source: string): string[] {
  const rule = TABLE.find(({ who }) => path === who || (who.endsWith('/') && path.startsWith(who)));
  if (!rule) return [`${path} stands in no row of the table`];
  const refused = importsOf(source).filter(({ from, typesOnly }) => {
    const file = ownFile(path, from);
    const allowed = [...rule.may, ...(typesOnly ? (rule.typesOf ?? []) : [])];
    return file !== null && !allowed.some((may) => covers(may, file));
  });
  return refused.map(({ from }) => `${path} imports ${from}`);
}

function covers(may: string, file: string): boolean {
  if (may.endsWith('/*')) return dirname(file) === may.slice(0, -2);
  return file === may || ((may === '' || may.endsWith('/')) && file.startsWith(may));
}
