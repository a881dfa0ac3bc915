/** Checks what comes in against the same schemas that the document shows. */
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { isRecord, show, type FieldError } from '../domain/field-error.ts';
import { invalidRequest } from './problem.ts';

/** Nothing is coerced, but for the whole numbers of a query, which can only come as text. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (given: unknown) => {
    const value = httpPart === 'querystring' ? withNumbers(schema, given) : given;
    if (validator.Check(value)) return { value };
    return { error: invalidRequest(fieldErrors(schema, value, validator.Errors(value), httpPart ?? 'request')) };
  };
};

function withNumbers(schema: TSchema, query: unknown): unknown {
  const { properties } = schema as { properties?: Record<string, { type?: string }> };
  if (!isRecord(query)) return query;
  const entries = Object.entries(query).map(([name, value]) => {
    const isNumber = properties?.[name]?.type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value);
    return [name, isNumber ? Number(value) : value];
  });
  return Object.fromEntries(entries);
}

/** One error for each wrong field, the first that was found. */
function fieldErrors(schema: TSchema, value: unknown, found: TLocalizedValidationError[], part: string): FieldError[] {
  const errors = new Map<string, string>();
  for (const error of found) {
    for (const { field, message } of describe(schema, value, error)) {
      const name = field === '' ? part : field;
      if (!errors.has(name)) errors.set(name, message);
    }
  }
  return [...errors].map(([field, message]) => ({ field, message }));
}

function describe(schema: TSchema, value: unknown, error: TLocalizedValidationError): FieldError[] {
  const field = error.instancePath.slice(1).replaceAll('/', '.');
  const shown = show(valueAt(value, error.instancePath));
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({ field: name, message: 'is required' }));
    case 'additionalProperties': {
      const known = Object.keys((schema as { properties?: object }).properties ?? {}).join(', ');
      return error.params.additionalProperties.map((name) => ({
        field: name,
        message: `is not known; use one of ${known}`,
      }));
    }
    // The same error again, from inside the one above.
    case 'boolean':
    case 'anyOf':
      return [];
    case 'enum':
      return [{ field, message: `must be one of ${error.params.allowedValues.join(', ')}, not ${shown}` }];
    default:
      return [{ field, message: `${error.message}; it is ${shown}` }];
  }
}

function valueAt(value: unknown, path: string): unknown {
  const names = path.split('/').slice(1);
  return names.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
}
