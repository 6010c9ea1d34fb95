/** The next number of a kind. Numbers are never given twice, also not those of things that are gone. */
export interface CounterTable {
  name: string;
  next: number;
}
