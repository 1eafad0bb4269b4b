import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type postgres from 'postgres';

/** A disk of a few megabytes with the tables that a mass edit writes first. */
export type SmallDisk = { fill: () => void; clear: () => void; remove: () => void };

const SIZE_MB = 32;
const TABLES = ['plan_rows', 'findings', 'missing_users'];

/** Makes one if this user may mount; otherwise returns null. Data that moves there is lost with the disk. */
export async function smallDisk(place: string, sql: postgres.Sql): Promise<SmallDisk | null> {
  mkdirSync(place);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', place], { stdio: 'ignore' });
  } catch {
    return null; // not permitted
  }
  const remove = (): void => {
    process.off('exit', remove);
    execFileSync('umount', ['--lazy', place], { stdio: 'ignore' });
  };
  process.once('exit', remove);
  try {
    const [{ dir = '' } = {}] = await sql<{ dir: string }[]>`select current_setting('data_directory') as dir`;
    const { uid, gid } = statSync(dir);
    const space = join(place, 'space');
    mkdirSync(space);
    execFileSync('chown', [`${uid}:${gid}`, space]);
    chmodSync(space, 0o700);
    await sql.unsafe(`create tablespace small location '${space}'`);
    for (const table of TABLES) await sql.unsafe(`alter table ${table} set tablespace small`);
  } catch (error) {
    remove();
    throw error;
  }
  const ballast = join(place, 'ballast');
  return {
    fill: () => {
      // Until not one more page fits. The error at the end is the purpose.
      for (let kib = SIZE_MB * 1024; kib >= 4; kib = Math.floor(kib / 2))
        try {
          writeFileSync(ballast, Buffer.alloc(kib * 1024), { flag: 'a' });
        } catch {}
    },
    clear: () => {
      if (existsSync(ballast)) rmSync(ballast);
    },
    remove,
  };
}
