import { describe, expect, it } from 'vitest';
import {
  importsOf,
  ownFile,
  projectFiles,
  textOf,
  withoutComments,
  withoutCommentsAndStrings,
} from './source-files.ts';

/** Which folder may import which, most specific first: the first that the path begins with holds. */
const TABLE: { who: string; may: string[]; typesOf?: string[] }[] = [
  // Entries, which read the settings.
  {
    who: 'api/server.ts',
    may: ['config.ts', 'api/', 'csv/', 'db/', 'monitoring/', 'rules/', 'workflows/contract.ts'],
  },
  {
    who: 'activities/worker.ts',
    may: ['config.ts', 'activities/', 'csv/', 'db/', 'monitoring/', 'rules/', 'workflows/contract.ts'],
  },
  { who: 'db/migrate.ts', may: ['config.ts', 'db/', 'workflows/contract.ts'] },
  { who: 'config.ts', may: ['workflows/contract.ts'] },
  // Pure decisions and shared types. They import nothing below them, so every folder may import them.
  { who: 'rules/', may: ['rules/'] },
  { who: 'workflows/contract.ts', may: [] },
  { who: 'csv/', may: ['csv/', 'rules/'] },
  { who: 'db/', may: ['db/', 'workflows/contract.ts'] },
  // Logs and metrics of every process, and the port for metrics.
  { who: 'monitoring/', may: ['monitoring/', 'db/'] },
  { who: 'activities/', may: ['activities/', 'rules/', 'csv/', 'db/', 'monitoring/', 'workflows/contract.ts'] },
  // Workflow code runs in a sandbox. It imports only types of the activities, and calls them through Temporal.
  { who: 'workflows/', may: ['workflows/'], typesOf: ['activities/'] },
  // PATCH of a user decides by the same rules as a row of a file. A finding has one title, on the page and at its address.
  {
    who: 'api/',
    may: ['api/', 'csv/', 'db/', 'monitoring/', 'rules/', 'workflows/contract.ts', 'web/messages/finding-titles.ts'],
  },
  // Talks HTTP only.
  { who: 'web/', may: ['web/'] },
  { who: 'dev/', may: [''] },
  { who: 'test/', may: [''] },
  { who: 'bench/', may: [''] },
  { who: '.ci/', may: ['config.ts', 'dev/'] },
  { who: 'vitest.config.ts', may: [] },
];

const FILES = projectFiles();
const SOURCES = FILES.filter((path) => /\.(?:ts|mts|mjs|js)$/.test(path));
const PRODUCT = SOURCES.filter((path) => !/^(?:test|bench|dev|web)\//.test(path) && path !== 'vitest.config.ts');
const NOT_TESTS = SOURCES.filter((path) => !/^(?:test|bench)\//.test(path));
const TESTS = SOURCES.filter((path) => /\.test\.ts$/.test(path));

const LINES_AT_MOST = 300;
/** A reader must be able to read the workflow at once. */
const WORKFLOW_LINES_AT_MOST = 150;

describe('the import table', () => {
  it('holds in every file', () => {
    const refused = SOURCES.flatMap((path) => refusedImports(path, textOf(path)));
    expect(refused).toEqual([]);
  });

  it('refuses forbidden imports', () => {
    expect(refusedImports('rules/values/dates.ts', "import { connect } from '../../db/client.ts';")).toHaveLength(1);
    expect(refusedImports('db/mass-edits/files.ts', "import { readConfig } from '../../config.ts';")).toHaveLength(1);
    expect(refusedImports('activities/finish-mass-edit.ts', "export { app } from '../api/app.ts';")).toHaveLength(1);
    expect(
      refusedImports('workflows/approval-gate.ts', "import { settle } from '../activities/finish-mass-edit.ts';"),
    ).toHaveLength(1);
    expect(refusedImports('workflows/approval-gate.ts', "import type { A } from '../activities/index.ts';")).toEqual(
      [],
    );
    expect(refusedImports('api/app.ts', "const late = await import('../dev/stack/stack.ts');")).toHaveLength(1);
    expect(refusedImports('elsewhere/new.ts', "import { a } from './a.ts';")).toHaveLength(1);
  });

  it('reads imports over several lines and not those in comments', () => {
    const source = "import {\n  a,\n  type B,\n} from './a.ts';\n// import { c } from './c.ts';\nimport './d.ts';\n";
    expect(importsOf(source)).toEqual([
      { from: './a.ts', typesOnly: false },
      { from: './d.ts', typesOnly: false },
    ]);
  });
});

describe('the one place of a thing', () => {
  it('config.ts alone reads the environment', () => {
    expect(linesWith(/\bprocess\.env\b/, except(SOURCES, 'config.ts', 'test/imports.test.ts'))).toEqual([]);
  });

  it('db/ alone holds SQL, beside the servers and the tests', () => {
    const outside = PRODUCT.filter((path) => !path.startsWith('db/'));
    const drivers = outside.filter((path) =>
      importsOf(textOf(path)).some(({ from }) => /^(?:drizzle-orm|postgres)(?:\/|$)/.test(from)),
    );
    expect(drivers).toEqual([]);
    const statement = /`\s*(?:select|insert into|update|delete from|with)\s[^`]*\b(?:from|set|values)\b/i;
    expect(outside.filter((path) => statement.test(textOf(path)))).toEqual([]);
  });

  it('api/problems.ts alone holds the status numbers of refusals', () => {
    const numbers =
      /(?:\.code\(\s*|\.status\(\s*|\bstatus(?:Code)?\s*[:=]\s*|^\s*['"]?)[45]\d\d\b(?=['"]?\s*[:),;]|\s*$)/;
    expect(linesWith(numbers, except(PRODUCT, 'api/problems.ts'))).toEqual([]);
    for (const line of ['reply.code(404)', 'reply.status(409).send()', '  422: Problem,', 'statusCode: 500,'])
      expect(line).toMatch(numbers);
    for (const line of ['reply.code(202)', 'maxBatch: 500,', '  200: User,', 'limit(400)'])
      expect(line).not.toMatch(numbers);
  });

  it("workflows/stages.ts alone holds Temporal's timeouts", () => {
    const timeouts = /\b(?:startToClose|scheduleToClose|scheduleToStart)Timeout\b|\bheartbeatTimeout\b/;
    expect(linesWith(timeouts, except(PRODUCT, 'workflows/stages.ts'))).toEqual([]);
    expect(textOf('workflows/stages.ts')).toMatch(timeouts);
  });
});

describe('every file', () => {
  it(`has ${LINES_AT_MOST} lines at most, and the workflow ${WORKFLOW_LINES_AT_MOST}`, () => {
    const lines = (path: string) => textOf(path).split('\n').length - 1;
    expect(SOURCES.filter((path) => lines(path) > LINES_AT_MOST)).toEqual([]);
    expect(lines('workflows/mass-edit.ts')).toBeLessThanOrEqual(WORKFLOW_LINES_AT_MOST);
  });

  it('runs all of its tests', () => {
    const left =
      /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:skip|skipIf|runIf|only|todo|fails)\b|\bx(?:it|test|describe)\(/;
    expect(linesWith(left, except(TESTS, 'test/imports.test.ts'))).toEqual([]);
  });

  it('states its types, outside of tests', () => {
    const untyped = /(?::|<|\bas|,|\||&)\s*any\b/;
    expect(NOT_TESTS.filter((path) => untyped.test(withoutCommentsAndStrings(textOf(path))))).toEqual([]);
    expect(linesWith(/\bas\s+unknown\s+as\b/, NOT_TESTS)).toEqual([]);
    const silenced = NOT_TESTS.filter((path) => /@ts-(?:ignore|nocheck|expect-error)/.test(textOf(path)));
    expect(silenced).toEqual([]);
  });

  it('names no machine and no package registry', () => {
    const homes = ['home', 'root', 'Users', 'work'].join('|');
    // Below /home/temporal is the data of the Temporal image.
    const machines = new RegExp(`(?<![\\w.)}])/(?:${homes})/(?!temporal\\b)[\\w.-]+`);
    const registries = new RegExp(['registry\\.npmjs', 'pypi\\.org/simple', 'files\\.pythonhosted'].join('|'));
    const texts = except(FILES, 'test/imports.test.ts').filter((path) => !/\.(?:png|jpe?g|ico|gz|zip)$/.test(path));
    expect(texts.filter((path) => machines.test(textOf(path)))).toEqual([]);
    expect(texts.filter((path) => registries.test(textOf(path)))).toEqual([]);
    // Otherwise `npm ci` asks the registry that this lock file was written against.
    expect(textOf('package-lock.json')).not.toContain('"resolved"');
  });
});

describe('package-lock.json', () => {
  it('names the packages of every platform, so that npm installs from it on any', () => {
    const { packages }: { packages: Record<string, { optionalDependencies?: object }> } = JSON.parse(
      textOf('package-lock.json'),
    );
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });
});

function refusedImports(path: string, source: string): string[] {
  const rule = TABLE.find(({ who }) => path === who || (who.endsWith('/') && path.startsWith(who)));
  if (!rule) return [`${path} stands in no row of the table`];
  const refused = importsOf(source).filter(({ from, typesOnly }) => {
    const file = ownFile(path, from);
    const allowed = [...rule.may, ...(typesOnly ? (rule.typesOf ?? []) : [])];
    return (
      file !== null &&
      !allowed.some((may) => file === may || ((may === '' || may.endsWith('/')) && file.startsWith(may)))
    );
  });
  return refused.map(({ from }) => `${path} imports ${from}`);
}

/** `path:line` of each line of code that matches the pattern, without comments. */
function linesWith(pattern: RegExp, paths: string[]): string[] {
  return paths.flatMap((path) =>
    withoutComments(textOf(path))
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
}

function except(paths: string[], ...without: string[]): string[] {
  return paths.filter((path) => !without.includes(path));
}
