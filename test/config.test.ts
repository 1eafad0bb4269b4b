import { describe, expect, it } from 'vitest';
import { childEnvironment, readConfig, SETTINGS } from '../config.ts';

const read = (env: Record<string, string> = {}, argv: string[] = []) => readConfig(env, argv);

describe('the configuration', () => {
  it('has defaults for everything that a first start needs', () => {
    expect(read()).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      dataDir: '.data',
      temporalPort: 7233,
      temporalUiPort: 8233,
      databasePort: 5433,
      approvalTimeout: '24h',
      approvalTimeoutMs: 86_400_000,
      demo: true,
      maxBytes: 268_435_456,
      maxRows: 1_000_000,
      maxColumns: 500,
      maxCellCharacters: 10_000,
      uploadsAnHour: 300,
      trustProxy: undefined,
      languages: ['en', 'sv', 'da', 'nb', 'fi', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt'],
      taskQueue: 'mass-edit',
      lanes: ['small', 'large'],
      largeStages: 2,
      temporalAddress: undefined,
      temporalNamespace: 'default',
      logLevel: 'info',
      shutdownGraceMs: 10_000,
      drainMs: 3_000,
      monitorPort: undefined,
    });
  });

  it('reads every setting from the environment and from a flag of the same name, in both spellings of a flag', () => {
    expect(read({ DATA_DIR: '/data' }).dataDir).toBe('/data');
    expect(read({}, ['--data-dir', '/data']).dataDir).toBe('/data');
    expect(read({}, ['--port=3001']).port).toBe(3001);
    for (const { name } of SETTINGS) {
      const flag = `--${name.toLowerCase().replaceAll('_', '-')}`;
      const value =
        name.includes('TIMEOUT') || name === 'SHUTDOWN_GRACE' || name === 'DRAIN_TIME'
          ? '5m'
          : name === 'DEMO'
            ? 'false'
            : '7';
      const usable =
        name === 'LOG_LEVEL' ? 'warn' : name === 'LANGUAGES' ? 'sv' : name === 'WORKER_LANE' ? 'large' : value;
      expect(read({}, [flag, usable]).given).toEqual({ [name]: usable });
      expect(read({ [name]: usable }).given).toEqual({ [name]: usable });
    }
  });

  it('prefers a flag to the environment, and the environment to the default', () => {
    expect(read({ PORT: '3001' }, ['--port', '3002']).port).toBe(3002);
    expect(read({ PORT: '3001' }).port).toBe(3001);
  });

  it('takes an empty value as not given, as compose files write it', () => {
    expect(read({ PORT: '', TEMPORAL_ADDRESS: '' })).toMatchObject({ port: 3000, temporalAddress: undefined });
  });

  it('tells a given port from the default, even if both are the same number', () => {
    expect(read().given.PORT).toBeUndefined();
    expect(read({ PORT: '3000' }).given.PORT).toBe('3000');
  });

  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
  ])('reads the duration %s', (text, milliseconds) => {
    expect(read({ APPROVAL_TIMEOUT: text }).approvalTimeoutMs).toBe(milliseconds);
  });

  it.each([
    ['off', undefined],
    ['1', 1],
    ['10.0.0.5', ['10.0.0.5']],
    ['10.0.0.5, 172.16.0.0/12,fd00::/8', ['10.0.0.5', '172.16.0.0/12', 'fd00::/8']],
    ['loopback', ['loopback']],
  ])('reads the proxies %s', (text, proxies) => {
    expect(read({ TRUST_PROXY: text }).trustProxy).toEqual(proxies);
  });

  it.each([
    ['TRUST_PROXY', 'true', 'off, a number of proxies from 1 to 10, or addresses and networks'],
    ['TRUST_PROXY', '0', 'off, a number'],
    ['TRUST_PROXY', '11', 'off, a number'],
    ['TRUST_PROXY', '0.0.0.0/0', 'off, a number'],
    ['TRUST_PROXY', '10.0.0.0/33', 'off, a number'],
    ['TRUST_PROXY', '10.0.0.5,', 'off, a number'],
    ['TRUST_PROXY', 'proxy.example.com', 'off, a number'],
    ['UPLOADS_AN_HOUR', '0', 'a whole number from 1'],
    ['PORT', 'http', 'a whole number from 0 to 65535'],
    ['PORT', '70000', 'a whole number from 0 to 65535'],
    ['MAX_ROWS', '0', 'a whole number from 1'],
    ['MAX_BYTES', '1e6', 'a whole number from 1'],
    ['APPROVAL_TIMEOUT', '24', 'a duration such as'],
    ['APPROVAL_TIMEOUT', '0s', 'a duration such as'],
    ['SHUTDOWN_GRACE', 'soon', 'a duration such as'],
    ['DEMO', 'maybe', 'one of true, false'],
    ['LOG_LEVEL', 'loud', 'one of fatal, error'],
    ['LANGUAGES', 'en,,sv', 'language codes with commas'],
  ])('refuses %s=%s and says which setting, what was given and what is expected', (name, value, expected) => {
    expect(() => read({ [name]: value })).toThrow(`${name} (--${name.toLowerCase().replaceAll('_', '-')})`);
    expect(() => read({ [name]: value })).toThrow(`is "${value}"`);
    expect(() => read({ [name]: value })).toThrow(expected);
  });

  it('refuses an unknown flag and lists the known ones', () => {
    expect(() => read({}, ['--prot', '3001'])).toThrow(/--prot.*\n.*--port/s);
    expect(() => read({}, ['3001'])).toThrow('3001');
  });

  it('throws if a value without default is read and was not given', () => {
    expect(() => read().databaseUrl).toThrow('DATABASE_URL (--database-url) is not set');
    expect(() => read().operatorToken).toThrow('OPERATOR_TOKEN (--operator-token) is not set');
    expect(read({ DATABASE_URL: 'postgres://somewhere' }).databaseUrl).toBe('postgres://somewhere');
  });

  it('shows no secret when it is logged', () => {
    const config = read({ OPERATOR_TOKEN: 'hush', DATABASE_URL: 'postgres://u:hush@h', API_DATABASE_PASSWORD: 'hush' });
    expect(JSON.stringify(config)).not.toContain('hush');
    expect(JSON.stringify({ ...config })).not.toContain('hush');
  });

  it('gives a child the environment of its parent with the settings on top', () => {
    expect(childEnvironment({ PORT: '3005' }, { PATH: '/bin', PORT: '3000' })).toEqual({ PATH: '/bin', PORT: '3005' });
  });

  it('names each setting once, with a meaning', () => {
    const names = SETTINGS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { meaning } of SETTINGS) expect(meaning).toMatch(/\w{2,}/);
  });
});
