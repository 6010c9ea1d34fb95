import type { App } from './app.ts';
import { type Context, readContexts, writeContexts } from './contexts.ts';

/** Keeps a context beside those that are there; it becomes the current one only when `use` says so. */
export async function saveContext({ config }: App, name: string, context: Context, use = false): Promise<void> {
  const { current, contexts } = await readContexts(config.configFile);
  await writeContexts(config.configFile, {
    current: use ? name : current,
    contexts: new Map([...contexts, [name, context]]),
  });
}
