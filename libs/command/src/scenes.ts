import { invalid, isId } from '@muster/kernel';
import { type Bilingual, FileFields } from './file-fields.ts';
import { characterCount, quote } from './quote.ts';

/** No limit of TAT's: what a list can show. */
export const SCENE_NAME_MAX_CHARACTERS = 60;

/** A label that groups public commands. */
export interface Scene {
  readonly sceneId: string;
  readonly name: Bilingual;
}

/** A scene id: `sc-` and its tail. Refusal: InvalidParameterValue.InvalidSceneId. */
export function checkSceneId(given: string, field: string): string {
  if (isId(given, 'sc')) return given;
  throw invalid(
    'InvalidParameterValue.InvalidSceneId',
    field,
    `must be \`sc-\` and 8 to 32 characters of a-z0-9, was ${quote(given)}`,
  );
}

/** A scene name: 1 to 60 characters, no control characters. Refusal: InvalidParameterValue.InvalidSceneName. */
export function checkSceneName(given: string, field: string): string {
  const count = characterCount(given);
  if (count >= 1 && count <= SCENE_NAME_MAX_CHARACTERS && !/\p{Cc}/u.test(given)) return given;
  throw invalid(
    'InvalidParameterValue.InvalidSceneName',
    field,
    `must be 1 to ${SCENE_NAME_MAX_CHARACTERS} characters, no control characters, was ${quote(given)}`,
  );
}

/** The scene that a folder of the public library is, from its `scene.yaml`. Refusals name the key of the file. */
export function sceneFromFile(yaml: string): Scene {
  const file = FileFields.parse(yaml);
  const sceneId = checkSceneId(file.required('id'), 'id');
  const name = file.bilingual('name');
  for (const language of ['en', 'zh'] as const) checkSceneName(name[language], `name.${language}`);
  file.end();
  return { sceneId, name };
}
