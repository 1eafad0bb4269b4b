import { useId, useState } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import { Icon } from './icon.tsx';

/** The two template files. */
export function Templates({ organizationId }: { organizationId: string }) {
  const { words } = usePage();
  const id = useId();
  const [backdating, setBackdating] = useState(false);
  const text = words.templates;
  const at = `/v1/organizations/${organizationId}/templates`;
  return (
    <section aria-labelledby={`${id}-heading`} id="templates">
      <h2 id={`${id}-heading`} tabIndex={-1}>
        {text.heading}
      </h2>
      <p class="muted">{text.text}</p>
      <div class="pair">
        <div class="card">
          <h3>{text.create}</h3>
          <p class="muted">{text.createHint}</p>
          <a class="button" href={`${at}/create-users.csv`} download="create-users.csv">
            <Icon name="download" />
            {text.download}
            <span class="unseen">: {text.create}</span>
          </a>
        </div>
        <div class="card">
          <h3>{text.edit}</h3>
          <p class="muted">{text.editHint}</p>
          <div class="check">
            <input
              type="checkbox"
              id={`${id}-backdating`}
              checked={backdating}
              onChange={(event) => setBackdating(event.currentTarget.checked)}
              aria-describedby={`${id}-hint`}
            />
            <div>
              <label for={`${id}-backdating`}>{text.backdating}</label>
              <p class="hint" id={`${id}-hint`}>
                {text.backdatingHint}
              </p>
            </div>
          </div>
          <a
            class="button"
            href={`${at}/edit-users.csv${backdating ? '?backdating=true' : ''}`}
            download="edit-users.csv"
          >
            <Icon name="download" />
            {text.download}
            <span class="unseen">: {text.edit}</span>
          </a>
        </div>
      </div>
    </section>
  );
}
