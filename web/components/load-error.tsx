import { usePage } from '../page-context.ts';

/** That something could not be fetched, with a button to ask once more. */
export function LoadError({ onRetry }: { onRetry: () => void }) {
  const { words } = usePage();
  return (
    <p class="notice">
      {words.noAnswer}{' '}
      <button type="button" onClick={onRetry}>
        {words.tryAgain}
      </button>
    </p>
  );
}
