import { CATALOGUE } from '../catalogue/catalogue.ts';
import { parsePolicy } from '../parse.ts';
import { PRESETS } from '../presets.ts';

const serviceOf = (action: string) => action.slice(0, action.indexOf(':'));

const ofPresets = PRESETS.flatMap(({ document }) => parsePolicy(document).statements)
  .flatMap(({ actions }) => actions)
  .filter((action) => action !== '*')
  .map(serviceOf);

/** Services that exist, also those that are known only by name because presets speak of them. */
export const KNOWN_SERVICES: ReadonlySet<string> = new Set([...CATALOGUE.map(({ service }) => service), ...ofPresets]);
