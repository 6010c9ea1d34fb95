/** The four segments of a sound resource or of a catalogue's template that are compared; `*` is neither. */
export interface Segments {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly path: string;
}

/** The last segment may itself hold colons. */
export function segmentsOf(text: string): Segments {
  const [, , service, region, account, ...path] = text.split(':') as [string, string, string, string, string, string];
  return { service, region, account, path: path.join(':') };
}
