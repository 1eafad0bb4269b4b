const SHAPES = {
  done: 'M5 12.5l4.5 4.5L19 7.5',
  failed: 'M7 7l10 10M17 7L7 17',
  warning: 'M12 4.5l8.5 15h-17zM12 10.5v4M12 17v.01',
  waiting: 'M12 12v.01',
  not_applied: 'M7 12h10',
  running: 'M12 4a8 8 0 1 1-8 8',
  question: 'M9 9.5a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2M12 17.5v.01M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18',
  file: 'M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12.5h5M10 16h5',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14',
  upload: 'M12 16V5M7.5 9L12 4.5 16.5 9M5 20h14',
  arrow: 'M5 12h13M13 7l5 5-5 5',
} as const;
export type IconName = keyof typeof SHAPES;

/** A shape beside a word. It carries no information beyond the word. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}
