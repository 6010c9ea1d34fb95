import { InstanceKind } from '@muster/contract';
import { connectFakeAgent, type FakeAgent, type Machine, registerMachine } from './fake-agent.ts';
import type { Fixture } from './machines-fixture.ts';

/** Machines that lists and their filters are tried on; each by the name that tests call it by. */
export interface ListedMachines extends AsyncDisposable {
  /** Oldest first: `old` (CVM, Linux, online), `lean` (Lighthouse, Linux), `shop` (registered, Linux), `win` (registered, Windows). */
  readonly machines: Readonly<Record<'old' | 'lean' | 'shop' | 'win', Machine>>;
  /** The codes of `old` and of the two registered ones. */
  readonly codes: { readonly plain: string; readonly shop: string };
  /** What tests call machines of these ids, in the order given. */
  namesOf(ids: readonly string[]): string[];
}

/** Registers them; a second apart by the service's clock. */
export async function listedMachines(service: Fixture): Promise<ListedMachines> {
  const instances = service.instances();
  const plain = await instances.createRegisterCode({ instanceKind: InstanceKind.CVM });
  const light = await instances.createRegisterCode({ instanceKind: InstanceKind.LIGHTHOUSE });
  const shop = await instances.createRegisterCode({
    instanceNamePrefix: 'shop',
    tags: [
      { key: 'team', value: 'shop' },
      { key: 'env', value: 'prod' },
    ],
  });
  let second = 0;
  const register = (code: typeof plain, hostName: string, localIp: string, systemName = 'Linux') => {
    service.clock.ahead = 1_000 * second++;
    return registerMachine(service.enrollment, code, { hostName, localIp, systemName });
  };
  const machines = {
    old: await register(plain, 'old', '10.0.0.1'),
    lean: await register(light, 'lean', '10.0.0.2'),
    shop: await register(shop, 'a', '10.0.0.3'),
    win: await register(shop, 'b', '10.0.0.4', 'Windows'),
  };
  await instances.tagInstances({ instanceIds: [machines.win.instanceId], tags: [{ key: 'env', value: 'test' }] });
  const online: FakeAgent = await connectFakeAgent(machines.old);
  await online.hello();
  const names = new Map(Object.entries(machines).map(([name, { instanceId }]) => [instanceId, name]));
  return {
    machines,
    codes: { plain: plain.registerCodeId, shop: shop.registerCodeId },
    namesOf: (ids) => ids.map((id) => names.get(id) ?? id),
    [Symbol.asyncDispose]: () => online[Symbol.asyncDispose](),
  };
}

/** Filters from a short form, such as `{ 'tag:env': ['prod'] }`. */
export function filtersOf(given: Readonly<Record<string, readonly string[]>>): { name: string; values: string[] }[] {
  return Object.entries(given).map(([name, values]) => ({ name, values: [...values] }));
}
