/** So much of what was looked through in vain is looked at again with what comes behind it: no match may be longer. */
const LONGEST_MATCH = 4_096;

/** What a terminal printed, for somebody who waits for one thing after the other in it. Each piece is looked at once, however much comes. */
export class PrintedText {
  #all: string[] = [];
  /** Since the last match: what was looked through in vain, and what was not looked at yet. */
  #passed: string[] = [];
  #ahead = '';
  #look: (() => void) | undefined;

  /** Everything since the last reset. */
  get all(): string {
    return this.#all.join('');
  }

  add(text: string): void {
    this.#all.push(text);
    this.#ahead += text;
    this.#look?.();
  }

  reset(): void {
    this.#all = [];
    this.#passed = [];
    this.#ahead = '';
  }

  /** Waits for it in what came since the last match and answers everything up to its end; rejects with what there is after `withinMs`. */
  until(pattern: string | RegExp, withinMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#look = undefined;
        reject(new Error(`${pattern} was not printed; there is ${JSON.stringify(this.#ahead.slice(-2_000))}`));
      }, withinMs);
      this.#look = () => {
        const found = this.#take(pattern);
        if (found === undefined) return;
        clearTimeout(timer);
        this.#look = undefined;
        resolve(found);
      };
      this.#look();
    });
  }

  #take(pattern: string | RegExp): string | undefined {
    const ahead = this.#ahead;
    const end = endOf(pattern, ahead);
    if (end >= 0) {
      const found = this.#passed.join('') + ahead.slice(0, end);
      this.#passed = [];
      this.#ahead = ahead.slice(end);
      return found;
    }
    if (ahead.length > 2 * LONGEST_MATCH) {
      this.#passed.push(ahead.slice(0, -LONGEST_MATCH));
      this.#ahead = ahead.slice(-LONGEST_MATCH);
    }
    return undefined;
  }
}

/** Where the first match ends; -1 when there is none. */
function endOf(pattern: string | RegExp, text: string): number {
  const match = typeof pattern === 'string' ? { index: text.indexOf(pattern), 0: pattern } : pattern.exec(text);
  return match && match.index >= 0 ? match.index + match[0].length : -1;
}
