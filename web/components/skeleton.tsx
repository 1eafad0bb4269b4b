/** Lines in place of what is still on its way, so that nothing jumps when it comes. */
export function Skeleton({ lines, card = false }: { lines: number; card?: boolean }) {
  return (
    <div class={card ? 'card skeleton' : 'skeleton'}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}
