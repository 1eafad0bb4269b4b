import type { BytePosition } from '../dialect.ts';

/** Counts valid and invalid UTF-8 characters in a file that as a whole is not UTF-8. */
export class Utf8Damage {
  private validCount = 0;
  private invalidCount = 0;
  private firstInvalid: BytePosition | null = null;
  /** Bytes that the current character still needs. */
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
   * The first invalid place, if most characters are valid: then the file is damaged UTF-8.
   *
   * @param alone the file has a byte that the other encoding lacks, so a single valid character is enough
   */
  counterEvidence(alone: boolean): BytePosition | null {
    return this.validCount > 0 && (alone || this.validCount >= this.invalidCount) ? this.firstInvalid : null;
  }

  private addInvalid(at: BytePosition): void {
    this.invalidCount++;
    this.firstInvalid ??= { ...at };
  }
}
