import { type Actions, actionsOf, type Product, VERSIONS } from '@muster/cloud-api';
import * as contract from '@muster/contract';
import { type Comparison, compare } from './compare.ts';
import type { DeliberateDifferences } from './deliberate.ts';
import { CAM } from './differences-cam.ts';
import { STS } from './differences-sts.ts';
import { TAT } from './differences-tat.ts';
import { sdkProduct } from './sdk-types.ts';

/** Every service that has actions is public (`apps/gateway/src/public-services.test.ts`). */
const ACTIONS: Actions = actionsOf(Object.values(contract).filter((each) => 'kind' in each && each.kind === 'service'));

/** A product as Muster has it, beside the SDK's. */
export interface ComparedProduct {
  readonly product: Product;
  readonly version: string;
  readonly comparison: Comparison;
  readonly deliberate: DeliberateDifferences;
}

const DELIBERATE: Readonly<Record<Product, DeliberateDifferences>> = { tat: TAT, cam: CAM, sts: STS };

export const PRODUCTS: readonly ComparedProduct[] = Object.entries(VERSIONS).map(([version, product]) => ({
  product,
  version,
  comparison: compare(sdkProduct(product), ACTIONS[product]),
  deliberate: DELIBERATE[product],
}));
