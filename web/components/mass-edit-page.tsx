import { useEffect } from 'preact/hooks';
import { useWatch } from '../hooks/use-watch.ts';
import { usePage } from '../page-context.ts';
import { usePageTitle } from '../title.ts';
import { Connection } from './connection.tsx';
import { MassEditPanel } from './mass-edit-panel.tsx';
import { NotFound } from './not-found.tsx';
import { Skeleton } from './skeleton.tsx';

/** The page of one mass edit, for links: under way, waiting or ended long ago. */
export function MassEditPage({ organizationId, massEditId }: { organizationId: string; massEditId: string }) {
  const { words, session } = usePage();
  const watching = useWatch(`/v1/organizations/${organizationId}/mass-edits/${massEditId}`, false);
  const { edit, missing, refresh } = watching;
  usePageTitle(edit ?? null);
  useEffect(refresh, [session]);

  if (missing) return <NotFound />;
  return (
    <>
      <Connection lostSince={watching.lostSince} open={!!edit && edit.state !== 'ended'} />
      <h1>{words.title}</h1>
      <p>
        <a href={`/organizations/${organizationId}/mass-edit`}>{words.back}</a>
      </p>
      {edit ? <MassEditPanel edit={edit} watching={watching} live id="current" /> : <Skeleton lines={2} />}
    </>
  );
}
