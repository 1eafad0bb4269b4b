import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** The part of curl that the README uses, for a machine that has no curl. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean' },
    include: { type: 'boolean' },
    header: { type: 'string', multiple: true },
    data: { type: 'string' },
    'data-binary': { type: 'string' },
  },
});
const file = values['data-binary']?.replace(/^@/, '');
const body = file === undefined ? values.data : readFileSync(file);
const headers = (values.header ?? []).map((line) => line.split(/:\s*/, 2) as [string, string]);
const response = await fetch(positionals[0] ?? '', { method: body === undefined ? 'GET' : 'POST', headers, body });
if (values.include) {
  console.log(`HTTP/1.1 ${response.status} ${response.statusText}`);
  for (const [name, value] of response.headers) console.log(`${name}: ${value}`);
  console.log();
}
process.stdout.write(await response.text());
