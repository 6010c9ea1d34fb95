/** Host and port of `db:5432` or `[::1]:80`; undefined for anything else. */
export function hostAndPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, six, name, digits] = /^(?:\[([0-9A-Fa-f:.%\w]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = six ?? name;
  const port = Number(digits);
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}
