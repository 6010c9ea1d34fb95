export { type Action, type Actions, actionsOf, type Product, VERSIONS } from './actions.ts';
export { numberOf, textOf } from './enum-values.ts';
export { fromFlattened } from './flattened.ts';
export { ExactNumber, type Given, type GivenObject, parseBody } from './given.ts';
export { pascalCase, type ShownConstant, type ShownField, shownConstants, shownFields } from './shown-fields.ts';
export { type Json, stringify, toJson } from './to-json.ts';
export { type Reading, toMessage } from './to-message.ts';
