import { usePage } from '../page-context.ts';

/**
 * The thin bar that says that what is shown may be old. Announced by nobody: it comes and goes with every tunnel.
 *
 * @param open something is under way, which goes on without us
 */
export function Connection({ lostSince, open }: { lostSince: number | null; open: boolean }) {
  const { words, format } = usePage();
  if (lostSince === null) return null;
  const time = format.moment(new Date(lostSince).toISOString());
  return <p class="connection">{open ? words.offline(time) : words.offlineIdle}</p>;
}
