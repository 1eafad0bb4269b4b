/** A growable Float64Array for millions of numbers. A plain array takes twice the memory. */
export class GrowableArray {
  private numbers = new Float64Array(1024);
  private size = 0;

  push(more: readonly number[]): void {
    if (this.size + more.length > this.numbers.length) {
      const larger = new Float64Array(Math.max(this.numbers.length * 2, this.size + more.length));
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers.set(more, this.size);
    this.size += more.length;
  }

  /** The numbers pushed so far, as a view. Call it after the last push. */
  values(): Float64Array {
    return this.numbers.subarray(0, this.size);
  }
}
