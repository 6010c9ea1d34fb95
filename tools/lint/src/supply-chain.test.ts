import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const { packages } = read('package-lock.json') as { packages: Record<string, Locked> };
const fromElsewhere = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);

describe('T37: the lock file', () => {
  it('has the hash of every package that is installed', () => {
    expect(fromElsewhere.length).toBeGreaterThan(500);
    const without = fromElsewhere.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''));
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it('has one hash for one version of a package, wherever it is installed', () => {
    const hashes = new Map<string, string | undefined>();
    for (const [path, { version, integrity }] of fromElsewhere) {
      const key = `${path.split('node_modules/').at(-1)}@${version}`;
      if (hashes.has(key)) expect(integrity, key).toBe(hashes.get(key));
      hashes.set(key, integrity);
    }
  });
});

describe('T37: packages', () => {
  const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> };

  it('run nothing when they are installed: each that would is known, and told not to', () => {
    const wanting = fromElsewhere.filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = wanting.map(([path]) => path.split('node_modules/').at(-1)!);
    expect(names.filter((name) => !(name in allowScripts))).toEqual([]);
    expect(Object.values(allowScripts).filter(Boolean)).toEqual([]);
  });

  it('are named by our own projects in one exact version each', () => {
    const projects = Object.keys(packages).filter((path) => /^(apps|libs|tools)\/[^/]+$/.test(path));
    expect(projects.length).toBeGreaterThan(15);
    for (const project of ['.', ...projects]) {
      const { dependencies, devDependencies, optionalDependencies } = read(join(project, 'package.json')) as Record<
        string,
        Record<string, string> | undefined
      >;
      const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
      const loose = Object.entries(all).filter(([, range]) => !/^(npm:[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(range));
      // types are no code
      expect(
        loose.filter(([name]) => !name.startsWith('@types/')),
        project,
      ).toEqual([]);
    }
  });
});
