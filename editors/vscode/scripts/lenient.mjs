const DEMANDS = ['type', 'required', 'pattern', 'not', 'minLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'minimum', 'maximum', 'propertyNames', 'if', 'then', 'else'];

/** A JSON schema that offers and explains the same, and accepts everything. */
export function lenient(schema) {
  if (typeof schema !== 'object' || schema === null) return true;
  const isValue = 'enum' in schema || 'const' in schema || schema.type === 'boolean';
  const { enum: choices, const: choice, type, ...rest } = schema;
  const loose = Object.fromEntries(Object.entries(rest).filter(([key]) => !DEMANDS.includes(key)).map(([key, value]) => [key, inner(key, value)]));
  if (loose.additionalProperties === true) delete loose.additionalProperties;
  // One choice that fits everything: the others are still offered.
  return isValue ? { ...loose, anyOf: [{ ...(type !== undefined && { type }), ...(choices !== undefined && { enum: choices }), ...(choice !== undefined && { const: choice }) }, {}] } : loose;
}

function inner(key, value) {
  if (['properties', 'patternProperties', 'definitions'].includes(key)) {
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, lenient(schema)]));
  }
  if (['allOf', 'anyOf', 'oneOf'].includes(key)) return value.map(lenient);
  if (['items', 'additionalProperties'].includes(key)) return lenient(value);
  return value;
}
