import { useSyncExternalStore } from 'react';

/**
 * How many shells are open in this window. It stands apart from the terminals, so that the frame around all pages knows the number
 * without loading them. While there are any, closing the window asks.
 */
class OpenShells {
  #count = 0;
  readonly #listeners = new Set<() => void>();
  readonly #ask = (event: BeforeUnloadEvent) => event.preventDefault();

  get count(): number {
    return this.#count;
  }

  set(count: number): void {
    if (count === this.#count) return;
    if (this.#count === 0) window.addEventListener('beforeunload', this.#ask);
    if (count === 0) window.removeEventListener('beforeunload', this.#ask);
    this.#count = count;
    for (const listener of [...this.#listeners]) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export const openShells = new OpenShells();

export function useOpenShells(): number {
  return useSyncExternalStore(openShells.subscribe, () => openShells.count);
}
