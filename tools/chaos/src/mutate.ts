// Loaded with `node --import` before the program of a service or an agent: puts one defect into one of its modules.
import { registerHooks } from 'node:module';
import { type Patch, patched } from './mutations.ts';

const { searchParams } = new URL(import.meta.url);
const target = searchParams.get('url');
const patch = JSON.parse(searchParams.get('patch') ?? '{}') as Patch;

// what is one file loads no modules: nothing would be changed, and nobody would know
if (process.argv[1]?.endsWith('.js')) throw new Error('a program is changed when it runs from its sources only');

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (url !== target) return loaded;
    return { ...loaded, source: patched(String(loaded.source), patch) };
  },
});
