import { piecesOf } from '../messages/isolate.ts';

/** A sentence whose names from outside stand in `<bdi>`, so that they cannot turn it around. */
export function Text({ of }: { of: string }) {
  return (
    <>
      {piecesOf(of).map((piece, index) =>
        // Every second piece is a name.
        index % 2 === 1 ? <bdi key={index}>{piece}</bdi> : piece,
      )}
    </>
  );
}
