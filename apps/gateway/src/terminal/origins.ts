/** Whether a request may open a terminal, by its `Origin` and `Host` headers. */
export type OriginRule = (headers: {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
}) => boolean;

/**
 * Lets through what comes from no page (clients that are no browsers send no `Origin`), from the gateway's own pages, and from the origins in
 * `listed` (comma-separated). Browsers tell the origin truly and let no script change it, so a page of another site cannot pass; everything
 * else that says something there (`null`, two origins, what is no origin) is refused.
 */
export function originRule({ scheme, listed }: { scheme: 'http' | 'https'; listed: string }): OriginRule {
  const others = new Set(listed.split(',').flatMap((each) => originOf(each) ?? []));
  return ({ origin, host }) => {
    if (origin === undefined) return true;
    return others.has(origin) || (host !== undefined && origin === originOf(`${scheme}://${host}`));
  };
}

/** As browsers write it: lower case, without the default port. */
function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined;
}
