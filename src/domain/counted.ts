/** `1 order`, `2 orders`; `1 history`, `2 histories`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
