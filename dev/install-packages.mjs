// Runs before `npm start` and `npm test`, on whatever Node the machine has (hence plain JavaScript). Installs the
// packages if they are missing, or if they are not the packages of the lock file.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** The list of installed packages. npm writes this file last, so an interrupted install does not have it. */
const INSTALLED = 'node_modules/.package-lock.json';

if (!upToDate()) execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { stdio: 'inherit' });

/** By content and not by time: a checkout makes the lock file new without changing it. */
function upToDate() {
  if (!existsSync(INSTALLED)) return false;
  const installed = packagesIn(INSTALLED);
  return Object.entries(packagesIn('package-lock.json')).every(([path, wanted]) => {
    const there = installed[path];
    return path === '' || (there ? there.version === wanted.version : wanted.optional === true);
  });
}

function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}
