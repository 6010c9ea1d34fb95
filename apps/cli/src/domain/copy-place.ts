/** A place that something is copied from or to. */
export type CopyPlace =
  | { readonly where: 'here'; readonly path: string }
  /** `instance` is what `-t` takes, empty when `-t` says it. */
  | { readonly where: 'there'; readonly instance: string; readonly path: string };

/** Reads `web-1:/etc/hosts`, `:/etc/hosts` or a path: a colon before the first slash says that it is there. An empty path there is the user's home. */
export function parsePlace(text: string): CopyPlace {
  const [, instance, path] = /^([^/:]*):(.*)$/s.exec(text) ?? [];
  if (instance === undefined || path === undefined) return { where: 'here', path: text };
  return { where: 'there', instance, path: path === '' ? '.' : path };
}

/** What is to be copied, or why that cannot be. */
export type Copying =
  | {
      readonly direction: 'put' | 'get';
      readonly sources: readonly string[];
      readonly destination: string;
      /** What comes before the colon; undefined when `-t` chooses. */
      readonly instance: string | undefined;
    }
  | { readonly fault: string; readonly hint: string };

const FORMS = 'such as `muster cp ./dist web-1:/srv/app` or `muster cp web-1:/etc/hosts .`';

/** The direction of a copy: one side of it is here, the other on instances, all of them named alike. */
export function copyingOf(texts: readonly string[], chosen: boolean): Copying {
  const places = texts.map(parsePlace);
  const destination = places.at(-1);
  const sources = places.slice(0, -1);
  if (!destination || sources.length === 0) return { fault: 'a copy needs a source and a destination', hint: FORMS };
  if (places.some(({ path }) => path === '')) return { fault: 'a path is empty', hint: FORMS };
  const direction = destination.where === 'there' ? 'put' : 'get';
  if (sources.some(({ where }) => where === destination.where)) {
    const fault =
      direction === 'put'
        ? 'one side of a copy is on this machine: from instance to instance it takes two copies'
        : 'nothing here is on an instance';
    return { fault, hint: FORMS };
  }
  const named = new Set(places.flatMap((each) => (each.where === 'there' ? [each.instance] : [])));
  const [instance] = named;
  if (named.size !== 1 || instance === undefined)
    return { fault: 'the sources are on different instances', hint: 'copy from each of them' };
  if (chosen !== (instance === '')) {
    return chosen
      ? { fault: 'instances are named twice', hint: 'with -t a path there is written `:/path`' }
      : { fault: 'no instance is named', hint: 'write it before the colon, or choose with -t' };
  }
  return {
    direction,
    sources: sources.map(({ path }) => path),
    destination: destination.path,
    instance: instance === '' ? undefined : instance,
  };
}
