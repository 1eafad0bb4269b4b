import { usePage } from '../page-context.ts';

/** Says that a request failed, with a button to retry. */
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
