import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { environmentName, PARAMETER_ENVIRONMENT_PREFIX } from '@muster/command';
import { beforeAll, describe, expect, it } from 'vitest';
import { publicCommands } from '../src/domain/public-library.ts';
import { readLibraryFolder, SHIPPED_LIBRARY } from '../src/library-folder.ts';

type Scenes = Awaited<ReturnType<typeof readLibraryFolder>>;
type PublicCommandFile = Scenes[number]['commands'][number];

const scripts = (extension: string) => globSync(`*/*${extension}`, { cwd: SHIPPED_LIBRARY }).sort();
const CHINESE = /\p{Script=Han}/u;
/** The end of a script: its last `exit`, then a comment with every placeholder there is. */
const NEVER_REACHED = /\n(?:sys\.)?exit(?: [01]|\(\))\n\n# [^\n{]*never reached: (?<placeholders>\{\{.*\}\})\n$/;

function findsProgram(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('the public library that comes with Muster', () => {
  let scenes: Scenes;
  let commands: PublicCommandFile[];
  beforeAll(async () => {
    scenes = await readLibraryFolder(SHIPPED_LIBRARY);
    commands = scenes.flatMap(({ commands: all }) => all);
  });

  it('has at least 44 commands in at least 9 scenes, each id and name once', () => {
    expect(publicCommands(scenes)).toHaveLength(commands.length);
    expect(commands.length).toBeGreaterThanOrEqual(44);
    expect(scenes.length).toBeGreaterThanOrEqual(9);
    for (const of of [scenes.map(({ scene }) => scene.name.en), commands.map(({ displayName }) => displayName.en)]) {
      expect(new Set(of).size).toBe(of.length);
    }
  });

  it('says everything in English and Chinese, within the limits', () => {
    for (const { scene } of scenes) expect(scene.name.en).not.toMatch(CHINESE);
    for (const { name, displayName, description, parameters } of commands) {
      const texts = [displayName, description, ...parameters.map((parameter) => parameter.description)];
      for (const { en, zh } of texts) {
        expect(en, name).toMatch(/^[\x20-\x7e]{3,120}$/);
        expect(zh, name).toMatch(/^.{2,120}$/u);
        expect(zh, name).toMatch(CHINESE);
      }
      expect(description.en, name).toMatch(/\.$/);
      expect(description.zh, name).toMatch(/。$/);
    }
  });

  it('takes parameters from the environment, and lets no placeholder stand where it could run', () => {
    for (const { name, type, content, parameters, enableParameter } of commands) {
      const script = Buffer.from(content).toString();
      const end = NEVER_REACHED.exec(script);
      expect(enableParameter, name).toBe(parameters.length > 0);
      expect(script.slice(0, end?.index), name).not.toMatch(/\{\{(?:tat-hidden:)?[\w-]+\}\}/);

      const used = new Set(script.match(new RegExp(`${PARAMETER_ENVIRONMENT_PREFIX}[A-Z0-9_]+`, 'g')));
      const computed = /MUSTER_PARAM_" \+ name\.upper\(\)/.test(script);
      const known = parameters.map((parameter) => environmentName(parameter.name));
      if (!computed) expect(used, name).toEqual(new Set(known));

      const required = parameters
        .filter((parameter) => parameter.default === undefined)
        .map((parameter) => parameter.name);
      const asked = [...(end?.groups?.placeholders ?? '').matchAll(/\{\{(?:tat-hidden:)?([\w-]+)\}\}/g)].map(
        ([, key]) => key,
      );
      // PowerShell reads a file to its end before it begins
      if (type === 'POWERSHELL') expect(asked, name).toEqual(required.filter((key) => key === 'password'));
      else expect(asked, name).toEqual(required);
      expect(/\{\{tat-hidden:/.test(script), name).toBe(known.some((key) => /PASSWORD|SECRET|TOKEN/.test(key)));
    }
  });

  it('fits what a run may last', () => {
    for (const { name, timeout } of commands) {
      expect(timeout, name).toBeGreaterThanOrEqual(30);
      expect(timeout, name).toBeLessThanOrEqual(3_660);
    }
  });

  it('names each command as its files', () => {
    const files = globSync('*/*.yaml', { cwd: SHIPPED_LIBRARY }).filter((file) => !file.endsWith('/scene.yaml'));
    expect(files.map((file) => basename(file, '.yaml')).sort()).toEqual(commands.map(({ name }) => name).sort());
  });

  it('has shell scripts that shellcheck finds nothing to say about', () => {
    const files = scripts('.sh');
    for (const file of files)
      expect(readFileSync(join(SHIPPED_LIBRARY, file), 'utf8'), file).toMatch(/^#!\/bin\/sh\n# .*\.\nset -eu\n/);
    execFileSync('shellcheck', ['-S', 'style', ...files], { cwd: SHIPPED_LIBRARY, stdio: 'pipe' });
  }, 60_000);

  it('has Python scripts that Python 3.6 reads', () => {
    const check =
      'import ast, sys\nfor file in sys.argv[1:]: ast.parse(open(file).read(), file, feature_version=(3, 6))';
    execFileSync('python3', ['-c', check, ...scripts('.py')], { cwd: SHIPPED_LIBRARY, stdio: 'pipe' });
  });

  it.skipIf(!findsProgram('pwsh'))('has PowerShell scripts that PowerShell reads (needs pwsh)', () => {
    for (const file of scripts('.ps1')) {
      const check = `$errors = $null; [void][System.Management.Automation.Language.Parser]::ParseFile('${join(SHIPPED_LIBRARY, file)}', [ref]$null, [ref]$errors); if ($errors) { throw $errors }`;
      execFileSync('pwsh', ['-NoProfile', '-Command', check], { stdio: 'pipe' });
    }
  });
});
