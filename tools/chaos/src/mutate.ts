// Loaded with `node --import` before the program of a service or an agent: puts one defect into one of its modules.
import { registerHooks } from 'node:module';
import { type Patch, patched } from './mutations.ts';

const { searchParams } = new URL(import.meta.url);
const target = searchParams.get('url');
const patch = JSON.parse(searchParams.get('patch') ?? '{}') as Patch;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (url !== target) return loaded;
    return { ...loaded, source: patched(String(loaded.source), patch) };
  },
});
