import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Product } from '@muster/cloud-api';
import ts from 'typescript';

/** A member of a request, an answer or a data type, as the SDK declares it. */
export interface Member {
  readonly name: string;
  readonly list: boolean;
  /** `string`, `number`, `boolean`, or the name of a data type. */
  readonly type: string;
  readonly required: boolean;
  /** Values that its comment lists; empty when it lists none. */
  readonly values: readonly string[];
}

/** What the SDK knows of a product. */
export interface SdkProduct {
  readonly actions: readonly string[];
  /** Members by the names of types: `Command`, and of every action `RunCommandRequest` and `RunCommandResponse`. */
  readonly types: ReadonlyMap<string, readonly Member[]>;
}

const SDK = dirname(fileURLToPath(import.meta.resolve('tencentcloud-sdk-nodejs/package.json')));
const FOLDERS: Readonly<Record<Product, string>> = { tat: 'tat/v20201028', cam: 'cam/v20190116', sts: 'sts/v20180813' };

export const SDK_VERSION = (JSON.parse(readFileSync(join(SDK, 'package.json'), 'utf8')) as { version: string }).version;

/** Reads the declarations that the unmodified npm package `tencentcloud-sdk-nodejs` carries. */
export function sdkProduct(product: Product): SdkProduct {
  const read = (what: string) =>
    statements(join(SDK, 'tencentcloud/services', FOLDERS[product], `${product}_${what}.d.ts`));
  const types = new Map<string, readonly Member[]>();
  for (const statement of read('models')) {
    if (ts.isInterfaceDeclaration(statement)) types.set(statement.name.text, statement.members.map(memberOf));
    // a request without parameters is declared as `null`
    else if (ts.isTypeAliasDeclaration(statement)) types.set(statement.name.text, []);
  }
  const client = read('client').find(ts.isClassDeclaration);
  const actions = client?.members.filter(ts.isMethodDeclaration).map(({ name }) => name.getText()) ?? [];
  return { actions, types };
}

function statements(file: string): readonly ts.Statement[] {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true).statements;
}

function memberOf(element: ts.TypeElement): Member {
  if (!ts.isPropertySignature(element) || !element.type) throw new Error(`no member: ${element.getText()}`);
  const text = element.type.getText();
  const [, each] = /^Array<(.+)>$/.exec(text) ?? [];
  return {
    name: element.name.getText(),
    list: each !== undefined,
    type: (each ?? text).replace('number | bigint', 'number'),
    required: element.questionToken === undefined,
    // `- RUNNING：命令运行中`
    values: [...element.getFullText().matchAll(/^[\s*]*-\s*([A-Z_]+)：/gm)].map(([, value]) => value!),
  };
}
