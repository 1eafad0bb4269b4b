import { useEffect, useState } from 'preact/hooks';
import { useWatch } from '../hooks/use-watch.ts';
import { hasRole, type MassEdit } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';
import { markOwnUpload } from '../state/own-upload.ts';
import { usePageTitle } from '../title.ts';
import { Connection } from './connection.tsx';
import { EarlierUploads } from './earlier-uploads.tsx';
import { Instructions } from './instructions.tsx';
import { MassEditPanel } from './mass-edit-panel.tsx';
import { NotFound } from './not-found.tsx';
import { Skeleton } from './skeleton.tsx';
import { Templates } from './templates.tsx';
import { UploadForm } from './upload-form.tsx';

/** The page of an organization: the mass edit under way first, then the form, then earlier uploads. */
export function Home({ organizationId }: { organizationId: string }) {
  const { words, session } = usePage();
  const watching = useWatch(`/v1/organizations/${organizationId}/mass-edits/latest`, true);
  const { edit, missing, refresh } = watching;
  const open = edit && edit.state !== 'ended' ? edit : null;
  // A mass edit that ends while the page shows it stays in its place. On the next visit it is the latest upload.
  const [seenOpen, setSeenOpen] = useState<string | null>(null);
  useEffect(() => {
    if (open) setSeenOpen(open.id);
  }, [open?.id]);
  const onTop = edit && (open || seenOpen === edit.id) ? edit : null;
  usePageTitle(onTop);
  useEffect(refresh, [session]);

  // A skeleton stands here until the state is known. A late form is better than a form that folds while a user fills it
  // in.
  const unknown = edit === undefined && watching.lostSince === null;

  useEffect(() => {
    // The browser looked for the place that the address names before the page had content.
    if (unknown || location.hash === '') return;
    const place = document.getElementById(location.hash.slice(1));
    place?.scrollIntoView();
    place?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
  }, [unknown]);

  const taken = (started: MassEdit) => {
    markOwnUpload(started.id);
    watching.applyUpdate(started);
    // The focus moves from the folded form to the mass edit.
    setTimeout(() => document.getElementById('current-heading')?.focus());
  };

  const upload = unknown ? (
    <Skeleton lines={2} card />
  ) : (
    <UploadForm organizationId={organizationId} open={open} onStarted={taken} onBusy={refresh} />
  );

  if (missing) return <NotFound />;
  return (
    <>
      <Connection lostSince={watching.lostSince} open={open !== null} />
      <h1>{words.title}</h1>
      {onTop && <MassEditPanel key={onTop.id} edit={onTop} watching={watching} live id="current" />}
      <Templates organizationId={organizationId} />
      <Instructions />
      <section aria-labelledby="upload-heading" id="upload">
        <h2 id="upload-heading" tabIndex={-1}>
          {words.upload.heading}
        </h2>
        {hasRole(session.role, 'editor') ? upload : <p class="card">{words.upload.viewer}</p>}
      </section>
      {!onTop && (
        <section aria-labelledby="latest-heading">
          <h2 id="latest-heading">{words.latest.heading}</h2>
          {edit === undefined && <Skeleton lines={2} />}
          {edit === null && <p class="card muted">{words.latest.none}</p>}
          {edit && (
            <MassEditPanel key={edit.id} edit={edit} watching={watching} live={false} id="latest-edit" level={3} />
          )}
        </section>
      )}
      {edit && <EarlierUploads organizationId={organizationId} latest={edit} />}
    </>
  );
}
