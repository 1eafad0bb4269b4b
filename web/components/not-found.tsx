import { usePage } from '../page-context.ts';

/** The page for an unknown address, or for an address of another organization. */
export function NotFound() {
  const { words, session } = usePage();
  return (
    <>
      <h1>{words.title}</h1>
      <div class="card">
        <p>{words.notHere}</p>
        <a href={`/organizations/${session.organization.id}/mass-edit`}>{words.toOwnPage}</a>
      </div>
    </>
  );
}
