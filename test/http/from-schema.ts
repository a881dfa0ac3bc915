/** Values that a JSON Schema allows, and values that are nearly such. Knows the keywords that the interface's own document uses. */
import fc, { type Arbitrary } from 'fast-check';

export type Schema = Record<string, unknown>;

/** The schema with every reference into the document replaced by what it refers to. */
export function inlined(schema: unknown, document: Schema): unknown {
  if (Array.isArray(schema)) return schema.map((inner) => inlined(inner, document));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, ...rest } = schema as Schema;
  if (typeof $ref === 'string') {
    const path = $ref.split('/').slice(1);
    return inlined(
      path.reduce<unknown>((inner, name) => (inner as Schema)[name], document),
      document,
    );
  }
  return Object.fromEntries(Object.entries(rest).map(([name, inner]) => [name, inlined(inner, document)]));
}

/** Any value that the schema, without references, allows. */
export function allowedBy(schema: Schema): Arbitrary<unknown> {
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if (Array.isArray(schema['anyOf'])) return fc.oneof(...(schema['anyOf'] as Schema[]).map(allowedBy));
  switch (schema['type']) {
    case 'object':
      return objectOf(schema);
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({ min: Number(schema['minimum']), max: Number(schema['maximum']) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case undefined:
      return fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[a-z0-9]{0,9}$/));
    default:
      throw new Error(`no values are known for ${JSON.stringify(schema)}`);
  }
}

function objectOf({ properties = {}, required = [] }: Schema): Arbitrary<unknown> {
  const fields = Object.entries(properties as Record<string, Schema>).map(([name, inner]) => [name, allowedBy(inner)]);
  return fc.record(Object.fromEntries(fields) as Record<string, Arbitrary<unknown>>, {
    requiredKeys: required as string[],
    noNullPrototype: true,
  });
}

function textOf({ pattern, format, minLength, maxLength = 200 }: Schema): Arbitrary<string> {
  if (format === 'date-time') {
    const [min, max] = [new Date('2000-01-01T00:00:00Z'), new Date('2100-01-01T00:00:00Z')];
    return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
  }
  const bounds = { minLength: Number(minLength ?? 0), maxLength: Number(maxLength) };
  const whole = typeof pattern === 'string' ? new RegExp(pattern) : /^/;
  // fast-check knows no lookahead: without it more is made than fits.
  const made =
    typeof pattern === 'string' ? fc.stringMatching(new RegExp(pattern.replace(/\(\?=.*?\)/, ''))) : fc.string(bounds);
  return made.filter((text) => whole.test(text) && text.length >= bounds.minLength && text.length <= bounds.maxLength);
}

/** An allowed value, with one thing in it replaced, added or taken away. */
export function nearly(allowed: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc
    .tuple(allowed, fc.nat(), fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('replace', 'add', 'remove'))
    .map(([value, where, odd, how]) => {
      const copy = structuredClone(value);
      const places = placesIn(copy);
      const place = places[where % places.length];
      if (place === undefined) return odd;
      const [holder, name] = place;
      if (how === 'replace') holder[name] = odd;
      else if (how === 'remove') delete holder[name];
      else holder[`${name}x`] = odd;
      return copy;
    });
}

/** Every field of the value, at any depth, as its holder and name. */
function placesIn(value: unknown): [Schema, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const holder = value as Schema;
  return Object.keys(holder).flatMap((name): [Schema, string][] => [[holder, name], ...placesIn(holder[name])]);
}
