import { CATALOGUE } from './catalogue/catalogue.ts';

/** Actions that get a number. Their names come from outside, so there is a limit: several times the catalogue. */
export const MOST_ACTIONS = 1024;

/** Every catalogued action, and after them others in the order in which somebody asks about them. */
const numbers = new Map<string, number>();
for (const { service, actions } of CATALOGUE) {
  for (const { name } of actions) numbers.set(`${service}:${name}`, numbers.size);
}

/** A small number for an action, below MOST_ACTIONS and always the same; undefined when all are taken. */
export function actionNumber(action: string): number | undefined {
  const known = numbers.get(action);
  if (known !== undefined || numbers.size >= MOST_ACTIONS) return known;
  numbers.set(action, numbers.size);
  return numbers.size - 1;
}
