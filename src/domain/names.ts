/**
 * The database and HTTP bodies have snake_case names; everything else has camelCase (the contract's rule). Only names
 * change, and only those of the outermost object.
 */

export type SnakeName<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeName<Rest>}`
  : Name;

export type Snake<T> = { [Name in keyof T & string as SnakeName<Name>]: T[Name] };

export function snakeName<const Name extends string>(name: Name): SnakeName<Name> {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as SnakeName<Name>;
}

export function snakeKeys<T extends object>(value: T): Snake<T> {
  return renamed(value, snakeName) as Snake<T>;
}

export function camelName(name: string): string {
  return name.replace(/_([a-z])/g, (_underscore, letter: string) => letter.toUpperCase());
}

export function camelKeys<Named>(value: object): Named {
  return renamed(value, camelName) as Named;
}

function renamed(value: object, rename: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [rename(name), field]));
}
