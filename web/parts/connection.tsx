import { usePage } from '../page-context.ts';

/**
 * The thin bar that says that what is shown may be old. Announced by nobody: it comes and goes with every tunnel.
 *
 * @param known whether there is a state that was the last known
 */
export function Connection({ lostSince, known }: { lostSince: number | null; known: boolean }) {
  const { words, format } = usePage();
  if (lostSince === null) return null;
  const time = format.moment(new Date(lostSince).toISOString());
  return <p class="connection">{known ? words.offline(time) : words.offlineIdle}</p>;
}
