/** HTTP bodies have snake_case names; a bot sees camelCase. Only names change, and only those of the outermost object. */

export function camelKeys<Named>(value: object): Named {
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [camelName(name), field])) as Named;
}

export function camelName(name: string): string {
  return name.replace(/_([a-z])/g, (_underscore, letter: string) => letter.toUpperCase());
}
