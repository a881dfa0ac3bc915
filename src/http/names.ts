/** HTTP bodies have snake_case names; everything inside has camelCase. Only names change, and only those of the outermost object. */

export type SnakeName<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeName<Rest>}`
  : Name;

export type Snake<T> = { [Name in keyof T & string as SnakeName<Name>]: T[Name] };

export function snakeName<const Name extends string>(name: Name): SnakeName<Name> {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as SnakeName<Name>;
}

export function snakeKeys<T extends object>(value: T): Snake<T> {
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [snakeName(name), field])) as Snake<T>;
}
