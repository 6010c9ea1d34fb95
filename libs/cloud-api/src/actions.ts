import { type DescMethodUnary, type DescService, getOption } from '@bufbuild/protobuf';
import { access, api_hidden as hidden, Scope } from '@muster/contract';

/** A product of the cloud, as far as Muster speaks for it. */
export type Product = 'tat' | 'cam' | 'sts';

/** The version that names a product in `X-TC-Version`. */
export const VERSIONS: Readonly<Record<string, Product>> = {
  '2020-10-28': 'tat',
  '2019-01-16': 'cam',
  '2018-08-13': 'sts',
};

/** An action of a product: one method of one of Muster's services. */
export interface Action {
  readonly product: Product;
  /** `RunCommand`. */
  readonly name: string;
  readonly method: DescMethodUnary;
}

/** The actions of a product by their names. */
export type Actions = Readonly<Record<Product, ReadonlyMap<string, Action>>>;

/**
 * Every method of these services that answers once and needs a caller is an action, under its own name, of the product that its access
 * option begins with. Methods that carry their own proof are not, for a signature is proof of another kind; nor are those that hide, because
 * the cloud means something else by their names.
 */
export function actionsOf(services: Iterable<DescService>): Actions {
  const actions = { tat: new Map<string, Action>(), cam: new Map<string, Action>(), sts: new Map<string, Action>() };
  for (const service of services) {
    for (const method of service.methods) {
      const { action, scope } = getOption(method, access);
      const product = action.slice(0, action.indexOf(':'));
      if (method.methodKind !== 'unary' || scope === Scope.PUBLIC || !isProduct(product)) continue;
      if (getOption(method, hidden)) continue;
      const known = actions[product].get(method.name);
      if (known) throw new Error(`${product} has two actions \`${method.name}\``);
      actions[product].set(method.name, { product, name: method.name, method: method as DescMethodUnary });
    }
  }
  return actions;
}

function isProduct(text: string): text is Product {
  return text === 'tat' || text === 'cam' || text === 'sts';
}
