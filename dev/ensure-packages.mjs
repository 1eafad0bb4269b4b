// Runs before `npm start` and `npm test`, on whatever Node the machine has (hence plain JavaScript): installs the
// packages when they are not there, or not those the lock file names.
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const installed = 'node_modules/.package-lock.json'; // npm writes it last, so a broken install does not have it
const upToDate = existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs;
if (!upToDate) execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { stdio: 'inherit' });
