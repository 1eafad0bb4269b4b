import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { machine, readConfig, SETTINGS } from '../config.ts';
import { postgresFlags } from '../dev/stack/postgres-flags.ts';
import { findTemporalCli } from '../dev/stack/temporal-cli.ts';
import { withTemporal } from '../dev/stack/temporal-connection.ts';
import { TEMPORAL_DOWNLOADS, temporalCacheDirs } from '../dev/stack/temporal-downloads.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/contract.ts';
import { importsOf, ownFile, projectFiles, textOf } from './source-files.ts';
import { WAIT_MS } from './support/until.ts';

type Service = {
  image: string;
  build?: string;
  command?: string[];
  entrypoint?: string[];
  profiles?: string[];
  restart?: string;
  environment?: Record<string, string | number>;
  depends_on?: Record<string, { condition: string; required?: boolean }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  stop_grace_period?: string;
  ports?: string[];
  volumes?: string[];
  networks?: { default: { aliases: string[] } };
  configs?: { source: string; target: string }[];
};

const COMPOSE_TEXT = textOf('docker-compose.yml');
const DOCKERFILE = textOf('Dockerfile');
const PACKAGE = JSON.parse(textOf('package.json'));
const compose: { services: Record<string, Service>; volumes: object; configs: object } = parse(COMPOSE_TEXT, {
  merge: true,
});
const services = Object.entries(compose.services);
const WORKERS = ['worker', 'large-worker'];
const OURS = ['migrate', 'api', ...WORKERS];
const ONE_SHOTS = ['migrate', 'temporal-schema', 'temporal-setup'];

const service = (name: string): Service => {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};
const seconds = (duration: string) => Number(/^(\d+)s$/.exec(duration)?.[1]);

describe('docker-compose.yml', () => {
  it('has the whole product, and the real Temporal server in the profile "production" only', () => {
    const everywhere = ['database', ...OURS, 'temporal', 'temporal-ui'];
    const production = ['temporal-database', 'temporal-schema', 'temporal-server', 'temporal-setup'];
    expect(Object.keys(compose.services).sort()).toEqual([...everywhere, ...production].sort());
    for (const name of everywhere) expect(service(name).profiles, name).toBeUndefined();
    for (const name of production) expect(service(name).profiles, name).toEqual(['production']);
  });

  it('pins every image to a version, and both halves of the Temporal server to the same', () => {
    const pinned = /^[\w./-]+:v?\d+\.\d+(?:\.\d+)?(?:-[\w.-]+)?$/;
    for (const [name, { image }] of services) expect(image, name).toMatch(pinned);
    const bases = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    // The build of the page and the image use one Node.
    expect(bases).toEqual([bases[0], bases[0]]);
    expect(bases[0]).toMatch(pinned);
    const [, tools] = service('temporal-schema').image.split(':');
    expect(service('temporal-server').image).toBe(`temporalio/server:${tools}`);
    expect(service('temporal-setup').image).toBe(`temporalio/admin-tools:${tools}`);
  });

  it('builds one image for api, worker and migration, with the version of the product and its Node', () => {
    for (const name of OURS) expect(service(name)).toMatchObject({ build: '.', image: `mass-edit:${PACKAGE.version}` });
    expect(DOCKERFILE).toContain(`FROM node:${PACKAGE.dependencies.node}-`);
  });

  it('starts each of them by the command of its script in package.json', () => {
    for (const name of OURS) {
      const script = PACKAGE.scripts[WORKERS.includes(name) ? 'worker' : name];
      expect(service(name).command?.join(' '), name).toBe(script);
    }
    for (const [, script] of `${COMPOSE_TEXT}${DOCKERFILE}`.matchAll(/\bnpm run ([\w-]+)/g))
      expect(Object.keys(PACKAGE.scripts)).toContain(script);
  });

  it('checks the health of every long-running service and restarts it; one-shots run once', () => {
    for (const [name, { healthcheck, restart }] of services) {
      if (ONE_SHOTS.includes(name)) expect(healthcheck, name).toEqual({ disable: true });
      // The API's health check is the image's own.
      else if (name !== 'api') expect(healthcheck?.test?.[0], name).toBe('CMD');
      expect(restart, name).toBe(ONE_SHOTS.includes(name) ? 'no' : 'unless-stopped');
    }
    expect(service('api').healthcheck).toBeUndefined();
    for (const name of WORKERS)
      expect(service(name).healthcheck?.test?.at(-1)).toContain(
        `http://127.0.0.1:${service(name).environment?.MONITOR_PORT}/readyz`,
      );
    expect(DOCKERFILE).toMatch(/HEALTHCHECK [^[]*CMD \["node", "-e", "fetch\('http:\/\/127\.0\.0\.1:3000\/readyz'\)/);
  });

  it('starts each service after what it needs', () => {
    const needs = (name: string, ...on: string[]) =>
      expect(Object.keys(service(name).depends_on ?? {}).sort(), name).toEqual(on.sort());
    needs('migrate', 'database');
    for (const name of ['api', ...WORKERS]) needs(name, 'migrate', 'temporal', 'temporal-setup');
    needs('temporal-ui', 'temporal', 'temporal-setup');
    needs('temporal-schema', 'temporal-database');
    needs('temporal-server', 'temporal-schema');
    needs('temporal-setup', 'temporal-server');
    for (const [name, { depends_on, profiles = [] }] of services)
      for (const [on, { condition, required = true }] of Object.entries(depends_on ?? {})) {
        const once = ONE_SHOTS.includes(on);
        expect(condition, `${name} → ${on}`).toBe(once ? 'service_completed_successfully' : 'service_healthy');
        // A service of the other kind of Temporal may be missing. Compose refuses any other missing service.
        const mayBeMissing = on === 'temporal' || (service(on).profiles ?? []).some((one) => !profiles.includes(one));
        expect(required, `${name} → ${on}`).toBe(!mayBeMissing);
      }
  });

  it('gives both kinds of Temporal one name and one port, so that they cannot run side by side', () => {
    expect(service('temporal-server').networks).toEqual({ default: { aliases: ['temporal'] } });
    expect(service('temporal-server').ports).toEqual(service('temporal').ports);
    for (const name of ['api', ...WORKERS, 'temporal-ui'])
      expect(service(name).environment?.TEMPORAL_ADDRESS).toBe(['$', '{TEMPORAL_ADDRESS:-temporal:7233}'].join(''));
  });

  it('opens ports to this machine only by default', () => {
    for (const [name, { ports = [] }] of services)
      for (const port of ports) expect(port, name).toMatch(/^(?:127\.0\.0\.1:|\$\{\w+:-127\.0\.0\.1:)/);
  });

  it('gives our processes only existing settings', () => {
    const known: string[] = SETTINGS.map(({ name }) => name);
    for (const name of OURS)
      for (const variable of Object.keys(service(name).environment ?? {})) expect(known, name).toContain(variable);
    for (const [, variables = ''] of DOCKERFILE.matchAll(/^ENV (.*)$/gm))
      for (const [variable = ''] of variables.matchAll(/\w+(?==)/g)) expect([...known, 'NODE_ENV']).toContain(variable);
  });

  it('holds no secret, and names the setting if one is missing', () => {
    for (const [name, { environment = {} }] of services)
      for (const [variable, value] of Object.entries(environment)) {
        if (!/PASSWORD|PWD|TOKEN|SECRET|DATABASE_URL/.test(variable)) continue;
        expect(String(value), `${name} ${variable}`).toMatch(/^(?:postgresql:\/\/\w+:)?\$\{\w+:\?[^}]{10,}\}/);
      }
    for (const [, secret] of COMPOSE_TEXT.matchAll(/\$\{(\w*(?:PASSWORD|TOKEN)\w*)/g))
      expect(textOf('docs/deployment.md')).toContain(`\`${secret}\``);
    expect(COMPOSE_TEXT).not.toMatch(/\$\{\w*(?:PASSWORD|TOKEN)\w*(?::-|\})/);
  });

  it('gives a stopping process more time than its own grace time', () => {
    const grace = readConfig({}, []).shutdownGraceMs / 1000;
    for (const name of ['api', ...WORKERS])
      expect(seconds(service(name).stop_grace_period ?? '')).toBeGreaterThan(grace + 5);
    expect(COMPOSE_TEXT).not.toContain('{SHUTDOWN_GRACE');
  });

  it('runs PostgreSQL as the embedded stack does', () => {
    // The address is the container's own.
    const flags = postgresFlags({ throwaway: false }).filter((flag) => /=/.test(flag) && !/listen|socket/.test(flag));
    expect(service('database').command).toEqual(['postgres', ...flags.map((flag) => `-c${flag}`)]);
    // From version 18 on the image keeps its data one directory further down.
    expect(service('database').volumes).toEqual(['database:/var/lib/postgresql']);
    expect(service('database').image).toMatch(/^postgres:18\./);
  });

  it('names every volume and file that a service mounts', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
    expect(mounted.sort()).toEqual(Object.keys(compose.volumes).sort());
    const configs = services.flatMap(([, { configs: used = [] }]) => used.map(({ source }) => source));
    expect(configs).toEqual(Object.keys(compose.configs));
  });

  it('registers the search attributes of the workflow with either Temporal', () => {
    const names = Object.values(SEARCH_ATTRIBUTES);
    const atStart = service('temporal').command?.filter((word) => word.startsWith('--search-attribute='));
    expect(atStart?.sort()).toEqual(names.map((name) => `--search-attribute=${name}=Keyword`).sort());
    for (const name of names) expect(scriptOf('temporal-setup')).toContain(`--name ${name} --type Keyword`);
  });

  it('sets up a Temporal server by scripts that a shell understands', () => {
    for (const name of ['temporal-schema', 'temporal-setup']) {
      expect(service(name).entrypoint).toEqual(['/bin/sh', '-euc']);
      expect(spawnSync('sh', ['-n', '-c', scriptOf(name)], { encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
    }
  });

  it('creates namespace and search attributes on a Temporal server, and does nothing when run again', async () => {
    const cli = await findTemporalCli({
      searchPath: machine().searchPath,
      cacheDirs: temporalCacheDirs(),
      downloads: TEMPORAL_DOWNLOADS,
      log: () => {},
    });
    const namespace = `compose-${randomUUID()}`;
    const address = inject('temporalAddress');
    const setUp = () =>
      promisify(execFile)('sh', ['-euc', scriptOf('temporal-setup')], {
        env: {
          PATH: `${dirname(cli)}:${machine().searchPath}`,
          TEMPORAL_ADDRESS: address,
          TEMPORAL_NAMESPACE: namespace,
          RETENTION: String(service('temporal-setup').environment?.RETENTION),
        },
      });
    await setUp();
    await setUp();
    const { customAttributes } = await withTemporal(
      address,
      ({ operatorService }) => operatorService.listSearchAttributes({ namespace }),
      WAIT_MS,
    );
    for (const name of Object.values(SEARCH_ATTRIBUTES)) expect(Object.keys(customAttributes ?? {})).toContain(name);
  });
});

describe('the image', () => {
  const allowed = textOf('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const goesIn = (path: string) => allowed.some((entry) => path === entry || path.startsWith(`${entry}/`));
  const files = projectFiles();

  it('is made of existing files, and of all that api, worker and migration load', () => {
    for (const entry of allowed)
      expect(
        files.some((path) => path === entry || path.startsWith(`${entry}/`)),
        entry,
      ).toBe(true);
    const loaded = OURS.map((name) => service(name).command?.at(-1) ?? '');
    for (const path of loaded)
      for (const { from, typesOnly } of importsOf(textOf(path))) {
        const file = ownFile(path, from);
        if (file !== null && !typesOnly && !loaded.includes(file)) loaded.push(file);
      }
    for (const path of [...loaded, ...files.filter((path) => path.startsWith('db/migrations/'))])
      expect(goesIn(path), path).toBe(true);
    expect(files.filter((path) => path.startsWith('web/')).filter((path) => !goesIn(path))).toEqual([]);
  });

  it('copies only the allowed files, and nothing else', () => {
    expect(textOf('.dockerignore')).toMatch(/^\*$/m);
    const copied = [...DOCKERFILE.matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));
    const packages = ['package.json', 'package-lock.json', '.npmrc'];
    const page = ['web', 'dev/build-web.mjs'];
    expect(copied).toEqual([...packages, ...page, ...packages, '.', '--from=page', '/app/web/dist']);
    for (const path of [...packages, ...page]) expect(allowed).toContain(path);
    // The page is built in the image. A local build may be of other sources.
    expect(textOf('.dockerignore')).toMatch(/^!web\n(?:.*\n)*web\/dist$/m);
    for (const path of ['.env', '.data/stack.json', 'test/compose.test.ts', 'node_modules/x'])
      expect(goesIn(path)).toBe(false);
  });

  it('has the page, built by the packages of the lock file', () => {
    const [build = '', image = ''] = DOCKERFILE.split(/^FROM .*$/m).slice(1);
    expect(build).toMatch(/^RUN npm ci --ignore-scripts /m);
    expect(build).toMatch(/^RUN node dev\/build-web\.mjs$/m);
    expect(image.search(/^COPY --from=page \/app\/web\/dist web\/dist$/m)).toBeGreaterThan(
      image.search(/^COPY \. \.$/m),
    );
  });

  it('runs as a user without rights, on packages of the lock file, without development packages', () => {
    expect(DOCKERFILE).toMatch(/^RUN npm ci --omit=dev /m);
    const user = DOCKERFILE.search(/^USER node$/m);
    expect(user).toBeGreaterThan(DOCKERFILE.search(/^RUN npm ci/m));
    expect(user).toBeLessThan(DOCKERFILE.search(/^CMD /m));
  });
});

describe('docs/deployment.md', () => {
  it('lists every setting as config.ts has it', () => {
    const [, settingsPart = ''] = textOf('docs/deployment.md').split('\n## Settings\n');
    const rows = [...settingsPart.matchAll(/^\| `(\w+)` \| (.*?) \| (.*?) \|$/gm)];
    const settings = SETTINGS.map(({ name, default: value, meaning }) => ({ name, value: value ?? null, meaning }));
    const listed = rows.map(([, name, value = '', meaning]) => ({
      name,
      value: value.replaceAll('`', '') || null,
      meaning,
    }));
    expect(listed).toEqual(settings);
  });
});

/** The script as the container's shell gets it: Compose turns `$$` into `$`. */
function scriptOf(name: string): string {
  return (service(name).command?.[0] ?? '').replaceAll('$$', '$');
}
