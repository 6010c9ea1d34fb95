export { type Action, type Actions, actionsOf, type Product, VERSIONS } from './actions.ts';
export { fromFlattened } from './flattened.ts';
export { pascalCase, type ShownField, shownFields } from './shown-fields.ts';
export { type Json, stringify, toJson } from './to-json.ts';
export { ExactNumber, type Given, parseBody, type Reading, toMessage } from './to-message.ts';
