/** The smallest value that still `fails`, found by leaving out one part after the other. */
export function shrink<T>(value: T, fails: (smaller: T) => boolean): T {
  for (const smaller of withoutOnePart(value)) if (fails(smaller as T)) return shrink(smaller as T, fails);
  return value;
}

function* withoutOnePart(value: unknown): Generator {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      yield value.toSpliced(i, 1);
      for (const smaller of withoutOnePart(item)) yield value.with(i, smaller);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
      for (const smaller of withoutOnePart(member)) yield { ...value, [key]: smaller };
    }
  }
}
