/** The code of a finding, which leads to the page that explains it. */
export const FindingLink = ({ code }: { code: string }) => (
  <a href={`/findings/${code}`}>
    <code>{code}</code>
  </a>
);
