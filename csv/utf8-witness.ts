import type { Place } from './weigh-bytes.ts';

/** Counts what is whole in UTF-8 and what is not, in a file that as a whole is not UTF-8. */
export class Utf8Witness {
  private whole = 0;
  private broken = 0;
  private firstBroken: Place | null = null;
  /** Bytes that the character under way still wants. */
  private expected = 0;

  hear(byte: number, at: Place): void {
    if (byte < 0x80) {
      if (this.expected > 0) this.breakAt(at);
      this.expected = 0;
      return;
    }
    const continues = byte < 0xc0;
    if (this.expected > 0 && continues) {
      this.expected--;
      if (this.expected === 0) this.whole++;
      return;
    }
    if (this.expected > 0 || continues || byte > 0xf4) this.breakAt(at);
    this.expected = continues || byte > 0xf4 ? 0 : byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
  }

  /**
   * Where UTF-8 breaks, if most of it is whole: then the file is UTF-8 that was damaged.
   *
   * @param alone there is a byte that the other encoding does not have, so that a single whole character is enough
   */
  against(alone: boolean): Place | null {
    return this.whole > 0 && (alone || this.whole >= this.broken) ? this.firstBroken : null;
  }

  private breakAt(at: Place): void {
    this.broken++;
    this.firstBroken ??= { ...at };
  }
}
