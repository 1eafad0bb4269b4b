import type { BytePosition } from '../dialect.ts';

/** Counts what is whole in UTF-8 and what is not, in a file that as a whole is not UTF-8. */
export class Utf8Damage {
  private validCount = 0;
  private invalidCount = 0;
  private firstInvalid: BytePosition | null = null;
  /** Bytes that the character under way still wants. */
  private expected = 0;

  push(byte: number, at: BytePosition): void {
    if (byte < 0x80) {
      if (this.expected > 0) this.addInvalid(at);
      this.expected = 0;
      return;
    }
    const continues = byte < 0xc0;
    if (this.expected > 0 && continues) {
      this.expected--;
      if (this.expected === 0) this.validCount++;
      return;
    }
    if (this.expected > 0 || continues || byte > 0xf4) this.addInvalid(at);
    this.expected = continues || byte > 0xf4 ? 0 : byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
  }

  /**
   * Where UTF-8 breaks, if most of it is whole: then the file is UTF-8 that was damaged.
   *
   * @param alone there is a byte that the other encoding does not have, so that a single whole character is enough
   */
  counterEvidence(alone: boolean): BytePosition | null {
    return this.validCount > 0 && (alone || this.validCount >= this.invalidCount) ? this.firstInvalid : null;
  }

  private addInvalid(at: BytePosition): void {
    this.invalidCount++;
    this.firstInvalid ??= { ...at };
  }
}
