/** Placeholder lines for data that is loading, so that the layout does not jump. */
export function Skeleton({ lines, card = false }: { lines: number; card?: boolean }) {
  return (
    <div class={card ? 'card skeleton' : 'skeleton'}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}
