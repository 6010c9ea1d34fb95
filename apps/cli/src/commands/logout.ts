import type { App } from '../app.ts';
import { type Context, pickContext, readContexts, writeContexts } from '../contexts.ts';
import { contextCredentials, ownerOf } from '../credentials.ts';
import { failureLine } from '../domain/failure-line.ts';
import { explain } from '../failure.ts';
import { openSession } from '../session.ts';
import { type TokenCache, tokenCache } from '../token-cache.ts';
import { verb } from '../verb.ts';

/** `muster logout`: ends the token and forgets the secrets of a context; its URL stays. */
export const logout = verb<object, []>({
  configure() {},
  examples: ['muster logout'],
  async run(app) {
    const known = await readContexts(app.config.configFile);
    const [name, context] = pickContext(known, app.contextName);
    const cache = tokenCache(app.config.tokenFile);
    await endToken(app, { name, context, cache });
    await cache.delete(ownerOf(context));
    const contexts = new Map([...known.contexts, [name, { url: context.url }]]);
    await writeContexts(app.config.configFile, { current: known.current, contexts });
    if (app.json) app.printJson({ Context: name });
    else app.terminal.out.line(`logged out of ${context.url}`);
    return undefined;
  },
});

/** Ends the token at the gateway where there is one; a gateway that is away cannot hold a user back. */
async function endToken(
  app: App,
  { name, context, cache }: { name: string; context: Context; cache: TokenCache },
): Promise<void> {
  const held = context.token !== undefined || (await cache.get(ownerOf(context), Date.now())) !== undefined;
  if (!held) return;
  try {
    await openSession(context, contextCredentials(name, context, cache)).tokens.logout({});
  } catch (error) {
    app.note(`the token could not be ended at the gateway: ${failureLine(explain(error))}`);
  }
}
