import { usePage } from '../page-context.ts';

/** Where the address is of nothing, or of another organization's. */
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
