import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { after, isFinal, isUnderWay, isWaiting, TASK_EVENTS, TASK_STATUSES, TRANSITIONS } from './task-status.ts';

/** The diagram of docs/states.md. Statuses that share their ways out are drawn by the same rule: one line per from, to, with its events. */
function diagram(): string {
  const lines = ['stateDiagram-v2', '  [*] --> PENDING'];
  for (const from of TASK_STATUSES) {
    const ways = Map.groupBy(
      TASK_EVENTS.filter((event) => after(from, event) !== undefined),
      (event) => after(from, event)!,
    );
    for (const [to, events] of ways) lines.push(`  ${from} --> ${to}: ${events.join(', ')}`);
    if (isFinal(from)) lines.push(`  ${from} --> [*]`);
  }
  return lines.join('\n');
}

it('is drawn in docs/states.md as it is', () => {
  const file = new URL('../../../../docs/states.md', import.meta.url);
  const [, drawn] = /```mermaid\n([\s\S]*?)\n```/.exec(readFileSync(file, 'utf8')) ?? [];
  expect(drawn).toBe(diagram());
});

it('leads from PENDING to every status', () => {
  const reached = new Set(['PENDING']);
  for (const from of reached) {
    for (const to of Object.values(TRANSITIONS[from as keyof typeof TRANSITIONS])) reached.add(to);
  }
  expect(reached).toEqual(new Set(TASK_STATUSES));
});

it('puts every status on one side of start and end', () => {
  const sides = TASK_STATUSES.map((status) => [isWaiting, isUnderWay, isFinal].filter((side) => side(status)).length);
  expect(sides).toEqual(TASK_STATUSES.map(() => 1));
});
