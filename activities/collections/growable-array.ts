/** Numbers, of which there may be millions, in an array of nothing else that grows: a list of them takes twice as much. */
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

  /** What was put in so far, as a view: to be asked for when all is in. */
  values(): Float64Array {
    return this.numbers.subarray(0, this.size);
  }
}
