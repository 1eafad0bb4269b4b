import { usePage } from '../page-context.ts';

/**
 * The thin bar that says that the data may be old. It is not announced, because it comes and goes with every tunnel.
 *
 * @param open a mass edit is running, and continues without the page
 */
export function Connection({ lostSince, open }: { lostSince: number | null; open: boolean }) {
  const { words, format } = usePage();
  if (lostSince === null) return null;
  const time = format.moment(new Date(lostSince).toISOString());
  return <p class="connection">{open ? words.offline(time) : words.offlineIdle}</p>;
}
