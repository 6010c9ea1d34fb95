/** So many small files are under way at once: round trips cost nothing then. */
const MOST = 128;

/** Work that goes on side by side, up to a limit. The first failure is thrown by whatever comes next. */
export class Flights {
  readonly #under = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  /** Begins work once there is room for it. */
  async begin(work: () => Promise<void>): Promise<void> {
    while (this.#under.size >= MOST) await Promise.race(this.#under);
    if (this.#failure) throw this.#failure.error;
    const flight = work()
      .catch((error) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#under.delete(flight));
    this.#under.add(flight);
  }

  /** Resolves when nothing is under way. */
  async landed(): Promise<void> {
    await Promise.all(this.#under);
    if (this.#failure) throw this.#failure.error;
  }
}
