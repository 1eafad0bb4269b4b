import { piecesOf } from '../messages/isolate.ts';

/** A sentence whose marked names stand in `<bdi>`, so that a name cannot change the direction of the sentence. */
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
