import { like } from './like.ts';

export type Many<T> = T | readonly T[];
export type Value = string | number | boolean;

/** A statement as a document has it. */
export interface Rule {
  effect: string;
  action: Many<string>;
  resource: Many<string>;
  condition?: Record<string, Record<string, Many<Value>>>;
}

/** Everything that a decision about one resource depends on. */
export interface Question {
  caller: { uin: string; rootUin: string; appId: string };
  /** Statements of everything attached, and of each boundary or session policy. */
  rules: Rule[];
  limits: Rule[][];
  action: string;
  resource: string;
  /** Whether the resource may be another account's. */
  anyAccount?: boolean;
  tags: Record<string, string>;
  attributes?: Record<string, Many<Value>>;
  requestTags: Record<string, string>;
  context: Record<string, Many<Value>>;
}

interface Type {
  readable: (text: string) => boolean;
  fits: (given: string, wanted: string) => boolean;
}

/** How each family of operators reads and compares, as the platform's own parsers understand the values. */
export const TYPES: Record<string, (operator: string) => Type> = {
  string: (operator) => ({
    readable: () => true,
    fits: (given, wanted) => {
      if (operator === 'string_like') return like(wanted, given);
      return operator === 'string_equal' ? given === wanted : given.toLowerCase() === wanted.toLowerCase();
    },
  }),
  binary: () => ({ readable: () => true, fits: (given, wanted) => given === wanted }),
  bool: () => ({
    readable: (text) => /^(true|false)$/i.test(text),
    fits: (given, wanted) => given.toLowerCase() === wanted.toLowerCase(),
  }),
  numeric: (operator) => ordered(operator, Number),
  date: (operator) => ordered(operator, (text) => (/^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN)),
  ip: () => ({ readable: (text) => /^\d+\.\d+\.\d+\.\d+$/.test(text), fits: inBlock }),
};

function ordered(operator: string, read: (text: string) => number): Type {
  const relation = operator.slice(operator.indexOf('_') + 1);
  return {
    readable: (text) => text !== '' && !Number.isNaN(read(text)),
    fits: (given, wanted) => {
      const difference = read(given) - read(wanted);
      if (difference === 0) return relation.endsWith('equal');
      return relation.startsWith(difference < 0 ? 'less' : 'greater');
    },
  };
}

function inBlock(given: string, wanted: string): boolean {
  const [base, bits = '32'] = wanted.split('/');
  const block = (ip: string) => ip.split('.').reduce((n, byte) => n * 256n + BigInt(byte), 0n) >> (32n - BigInt(bits));
  return block(given) === block(base!);
}
