import { usePage } from '../page-context.ts';

/** The code of a finding, linked to the page that explains it, in the chosen language. */
export function FindingLink({ code }: { code: string }) {
  const { language } = usePage();
  return (
    <a href={`/findings/${code}?language=${language}`}>
      <code>{code}</code>
    </a>
  );
}
