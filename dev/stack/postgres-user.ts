import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

/** The user that runs PostgreSQL's programs, and a command prefix if the user alone is not enough. */
export type RunAs = { user: User | null; prefix: string[] };
type User = { uid: number; gid: number };

/** The system user without files, which every system has. So no user must be created on the machine. */
const FALLBACK_USER = 'nobody';

/**
 * PostgreSQL refuses to run as root. If this process is root (mostly in containers), its programs run as the owner of
 * the existing database, else as `postgres`, else as `FALLBACK_USER`.
 *
 * That user may have no access to the path of the project or the data: other users cannot enter root's directories, or
 * a directory of `mktemp -d`. Then the programs keep root's right to traverse directories, and no other right of root.
 *
 * @param databaseDir may not exist yet
 * @param paths the programs' own files and the directory above the data: the programs must reach them
 */
export function runPostgresAs(databaseDir: string, paths: string[]): RunAs {
  if (process.getuid?.() !== 0) return { user: null, prefix: [] };
  const user = ownerOf(databaseDir) ?? lookUp('postgres') ?? lookUp(FALLBACK_USER);
  if (user === null)
    throw new Error(`PostgreSQL does not run as root, and there is no user "postgres" or "${FALLBACK_USER}"`);
  const ways: RunAs[] = [
    { user, prefix: [] },
    { user, prefix: keepingTheRightToWalk(user) },
  ];
  const way = ways.find((runAs) => paths.every((path) => reaches(runAs, path)));
  if (way) return way;
  throw new Error(
    `PostgreSQL does not run as root, and the user it runs as (${user.uid}) cannot reach ${paths.join(' or ')}. ` +
      'Start it as another user than root, or move the project to a directory that others may enter.',
  );
}

/** The command to spawn. */
export function asCommand(
  { user, prefix }: RunAs,
  program: string,
  args: string[],
): { command: string; args: string[]; uid?: number; gid?: number } {
  const [command, ...rest] = prefix;
  return command === undefined ? { command: program, args, ...user } : { command, args: [...rest, program, ...args] };
}

function ownerOf(path: string): User | null {
  if (!existsSync(path)) return null;
  const { uid, gid } = statSync(path);
  return uid === 0 ? null : { uid, gid };
}

function lookUp(user: string): User | null {
  const ask = (flag: string) => spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout?.trim();
  const [uid, gid] = [ask('-u'), ask('-g')];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** `no_setuid_fixup`: without it access(2), which PostgreSQL calls for its own files, ignores the kept right. */
function keepingTheRightToWalk({ uid, gid }: User): string[] {
  const rights = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'];
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...rights, '--'];
}

function reaches(runAs: RunAs, path: string): boolean {
  const { command, args, uid, gid } = asCommand(runAs, 'test', ['-x', path]);
  return spawnSync(command, args, { uid, gid, stdio: 'ignore' }).status === 0;
}
