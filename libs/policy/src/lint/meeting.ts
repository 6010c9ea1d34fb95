import { compileWildcard, matchWildcard } from '../wildcard.ts';
import { segmentsOf } from './segments.ts';

/** Whether some resource that a catalogue's template describes is covered by a statement's resource (not `*`). */
export function meets(resource: string, template: string): boolean {
  const asked = segmentsOf(template);
  const given = segmentsOf(resource);
  if (given.service !== '' && !matchWildcard(compileWildcard(given.service), asked.service)) return false;
  // a template without a region is of a global service, whose resources have none
  if (asked.region === '' && given.region !== '' && given.region !== '*') return false;
  const path = templatePieces(asked.path);
  const directory = given.path.endsWith('/*') && overlap(patternPieces(given.path.slice(0, -2)), path);
  return directory || overlap(patternPieces(given.path), path);
}

/** Stands for any run of characters; every other piece is one character. */
const ANY = '';

/** In a policy both stars and variables stand for any text. */
function patternPieces(path: string): string[] {
  return path.split(/(\*|\$\{[^}]*\})/).flatMap((part, i) => (i % 2 === 1 ? [ANY] : [...part]));
}

/** In a template only `$name` does: a star is what requests really say (`command/*`). */
function templatePieces(path: string): string[] {
  return path.split(/(\$\w+)/).flatMap((part, i) => (i % 2 === 1 ? [ANY] : [...part]));
}

/** Whether some text fits both: asked of ever longer ends of the two, and never of the same two ends twice. */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  let shorter: boolean[] = []; // the answers for a's end without its first piece, by where b's end begins
  for (let i = a.length; i >= 0; i--) {
    const answers: boolean[] = [];
    for (let j = b.length; j >= 0; j--) {
      if (a[i] === ANY || b[j] === ANY) answers[j] = Boolean(shorter[j]) || Boolean(answers[j + 1]);
      else answers[j] = a[i] === b[j] && (i === a.length || Boolean(shorter[j + 1]));
    }
    shorter = answers;
  }
  return Boolean(shorter[0]);
}
