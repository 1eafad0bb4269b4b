import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusedImports } from './import-table.ts';
import {
  importsOf,
  ownFile,
  projectFiles,
  textOf,
  withoutComments,
  withoutCommentsAndStrings,
} from './source-files.ts';

const FILES = projectFiles();
const SOURCES = FILES.filter((path) => /\.(?:ts|mts|mjs|js)$/.test(path));
const PRODUCT = SOURCES.filter((path) => !/^(?:test|bench|dev|web)\//.test(path) && path !== 'vitest.config.ts');
const NOT_TESTS = SOURCES.filter((path) => !/^(?:test|bench)\//.test(path));
const IMPORTS = new Map(
  SOURCES.map((path) => [path, importsOf(textOf(path)).flatMap(({ from }) => ownFile(path, from) ?? [])]),
);
const TESTS = SOURCES.filter((path) => /\.test\.ts$/.test(path));

/** A pair of folders of these parts; the workflow and the activities know each other's types. */
const INSIDE = /^(?:activities|rules|csv|db|dev)\b.* and (?:activities|rules|csv|db|dev)\b/;

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

  it('lets the folders of a part import one way only', () => {
    const refused = (path: string, from: string) =>
      refusedImports(path, `import { a } from '${from}';`).length +
      refusedImports(path, `import type { A } from '${from}';`).length;
    expect(refused('db/people/users.ts', '../stages/fence.ts')).toBe(2);
    expect(refused('db/stages/fence.ts', '../people/users.ts')).toBe(0);
    expect(refused('db/sql/timestamps.ts', '../people/users.ts')).toBe(2);
    expect(refused('db/client.ts', './plan/gate.ts')).toBe(2);
    expect(refused('csv/records/read-records.ts', '../user-file/file-format.ts')).toBe(2);
    expect(refused('csv/records/read-records.ts', '../dialect.ts')).toBe(0);
    expect(refused('rules/values/dates.ts', '../rows/plan-row.ts')).toBe(2);
    expect(refused('activities/collections/hash-table.ts', '../../db/client.ts')).toBe(2);
    expect(refused('activities/stage-runner/run-stage.ts', '../upload/read-upload.ts')).toBe(2);
    expect(refused('activities/upload/read-upload.ts', '../detect-cycles.ts')).toBe(2);
    expect(refused('api/problems.ts', './routes/users.ts')).toBe(2);
    expect(refused('api/users/user-json.ts', '../mass-edits/user-csv.ts')).toBe(2);
    expect(refused('dev/processes/logs.ts', '../stack/stack.ts')).toBe(2);
    expect(refused('rules/rows/plan-row.ts', '../../db/schema/schema.ts')).toBe(2);
    expect(refused('db/schema/schema.ts', '../../rules/rows/plan-row.ts')).toBe(0);
    expect(refused('web/mass-edit.ts', '../api/mass-edits/json/mass-edit-schema.ts')).toBe(1);
  });

  it('has no circle of files, of types neither', () => {
    expect(filesInCircles(IMPORTS)).toEqual([]);
  });

  it('finds the files of a circle, and no other', () => {
    const imports = { a: ['b'], b: ['c', 'e'], c: ['d'], d: ['b'], e: [], f: ['f', 'e'] };
    expect(filesInCircles(new Map(Object.entries(imports)))).toEqual(['b', 'c', 'd', 'f']);
    expect(
      filesInCircles(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
        ]),
      ),
    ).toEqual([]);
  });

  it('has no two folders of activities, rules, csv, db or dev that import each other', () => {
    expect(mutualFolders(IMPORTS).filter((pair) => INSIDE.test(pair))).toEqual([]);
  });

  it('finds two folders that import each other', () => {
    const imports = { 'a/x/1.ts': ['a/y/1.ts'], 'a/y/2.ts': ['a/x/2.ts', 'a/z/1.ts'], 'a/z/1.ts': [] };
    expect(mutualFolders(new Map(Object.entries(imports)))).toEqual(['a/x and a/y']);
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

  it('db/mass-edits/findings.ts alone inserts findings, by one statement for each of its two tables', () => {
    const insert = /\binsert(?:\s+into\s+"?|\()(?:\w+\.)?(findings\w*|\$\{)/gi;
    const tablesIn = (source: string) => [...withoutComments(source).matchAll(insert)].map(([, table]) => table);
    const others = except(PRODUCT, 'db/mass-edits/findings.ts');
    expect(others.filter((path) => tablesIn(textOf(path)).length > 0)).toEqual([]);
    expect(tablesIn(textOf('db/mass-edits/findings.ts'))).toEqual(['findings', 'findings_left_out']);
    for (const one of ['sql`insert into public.findings (line)', 'tx.insert(findings)', `insert into ${'$'}{table}`])
      expect(tablesIn(one), one).toHaveLength(1);
    expect(tablesIn('insert into plan_rows (line)')).toEqual([]);
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

/** Takes away what imports nothing that is left, and what nothing imports that is left, until circles are left. */
function filesInCircles(imports: ReadonlyMap<string, string[]>): string[] {
  const left = new Map(imports);
  for (;;) {
    const imported = new Set([...left.values()].flat());
    const free = [...left].filter(([path, files]) => !imported.has(path) || !files.some((file) => left.has(file)));
    if (free.length === 0) return [...left.keys()];
    for (const [path] of free) left.delete(path);
  }
}

function mutualFolders(imports: ReadonlyMap<string, string[]>): string[] {
  const pairs = new Set(
    [...imports].flatMap(([path, files]) => files.map((file) => `${dirname(path)} and ${dirname(file)}`)),
  );
  return [...pairs].filter((pair) => {
    const [one = '', other = ''] = pair.split(' and ');
    return one < other && pairs.has(`${other} and ${one}`);
  });
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
