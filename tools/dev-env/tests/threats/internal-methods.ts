import { describe, expect, it } from 'vitest';
import { ask, INTERNAL, METHODS } from './methods.ts';
import type { World } from './world.ts';

const ANONYMOUS = { kind: 'unauthenticated', reason: 'AuthFailure.TokenFailure' };
const DENIED = { kind: 'denied', reason: 'UnauthorizedOperation.CamAuthFailed' };

export function internalMethods(world: () => World): void {
  describe('T2: what is for services alone', () => {
    it.each(INTERNAL.map((method) => [method.name, method] as const))(
      '%s: refused to everybody else',
      async (_, method) => {
        const { callers, first, fixture } = world();
        const { url } = fixture.constellation;
        expect(await ask(callers, method, {}, '')).toMatchObject(ANONYMOUS);
        expect(await ask(callers, method, {}, 'made-up-token')).toMatchObject({ kind: 'unauthenticated' });
        // root of the installation itself
        expect(await ask(callers, method, {}, first.token)).toMatchObject(DENIED);
        const path = `/${method.parent.typeName}/${method.name}`;
        for (const [type, body] of [
          ['application/json', '{}'],
          ['application/proto', ''],
          ['application/grpc-web+proto', ''],
          ['application/grpc', ''],
        ] as const) {
          const answer = await fetch(url + path, {
            ...{ method: 'POST', body },
            headers: { 'content-type': type, authorization: `Bearer ${first.token}` },
          });
          expect([answer.status, await answer.json()], type).toMatchObject([404, { code: 'unimplemented' }]);
        }
      },
    );

    it('is all of the contract that is not offered at the gateway', async () => {
      const { url } = world().fixture.constellation;
      const statuses = new Map<string, number>();
      for (const { parent, name } of METHODS) {
        const answer = await fetch(`${url}/${parent.typeName}/${name}`, { method: 'POST', body: '{' });
        statuses.set(name, answer.status);
      }
      // 415: there is such a method, and it takes no text
      const offered = [...statuses].filter(([, status]) => status === 415).map(([name]) => name);
      expect(offered).toEqual(METHODS.filter((method) => !INTERNAL.includes(method)).map(({ name }) => name));
    });
  });
}
